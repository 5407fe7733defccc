package io.packice.spark.read;

import java.math.BigDecimal;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a column in a part. Integers, dates, times and the like are {@link BigDecimal}s of Spark's unit, floats {@link Double}s.
 *
 * @param rows how many rows the part has
 * @param nulls how many of them are null
 * @param min the least value that is neither null nor NaN; null if it is not known
 * @param max the greatest such value; null if it is not known
 * @param mayHaveNaN whether there may be NaN, which for Spark is equal to itself and more than all others
 */
record ColumnRange(long rows, long nulls, @Nullable Object min, @Nullable Object max, boolean mayHaveNaN) {
  /** As Spark compares, but for NaN. */
  static int compare(Object a, Object b) {
    if (a instanceof Double x && b instanceof Double y) {
      double p = x;
      double q = y;
      return p == q ? 0 : p < q ? -1 : 1; // the zeros are equal
    }
    return ((BigDecimal) a).compareTo((BigDecimal) b);
  }

  private static boolean isNaN(Object value) {
    return value instanceof Double number && number.isNaN();
  }

  private boolean hasValues() {
    return nulls < rows;
  }

  private Outcomes nulls(Outcomes outcome) {
    return nulls > 0 ? outcome : Outcomes.NONE;
  }

  Outcomes isNull() {
    return nulls(Outcomes.TRUE).plus(hasValues() ? Outcomes.FALSE : Outcomes.NONE);
  }

  Outcomes equalTo(Object value) {
    return nulls(Outcomes.NULL).plus(hasValues() ? valuesEqual(value) : Outcomes.NONE);
  }

  /** Like {@link #equalTo}, but null is a value as well. */
  Outcomes sameAs(Object value) {
    return nulls(Outcomes.FALSE).plus(hasValues() ? valuesEqual(value) : Outcomes.NONE);
  }

  private Outcomes valuesEqual(Object value) {
    Object least = min;
    Object most = max;
    if (least == null || most == null || isNaN(value)) {
      return new Outcomes(true, true, false);
    }
    boolean inside = compare(least, value) <= 0 && compare(value, most) <= 0;
    boolean only = compare(least, value) == 0 && compare(value, most) == 0 && !mayHaveNaN;
    return new Outcomes(inside, !only, false);
  }

  Outcomes oneOf(List<Object> values, boolean hasNull) {
    Outcomes result = Outcomes.FALSE;
    for (Object value : values) {
      result = result.or(valuesEqual(value));
    }
    if (hasNull) {
      result = result.or(Outcomes.NULL);
    }
    return nulls(Outcomes.NULL).plus(hasValues() ? result : Outcomes.NONE);
  }

  Outcomes less(Object value) {
    return below(value, false);
  }

  Outcomes lessOrEqual(Object value) {
    return below(value, true);
  }

  private Outcomes below(Object value, boolean orEqual) {
    return nulls(Outcomes.NULL).plus(hasValues() ? valuesBelow(value, orEqual) : Outcomes.NONE);
  }

  private Outcomes valuesBelow(Object value, boolean orEqual) {
    Object least = min;
    Object most = max;
    if (least == null || most == null || isNaN(value)) {
      return new Outcomes(true, true, false);
    }
    int least2 = compare(least, value);
    int most2 = compare(most, value);
    boolean some = orEqual ? least2 <= 0 : least2 < 0;
    boolean all = !mayHaveNaN && (orEqual ? most2 <= 0 : most2 < 0);
    return new Outcomes(some, !all, false);
  }
}
