package io.packice.arrow;

import java.util.List;

/**
 * One part of a table, as its manifest describes it: an object of the peer. Plain data.
 *
 * @param id the object's id
 * @param rowCount how many rows it has
 * @param byteSize its length in bytes
 * @param batchCount how many record batches it has
 * @param statistics one entry for each column of the table, in order
 */
public record TablePart(String id, long rowCount, long byteSize, int batchCount, List<ColumnStatistics> statistics) {
  /** Copies the statistics. */
  public TablePart {
    statistics = List.copyOf(statistics);
  }
}
