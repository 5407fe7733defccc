package io.packice.arrow;

import org.jspecify.annotations.Nullable;

/**
 * What is known of a column without reading it. Plain data.
 *
 * @param nullCount how many values are null
 * @param min the least value that is neither null nor NaN; null if there is none, or if the column's type has no cheap order. Integers, dates,
 *     times and timestamps give a {@link Long} (or a {@link java.math.BigInteger} for uint64) in the unit of their type, floats a
 *     {@link Double}
 * @param max the greatest such value
 */
public record ColumnStatistics(long nullCount, @Nullable Number min, @Nullable Number max) {
}
