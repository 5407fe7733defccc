package io.packice.spark.write;

import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.connector.write.DataWriter;
import org.apache.spark.sql.connector.write.DataWriterFactory;
import org.apache.spark.sql.connector.write.streaming.StreamingDataWriterFactory;
import org.jspecify.annotations.Nullable;

/**
 * Makes writers, in the executors.
 *
 * @param spec what they must know
 * @param told is told of what a task has written, if Spark does not tell the driver itself
 */
record RowsWriterFactory(TaskSpec spec, @Nullable TaskParts told)
    implements DataWriterFactory, StreamingDataWriterFactory {
  @Override
  public DataWriter<InternalRow> createWriter(int partitionId, long taskId) {
    return new RowsWriter(spec, told);
  }

  @Override
  public DataWriter<InternalRow> createWriter(int partitionId, long taskId, long epochId) {
    return new RowsWriter(spec, told);
  }
}
