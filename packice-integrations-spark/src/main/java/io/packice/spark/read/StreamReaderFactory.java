package io.packice.spark.read;

import io.packice.spark.peers.PeerAddress;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.connector.read.InputPartition;
import org.apache.spark.sql.connector.read.PartitionReader;
import org.apache.spark.sql.connector.read.PartitionReaderFactory;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.sql.vectorized.ColumnarBatch;

/**
 * Makes readers of a stream's batches, in the executors.
 *
 * @param peer where from
 * @param name the table's name
 * @param columns what is read
 */
record StreamReaderFactory(PeerAddress peer, String name, StructType columns) implements PartitionReaderFactory {
  @Override
  public boolean supportColumnarReads(InputPartition partition) {
    return true;
  }

  private SliceReaderFactory of(StreamPartition partition) {
    return new SliceReaderFactory(peer, name, partition.description(), columns);
  }

  @Override
  public PartitionReader<ColumnarBatch> createColumnarReader(InputPartition partition) {
    StreamPartition part = (StreamPartition) partition;
    return of(part).createColumnarReader(part.slices());
  }

  @Override
  public PartitionReader<InternalRow> createReader(InputPartition partition) {
    StreamPartition part = (StreamPartition) partition;
    return of(part).createReader(part.slices());
  }
}
