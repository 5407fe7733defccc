package io.packice.spark.read;

import java.util.List;
import org.apache.spark.sql.connector.read.InputPartition;

/**
 * What one task reads, in the order of the table.
 *
 * @param slices rows of parts
 * @param hosts where the parts are; none if any executor is as near as another
 */
record SlicePartition(List<Slice> slices, List<String> hosts) implements InputPartition {
  SlicePartition {
    slices = List.copyOf(slices);
    hosts = List.copyOf(hosts);
  }

  @Override
  public String[] preferredLocations() {
    return hosts.toArray(String[]::new);
  }
}
