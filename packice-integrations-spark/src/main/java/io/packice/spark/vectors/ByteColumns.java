package io.packice.spark.vectors;

import io.packice.arrow.batch.StoredColumn;
import java.util.stream.IntStream;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.unsafe.Platform;
import org.apache.spark.unsafe.types.UTF8String;
import org.jspecify.annotations.Nullable;

/** Text and binary: text refers to the mapping, binary is copied because Spark wants an array of the heap. */
final class ByteColumns {
  private ByteColumns() {
  }

  /** Knows where a value is, and how long. */
  abstract static class Spans extends MappedVector {
    Spans(DataType type, StoredColumn column, long from, int rows) {
      super(type, column, from, rows);
    }

    abstract long start(int row);

    abstract int length(int row);

    @Override
    public final @Nullable UTF8String getUTF8String(int row) {
      return isNullAt(row) ? null : UTF8String.fromAddress(null, start(row), length(row));
    }

    @Override
    public final byte @Nullable [] getBinary(int row) {
      if (isNullAt(row)) {
        return null;
      }
      byte[] bytes = new byte[length(row)];
      Platform.copyMemory(null, start(row), bytes, Platform.BYTE_ARRAY_OFFSET, bytes.length);
      return bytes;
    }
  }

  /** Offsets of 32 bits. */
  static final class Small extends Spans {
    private final long offsets;
    private final long bytes;

    Small(DataType type, StoredColumn column, long from, int rows) {
      super(type, column, from, rows);
      this.offsets = column.address(1) + from * Integer.BYTES;
      this.bytes = column.address(2);
    }

    @Override
    long start(int row) {
      return bytes + Platform.getInt(null, offsets + (long) row * Integer.BYTES);
    }

    @Override
    int length(int row) {
      long at = offsets + (long) row * Integer.BYTES;
      return Platform.getInt(null, at + Integer.BYTES) - Platform.getInt(null, at);
    }
  }

  /** Offsets of 64 bits. */
  static final class Large extends Spans {
    private final long offsets;
    private final long bytes;

    Large(DataType type, StoredColumn column, long from, int rows) {
      super(type, column, from, rows);
      this.offsets = column.address(1) + from * Long.BYTES;
      this.bytes = column.address(2);
    }

    @Override
    long start(int row) {
      return bytes + Platform.getLong(null, offsets + (long) row * Long.BYTES);
    }

    @Override
    int length(int row) {
      long at = offsets + (long) row * Long.BYTES;
      return Math.toIntExact(Platform.getLong(null, at + Long.BYTES) - Platform.getLong(null, at));
    }
  }

  /** All of one length. */
  static final class Fixed extends Spans {
    private final long bytes;
    private final int width;

    Fixed(DataType type, StoredColumn column, int width, long from, int rows) {
      super(type, column, from, rows);
      this.bytes = FixedWidthVector.address(column, from, width);
      this.width = width;
    }

    @Override
    long start(int row) {
      return bytes + (long) row * width;
    }

    @Override
    int length(int row) {
      return width;
    }
  }

  /**
   * Views of 16 bytes: the length, then the bytes if they are at most 12, and otherwise 4 of them, the buffer's number and the offset in it.
   */
  static final class Views extends Spans {
    private static final int VIEW_BYTES = 16;
    private static final int INLINE_BYTES = 12;

    private final long views;
    private final long[] buffers;

    Views(DataType type, StoredColumn column, long from, int rows) {
      super(type, column, from, rows);
      this.views = FixedWidthVector.address(column, from, VIEW_BYTES);
      this.buffers = IntStream.range(2, column.buffers().size()).mapToLong(column::address).toArray();
    }

    @Override
    long start(int row) {
      long view = views + (long) row * VIEW_BYTES;
      return length(row) <= INLINE_BYTES
          ? view + Integer.BYTES
          : buffers[Platform.getInt(null, view + 2 * Integer.BYTES)] + Platform.getInt(null, view + 3 * Integer.BYTES);
    }

    @Override
    int length(int row) {
      return Platform.getInt(null, views + (long) row * VIEW_BYTES);
    }
  }
}
