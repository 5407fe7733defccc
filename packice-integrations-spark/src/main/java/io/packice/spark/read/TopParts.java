package io.packice.spark.read;

import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.connector.expressions.NamedReference;
import org.apache.spark.sql.connector.expressions.SortDirection;
import org.apache.spark.sql.connector.expressions.SortOrder;
import org.jspecify.annotations.Nullable;

/** Leaves out parts that cannot have one of the first rows of an order, by the first column of the order. */
final class TopParts {
  private final ColumnRanges ranges;
  private final ColumnRanges.Column column;
  private final boolean descending;

  private TopParts(ColumnRanges ranges, ColumnRanges.Column column, boolean descending) {
    this.ranges = ranges;
    this.column = column;
    this.descending = descending;
  }

  private record Bounds(Selection.Pick pick, Object least, Object most) {
  }

  /** Null if nothing can be left out. */
  static @Nullable Selection of(ColumnRanges ranges, Selection selection, SortOrder order, int limit) {
    ColumnRanges.Column column = order.expression() instanceof NamedReference reference
        ? ranges.find(reference.fieldNames())
        : null;
    if (column == null || column.isFloat()) {
      return null;
    }
    return new TopParts(ranges, column, order.direction() == SortDirection.DESCENDING).select(selection, limit);
  }

  private @Nullable Selection select(Selection selection, int limit) {
    List<Bounds> bounds = new ArrayList<>();
    for (Selection.Pick pick : selection.picks()) {
      ColumnRange range = ranges.range(column, pick.part());
      Object min = range.min();
      Object max = range.max();
      if (range.nulls() > 0 || min == null || max == null) {
        return null;
      }
      bounds.add(new Bounds(pick, min, max));
    }
    // The rows of the best parts by their worst value: the limit-th row cannot be worse than the worst of these
    List<Bounds> byWorst = new ArrayList<>(bounds);
    byWorst.sort((a, b) -> descending
        ? ColumnRange.compare(b.least, a.least)
        : ColumnRange.compare(a.most, b.most));
    long rows = 0;
    for (Bounds part : byWorst) {
      rows += part.pick.slice().rowCount();
      if (rows >= limit) {
        return new Selection(bounds.stream().filter(other -> descending
            ? ColumnRange.compare(other.most, part.least) >= 0
            : ColumnRange.compare(other.least, part.most) <= 0).map(Bounds::pick).toList());
      }
    }
    return null;
  }
}
