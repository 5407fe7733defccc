package io.packice.spark.write;

import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.Schema;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * Rows as columns, until they fill a part. The memory is kept for the next one: what is new to a process costs it a page fault for each 4 KiB. For one thread.
 */
final class RowBuffer implements AutoCloseable {
  /** Looked at so often whether a part is full. */
  private static final int ROWS_BETWEEN_LOOKS = 64;
  /** Below what offsets of 32 bits reach, with room for the values until the next look. */
  private static final long MAX_OFFSET_BYTES = 1L << 30;

  private final VectorSchemaRoot root;
  private final List<ValueWriter> columns = new ArrayList<>();
  private final long partBytes;
  private int rows;

  RowBuffer(Schema schema, StructType types, long partBytes, BufferAllocator allocator) {
    this.partBytes = partBytes;
    this.root = VectorSchemaRoot.create(schema, allocator);
    try {
      for (StructField field : types.fields()) {
        FieldVector vector = root.getFieldVectors().get(columns.size());
        columns.add(new ValueWriters(field.name()).of(vector, field.dataType()));
      }
    } catch (Throwable failure) {
      root.close();
      throw failure;
    }
  }

  /** Appends a row; whether it is time for {@link #batch}. */
  boolean append(InternalRow row) {
    for (int i = 0; i < columns.size(); i++) {
      columns.get(i).write(row, i);
    }
    rows++;
    return rows % ROWS_BETWEEN_LOOKS == 0 && isFull();
  }

  private boolean isFull() {
    long bytes = 0;
    for (ValueWriter column : columns) {
      bytes += column.bytes();
      if (column.offsetBytes() >= MAX_OFFSET_BYTES) {
        return true;
      }
    }
    return bytes >= partBytes;
  }

  boolean isEmpty() {
    return rows == 0;
  }

  /** The rows as a batch, until {@link #clear}. */
  VectorSchemaRoot batch() {
    columns.forEach(ValueWriter::finish);
    root.setRowCount(rows);
    return root;
  }

  void clear() {
    root.getFieldVectors().forEach(FieldVector::reset);
    columns.forEach(ValueWriter::reset);
    rows = 0;
  }

  @Override
  public void close() {
    root.close();
  }
}
