package io.packice.arrow.parquet;

import java.util.LinkedHashSet;
import java.util.Set;

/**
 * Which rows are wanted, as SQL says it after WHERE: {@code a > 10 AND (b = 'x' OR c IS NULL)}.
 *
 * <p>Comparisons are {@code = == != <> < <= > >=}, {@code BETWEEN … AND …}, {@code IN (…)} and {@code IS [NOT] NULL}, joined by {@code AND},
 * {@code OR}, {@code NOT} and parentheses, of a column with a number, {@code TRUE}, {@code FALSE} or text in single quotes (two of them for one).
 * Dates, times and timestamps are text: {@code '2026-01-31'}, {@code '12:30:00'}, {@code '2026-01-31 12:30:00'}, and for instants also
 * {@code '2026-01-31T12:30:00Z'}. A name that is no word stands in double quotes. As in SQL, a comparison with null is neither true nor false,
 * and only rows are wanted where the whole is true. NaN is unequal to everything.
 *
 * <p>Immutable, and safe from any thread.
 */
public final class RowFilter {
  private final String text;
  private final Condition condition;

  private RowFilter(String text, Condition condition) {
    this.text = text;
    this.condition = condition;
  }

  /**
   * Reads a condition.
   *
   * @param text the condition
   * @return the filter; whether its columns exist is found out when it meets a file
   * @throws IllegalArgumentException if it is none; the message says where
   */
  public static RowFilter parse(String text) {
    return new RowFilter(text, new ConditionParser(text).parse());
  }

  Condition condition() {
    return condition;
  }

  /** The columns that must be read to decide. */
  Set<String> columns() {
    Set<String> columns = new LinkedHashSet<>();
    condition.columns(columns);
    return columns;
  }

  /** The condition as it was given. */
  @Override
  public String toString() {
    return text;
  }
}
