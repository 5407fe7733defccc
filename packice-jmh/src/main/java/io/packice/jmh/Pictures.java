package io.packice.jmh;

import io.packice.arrow.ArrowTables;
import io.packice.arrow.TableWriter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.Float4Vector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.complex.FixedSizeListVector;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;

/** What is trained from: pictures of 784 floats, each of which is the number of its row, and that number again as a label. */
final class Pictures {
  static final int PIXELS = 784;
  private static final int BATCH_ROWS = 8192;
  private static final Schema SCHEMA = new Schema(List.of(
      new Field("picture", FieldType.notNullable(new ArrowType.FixedSizeList(PIXELS)), List.of(
          new Field("item", FieldType.notNullable(new ArrowType.FloatingPoint(FloatingPointPrecision.SINGLE)), null))),
      new Field("label", FieldType.notNullable(new ArrowType.Int(64, true)), null)));

  private Pictures() {
  }

  /** Writes them as a table. */
  static void write(ArrowTables tables, String name, int rows) {
    try (BufferAllocator allocator = new RootAllocator(); TableWriter writer = tables.create(name, SCHEMA);
        VectorSchemaRoot batch = VectorSchemaRoot.create(SCHEMA, allocator)) {
      FixedSizeListVector pictures = (FixedSizeListVector) batch.getVector(0);
      Float4Vector pixels = (Float4Vector) pictures.getDataVector();
      BigIntVector labels = (BigIntVector) batch.getVector(1);
      for (int row = 0; row < rows; row += BATCH_ROWS) {
        int count = Math.min(BATCH_ROWS, rows - row);
        pictures.setInitialCapacity(count);
        pictures.allocateNew();
        labels.allocateNew(count);
        for (int i = 0; i < count; i++) {
          pictures.setNotNull(i);
          for (int pixel = 0; pixel < PIXELS; pixel++) {
            pixels.setSafe(i * PIXELS + pixel, row + i);
          }
          labels.set(i, row + i);
        }
        batch.setRowCount(count);
        writer.write(batch);
      }
      writer.commit();
    }
  }

  /** Writes the pixels alone as a file. */
  static void write(Path file, int rows) throws IOException {
    ByteBuffer picture = ByteBuffer.allocateDirect(PIXELS * Float.BYTES).order(ByteOrder.nativeOrder());
    try (FileChannel out = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      for (int row = 0; row < rows; row++) {
        for (int pixel = 0; pixel < PIXELS; pixel++) {
          picture.putFloat(pixel * Float.BYTES, row);
        }
        out.write(picture.rewind());
      }
    }
  }

  /** Reads that file as most programs do: into an array. */
  static float[] read(Path file) throws IOException {
    try (FileChannel in = FileChannel.open(file)) {
      ByteBuffer all = ByteBuffer.allocate(Math.toIntExact(in.size())).order(ByteOrder.nativeOrder());
      int count;
      do {
        count = in.read(all);
      } while (count > 0);
      float[] pixels = new float[all.capacity() / Float.BYTES];
      all.flip().asFloatBuffer().get(pixels);
      return pixels;
    }
  }
}
