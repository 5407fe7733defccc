package io.packice.djl;

import io.packice.arrow.ArrowTable;
import io.packice.arrow.FixedWidthColumn;
import io.packice.arrow.ScanOptions;
import io.packice.arrow.statistics.ColumnStatistics;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/**
 * A table that is open for as long as anybody uses it, and the Arrow vectors over it that some columns are read through. Safe from any
 * thread.
 */
final class OpenTable {
  private static final int SEVERAL = -1;

  private final ArrowTable table;
  private final BufferAllocator allocator = new RootAllocator();
  private final Map<String, Integer> places; // of the fields, of which there may be thousands
  private final Map<String, VectorColumn> columns = new HashMap<>();
  private final List<VectorSchemaRoot> roots = new ArrayList<>();
  private @Nullable List<ColumnStatistics> statistics;
  private boolean closed;

  /** The table is this one's from now on. */
  OpenTable(ArrowTable table) {
    this.table = table;
    this.places = places(table.schema().getFields());
  }

  private static Map<String, Integer> places(List<Field> fields) {
    Map<String, Integer> places = new HashMap<>();
    for (int i = 0; i < fields.size(); i++) {
      places.merge(fields.get(i).getName(), i, (_, _) -> SEVERAL);
    }
    return places;
  }

  ArrowTable table() {
    return table;
  }

  String name() {
    return table.name();
  }

  long rowCount() {
    return table.rowCount();
  }

  /**
   * A column's field.
   *
   * @throws IllegalArgumentException if there is no such column
   */
  Field field(String column) {
    int place = place(column);
    if (place == SEVERAL) {
      Schema _ = table.schema(ScanOptions.all().withColumns(column)); // throws, and says what to do
    }
    return table.schema().getFields().get(place);
  }

  private int place(String column) {
    Integer place = places.get(column);
    if (place == null) {
      throw new IllegalArgumentException("Cannot read column " + column + " of table " + name() + ": it has only "
          + table.schema().getFields().stream().map(Field::getName).toList());
    }
    return place;
  }

  /**
   * How many values of a column are null, as far as the table's statistics say.
   *
   * @throws IllegalArgumentException if there is no such column
   */
  synchronized long nullCount(String column) {
    int place = place(column);
    List<ColumnStatistics> known = statistics;
    if (known == null) { // they are those of all columns, and are summed up from the parts
      known = table.statistics();
      statistics = known;
    }
    return known.get(place).nullCount();
  }

  FixedWidthColumn plain(String column) {
    return table.column(column);
  }

  /** A column as Arrow vectors, which live until the table is closed. */
  synchronized VectorColumn vectors(String column) {
    if (closed) {
      throw new IllegalStateException("Cannot read table " + name() + ": it is closed; open it anew");
    }
    VectorColumn known = columns.get(column);
    if (known == null) {
      known = load(field(column));
      columns.put(column, known);
    }
    return known;
  }

  private VectorColumn load(Field field) {
    ScanOptions options =
        ScanOptions.all().withColumns(field.getName()).withDictionaries(ScanOptions.Dictionaries.DECODED);
    List<VectorSchemaRoot> batches = new ArrayList<>();
    for (int i = 0; i < table.batchCount(); i++) {
      VectorSchemaRoot batch = table.batch(i, allocator, options);
      roots.add(batch); // closed with the table also if a later one fails
      batches.add(batch);
    }
    List<FieldVector> vectors = batches.stream().map(batch -> batch.getVector(0)).toList();
    return new VectorColumn(batches.isEmpty() ? field : batches.getFirst().getSchema().getFields().getFirst(), vectors);
  }

  /** Called once, by the last user. */
  synchronized void close() {
    closed = true;
    try (table; allocator) {
      roots.forEach(VectorSchemaRoot::close);
    }
  }
}
