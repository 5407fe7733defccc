package io.packice.spark.read;

import io.packice.arrow.manifest.TableDescription;
import io.packice.arrow.manifest.TablePart;
import io.packice.arrow.statistics.ColumnStatistics;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.arrow.vector.types.DateUnit;
import org.apache.arrow.vector.types.TimeUnit;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.Decimal;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;

/** The statistics of a table's top-level columns, as Spark's values. */
final class ColumnRanges {
  /** A column by its place, its type, and by how much its statistics are divided, and then multiplied, to be what Spark reads. */
  record Column(int index, DataType type, long factor, long divisor, boolean isFloat) {
  }

  private final Map<String, Column> columns = new HashMap<>();

  ColumnRanges(TableDescription table, StructType schema) {
    List<Field> fields = table.plainSchema().getFields();
    for (int i = 0; i < fields.size(); i++) {
      StructField spark = schema.fields()[i];
      columns.put(spark.name(), column(i, spark.dataType(), fields.get(i).getType()));
    }
  }

  private static Column column(int index, DataType type, ArrowType arrow) {
    return switch (arrow) {
      case ArrowType.Date date when date.getUnit() == DateUnit.MILLISECOND ->
          new Column(index, type, 1, 86_400_000, false);
      case ArrowType.Timestamp timestamp -> unit(index, type, timestamp.getUnit(), 1_000_000);
      case ArrowType.Duration duration -> unit(index, type, duration.getUnit(), 1_000_000);
      case ArrowType.Time time when time.getUnit() == TimeUnit.NANOSECOND -> // read without what Spark's times do not have
          new Column(index, type, 1_000, 1_000, false);
      case ArrowType.Time time -> unit(index, type, time.getUnit(), 1_000_000_000);
      case ArrowType.FloatingPoint _ -> new Column(index, type, 1, 1, true);
      default -> new Column(index, type, 1, 1, false);
    };
  }

  private static Column unit(int index, DataType type, TimeUnit unit, long wantedPerSecond) {
    long perSecond = switch (unit) {
      case SECOND -> 1;
      case MILLISECOND -> 1_000;
      case MICROSECOND -> 1_000_000;
      case NANOSECOND -> 1_000_000_000;
    };
    return new Column(index, type, Math.max(1, wantedPerSecond / perSecond), Math.max(1, perSecond / wantedPerSecond),
        false);
  }

  /** A column of the table; null if a name is none. */
  @Nullable
  Column find(String... name) {
    return name.length == 1 ? columns.get(name[0]) : null;
  }

  /** Whether some part knows the extremes of a column. */
  boolean isOrdered(String name, TableDescription table) {
    Column column = find(name);
    return column != null
        && table.parts().stream().anyMatch(part -> part.statistics().get(column.index()).min() != null);
  }

  ColumnRange range(Column column, TablePart part) {
    ColumnStatistics statistics = part.statistics().get(column.index());
    return new ColumnRange(part.rowCount(), statistics.nullCount(), value(column, statistics.min()),
        value(column, statistics.max()), column.isFloat());
  }

  /** The sum of a column's values that are not null; null if it is not known. */
  static @Nullable BigDecimal sum(Column column, TablePart part) {
    Number sum = part.statistics().get(column.index()).sum();
    return sum == null ? null : new BigDecimal(sum.toString());
  }

  private static @Nullable Object value(Column column, @Nullable Number statistic) {
    return switch (statistic) {
      case null -> null;
      case Double number -> number;
      case BigInteger number -> new BigDecimal(number);
      case BigDecimal number -> number;
      default -> {
        long value = Math.floorDiv(statistic.longValue(), column.divisor());
        yield BigDecimal.valueOf(value).multiply(BigDecimal.valueOf(column.factor()));
      }
    };
  }

  /** A literal of a column's type as a value that can be compared; null if there are no statistics of that type. */
  static @Nullable Object literal(Column column, Object value, DataType type) {
    if (!type.equals(column.type())) {
      return null;
    }
    return switch (value) {
      case Byte number -> BigDecimal.valueOf(number);
      case Short number -> BigDecimal.valueOf(number);
      case Integer number -> BigDecimal.valueOf(number);
      case Long number -> BigDecimal.valueOf(number);
      case Float number -> (double) number;
      case Double number -> number;
      case Decimal number -> number.toJavaBigDecimal();
      default -> null;
    };
  }
}
