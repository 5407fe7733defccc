package io.packice.spark.types;

import io.packice.arrow.manifest.TableDescription;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;
import org.apache.spark.sql.internal.SQLConf;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.sql.util.SchemaUtils;

/**
 * Schemas of Spark and of tables, each from the other. docs/spark.md has the table of types. What Arrow's types do not say of Spark's (the fields
 * of intervals, collations, lengths of text, user-defined types) stands in a field's metadata; a table that Spark wrote has Spark's schema again.
 *
 * <p>Stateless, safe from any thread.
 */
public final class SchemaMapping {
  /** Where a field keeps its metadata of Spark's, comments and defaults included; Spark's own Arrow has the same name for it. */
  public static final String METADATA_KEY = "SPARK::metadata::json";

  /** Where a field keeps Spark's own type, as JSON of a struct with one field, if Arrow's says less. */
  public static final String TYPE_KEY = "packice.spark.type";

  private SchemaMapping() {
  }

  /**
   * The schema of a table for rows of Spark's.
   *
   * @param schema Spark's
   * @return the columns as a table has them
   * @throws UnsupportedTypeException if a column's type, at whatever depth, has no form in a table
   */
  public static Schema toArrow(StructType schema) {
    return toArrow(schema, Map.of());
  }

  /**
   * Like {@link #toArrow(StructType)}, with the table's own metadata.
   *
   * @param schema Spark's
   * @param tableMetadata what the table says of itself
   * @return the columns as a table has them
   * @throws UnsupportedTypeException if a column's type, at whatever depth, has no form in a table
   */
  public static Schema toArrow(StructType schema, Map<String, String> tableMetadata) {
    List<Field> fields = new ArrayList<>();
    for (StructField field : schema.fields()) {
      fields.add(toArrow(field));
    }
    return new Schema(fields, tableMetadata);
  }

  /**
   * Looks that the names of columns, and of fields in each, differ for Spark: of two that do not it can read neither. If two are the same, Spark's own
   * exception says so, with {@code COLUMN_ALREADY_EXISTS}; it is a checked one, which Scala need not declare.
   *
   * @param schema columns of rows that are to be written
   */
  public static void requireDistinctNames(StructType schema) {
    SchemaUtils.checkSchemaColumnNameDuplication(schema, SQLConf.get().caseSensitiveAnalysis());
  }

  private static Field toArrow(StructField field) {
    Map<String, String> metadata = new HashMap<>();
    if (!field.metadata().isEmpty()) {
      metadata.put(METADATA_KEY, field.metadata().json());
    }
    Field plain = new ArrowFields(field.name()).field(field.name(), field.dataType(), field.nullable(), metadata);
    if (new SparkFields(field.name()).type(plain).equals(field.dataType())) {
      return plain;
    }
    metadata.put(TYPE_KEY, new StructType().add("c", field.dataType()).json());
    return new Field(plain.getName(), new FieldType(plain.isNullable(), plain.getType(), null, metadata),
        plain.getChildren());
  }

  /**
   * The schema that Spark sees of a table.
   *
   * @param schema the columns as their values are, dictionaries decoded
   * @return Spark's
   * @throws UnsupportedTypeException if Spark has no type for a column
   */
  public static StructType toSpark(Schema schema) {
    List<StructField> fields = new ArrayList<>();
    for (Field field : schema.getFields()) {
      fields.add(new StructField(field.getName(), type(field), SparkFields.isNullable(field),
          SparkFields.metadata(field)));
    }
    return DataTypes.createStructType(fields);
  }

  /**
   * The schema that Spark sees of a table.
   *
   * @param table the table
   * @return Spark's
   * @throws UnsupportedTypeException if Spark has no type for a column, or two have one name, at whatever depth: it would read one of them for both
   */
  public static StructType toSpark(TableDescription table) {
    List<Field> fields = table.plainSchema().getFields();
    requireDistinct(table.name(), "", fields);
    return toSpark(new Schema(fields));
  }

  private static void requireDistinct(String table, String path, List<Field> fields) {
    Set<String> names = new HashSet<>();
    for (Field field : fields) {
      String name = path + field.getName();
      if (!names.add(name)) {
        throw new UnsupportedTypeException("Cannot read table " + table + ": it has more than one column " + name
            + ", and Spark finds columns by name; write the table anew with other names");
      }
      requireDistinct(table, name + ".", field.getChildren());
    }
  }

  private static DataType type(Field field) {
    DataType derived = new SparkFields(field.getName()).type(field);
    String hint = field.getMetadata().get(TYPE_KEY);
    if (hint == null) {
      return derived;
    }
    DataType own;
    try {
      own = ((StructType) DataType.fromJson(hint)).fields()[0].dataType();
    } catch (RuntimeException _) {
      return derived; // a user-defined type whose class is not here, or a type that a newer Spark has: the values are readable without
    }
    // A hint may be left over from a table whose column had another type
    Field expected = new ArrowFields(field.getName()).field(field.getName(), own, field.isNullable(), Map.of());
    return isSameStorage(expected, field) ? own : derived;
  }

  private static boolean isSameStorage(Field a, Field b) {
    if (!a.getType().equals(b.getType()) || a.getChildren().size() != b.getChildren().size()) {
      return false;
    }
    for (int i = 0; i < a.getChildren().size(); i++) {
      if (!isSameStorage(a.getChildren().get(i), b.getChildren().get(i))) {
        return false;
      }
    }
    return true;
  }
}
