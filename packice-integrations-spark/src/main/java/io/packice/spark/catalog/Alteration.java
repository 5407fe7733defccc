package io.packice.spark.catalog;

import io.packice.arrow.TableColumn;
import io.packice.arrow.TableDescription;
import io.packice.spark.types.SchemaMapping;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.spark.sql.connector.catalog.DefaultValue;
import org.apache.spark.sql.connector.catalog.TableChange;
import org.apache.spark.sql.types.Metadata;
import org.apache.spark.sql.types.MetadataBuilder;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;

/** ALTER TABLE: what parts that stay as they are can go with. */
public final class Alteration {
  private static final String COMMENT = "comment";
  private static final String DEFAULT = "CURRENT_DEFAULT";

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
          replace(name, withMetadata(field(name), DEFAULT, sql(value.newCurrentDefault())));
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
    if (add.defaultValue() != null) {
      throw refuse("new column " + name + " cannot have a default in the rows that there are, where it is null; "
          + "add it without, set the default with ALTER COLUMN, and UPDATE the rows");
    }
    if (!add.isNullable()) {
      throw refuse("new column " + name + " is null in the rows that there are; make it nullable");
    }
    StructField field = new StructField(name, add.dataType(), true, Metadata.empty());
    Field arrow = SchemaMapping.toArrow(new StructType(new StructField[] {field})).getFields().getFirst();
    int place = add.position() == null ? columns.size() : place(add.position());
    columns.add(place,
        new TableColumn(add.comment() == null ? arrow : withMetadata(arrow, COMMENT, add.comment()), null));
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
    columns.set(place, new TableColumn(field, columns.get(place).source()));
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
