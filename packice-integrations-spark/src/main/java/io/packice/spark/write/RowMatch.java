package io.packice.spark.write;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.apache.spark.sql.catalyst.expressions.BoundReference;
import org.apache.spark.sql.catalyst.expressions.Cast;
import org.apache.spark.sql.catalyst.expressions.EvalMode;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.UnsafeProjection;
import org.apache.spark.sql.catalyst.expressions.objects.AssertNotNull;
import org.apache.spark.sql.internal.SQLConf;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;
import scala.Option;
import scala.jdk.javaapi.CollectionConverters;

/**
 * What makes rows of the columns that are written rows of the table: columns are found by name, and cast as Spark's INSERT casts.
 *
 * @param columns the table's, over the rows'; none if the rows are the table's already
 */
record RowMatch(List<Expression> columns) implements Serializable {
  /** Nothing is to be done. */
  static final RowMatch EXACT = new RowMatch(List.of());

  /**
   * Compares schemas.
   *
   * @param table the table's name
   * @param given the rows'
   * @param wanted the table's
   * @throws IllegalArgumentException if they do not agree; it lists all differences
   */
  static RowMatch of(String table, StructType given, StructType wanted) {
    List<String> differences = new ArrayList<>();
    List<Expression> columns = new ArrayList<>();
    boolean isExact = given.size() == wanted.size();
    for (int i = 0; i < wanted.size(); i++) {
      StructField column = wanted.fields()[i];
      int place = find(given, column.name());
      if (place < 0) {
        differences.add(column.name() + " " + column.dataType().sql() + " is missing");
        continue;
      }
      StructField from = given.fields()[place];
      boolean isSame = from.dataType().asNullable().equals(column.dataType().asNullable());
      boolean losesNulls = from.nullable() && !column.nullable();
      if (!isSame && !Cast.canANSIStoreAssign(from.dataType(), column.dataType())) {
        differences.add(column.name() + " is " + from.dataType().sql() + ", the table has " + column.dataType().sql());
        continue;
      }
      isExact &= place == i && isSame && !losesNulls;
      columns.add(column(place, from, column, isSame, losesNulls));
    }
    for (StructField field : given.fields()) {
      if (find(wanted, field.name()) < 0) {
        differences.add(field.name() + " " + field.dataType().sql() + " is not in the table");
      }
    }
    if (!differences.isEmpty()) {
      throw new IllegalArgumentException("Cannot write table " + table + ": the rows have other columns: "
          + String.join("; ", differences) + "; select and cast them to what the table has");
    }
    return isExact ? EXACT : new RowMatch(columns);
  }

  private static Expression column(int place, StructField from, StructField to, boolean isSame, boolean losesNulls) {
    Expression value = new BoundReference(place, from.dataType(), from.nullable());
    if (!isSame) {
      value = new Cast(value, to.dataType(), Option.apply(SQLConf.get().sessionLocalTimeZone()), EvalMode.ANSI());
    }
    return losesNulls
        ? new AssertNotNull(value, CollectionConverters.asScala(List.of(to.name())).toSeq())
        : value;
  }

  /** Spark's names may differ in case, unless it is told otherwise. */
  private static int find(StructType schema, String name) {
    boolean isSensitive = SQLConf.get().caseSensitiveAnalysis();
    for (int i = 0; i < schema.size(); i++) {
      String other = schema.fields()[i].name();
      if (isSensitive
          ? other.equals(name)
          : other.toLowerCase(Locale.ROOT).equals(name.toLowerCase(Locale.ROOT))) {
        return i;
      }
    }
    return -1;
  }

  /** What a task applies to each row; null if there is nothing to do. */
  @Nullable
  UnsafeProjection projection() {
    return columns.isEmpty() ? null : UnsafeProjection.create(CollectionConverters.asScala(columns).toSeq());
  }
}
