package io.packice.spark.read;

import io.packice.spark.types.References;
import java.math.BigDecimal;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.apache.spark.sql.connector.expressions.NamedReference;
import org.apache.spark.sql.connector.read.Statistics;
import org.apache.spark.sql.connector.read.colstats.ColumnStatistics;
import org.apache.spark.sql.types.StructField;
import org.jspecify.annotations.Nullable;

/**
 * What the optimiser is told of a scan.
 *
 * @param numRows of what is selected
 * @param sizeInBytes of the columns that are read
 * @param columnStats of those of which something is known
 */
record TableStatistics(OptionalLong numRows, OptionalLong sizeInBytes,
    Map<NamedReference, ColumnStatistics> columnStats) implements Statistics {

  static TableStatistics of(ScanPlan plan) {
    double bytes = plan.selection().slices().stream()
        .mapToDouble(slice -> slice.partBytes() * (double) slice.rowCount() / Math.max(1, slice.partRows())).sum();
    Map<NamedReference, ColumnStatistics> columns = new HashMap<>();
    for (StructField field : plan.columns().fields()) {
      ColumnRanges.Column column = plan.ranges().find(field.name());
      if (column != null) {
        columns.put(References.column(field.name()), column(plan, column));
      }
    }
    return new TableStatistics(OptionalLong.of(plan.selection().rowCount()),
        OptionalLong.of((long) Math.ceil(bytes * ColumnShare.of(plan.table(), plan.columns()))), columns);
  }

  private static ColumnStatistics column(ScanPlan plan, ColumnRanges.Column column) {
    long nulls = 0;
    Object min = null;
    Object max = null;
    boolean isKnown = !column.isFloat();
    for (Selection.Pick pick : plan.selection().picks()) {
      ColumnRange range = plan.ranges().range(column, pick.part());
      nulls += range.nulls();
      isKnown &= range.min() != null || range.nulls() == range.rows();
      min = better(min, range.min(), -1);
      max = better(max, range.max(), 1);
    }
    return new Column(OptionalLong.of(nulls), isKnown ? value(column, min) : Optional.empty(),
        isKnown ? value(column, max) : Optional.empty());
  }

  private static @Nullable Object better(@Nullable Object a, @Nullable Object b, int sign) {
    if (a == null || b == null) {
      return a == null ? b : a;
    }
    return ColumnRange.compare(a, b) * sign >= 0 ? a : b;
  }

  private static Optional<Object> value(ColumnRanges.Column column, @Nullable Object value) {
    return value instanceof BigDecimal number
        ? Optional.of(PushedAggregates.internal(number, column.type()))
        : Optional.empty();
  }

  private record Column(OptionalLong nullCount, Optional<Object> min, Optional<Object> max)
      implements
      ColumnStatistics {
  }
}
