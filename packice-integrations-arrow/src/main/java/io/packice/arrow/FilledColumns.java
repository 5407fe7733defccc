package io.packice.arrow;

import io.packice.arrow.batch.StoredColumn;
import io.packice.arrow.manifest.ColumnFill;
import java.util.HashMap;
import java.util.Map;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.types.pojo.Field;
import org.jspecify.annotations.Nullable;

/** What the parts of an open table do not have, since it was added later, in memory: each fill once, for as many rows as any batch has. Safe from any thread. */
final class FilledColumns {
  private final Map<Integer, FieldVector> filled = new HashMap<>();
  private @Nullable BufferAllocator allocator;
  private boolean closed;

  synchronized StoredColumn get(int column, Field field, ColumnFill fill, int rows) {
    if (closed) {
      throw new IllegalStateException(
          "Cannot read column " + field.getName() + ": its table is closed; open the table anew");
    }
    FieldVector known = filled.get(column);
    if (known == null) {
      known = field.createVector(allocator());
      filled.put(column, known); // closed with the others, also if this fails
      fill.fill(known, rows);
    }
    return StoredColumn.of(known);
  }

  private BufferAllocator allocator() {
    BufferAllocator known = allocator;
    if (known == null) {
      known = new RootAllocator();
      allocator = known;
    }
    return known;
  }

  synchronized void close() {
    closed = true;
    filled.values().forEach(FieldVector::close);
    filled.clear();
    if (allocator != null) {
      allocator.close();
      allocator = null;
    }
  }
}
