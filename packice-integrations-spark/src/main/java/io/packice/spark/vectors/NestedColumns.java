package io.packice.spark.vectors;

import io.packice.arrow.batch.StoredColumn;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.vectorized.ColumnVector;
import org.apache.spark.sql.vectorized.ColumnarArray;
import org.apache.spark.sql.vectorized.ColumnarMap;
import org.apache.spark.unsafe.Platform;
import org.jspecify.annotations.Nullable;

/** Lists, maps, structs, and what Spark has as a struct of several values. */
final class NestedColumns {
  private NestedColumns() {
  }

  /** Offsets of 32 bits into values that begin with the column. */
  static final class Lists extends MappedVector {
    private final long offsets;
    private final ColumnVector elements;

    Lists(DataType type, StoredColumn column, ColumnVector elements, long from, int rows) {
      super(type, column, from, rows);
      this.offsets = column.address(1) + from * Integer.BYTES;
      this.elements = elements;
    }

    @Override
    public @Nullable ColumnarArray getArray(int row) {
      if (isNullAt(row)) {
        return null;
      }
      long at = offsets + (long) row * Integer.BYTES;
      int start = Platform.getInt(null, at);
      return new ColumnarArray(elements, start, Platform.getInt(null, at + Integer.BYTES) - start);
    }
  }

  static final class Maps extends MappedVector {
    private final long offsets;
    private final ColumnVector keys;
    private final ColumnVector values;

    Maps(DataType type, StoredColumn column, ColumnVector keys, ColumnVector values, long from, int rows) {
      super(type, column, from, rows);
      this.offsets = column.address(1) + from * Integer.BYTES;
      this.keys = keys;
      this.values = values;
    }

    @Override
    public @Nullable ColumnarMap getMap(int row) {
      if (isNullAt(row)) {
        return null;
      }
      long at = offsets + (long) row * Integer.BYTES;
      int start = Platform.getInt(null, at);
      return new ColumnarMap(keys, values, start, Platform.getInt(null, at + Integer.BYTES) - start);
    }
  }

  /** Offsets of 64 bits; the elements begin at one of them, because Spark counts with 32. */
  static final class LargeLists extends MappedVector {
    private final long offsets;
    private final long firstElement;
    private final ColumnVector elements;

    LargeLists(DataType type, StoredColumn column, ColumnVector elements, long firstElement, long from, int rows) {
      super(type, column, from, rows);
      this.offsets = offsets(column, from);
      this.firstElement = firstElement;
      this.elements = elements;
    }

    static long offsets(StoredColumn column, long from) {
      return column.address(1) + from * Long.BYTES;
    }

    @Override
    public @Nullable ColumnarArray getArray(int row) {
      if (isNullAt(row)) {
        return null;
      }
      long at = offsets + (long) row * Long.BYTES;
      long start = Platform.getLong(null, at);
      return new ColumnarArray(elements, Math.toIntExact(start - firstElement),
          Math.toIntExact(Platform.getLong(null, at + Long.BYTES) - start));
    }
  }

  /** All lists of one length; the elements begin with the first row's. */
  static final class FixedLists extends MappedVector {
    private final int length;
    private final ColumnVector elements;

    FixedLists(DataType type, StoredColumn column, int length, ColumnVector elements, long from, int rows) {
      super(type, column, from, rows);
      this.length = length;
      this.elements = elements;
    }

    @Override
    public @Nullable ColumnarArray getArray(int row) {
      return isNullAt(row) ? null : new ColumnarArray(elements, Math.multiplyExact(row, length), length);
    }
  }

  /** Also a variant, which is its value and its metadata. */
  static final class Structs extends MappedVector {
    private final ColumnVector[] children;

    Structs(DataType type, StoredColumn column, ColumnVector[] children, long from, int rows) {
      super(type, column, from, rows);
      this.children = children.clone();
    }

    @Override
    public ColumnVector getChild(int ordinal) {
      return children[ordinal];
    }
  }

  /** Months, days and something of seconds, as Spark's intervals. */
  static final class Intervals extends MappedVector {
    private static final int MONTHS = 0;
    private static final int DAYS = 1;

    private final Part[] parts;

    Intervals(DataType type, StoredColumn column, Layout layout, long from, int rows) {
      super(type, column, from, rows);
      long values = FixedWidthVector.address(column, from, layout.width);
      this.parts = new Part[3];
      for (int i = 0; i < parts.length; i++) {
        parts[i] = new Part(layout, i, values, rows);
      }
    }

    /** Where the parts of a value lie. */
    enum Layout {
      /** int32 days, int32 milliseconds. */
      DAY_TIME(8, -1),
      /** int32 months, int32 days, int64 nanoseconds. */
      MONTH_DAY_NANO(16, 0);

      private final int width;
      private final int monthsAt;

      Layout(int width, int monthsAt) {
        this.width = width;
        this.monthsAt = monthsAt;
      }

      /** Where a part begins in a value; negative if there is none. */
      private int offset(int part) {
        int daysAt = monthsAt < 0 ? 0 : Integer.BYTES;
        return switch (part) {
          case MONTHS -> monthsAt;
          case DAYS -> daysAt;
          default -> daysAt + Integer.BYTES;
        };
      }
    }

    @Override
    public ColumnVector getChild(int ordinal) {
      return parts[ordinal];
    }

    private static final class Part extends MappedVector {
      private static final long MILLI_MICROS = 1000;
      private static final long MICRO_NANOS = 1000;

      private final Layout layout;
      private final int offset;
      private final long values;

      Part(Layout layout, int part, long values, int rows) {
        super(part == MONTHS || part == DAYS ? DataTypes.IntegerType : DataTypes.LongType, rows);
        this.layout = layout;
        this.offset = layout.offset(part);
        this.values = values;
      }

      @Override
      public int getInt(int row) {
        return offset < 0 ? 0 : Platform.getInt(null, values + (long) row * layout.width + offset);
      }

      @Override
      public long getLong(int row) {
        long at = values + (long) row * layout.width + offset;
        return layout == Layout.DAY_TIME
            ? Platform.getInt(null, at) * MILLI_MICROS
            : Math.floorDiv(Platform.getLong(null, at), MICRO_NANOS);
      }
    }
  }
}
