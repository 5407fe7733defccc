package io.packice.spark.read;

import java.util.Map;

/** Is told what of a table is read by each use of a scan, before any task of it runs. Safe from any thread. */
@FunctionalInterface
public interface PartReads {
  /** For reads that nobody asks about. */
  PartReads UNWATCHED = _ -> {
  };

  /**
   * A use of the scan is planned.
   *
   * @param rows how many rows it reads of each part, by the parts' objects
   */
  void planned(Map<String, Long> rows);
}
