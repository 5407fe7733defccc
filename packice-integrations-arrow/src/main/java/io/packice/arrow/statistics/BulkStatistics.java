package io.packice.arrow.statistics;

import io.packice.arrow.vectors.NativeMemory;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.stream.LongStream;

/**
 * What can be said of many numbers. Each of a row of lanes keeps its own, so that the compiler can do many at once: one minimum that runs through all
 * values is a chain in which each waits for the one before, and takes seven times as long for longs.
 */
final class BulkStatistics {
  private static final int LANES = 256;

  private BulkStatistics() {
  }

  /**
   * What can be said of longs.
   *
   * @param least of them
   * @param greatest of them
   * @param lowHalves the sum of their lower 32 bits
   * @param highHalves the sum of their upper 32 bits, with their signs
   */
  record OfLongs(long least, long greatest, long lowHalves, long highHalves) {
  }

  /** Of the first {@code count}. */
  static OfLongs ofLongs(MemorySegment values, int count) {
    long[] least = new long[LANES];
    long[] greatest = new long[LANES];
    long[] low = new long[LANES];
    long[] high = new long[LANES];
    Arrays.fill(least, Long.MAX_VALUE);
    Arrays.fill(greatest, Long.MIN_VALUE);
    for (int done = 0; done < count; done += LANES) {
      long offset = (long) done * Long.BYTES;
      int lanes = Math.min(LANES, count - done);
      addExtremes(least, greatest, values, offset, lanes);
      addSums(low, high, values, offset, lanes);
    }
    long min = Long.MAX_VALUE;
    long max = Long.MIN_VALUE;
    for (int lane = 0; lane < LANES; lane++) {
      min = Math.min(min, least[lane]);
      max = Math.max(max, greatest[lane]);
    }
    return new OfLongs(min, max, LongStream.of(low).sum(), LongStream.of(high).sum());
  }

  private static void addExtremes(long[] least, long[] greatest, MemorySegment values, long offset, int lanes) {
    for (int lane = 0; lane < lanes; lane++) {
      long value = values.get(NativeMemory.LONG, offset + lane * (long) Long.BYTES);
      least[lane] = Math.min(least[lane], value);
      greatest[lane] = Math.max(greatest[lane], value);
    }
  }

  private static void addSums(long[] low, long[] high, MemorySegment values, long offset, int lanes) {
    for (int lane = 0; lane < lanes; lane++) {
      long value = values.get(NativeMemory.LONG, offset + lane * (long) Long.BYTES);
      low[lane] += value & StatisticsCollector.LOW_HALF;
      high[lane] += value >> Integer.SIZE;
    }
  }

  /** Two numbers: the least and the greatest of the first {@code count}; NaN if one of them is. */
  static double[] extremes(MemorySegment values, int count) {
    double[] least = new double[LANES];
    double[] greatest = new double[LANES];
    Arrays.fill(least, Double.POSITIVE_INFINITY);
    Arrays.fill(greatest, Double.NEGATIVE_INFINITY);
    for (int done = 0; done < count; done += LANES) {
      addExtremes(least, greatest, values, (long) done * Double.BYTES, Math.min(LANES, count - done));
    }
    double min = Double.POSITIVE_INFINITY;
    double max = Double.NEGATIVE_INFINITY;
    for (int lane = 0; lane < LANES; lane++) {
      min = Math.min(min, least[lane]);
      max = Math.max(max, greatest[lane]);
    }
    return new double[] {min, max};
  }

  private static void addExtremes(double[] least, double[] greatest, MemorySegment values, long offset, int lanes) {
    for (int lane = 0; lane < lanes; lane++) {
      double value = Double.longBitsToDouble(values.get(NativeMemory.LONG, offset + lane * (long) Double.BYTES));
      least[lane] = Math.min(least[lane], value);
      greatest[lane] = Math.max(greatest[lane], value);
    }
  }
}
