package io.packice.arrow;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;

/** The record batches of an open table, and which of their columns have been checked. Safe from any thread. */
final class TableScan {
  private final String table;
  private final Schema schema;
  private final List<StoredBatch> batches;
  /** The number of each batch's first row; one more entry for the end. */
  private final long[] firstRows;
  /** By batch, then column. Set without a lock: to check twice is no harm. */
  private final boolean[][] isChecked;

  TableScan(String table, Schema schema, List<StoredBatch> batches) {
    this.table = table;
    this.schema = schema;
    this.batches = List.copyOf(batches);
    this.firstRows = new long[batches.size() + 1];
    for (int i = 0; i < batches.size(); i++) {
      firstRows[i + 1] = firstRows[i] + batches.get(i).rowCount();
    }
    this.isChecked = new boolean[batches.size()][schema.getFields().size()];
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
    return schema(options.select(table, schema));
  }

  private Schema schema(int... columns) {
    List<Field> fields = Arrays.stream(columns).mapToObj(schema.getFields()::get).toList();
    return new Schema(fields, schema.getCustomMetadata());
  }

  VectorSchemaRoot load(int index, BufferAllocator allocator, ScanOptions options) {
    StoredBatch batch = batches.get(Objects.checkIndex(index, batches.size()));
    int[] columns = options.select(table, schema);
    batch.lease().retain(); // the check reads the mapping
    try {
      if (options.check() == ScanOptions.Check.OFFSETS) {
        check(batch, isChecked[index], columns);
      }
      return batch.select(schema, columns).load(schema(columns), allocator);
    } finally {
      batch.lease().release();
    }
  }

  private void check(StoredBatch batch, boolean[] done, int... columns) {
    List<Integer> open = new ArrayList<>();
    for (int column : columns) {
      if (!done[column]) {
        open.add(column);
      }
    }
    int[] unchecked = open.stream().mapToInt(Integer::intValue).toArray();
    try {
      new BatchCheck(batch.select(schema, unchecked)).offsets(schema(unchecked));
    } catch (RuntimeException damage) {
      throw new TableFormatException("Cannot read part " + batch.lease().id() + ": it is damaged ("
          + damage.getMessage() + "); drop the table and write it anew", damage);
    }
    for (int column : unchecked) {
      done[column] = true;
    }
  }
}
