package io.packice.arrow.manifest;

import io.packice.arrow.schema.Damage;
import io.packice.arrow.schema.EncodedSchema;
import io.packice.arrow.schema.SchemaCheck;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/**
 * A table's columns through its changes. Parts are immutable, so each stays in the schema that it was written in, and a column is known by its id
 * there: one with another name and the same id is the same column, one whose id an older part does not have is null there, or has its fill.
 *
 * @param current what the table has now
 * @param lastId the greatest id that was ever given
 * @param former the schemas of parts that were written before a change
 * @param fills by id: what columns are in parts that do not have them, where that is not null
 */
public record TableColumns(Identified current, int lastId, List<Identified> former,
    SortedMap<Integer, ColumnFill> fills) {
  /** Where a part is of the current schema. */
  public static final int CURRENT = -1;

  /** Columns, and the id of each. */
  record Identified(EncodedSchema schema, List<Integer> ids) {
    Identified {
      ids = List.copyOf(ids);
      if (ids.size() != schema.messages().getFields().size() || Set.copyOf(ids).size() != ids.size()) {
        throw new Damage("the columns' ids are impossible");
      }
    }

    /**
     * A column by its id.
     *
     * @throws IllegalArgumentException if there is no such column
     */
    Field field(int id) {
      int place = ids.indexOf(id);
      if (place < 0) {
        throw new Damage("there is no column of id " + id);
      }
      return fields().get(place);
    }

    private List<Field> fields() {
      return schema.vectors().getFields();
    }

    private void requireSameTypes(Identified other) {
      for (int i = 0; i < ids.size(); i++) {
        int place = other.ids.indexOf(ids.get(i));
        if (place >= 0 && !haveSameType(fields().get(i), other.fields().get(place))) {
          throw new Damage("column " + ids.get(i) + " has several types");
        }
      }
    }
  }

  /**
   * Checks the columns, and copies the collections.
   *
   * @throws Damage if they contradict each other
   */
  public TableColumns {
    former = List.copyOf(former);
    former.forEach(current::requireSameTypes); // vectors of one type over buffers of another would read wherever
    SortedMap<Integer, ColumnFill> some = new TreeMap<>(fills);
    Set<Integer> absent = former.stream().flatMap(schema -> current.ids.stream().filter(id -> !schema.ids.contains(id)))
        .collect(Collectors.toSet());
    some.keySet().retainAll(absent); // the others are nowhere to be seen
    fills = Collections.unmodifiableSortedMap(some);
  }

  /** Of a new table. */
  static TableColumns of(EncodedSchema schema) {
    List<Integer> ids = IntStream.rangeClosed(1, schema.messages().getFields().size()).boxed().toList();
    return new TableColumns(new Identified(schema, ids), ids.size(), List.of(), Collections.emptySortedMap());
  }

  TableColumns withFormer(List<Identified> some) {
    return new TableColumns(current, lastId, some, fills);
  }

  /**
   * For each current column what it is in parts that do not have it, or null for nulls.
   *
   * @return one entry for each column
   */
  public List<@Nullable ColumnFill> fillsInOrder() {
    List<@Nullable ColumnFill> all = new ArrayList<>();
    current.ids.forEach(id -> all.add(fills.get(id)));
    return all;
  }

  /**
   * The current one.
   *
   * @return the schema
   */
  public EncodedSchema schema() {
    return current.schema;
  }

  private static boolean haveSameType(Field one, Field other) {
    return one.getType().equals(other.getType()) && one.getChildren().equals(other.getChildren())
        && Objects.equals(one.getDictionary(), other.getDictionary());
  }

  /**
   * Whether batches of one schema can stand in the other: names, types and order are the same.
   *
   * @param one a schema
   * @param other another
   * @return whether they are the same
   */
  public static boolean haveSameTypes(EncodedSchema one, EncodedSchema other) {
    return shapes(one).equals(shapes(other));
  }

  private static List<Object> shapes(EncodedSchema schema) {
    return schema.messages().getFields().stream()
        .<Object>map(field -> List.of(field.getName(), field.getType(), field.getChildren(),
            Optional.ofNullable(field.getDictionary())))
        .toList();
  }

  /** Whether the columns are those that the table was created with. */
  boolean areUnchanged() {
    return former.isEmpty() && equals(of(schema()));
  }

  Identified of(int schema) {
    return schema == CURRENT ? current : former.get(schema);
  }

  /**
   * For each current column its place in another schema, or -1 where that does not have it.
   *
   * @param schema which of the former ones, or {@code -1} for the current one
   * @return one entry for each column
   */
  public List<Integer> places(int schema) {
    List<Integer> there = of(schema).ids;
    return current.ids.stream().map(there::indexOf).toList();
  }

  /**
   * The columns after a change. The parts that are of the current schema now will be of the last former one.
   *
   * @throws IllegalArgumentException if it is not a change that parts can stay with
   */
  TableColumns changed(List<TableColumn> columns) {
    List<Integer> ids = new ArrayList<>();
    SortedMap<Integer, ColumnFill> all = new TreeMap<>(fills);
    int last = lastId;
    for (TableColumn column : columns) {
      ids.add(column.source() == null ? added(column, ++last, all) : kept(column));
    }
    requireDistinct(columns);
    Schema schema = new Schema(columns.stream().map(this::message).toList(),
        current.schema.messages().getCustomMetadata());
    List<Identified> before = new ArrayList<>(former);
    before.add(current);
    return new TableColumns(new Identified(EncodedSchema.ofMessages(schema), ids), last, before, all);
  }

  private static int added(TableColumn column, int id, Map<Integer, ColumnFill> fills) {
    Field field = column.field();
    SchemaCheck.require(List.of(field)); // before a fill is made for it
    Object fill = column.fill();
    if (fill != null) {
      fills.put(id, ColumnFill.of(field, fill));
    } else if (!field.isNullable()) {
      throw new IllegalArgumentException("column " + field.getName()
          + " is new, so its values are null in the rows that there are; make it nullable, or give it a fill");
    }
    if (EncodedSchema.isEncoded(field)) {
      throw new IllegalArgumentException("column " + field.getName() + " is new and dictionary-encoded; give it plain");
    }
    return id;
  }

  private int kept(TableColumn column) {
    int place = place(column);
    Field before = current.fields().get(place);
    Field after = column.field();
    if (!haveSameType(before, after)) {
      throw new IllegalArgumentException("column " + before.getName() + " has the type " + before.getType()
          + before.getChildren() + " and cannot become " + after.getType() + after.getChildren()
          + "; write a new table with the values converted");
    }
    if (before.isNullable() && !after.isNullable()) {
      throw new IllegalArgumentException(
          "column " + before.getName() + " may have nulls and cannot become non-nullable");
    }
    return current.ids.get(place);
  }

  private int place(TableColumn column) {
    List<String> names = current.fields().stream().map(Field::getName).toList();
    int place = names.indexOf(column.source());
    if (place < 0) {
      throw new IllegalArgumentException("there is no column " + column.source() + ", only " + names);
    }
    if (place != names.lastIndexOf(column.source())) {
      throw new IllegalArgumentException("there are several columns " + column.source()
          + "; write a new table with other names");
    }
    return place;
  }

  private static void requireDistinct(List<TableColumn> columns) {
    Set<String> names = new LinkedHashSet<>();
    Set<@Nullable String> sources = new LinkedHashSet<>();
    for (TableColumn column : columns) {
      if (!names.add(column.field().getName()) || (column.source() != null && !sources.add(column.source()))) {
        throw new IllegalArgumentException("column " + column.field().getName() + " stands there twice");
      }
    }
  }

  /** A kept column is as messages have it, its dictionary included. */
  private Field message(TableColumn column) {
    Field after = column.field();
    if (column.source() == null) {
      return after;
    }
    Field before = current.schema.messages().getFields().get(place(column));
    return new Field(after.getName(), new FieldType(after.isNullable(),
        before.getType(), before.getDictionary(), after.getMetadata()), before.getChildren());
  }
}
