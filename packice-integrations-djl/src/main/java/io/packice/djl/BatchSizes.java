package io.packice.djl;

/**
 * How rows are cut into batches.
 *
 * @param batchSize rows in each, at least 1
 * @param dropLast whether a last batch of fewer rows is left out
 */
record BatchSizes(int batchSize, boolean dropLast) {
  BatchSizes {
    if (batchSize < 1) {
      throw new IllegalArgumentException("Cannot make batches of " + batchSize + " rows; choose at least 1");
    }
  }

  /** How many of so many rows come in a batch. */
  long visitedRows(long rowCount) {
    return dropLast ? rowCount - rowCount % batchSize : rowCount;
  }
}
