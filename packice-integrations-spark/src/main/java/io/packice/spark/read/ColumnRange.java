package io.packice.spark.read;

import io.packice.arrow.statistics.Outcomes;
import io.packice.arrow.statistics.RangeComparison;
import io.packice.arrow.statistics.RangeComparison.Others;
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

  Outcomes isNull() {
    return compared(null).isNull();
  }

  /** Compared with a value; with null, of which only {@link RangeComparison#isNull} means anything. */
  RangeComparison compared(@Nullable Object value) {
    Object least = min;
    Object most = max;
    RangeComparison.Bounds bounds = value == null || least == null || most == null || isNaN(value) ? null
        : new RangeComparison.Bounds(compare(least, value), compare(most, value));
    return new RangeComparison(nulls > 0, nulls < rows, bounds, mayHaveNaN ? Others.GREATEST : Others.NONE);
  }

  /** Like {@link RangeComparison#equal}, but null is a value as well. */
  Outcomes sameAs(Object value) {
    Outcomes equal = compared(value).equal();
    return new Outcomes(equal.isTrue(), equal.isFalse() || equal.isNull(), /* isNull= */ false);
  }

  Outcomes oneOf(List<Object> values, boolean hasNull) {
    Outcomes result = isNull().isTrue() ? Outcomes.NULL : Outcomes.NONE;
    if (nulls == rows) {
      return result;
    }
    Outcomes ofValues = hasNull ? Outcomes.NULL : Outcomes.FALSE;
    ColumnRange withoutNulls = new ColumnRange(rows - nulls, 0, min, max, mayHaveNaN);
    for (Object value : values) {
      ofValues = ofValues.or(withoutNulls.compared(value).equal());
    }
    return result.plus(ofValues);
  }
}
