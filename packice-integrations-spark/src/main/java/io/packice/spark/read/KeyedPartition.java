package io.packice.spark.read;

import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.connector.read.HasPartitionKey;

/**
 * What one task reads of one partition of a partitioned table.
 *
 * @param slices the rows
 * @param partitionKey what the table's partitioning gives for all of them
 */
record KeyedPartition(SlicePartition slices, InternalRow partitionKey) implements HasPartitionKey {
  @Override
  public String[] preferredLocations() {
    return slices.preferredLocations();
  }
}
