package io.packice.djl;

import org.jspecify.annotations.Nullable;

/**
 * One row of a table, for code that chooses or weighs rows by their values; any column may be asked for, whether batches have it or not. It is valid
 * only during the call that it was given to.
 */
public interface Row {
  /**
   * Which row of the table it is.
   *
   * @return from 0
   */
  long index();

  /**
   * Whether a value is null.
   *
   * @param column the column's name
   * @return whether it is
   * @throws IllegalArgumentException if there is no such column
   */
  boolean isNull(String column);

  /**
   * A whole number: an integer, a boolean as 0 or 1, a date or time as its number; fractions are cut off.
   *
   * @param column the column's name
   * @return the number
   * @throws IllegalArgumentException if there is no such column, it has no numbers, or this one is null
   * @throws ArithmeticException if it is none (NaN), or not between -2^63 and 2^63 - 1
   */
  long integer(String column);

  /**
   * A number.
   *
   * @param column the column's name
   * @return the number, rounded if need be
   * @throws IllegalArgumentException if there is no such column, it has no numbers, or this one is null
   */
  double real(String column);

  /**
   * Text, and bytes that are text; other values as {@code packice head} prints them: numbers in digits, dates and times as ISO 8601.
   *
   * @param column the column's name
   * @return the text; null for null
   * @throws IllegalArgumentException if there is no such column
   */
  @Nullable
  String text(String column);

  /**
   * A value of any type, as Arrow's Java objects have it: unsigned integers and half floats as their bits, which {@link #integer} and {@link #real}
   * understand.
   *
   * @param column the column's name
   * @return the value; null for null
   * @throws IllegalArgumentException if there is no such column
   */
  @Nullable
  Object value(String column);
}
