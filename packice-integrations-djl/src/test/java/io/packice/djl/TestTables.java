package io.packice.djl;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.packice.PackiceClient;
import io.packice.arrow.ArrowTables;
import io.packice.arrow.TableWriter;
import io.packice.arrow.schema.TensorField;
import io.packice.djl.samples.SyntheticDigits;
import java.nio.ByteBuffer;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.FixedWidthVector;
import org.apache.arrow.vector.Float4Vector;
import org.apache.arrow.vector.UInt1Vector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.complex.FixedSizeListVector;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;

/** Writes the tables that tests read. */
public final class TestTables {
  private static final ArrowType FLOAT = new ArrowType.FloatingPoint(FloatingPointPrecision.SINGLE);
  private static final ArrowType LONG = new ArrowType.Int(64, true);
  private static final ArrowType BYTE = new ArrowType.Int(8, false);

  private TestTables() {
  }

  /** Column {@code x} of float vectors, element e of row r being {@link #element}; column {@code y} of longs, the row's number. */
  public static void floats(PackiceClient client, String name, int rows, int width, int rowsPerBatch) {
    write(client, name, rows, rowsPerBatch, List.of(TensorField.of("x", FLOAT, width), TensorField.of("y", LONG)),
        (root, first, count) -> {
          Float4Vector x = (Float4Vector) elements(root, "x", count, width);
          BigIntVector y = (BigIntVector) root.getVector("y");
          y.allocateNew(count);
          for (int row = 0; row < count; row++) {
            y.set(row, first + row);
            for (int e = 0; e < width; e++) {
              x.set(row * width + e, element(first + row, e));
            }
          }
        });
  }

  /** Columns {@code x} of zeros, {@code y} of the row's number, and a text column that is the same for every so-manieth row. */
  public static void grouped(PackiceClient client, String name, int rows, int groups) {
    Field group = new Field("group", FieldType.nullable(new ArrowType.Utf8()), null);
    write(client, name, rows, 500, List.of(TensorField.of("x", FLOAT), TensorField.of("y", LONG), group),
        (root, first, count) -> {
          root.allocateNew();
          for (int row = 0; row < count; row++) {
            ((Float4Vector) root.getVector("x")).setSafe(row, 0);
            ((BigIntVector) root.getVector("y")).setSafe(row, first + row);
            ((VarCharVector) root.getVector("group")).setSafe(row, ("group " + (first + row) % groups).getBytes(UTF_8));
          }
        });
  }

  /** What {@link #floats} stores. */
  public static float element(long row, int element) {
    return row * 1_000f + element;
  }

  /** Columns {@code image} and {@code label}. */
  public static void digits(PackiceClient client, String name, SyntheticDigits digits, int rowsPerBatch) {
    int side = SyntheticDigits.SIDE;
    write(client, name, digits.count(), rowsPerBatch,
        List.of(TensorField.of("image", BYTE, side, side), TensorField.of("label", BYTE)), (root, first, count) -> {
          UInt1Vector pixels = (UInt1Vector) elements(root, "image", count, side * side);
          UInt1Vector labels = (UInt1Vector) root.getVector("label");
          labels.allocateNew(count);
          for (int row = 0; row < count; row++) {
            labels.set(row, digits.label(first + row));
            ByteBuffer image = digits.image(first + row);
            for (int pixel = 0; pixel < side * side; pixel++) {
              pixels.set(row * side * side + pixel, image.get(pixel));
            }
          }
        });
  }

  /** One column {@code x} of zeros of a type. */
  public static void zeros(PackiceClient client, String name, ArrowType type, int rows) {
    write(client, name, rows, rows, List.of(TensorField.of("x", type)), (root, _, count) -> {
      FieldVector x = root.getVector("x");
      ((FixedWidthVector) x).allocateNew(count);
      x.getDataBuffer().setZero(0, x.getDataBuffer().capacity());
      x.getValidityBuffer().setOne(0, x.getValidityBuffer().capacity());
    });
  }

  /** Fills a batch of a table. */
  public interface Filler {
    /** Sets the values of rows {@code firstRow} to {@code firstRow + count - 1}. */
    void fill(VectorSchemaRoot root, int firstRow, int count);
  }

  /** The elements of a fixed-size list, ready to be set. */
  public static FieldVector elements(VectorSchemaRoot root, String column, int count, int width) {
    FixedSizeListVector list = (FixedSizeListVector) root.getVector(column);
    list.setInitialCapacity(count);
    list.allocateNew();
    for (int row = 0; row < count; row++) {
      list.setNotNull(row);
    }
    FieldVector elements = list.getDataVector();
    ((FixedWidthVector) elements).allocateNew(count * width);
    elements.getValidityBuffer().setOne(0, elements.getValidityBuffer().capacity());
    return elements;
  }

  /** Writes any table. */
  public static void write(PackiceClient client, String name, int rows, int rowsPerBatch, List<Field> fields,
      Filler filler) {
    Schema schema = new Schema(fields);
    try (BufferAllocator allocator = new RootAllocator();
        TableWriter writer = new ArrowTables(client).create(name, schema)) {
      for (int first = 0; first < rows; first += rowsPerBatch) {
        int count = Math.min(rowsPerBatch, rows - first);
        try (VectorSchemaRoot root = VectorSchemaRoot.create(schema, allocator)) {
          filler.fill(root, first, count);
          root.setRowCount(count);
          writer.write(root);
        }
      }
      writer.commit();
    }
  }
}
