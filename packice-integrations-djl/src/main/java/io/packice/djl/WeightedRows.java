package io.packice.djl;

import java.util.Arrays;
import java.util.function.LongToDoubleFunction;

/** Rows drawn by weight, with replacement: a row of twice the weight comes twice as often. 8 bytes for each row are kept. */
@SuppressWarnings("ArrayRecordComponent") // never handed out
record WeightedRows(double[] sums) implements RowOrder.Plan {
  /**
   * Reads the weights once.
   *
   * @throws IllegalArgumentException if one is negative or not a number, or all are 0
   */
  static WeightedRows of(RowSet rows, LongToDoubleFunction weight) {
    double[] sums = new double[rows.intCount()];
    double sum = 0;
    for (int i = 0; i < sums.length; i++) {
      double value = weight.applyAsDouble(rows.row(i));
      if (!(value >= 0) || Double.isInfinite(value)) {
        throw new IllegalArgumentException("Cannot draw row " + rows.row(i) + " with the weight " + value
            + "; give numbers from 0 on");
      }
      sum += value;
      sums[i] = sum;
    }
    if (sums.length > 0 && sum == 0) {
      throw new IllegalArgumentException("Cannot draw from " + sums.length
          + (sums.length == 1 ? " row whose weight is 0" : " rows whose weights are all 0")
          + "; give one that is more");
    }
    return new WeightedRows(sums);
  }

  @Override
  public RowOrder epoch(long seed, long epoch) {
    return new Draws(sums, Permutation.random(seed, epoch).nextLong());
  }

  @SuppressWarnings("ArrayRecordComponent") // never handed out
  private record Draws(double[] sums, long key) implements RowOrder {
    private static final long GOLDEN = 0x9e3779b97f4a7c15L;

    @Override
    public long rowCount() {
      return sums.length;
    }

    @Override
    public long row(long place) {
      double zeroToOne = (Permutation.mix(key + place * GOLDEN) >>> 11) * 0x1p-53;
      double drawn = zeroToOne * sums[sums.length - 1];
      int found = Arrays.binarySearch(sums, drawn);
      int row = found < 0 ? -found - 1 : found + 1; // the first whose sum is above
      while (row < sums.length - 1 && sums[row] <= drawn) {
        row++; // rows of weight 0
      }
      return Math.min(row, sums.length - 1);
    }
  }
}
