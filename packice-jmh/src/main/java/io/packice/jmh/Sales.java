package io.packice.jmh;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.Float8Vector;
import org.apache.arrow.vector.IntVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;

/** The rows that tables of benchmarks have: an id, a price and a quantity, none of them null. */
final class Sales {
  static final Schema SCHEMA = new Schema(List.of(column("id", new ArrowType.Int(64, true)),
      column("price", new ArrowType.FloatingPoint(FloatingPointPrecision.DOUBLE)),
      column("quantity", new ArrowType.Int(32, true))));
  static final int ROW_BYTES = 8 + 8 + 4;
  static final int BATCH_ROWS = 1 << 18;

  private Sales() {
  }

  private static Field column(String name, ArrowType type) {
    return new Field(name, FieldType.notNullable(type), null);
  }

  private static double price(long row) {
    return (row * 31 % 1000) / 8.0;
  }

  private static int quantity(long row) {
    return (int) (row % 97);
  }

  /** A batch of rows; the caller closes it. */
  static VectorSchemaRoot batch(long firstRow, int rows, BufferAllocator allocator) {
    VectorSchemaRoot batch = VectorSchemaRoot.create(SCHEMA, allocator);
    BigIntVector ids = (BigIntVector) batch.getVector("id");
    Float8Vector prices = (Float8Vector) batch.getVector("price");
    IntVector quantities = (IntVector) batch.getVector("quantity");
    ids.allocateNew(rows);
    prices.allocateNew(rows);
    quantities.allocateNew(rows);
    for (int i = 0; i < rows; i++) {
      ids.set(i, firstRow + i);
      prices.set(i, price(firstRow + i));
      quantities.set(i, quantity(firstRow + i));
    }
    batch.setRowCount(rows);
    return batch;
  }

  /** What {@link #sum} of all rows must be. */
  static long expectedSum(long rows) {
    long sum = 0;
    for (long row = 0; row < rows; row++) {
      sum += row + (long) (8 * price(row)) + quantity(row);
    }
    return sum;
  }

  static long sum(VectorSchemaRoot batch) {
    int rows = batch.getRowCount();
    return sum(values(batch.getVector("id"), 8L * rows), values(batch.getVector("price"), 8L * rows),
        values(batch.getVector("quantity"), 4L * rows), rows);
  }

  private static MemorySegment values(FieldVector vector, long byteSize) {
    ArrowBuf buffer = vector.getDataBuffer();
    return MemorySegment.ofAddress(buffer.memoryAddress()).reinterpret(byteSize);
  }

  /** The same loop for everybody: of ids, eight times prices, which are whole then, and quantities. */
  static long sum(MemorySegment ids, MemorySegment prices, MemorySegment quantities, int rows) {
    long sum = 0;
    for (int i = 0; i < rows; i++) {
      sum += ids.getAtIndex(ValueLayout.JAVA_LONG, i);
    }
    double total = 0;
    for (int i = 0; i < rows; i++) {
      total += prices.getAtIndex(ValueLayout.JAVA_DOUBLE, i);
    }
    for (int i = 0; i < rows; i++) {
      sum += quantities.getAtIndex(ValueLayout.JAVA_INT, i);
    }
    return sum + (long) (8 * total);
  }
}
