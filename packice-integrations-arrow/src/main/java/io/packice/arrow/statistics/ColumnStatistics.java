package io.packice.arrow.statistics;

import java.math.BigDecimal;
import java.math.BigInteger;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a column without reading it. Plain data.
 *
 * @param nullCount how many values are null
 * @param min the least value that is neither null nor NaN; null if there is none, or if the column's type has no cheap order. Integers, dates,
 *     times, timestamps and durations give a {@link Long} in the unit of their type ({@link BigInteger} where a uint64 is too large
 *     for it), floats a {@link Double}, decimals of at most 128 bits a {@link BigDecimal} of their scale
 * @param max the greatest such value
 * @param sum all values that are not null, added up exactly: of integers a {@link Long}, or a {@link BigInteger} where it is too large for one, of decimals a
 *     {@link BigDecimal}; null if it is not known, as for all other types
 */
public record ColumnStatistics(long nullCount, @Nullable Number min, @Nullable Number max, @Nullable Number sum) {
  /**
   * Of a column whose sum is not known.
   *
   * @param nullCount how many values are null
   * @param min the least value, or null
   * @param max the greatest value, or null
   */
  public ColumnStatistics(long nullCount, @Nullable Number min, @Nullable Number max) {
    this(nullCount, min, max, null);
  }

  /** Of both together: the nulls added up, the lesser least, the greater greatest, and the sum if both are known. */
  ColumnStatistics and(ColumnStatistics other) {
    return new ColumnStatistics(nullCount + other.nullCount, pick(min, other.min, -1), pick(max, other.max, 1),
        plus(sum, other.sum));
  }

  /**
   * An integer in the shorter of its two forms.
   *
   * @param value the integer
   * @return a {@link Long}, or the same where it is too large for one
   */
  public static Number integer(BigInteger value) {
    return value.bitLength() < Long.SIZE ? (Number) value.longValue() : value;
  }

  private static @Nullable Number plus(@Nullable Number a, @Nullable Number b) {
    if (a == null || b == null) {
      return null;
    }
    BigDecimal sum = exact(a).add(exact(b));
    return a instanceof BigDecimal ? sum : integer(sum.toBigIntegerExact());
  }

  private static BigDecimal exact(Number number) {
    return number instanceof BigDecimal decimal ? decimal : new BigDecimal(number.toString());
  }

  private static @Nullable Number pick(@Nullable Number a, @Nullable Number b, int sign) {
    if (a == null || b == null) {
      return a == null ? b : a;
    }
    return compare(a, b) * sign >= 0 ? a : b;
  }

  private static int compare(Number a, Number b) {
    return switch (a) {
      case Double x -> x.compareTo(b.doubleValue());
      case Long x when b instanceof Long y -> x.compareTo(y);
      default -> exact(a).compareTo(exact(b));
    };
  }
}
