package io.packice.spark.partition;

import io.packice.arrow.manifest.PartitionField;
import io.packice.arrow.manifest.TableDescription;
import io.packice.arrow.manifest.TablePart;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.GenericInternalRow;
import org.apache.spark.sql.types.ByteType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DateType;
import org.apache.spark.sql.types.Decimal;
import org.apache.spark.sql.types.DecimalType;
import org.apache.spark.sql.types.IntegerType;
import org.apache.spark.sql.types.ShortType;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.unsafe.types.UTF8String;
import org.jspecify.annotations.Nullable;

/** The partition of a row: a value for each field of a table's partitioning. Immutable. */
public final class PartitionKey {
  private final List<PartitionFunction> functions = new ArrayList<>();
  private final int[] columns;

  /**
   * The key of a table.
   *
   * @param table the table
   * @param schema its columns as Spark has them
   * @throws IllegalArgumentException if a function is not known here
   */
  public PartitionKey(TableDescription table, StructType schema) {
    List<PartitionField> fields = table.partitioning();
    this.columns = new int[fields.size()];
    for (int i = 0; i < columns.length; i++) {
      columns[i] = schema.fieldIndex(fields.get(i).column());
      functions.add(PartitionFunction.of(fields.get(i), schema.fields()[columns[i]].dataType()));
    }
  }

  /**
   * The key of a table that may have been written by a newer Packice: its rows can be read even if what it is partitioned by is not known here.
   *
   * @param table the table
   * @param schema its columns as Spark has them
   * @return the key; null if a function is not known here
   */
  public static @Nullable PartitionKey ifKnown(TableDescription table, StructType schema) {
    try {
      return new PartitionKey(table, schema);
    } catch (IllegalArgumentException _) {
      return null;
    }
  }

  /**
   * Whether the table is partitioned.
   *
   * @return false if all rows have the same key, without values
   */
  public boolean isEmpty() {
    return columns.length == 0;
  }

  /**
   * The key of one row.
   *
   * @param row all columns of the table
   * @return the values, as manifests keep them
   */
  public List<@Nullable Object> of(InternalRow row) {
    @Nullable Object[] values = new Object[columns.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = functions.get(i).apply(row, columns[i]);
    }
    return Arrays.asList(values);
  }

  /**
   * The key of a part as Spark wants it.
   *
   * @param part a part of the table
   * @return a row with the functions' values, in Spark's own types
   */
  public InternalRow row(TablePart part) {
    @Nullable Object[] values = new Object[columns.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = internal(part.partition().get(i), functions.get(i).resultType());
    }
    return new GenericInternalRow(values);
  }

  /** What Spark keeps in rows for a value of a manifest. */
  static @Nullable Object internal(@Nullable Object value, DataType type) {
    return switch (value) {
      case null -> null;
      case String text when type instanceof DecimalType decimal ->
          Decimal.apply(new BigDecimal(text), decimal.precision(), decimal.scale());
      case String text -> UTF8String.fromString(text);
      case Long number -> switch (type) {
        case ByteType _ -> (Object) number.byteValue();
        case ShortType _ -> number.shortValue();
        case IntegerType _ -> number.intValue();
        case DateType _ -> number.intValue();
        default -> number;
      };
      default -> value;
    };
  }
}
