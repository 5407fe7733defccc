package io.packice.djl;

import java.util.Arrays;
import java.util.List;
import java.util.function.ToLongFunction;

/** Finds the chunk of a column that a row is in. */
final class RowLocator {
  private final long[] firstRows; // one more for the end

  private RowLocator(long[] firstRows) {
    this.firstRows = firstRows;
  }

  static <T> RowLocator of(List<T> chunks, ToLongFunction<T> rowCount) {
    long[] firstRows = new long[chunks.size() + 1];
    for (int i = 0; i < chunks.size(); i++) {
      firstRows[i + 1] = firstRows[i] + rowCount.applyAsLong(chunks.get(i));
    }
    return new RowLocator(firstRows);
  }

  long rowCount() {
    return firstRows[firstRows.length - 1];
  }

  long firstRow(int chunk) {
    return firstRows[chunk];
  }

  /** The chunk that has a row; the one where the row before was is tried first. */
  int chunkOf(long row, int guess) {
    if (row >= firstRows[guess] && row < firstRows[guess + 1]) {
      return guess;
    }
    int found = Arrays.binarySearch(firstRows, row);
    if (found < 0) {
      return -found - 2;
    }
    while (firstRows[found + 1] == row) { // chunks without rows
      found++;
    }
    return found;
  }
}
