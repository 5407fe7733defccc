package io.packice.djl;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.LongFunction;
import java.util.function.LongUnaryOperator;
import java.util.stream.DoubleStream;

/** Decides which part of a dataset each row falls to. */
final class Splits {
  private Splits() {
  }

  /** Parts of exactly the sizes asked for, rounded. */
  static List<RowSet> atRandom(RowSet rows, long seed, double... shares) {
    double[] ends = ends(shares);
    Permutation permutation = Permutation.of(rows.count(), seed, -1);
    long[] borders = DoubleStream.of(ends).mapToLong(end -> Math.round(end * rows.count())).toArray();
    return parts(rows, borders.length, place -> part(borders, permutation.at(place)));
  }

  /** Parts by a hash of a value. */
  static List<RowSet> byValue(RowSet rows, LongFunction<String> value, long seed, double... shares) {
    double[] ends = ends(shares);
    return parts(rows, ends.length, place -> {
      long hash = Fingerprint.of(seed, value.apply(rows.row(place)));
      return part(ends, (hash >>> 11) * 0x1p-53);
    });
  }

  /** Where each part ends, from 0 to 1. */
  private static double[] ends(double... shares) {
    double sum = DoubleStream.of(shares).sum();
    if (!(sum > 0) || Double.isInfinite(sum) || DoubleStream.of(shares).anyMatch(share -> share < 0)) {
      throw new IllegalArgumentException(
          "Cannot split into shares of " + Arrays.toString(shares) + "; give numbers above 0, such as 0.8 and 0.2");
    }
    double[] ends = new double[shares.length];
    double end = 0;
    for (int i = 0; i < ends.length; i++) {
      end += shares[i];
      ends[i] = end / sum;
    }
    ends[ends.length - 1] = 1;
    return ends;
  }

  private static int part(long[] borders, long at) {
    int part = 0;
    while (at >= borders[part]) {
      part++;
    }
    return part;
  }

  private static int part(double[] ends, double at) {
    int part = 0;
    while (at >= ends[part]) {
      part++;
    }
    return part;
  }

  private static List<RowSet> parts(RowSet rows, int count, LongUnaryOperator partOf) {
    int[][] found = new int[count][1 << 10];
    int[] sizes = new int[count];
    for (int place = 0; place < rows.intCount(); place++) {
      int part = (int) partOf.applyAsLong(place);
      if (sizes[part] == found[part].length) {
        found[part] = Arrays.copyOf(found[part], found[part].length * 2);
      }
      found[part][sizes[part]++] = Math.toIntExact(rows.row(place));
    }
    List<RowSet> parts = new ArrayList<>();
    for (int part = 0; part < count; part++) {
      parts.add(new RowSet.Listed(Arrays.copyOf(found[part], sizes[part])));
    }
    return parts;
  }
}
