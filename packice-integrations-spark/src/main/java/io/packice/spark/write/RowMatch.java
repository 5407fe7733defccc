package io.packice.spark.write;

import io.packice.spark.types.SchemaMapping;
import java.io.Serializable;
import java.util.List;
import org.apache.spark.sql.catalyst.expressions.BoundReference;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.UnsafeProjection;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;
import scala.jdk.javaapi.CollectionConverters;

/**
 * What makes rows of the columns that are written rows of the table: columns, and fields inside of them, are found by name, and cast as Spark's INSERT casts.
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
    SchemaMapping.requireDistinctNames(given); // of two, one would be left out
    FieldMatch match = new FieldMatch();
    List<Expression> columns = match.fields(given, wanted, "", place -> {
      StructField from = given.fields()[place];
      return new BoundReference(place, from.dataType(), from.nullable());
    });
    if (!match.differences().isEmpty()) {
      throw new IllegalArgumentException("Cannot write table " + table + ": the rows have other columns: "
          + String.join("; ", match.differences()) + "; select and cast them to what the table has");
    }
    return given.size() == wanted.size() && isUntouched(columns) ? EXACT : new RowMatch(columns);
  }

  private static boolean isUntouched(List<Expression> columns) {
    for (int i = 0; i < columns.size(); i++) {
      if (!(columns.get(i) instanceof BoundReference column) || column.ordinal() != i) {
        return false;
      }
    }
    return true;
  }

  /** What a task applies to each row; null if there is nothing to do. */
  @Nullable
  UnsafeProjection projection() {
    return columns.isEmpty() ? null : UnsafeProjection.create(CollectionConverters.asScala(columns).toSeq());
  }
}
