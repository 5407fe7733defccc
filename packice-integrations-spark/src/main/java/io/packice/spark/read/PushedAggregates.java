package io.packice.spark.read;

import io.packice.arrow.manifest.TablePart;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.connector.expressions.Expression;
import org.apache.spark.sql.connector.expressions.NamedReference;
import org.apache.spark.sql.connector.expressions.aggregate.AggregateFunc;
import org.apache.spark.sql.connector.expressions.aggregate.Count;
import org.apache.spark.sql.connector.expressions.aggregate.CountStar;
import org.apache.spark.sql.connector.expressions.aggregate.Max;
import org.apache.spark.sql.connector.expressions.aggregate.Min;
import org.apache.spark.sql.connector.expressions.aggregate.Sum;
import org.apache.spark.sql.types.ByteType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.DateType;
import org.apache.spark.sql.types.Decimal;
import org.apache.spark.sql.types.DecimalType;
import org.apache.spark.sql.types.IntegerType;
import org.apache.spark.sql.types.LongType;
import org.apache.spark.sql.types.ShortType;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;

/** Answers count, min, max and sum by the statistics of the selected parts, if these know all of it. */
final class PushedAggregates {
  private final ColumnRanges ranges;
  private final Selection selection;

  private PushedAggregates(ColumnRanges ranges, Selection selection) {
    this.ranges = ranges;
    this.selection = selection;
  }

  /**
   * What aggregates come to.
   *
   * @param columns those that rows are grouped by, and the aggregates
   * @param rows one for each group, as Spark has values inside
   */
  record Answer(StructType columns, List<List<@Nullable Object>> rows) {
  }

  /** Null if the statistics do not know. */
  static @Nullable Answer answer(ColumnRanges ranges, PartGroups groups, AggregateFunc[] functions) {
    List<Value> types = new PushedAggregates(ranges, new Selection(List.of())).values(functions);
    if (types == null) {
      return null;
    }
    StructType columns = groups.columns();
    for (Value value : types) {
      columns = columns.add("agg_func_" + columns.size(), value.type, true);
    }
    List<List<@Nullable Object>> rows = new ArrayList<>();
    for (Map.Entry<List<@Nullable Object>, Selection> group : groups.members().entrySet()) {
      List<Value> values = new PushedAggregates(ranges, group.getValue()).values(functions);
      if (values == null) {
        return null;
      }
      List<@Nullable Object> row = new ArrayList<>(group.getKey());
      values.forEach(value -> row.add(value.value));
      rows.add(row);
    }
    return new Answer(columns, rows);
  }

  private @Nullable List<Value> values(AggregateFunc[] functions) {
    List<Value> values = new ArrayList<>();
    for (AggregateFunc function : functions) {
      Value value = value(function);
      if (value == null) {
        return null;
      }
      values.add(value);
    }
    return values;
  }

  private record Value(DataType type, @Nullable Object value) {
  }

  private @Nullable Value value(AggregateFunc function) {
    return switch (function) {
      case CountStar _ -> new Value(DataTypes.LongType, selection.rowCount());
      case Count count when !count.isDistinct() -> count(count.column());
      case Min min -> extreme(min.column(), -1);
      case Max max -> extreme(max.column(), 1);
      case Sum sum when !sum.isDistinct() -> sum(sum.column());
      default -> null;
    };
  }

  private ColumnRanges.@Nullable Column column(Expression expression) {
    return expression instanceof NamedReference reference && selection.isOfWholeParts()
        ? ranges.find(reference.fieldNames())
        : null;
  }

  private @Nullable Value count(Expression expression) {
    ColumnRanges.Column column = column(expression);
    if (column == null) {
      return null;
    }
    long count = 0;
    for (Selection.Pick pick : selection.picks()) {
      ColumnRange range = ranges.range(column, pick.part());
      count += range.rows() - range.nulls();
    }
    return new Value(DataTypes.LongType, count);
  }

  /** The greatest value for sign 1, the least for -1. */
  private @Nullable Value extreme(Expression expression, int sign) {
    ColumnRanges.Column column = column(expression);
    if (column == null || column.isFloat()) { // of floats it is not known whether there are NaN, nor which zero it is
      return null;
    }
    BigDecimal best = null;
    for (Selection.Pick pick : selection.picks()) {
      TablePart part = pick.part();
      ColumnRange range = ranges.range(column, part);
      if (range.nulls() == range.rows()) {
        continue;
      }
      if (!((sign < 0 ? range.min() : range.max()) instanceof BigDecimal value)) {
        return null;
      }
      best = best == null || value.compareTo(best) * sign > 0 ? value : best;
    }
    return new Value(column.type(), best == null ? null : internal(best, column.type()));
  }

  /** Of integers and decimals; what overflows is left to Spark, which knows what its user wants then. */
  private @Nullable Value sum(Expression expression) {
    ColumnRanges.Column column = column(expression);
    DataType type = column == null ? null : switch (column.type()) {
      case ByteType _,ShortType _,IntegerType _,LongType _ -> DataTypes.LongType;
      case DecimalType decimal -> decimal;
      default -> null;
    };
    if (column == null || type == null) {
      return null;
    }
    long count = 0;
    BigDecimal total = BigDecimal.ZERO;
    for (Selection.Pick pick : selection.picks()) {
      BigDecimal sum = ColumnRanges.sum(column, pick.part());
      if (sum == null) {
        return null;
      }
      ColumnRange range = ranges.range(column, pick.part());
      count += range.rows() - range.nulls();
      total = total.add(sum);
    }
    boolean fits = type instanceof DecimalType decimal
        ? total.precision() - total.scale() <= decimal.precision() - decimal.scale()
        : total.toBigIntegerExact().bitLength() < Long.SIZE;
    return fits ? new Value(type, count == 0 ? null : internal(total, type)) : null;
  }

  static Object internal(BigDecimal value, DataType type) {
    return switch (type) {
      case ByteType _ -> value.byteValueExact();
      case ShortType _ -> value.shortValueExact();
      case IntegerType _ -> value.intValueExact();
      case DateType _ -> value.intValueExact();
      case DecimalType decimal -> Decimal.apply(value, decimal.precision(), decimal.scale());
      default -> value.longValueExact();
    };
  }
}
