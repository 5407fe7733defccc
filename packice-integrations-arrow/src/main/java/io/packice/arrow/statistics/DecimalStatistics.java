package io.packice.arrow.statistics;

import io.packice.arrow.vectors.NativeMemory;
import java.lang.foreign.MemorySegment;
import java.math.BigDecimal;
import java.math.BigInteger;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.types.pojo.ArrowType;

/** Extremes and sum of decimals of 32, 64 or 128 bits, each as an integer of 128 bits in two halves: there may be millions. */
final class DecimalStatistics {
  private final MemorySegment values;
  private final int width;

  private long minHigh = Long.MAX_VALUE;
  private long minLow = -1;
  private long maxHigh = Long.MIN_VALUE;
  private long maxLow;
  /** Sums of 32 bits of each value, from the lowest; the last with their sign. */
  private long sum0;
  private long sum1;
  private long sum2;
  private long sum3;

  private DecimalStatistics(FieldVector vector, int width) {
    this.width = width;
    this.values = NativeMemory.of(vector.getDataBuffer(), (long) vector.getValueCount() * width);
  }

  /** There must be a value that is not null. */
  static ColumnStatistics of(FieldVector vector, ArrowType.Decimal type) {
    DecimalStatistics statistics = new DecimalStatistics(vector, type.getBitWidth() / Byte.SIZE);
    boolean nulls = vector.getNullCount() > 0;
    for (int row = 0; row < vector.getValueCount(); row++) {
      if (!nulls || !vector.isNull(row)) {
        statistics.add((long) row * statistics.width);
      }
    }
    int scale = type.getScale();
    return new ColumnStatistics(vector.getNullCount(),
        new BigDecimal(whole(statistics.minHigh, statistics.minLow), scale),
        new BigDecimal(whole(statistics.maxHigh, statistics.maxLow), scale), new BigDecimal(statistics.sum(), scale));
  }

  private void add(long at) {
    long low = width == Integer.BYTES ? values.get(NativeMemory.INT, at) : values.get(NativeMemory.LONG, at);
    long high =
        width == StatisticsCollector.MOST_DECIMAL_BITS / Byte.SIZE ? values.get(NativeMemory.LONG, at + Long.BYTES)
            : low >> (Long.SIZE - 1);
    if (isLess(high, low, minHigh, minLow)) {
      minHigh = high;
      minLow = low;
    }
    if (isLess(maxHigh, maxLow, high, low)) {
      maxHigh = high;
      maxLow = low;
    }
    sum0 += low & StatisticsCollector.LOW_HALF;
    sum1 += low >>> Integer.SIZE;
    sum2 += high & StatisticsCollector.LOW_HALF;
    sum3 += high >> Integer.SIZE;
  }

  private static boolean isLess(long high, long low, long otherHigh, long otherLow) {
    return high < otherHigh || (high == otherHigh && Long.compareUnsigned(low, otherLow) < 0);
  }

  private static BigInteger whole(long high, long low) {
    BigInteger upper = BigInteger.valueOf(high).shiftLeft(Long.SIZE);
    return upper.add(new BigInteger(Long.toUnsignedString(low)));
  }

  private BigInteger sum() {
    BigInteger sum = BigInteger.valueOf(sum3);
    for (long next : new long[] {sum2, sum1, sum0}) {
      sum = sum.shiftLeft(Integer.SIZE).add(BigInteger.valueOf(next));
    }
    return sum;
  }
}
