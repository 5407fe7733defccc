package io.packice.spark.catalog;

import io.packice.arrow.manifest.TableColumn;
import io.packice.arrow.manifest.TableDescription;
import io.packice.spark.types.SchemaMapping;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.spark.sql.connector.catalog.ColumnDefaultValue;
import org.apache.spark.sql.connector.catalog.DefaultValue;
import org.apache.spark.sql.connector.catalog.TableChange;
import org.apache.spark.sql.connector.expressions.Literal;
import org.apache.spark.sql.types.Decimal;
import org.apache.spark.sql.types.Metadata;
import org.apache.spark.sql.types.MetadataBuilder;
import org.apache.spark.sql.types.StringType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.unsafe.types.UTF8String;
import org.jspecify.annotations.Nullable;

/** ALTER TABLE: what parts that stay as they are can go with. */
public final class Alteration {
  private static final String COMMENT = "comment";
  private static final String DEFAULT = "CURRENT_DEFAULT";
  private static final String EXISTING_DEFAULT = "EXISTS_DEFAULT";

  private final TableDescription table;
  private final List<TableColumn> columns = new ArrayList<>();
  private boolean areColumnsChanged;

  private Alteration(TableDescription table) {
    this.table = table;
    table.schema().getFields().forEach(field -> columns.add(new TableColumn(field, field.getName())));
  }

  /**
   * Applies changes, one after the other.
   *
   * @param table as it is
   * @param changes what Spark wants
   * @return the table as it is to be
   * @throws IllegalArgumentException if a change is not possible over parts that stay
   */
  public static TableDescription apply(TableDescription table, TableChange... changes) {
    TableDescription next = table;
    Alteration alteration = new Alteration(table);
    for (TableChange change : changes) {
      switch (change) {
        case TableChange.SetProperty set -> next = TableProperties.set(next, set.property(), set.value());
        case TableChange.RemoveProperty remove -> next = TableProperties.remove(next, remove.property());
        case TableChange.ColumnChange column -> alteration.change(column);
        default -> throw alteration.refuse(change.getClass().getSimpleName() + " is not possible here");
      }
    }
    return alteration.areColumnsChanged ? next.withColumns(alteration.columns) : next;
  }

  private IllegalArgumentException refuse(String why) {
    return new IllegalArgumentException("Cannot alter table " + table.name() + ": " + why);
  }

  private void change(TableChange.ColumnChange change) {
    areColumnsChanged = true;
    if (change.fieldNames().length != 1) {
      throw refuse("column " + String.join(".", change.fieldNames())
          + " is inside of another, and parts are immutable; write the table anew with another type");
    }
    String name = change.fieldNames()[0];
    switch (change) {
      case TableChange.AddColumn add -> add(add, name);
      case TableChange.RenameColumn rename -> replace(name, renamed(field(name), rename.newName()));
      case TableChange.DeleteColumn delete -> {
        if (has(name) || !Boolean.TRUE.equals(delete.ifExists())) {
          columns.remove(place(name));
        }
      }
      case TableChange.UpdateColumnComment comment ->
          replace(name, withMetadata(field(name), COMMENT, comment.newComment()));
      case TableChange.UpdateColumnDefaultValue value ->
          replace(name, withDefault(field(name), value.newCurrentDefault()));
      case TableChange.UpdateColumnNullability nullability ->
          replace(name, nullable(field(name), nullability.nullable()));
      case TableChange.UpdateColumnPosition position -> {
        TableColumn moved = columns.remove(place(name));
        columns.add(place(position.position()), moved);
      }
      default -> throw refuse(
          "column " + name + " keeps its type, since parts are immutable; write the table anew, with the column cast");
    }
  }

  /** What a default was written as; dropped ones are none. */
  private static String sql(@Nullable DefaultValue value) {
    return value == null || value.getSql() == null ? "" : value.getSql();
  }

  private void add(TableChange.AddColumn add, String name) {
    ColumnDefaultValue value = add.defaultValue();
    Object fill = value == null ? null : fill(name, value.getValue());
    if (!add.isNullable() && fill == null) {
      throw refuse(
          "new column " + name + " is null in the rows that there are; make it nullable, or give it a DEFAULT");
    }
    StructField field = new StructField(name, add.dataType(), add.isNullable(), Metadata.empty());
    StructType added = new StructType(new StructField[] {field});
    SchemaMapping.requireDistinctNames(added);
    Field arrow = SchemaMapping.toArrow(added).getFields().getFirst();
    if (add.comment() != null) {
      arrow = withMetadata(arrow, COMMENT, add.comment());
    }
    if (value != null) {
      arrow = withDefault(arrow, value);
    }
    int place = add.position() == null ? columns.size() : place(add.position());
    columns.add(place, new TableColumn(arrow, null, fill));
  }

  /** What a default is in the rows that there are. */
  private @Nullable Object fill(String name, @Nullable Literal<?> literal) {
    if (literal == null) {
      throw refuse(
          "the default of new column " + name + " is no constant; add it without, set the default with ALTER COLUMN, "
              + "and UPDATE the rows");
    }
    return switch (literal.value()) {
      case null -> null;
      case Boolean flag -> flag;
      case UTF8String text when literal.dataType() instanceof StringType -> text.toString();
      case Decimal decimal -> decimal.toJavaBigDecimal();
      case Number number -> number;
      default -> throw refuse("new column " + name + " of type " + literal.dataType().sql()
          + " can be filled with nulls only; add it without a default, set that with ALTER COLUMN, and UPDATE the rows");
    };
  }

  /** As Spark keeps a default: what new rows get, and what old ones have. */
  private static Field withDefault(Field field, @Nullable DefaultValue value) {
    return withMetadata(withMetadata(field, DEFAULT, sql(value)), EXISTING_DEFAULT, sql(value));
  }

  private boolean has(String name) {
    return columns.stream().anyMatch(column -> column.field().getName().equals(name));
  }

  private int place(String name) {
    for (int i = 0; i < columns.size(); i++) {
      if (columns.get(i).field().getName().equals(name)) {
        return i;
      }
    }
    throw refuse("there is no column " + name);
  }

  private int place(TableChange.ColumnPosition position) {
    return position instanceof TableChange.After after ? place(after.column()) + 1 : 0;
  }

  private Field field(String name) {
    return columns.get(place(name)).field();
  }

  private void replace(String name, Field field) {
    int place = place(name);
    columns.set(place, new TableColumn(field, columns.get(place).source(), columns.get(place).fill()));
  }

  private static Field renamed(Field field, String name) {
    return new Field(name, field.getFieldType(), field.getChildren());
  }

  private static Field nullable(Field field, boolean nullable) {
    return new Field(field.getName(),
        new FieldType(nullable, field.getType(), field.getDictionary(), field.getMetadata()), field.getChildren());
  }

  private static Field withMetadata(Field field, String key, String value) {
    Map<String, String> all = new HashMap<>(field.getMetadata());
    String json = all.get(SchemaMapping.METADATA_KEY);
    MetadataBuilder metadata =
        new MetadataBuilder().withMetadata(json == null ? Metadata.empty() : Metadata.fromJson(json));
    Metadata changed = (value.isEmpty() ? metadata.remove(key) : metadata.putString(key, value)).build();
    if (changed.isEmpty()) {
      all.remove(SchemaMapping.METADATA_KEY);
    } else {
      all.put(SchemaMapping.METADATA_KEY, changed.json());
    }
    return new Field(field.getName(), new FieldType(field.isNullable(), field.getType(), field.getDictionary(), all),
        field.getChildren());
  }
}
