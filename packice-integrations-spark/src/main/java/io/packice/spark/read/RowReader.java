package io.packice.spark.read;

import java.io.IOException;
import java.util.Collections;
import java.util.Iterator;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.connector.metric.CustomTaskMetric;
import org.apache.spark.sql.connector.read.PartitionReader;

/** The rows of batches, for plans that want rows. */
final class RowReader implements PartitionReader<InternalRow> {
  private final SliceReader batches;
  private Iterator<InternalRow> rows = Collections.emptyIterator();

  RowReader(SliceReader batches) {
    this.batches = batches;
  }

  @Override
  public boolean next() {
    while (!rows.hasNext()) {
      if (!batches.next()) {
        return false;
      }
      rows = batches.get().rowIterator();
    }
    return true;
  }

  @Override
  public InternalRow get() {
    return rows.next();
  }

  @Override
  public CustomTaskMetric[] currentMetricsValues() {
    return batches.currentMetricsValues();
  }

  @Override
  public void close() throws IOException {
    batches.close();
  }
}
