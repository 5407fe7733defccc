package io.packice.arrow;

import io.packice.arrow.ScanOptions.Check;
import io.packice.arrow.ScanOptions.Dictionaries;
import io.packice.arrow.batch.BatchCheck;
import io.packice.arrow.batch.StoredBatch;
import io.packice.arrow.batch.StoredColumn;
import io.packice.arrow.manifest.ColumnFill;
import io.packice.arrow.manifest.TableColumns;
import io.packice.arrow.manifest.TableFormatException;
import io.packice.arrow.schema.DamageWords;
import io.packice.arrow.schema.EncodedSchema;
import io.packice.arrow.vectors.Decoder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/** The record batches of an open table, and which of their columns have been checked. Safe from any thread. */
final class TableScan {
  private final String table;
  private final EncodedSchema schema;
  /** By column: what it is in parts that do not have it; null for nulls. */
  private final List<@Nullable ColumnFill> fills;
  private final List<StoredBatch> batches = new ArrayList<>();
  /** By batch. */
  private final List<StoredPart> parts = new ArrayList<>();
  /** The number of each batch's first row; one more entry for the end. */
  private final long[] firstRows;
  /** By batch, then column. Set without a lock: to check twice is no harm. */
  private final boolean[][] isChecked;
  private final FilledColumns filled = new FilledColumns();

  TableScan(String table, TableColumns columns, List<StoredPart> parts) {
    this.table = table;
    this.schema = columns.schema();
    this.fills = columns.fillsInOrder();
    for (StoredPart part : parts) {
      part.batches().forEach(batch -> {
        batches.add(batch);
        this.parts.add(part);
      });
    }
    this.firstRows = new long[batches.size() + 1];
    for (int i = 0; i < batches.size(); i++) {
      firstRows[i + 1] = firstRows[i] + batches.get(i).rowCount();
    }
    this.isChecked = new boolean[batches.size()][schema.vectors().getFields().size()];
  }

  List<StoredBatch> batches() {
    return batches;
  }

  long firstRow(int batch) {
    return firstRows[Objects.checkIndex(batch, batches.size())];
  }

  /** Which batch a row is in. */
  int batchOf(long row) {
    if (row < 0 || row >= firstRows[batches.size()]) {
      throw new IndexOutOfBoundsException(
          "Cannot read row " + row + " of table " + table + ": it has " + firstRows[batches.size()]);
    }
    int found = Arrays.binarySearch(firstRows, row);
    if (found < 0) {
      return -found - 2;
    }
    while (firstRows[found + 1] == row) { // batches without rows
      found++;
    }
    return found;
  }

  /** What a batch that {@link #load} gives has for columns. */
  Schema schema(ScanOptions options) {
    int[] columns = options.select(table, schema.vectors());
    return some(options.dictionaries() == Dictionaries.DECODED ? schema.plain() : schema.vectors(), columns);
  }

  private static Schema some(Schema schema, int... columns) {
    List<Field> fields = Arrays.stream(columns).mapToObj(schema.getFields()::get).toList();
    return new Schema(fields, schema.getCustomMetadata());
  }

  /** Whether two batches have the same dictionaries. */
  boolean sharesDictionaries(int batch, int other) {
    return parts.get(batch).dictionaries() == parts.get(other).dictionaries();
  }

  /** What the indices in a batch stand for: those of the columns that are read. */
  ArrowDictionaries dictionaries(int index, BufferAllocator allocator, ScanOptions options) {
    Schema fields = some(schema.vectors(), options.select(table, schema.vectors()));
    Set<Long> ids = schema.needs(fields.getFields());
    return parts.get(Objects.checkIndex(index, batches.size())).dictionaries().open(ids, allocator, options.check());
  }

  VectorSchemaRoot load(int index, BufferAllocator allocator, ScanOptions options) {
    StoredBatch batch = batches.get(Objects.checkIndex(index, batches.size()));
    int[] columns = options.select(table, schema.vectors());
    Schema fields = some(schema.vectors(), columns);
    boolean decode = options.dictionaries() == Dictionaries.DECODED
        && fields.getFields().stream().anyMatch(EncodedSchema::isEncoded);
    StoredPart part = parts.get(index);
    int[] stored = Arrays.stream(columns).filter(part::has).toArray();
    batch.lease().retain(); // the check reads the mapping
    VectorSchemaRoot root;
    try {
      requireSound(index, decode ? Check.OFFSETS : options.check(), columns);
      root = batch.select(part.schema().vectors(), part.places(stored)).load(some(schema.vectors(), stored), allocator);
    } finally {
      batch.lease().release();
    }
    if (stored.length < columns.length) {
      root = withAbsent(root, part, columns, fields, allocator);
    }
    return decode ? decode(index, root, allocator, options) : root;
  }

  /** The same in place: no memory is taken, and nothing is counted anew. Valid until the table is closed. */
  List<StoredColumn> columns(int index, ScanOptions options) {
    StoredBatch batch = batches.get(Objects.checkIndex(index, batches.size()));
    int[] columns = options.select(table, schema.vectors());
    StoredPart part = parts.get(index);
    int[] stored = Arrays.stream(columns).filter(part::has).toArray();
    batch.lease().retain(); // the check reads the mapping
    try {
      requireSound(index, options.check(), columns);
      Iterator<StoredColumn> found = stored(index, batch, options.check(), stored).iterator();
      return Arrays.stream(columns)
          .mapToObj(column -> part.has(column) ? found.next() : absent(column, batch.rowCount())).toList();
    } finally {
      batch.lease().release();
    }
  }

  /** Columns that the part has, as the table calls them now. */
  private List<StoredColumn> stored(int index, StoredBatch batch, Check check, int... columns) {
    StoredPart part = parts.get(index);
    return batch.select(part.schema().vectors(), part.places(columns)).columns(some(schema.vectors(), columns),
        id -> part.dictionaries().column(id, check));
  }

  /** A column that the table got after the part was written. */
  private StoredColumn absent(int column, int rows) {
    ColumnFill fill = fills.get(column);
    Field field = schema.vectors().getFields().get(column);
    return fill == null
        ? StoredColumn.ofNulls(field.getName(), rows)
        : filled.get(column, field, fill, batches.stream().mapToInt(StoredBatch::rowCount).max().orElse(0)).first(rows);
  }

  /** Ends what was made for columns that parts do not have. */
  void close() {
    filled.close();
  }

  /** Looks once for each column of a batch whether its offsets and indices lead where they may. */
  private void requireSound(int index, Check check, int... columns) {
    int[] unchecked = check == Check.OFFSETS ? unchecked(index, columns) : new int[0];
    if (unchecked.length == 0) {
      return;
    }
    StoredBatch batch = batches.get(index);
    StoredPart part = parts.get(index);
    Schema physical = part.schema().vectors();
    int[] places = part.places(unchecked);
    requireSound(batch.lease().id(), () -> {
      StoredBatch some = batch.select(physical, places);
      new BatchCheck(some).offsets(some(physical, places));
    });
    List<StoredColumn> found = stored(index, batch, Check.NONE, unchecked);
    requireSound(batch.lease().id(), () -> found.forEach(StoredColumn::requireIndices));
    for (int column : unchecked) {
      isChecked[index][column] = true;
    }
  }

  private int[] unchecked(int index, int... columns) {
    return Arrays.stream(columns).filter(column -> parts.get(index).has(column) && !isChecked[index][column]).toArray();
  }

  /** With columns that the table got after the part was written. */
  private VectorSchemaRoot withAbsent(VectorSchemaRoot stored, StoredPart part, int[] columns, Schema fields,
      BufferAllocator allocator) {
    int rows = stored.getRowCount();
    List<FieldVector> vectors = new ArrayList<>();
    List<FieldVector> added = new ArrayList<>();
    try {
      for (int i = 0; i < columns.length; i++) {
        if (part.has(columns[i])) {
          vectors.add(stored.getVector(vectors.size() - added.size()));
        } else {
          FieldVector vector = fields.getFields().get(i).createVector(allocator);
          added.add(vector);
          vectors.add(vector);
          ColumnFill fill = fills.get(columns[i]);
          if (fill == null) {
            vector.setInitialCapacity(rows);
            vector.allocateNew();
            vector.setValueCount(rows);
          } else {
            fill.fill(vector, rows);
          }
        }
      }
    } catch (Throwable failure) {
      added.forEach(FieldVector::close);
      stored.close();
      throw failure;
    }
    return new VectorSchemaRoot(fields, vectors, rows);
  }

  /**
   * A column as plain memory.
   *
   * @param in what each batch is read in: itself, or the same in another mapping
   */
  FixedWidthColumn column(String name, UnaryOperator<StoredBatch> in) {
    int[] column = ScanOptions.all().withColumns(name).select(table, schema.vectors());
    List<FixedWidthColumn.Place> places = new ArrayList<>();
    for (int i = 0; i < batches.size(); i++) {
      StoredPart part = parts.get(i);
      StoredBatch batch = in.apply(batches.get(i));
      places.add(new FixedWidthColumn.Place(batch.rowCount(),
          part.has(column[0]) ? stored(i, batch, Check.NONE, column).getFirst() : null));
    }
    return FixedWidthColumn.of(table, schema.vectors().getFields().get(column[0]), places);
  }

  private VectorSchemaRoot decode(int index, VectorSchemaRoot root, BufferAllocator allocator, ScanOptions options) {
    ArrowDictionaries opened;
    try {
      opened = dictionaries(index, allocator, options);
    } catch (Throwable failure) {
      root.close();
      throw failure;
    }
    try (opened) {
      return Decoder.decode(root, schema(options), opened, allocator);
    }
  }

  /** Runs a check, which throws whatever comes of it. */
  static void requireSound(String part, Runnable check) {
    try {
      check.run();
    } catch (RuntimeException damage) {
      throw new TableFormatException("Cannot read part " + part + ": it is damaged (" + DamageWords.of(damage)
          + "); drop the table and write it anew", damage);
    }
  }
}
