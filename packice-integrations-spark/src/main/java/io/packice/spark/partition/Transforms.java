package io.packice.spark.partition;

import io.packice.arrow.manifest.PartitionField;
import io.packice.spark.types.References;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.connector.expressions.Expression;
import org.apache.spark.sql.connector.expressions.Expressions;
import org.apache.spark.sql.connector.expressions.Literal;
import org.apache.spark.sql.connector.expressions.LogicalExpressions;
import org.apache.spark.sql.connector.expressions.NamedReference;
import org.apache.spark.sql.connector.expressions.Transform;
import org.apache.spark.sql.types.StructType;

/** Partitionings of tables as Spark writes them, and back. */
public final class Transforms {
  private Transforms() {
  }

  /**
   * What the manifest keeps of Spark's.
   *
   * @param transforms from {@code PARTITIONED BY} or {@code partitionBy}
   * @param schema the table's columns
   * @return the fields, checked
   * @throws IllegalArgumentException if one is not known, or has no meaning for its column
   */
  public static List<PartitionField> toFields(Transform[] transforms, StructType schema) {
    List<PartitionField> fields = new ArrayList<>();
    for (Transform transform : transforms) {
      PartitionField field = toField(transform, schema);
      PartitionFunction _ = PartitionFunction.of(field, schema.apply(field.column()).dataType());
      fields.add(field);
    }
    return fields;
  }

  private static PartitionField toField(Transform transform, StructType schema) {
    PartitionFunction.Kind kind = PartitionFunction.Kind.of(transform.name());
    NamedReference[] references = transform.references();
    if (kind == null || references.length != 1 || references[0].fieldNames().length != 1) {
      throw new IllegalArgumentException("Cannot partition by " + transform.describe()
          + "; give a column, or bucket, truncate, years, months, days or hours of one");
    }
    String column = column(references[0].fieldNames()[0], schema);
    int parameter = 0;
    for (Expression argument : transform.arguments()) {
      if (argument instanceof Literal<?> literal && literal.value() instanceof Number number) {
        parameter = number.intValue();
      }
    }
    return new PartitionField(kind.text(), column, parameter);
  }

  /** As it is, or, since Spark may have found it so, in other letters. */
  private static String column(String name, StructType schema) {
    if (List.of(schema.fieldNames()).contains(name)) {
      return name;
    }
    for (String column : schema.fieldNames()) {
      if (column.equalsIgnoreCase(name)) {
        return column;
      }
    }
    throw new IllegalArgumentException(
        "Cannot partition by " + name + ": the columns are " + List.of(schema.fieldNames()));
  }

  /**
   * What Spark has for a table's.
   *
   * @param fields the table's partitioning
   * @return the transforms
   */
  public static Transform[] of(List<PartitionField> fields) {
    return fields.stream().map(Transforms::of).toArray(Transform[]::new);
  }

  private static Transform of(PartitionField field) {
    NamedReference column = References.column(field.column());
    return switch (PartitionFunction.Kind.of(field.transform())) {
      case null -> Expressions.apply(field.transform(), column);
      case IDENTITY -> LogicalExpressions.identity(column);
      case BUCKET -> LogicalExpressions.bucket(field.parameter(), new NamedReference[] {column});
      case TRUNCATE -> Expressions.apply("truncate", Expressions.literal(field.parameter()), column);
      case YEARS -> LogicalExpressions.years(column);
      case MONTHS -> LogicalExpressions.months(column);
      case DAYS -> LogicalExpressions.days(column);
      case HOURS -> LogicalExpressions.hours(column);
    };
  }
}
