package io.packice.spark.read;

import java.util.List;
import org.apache.spark.sql.connector.read.InputPartition;

/**
 * What one task reads, in the order of the table.
 *
 * @param slices rows of parts
 */
record SlicePartition(List<Slice> slices) implements InputPartition {
  SlicePartition {
    slices = List.copyOf(slices);
  }

  long rowCount() {
    return slices.stream().mapToLong(Slice::rowCount).sum();
  }
}
