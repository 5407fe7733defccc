package io.packice.arrow;

import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a column without reading it. Plain data.
 *
 * @param nullCount how many values are null
 * @param min the least value that is neither null nor NaN; null if there is none, or if the column's type has no cheap order. Integers, dates,
 *     times, timestamps and durations give a {@link Long} in the unit of their type ({@link java.math.BigInteger} where a uint64 is too large
 *     for it), floats a {@link Double}
 * @param max the greatest such value
 */
public record ColumnStatistics(long nullCount, @Nullable Number min, @Nullable Number max) {
  /** Of both together: the nulls added up, the lesser least, the greater greatest. */
  ColumnStatistics and(ColumnStatistics other) {
    return new ColumnStatistics(nullCount + other.nullCount, pick(min, other.min, -1), pick(max, other.max, 1));
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
      default -> new BigDecimal(a.toString()).compareTo(new BigDecimal(b.toString()));
    };
  }
}
