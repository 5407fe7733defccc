package io.packice.spark.vectors;

import io.packice.arrow.batch.StoredColumn;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.unsafe.Platform;

/** Values that lie in memory as Spark has them. */
final class FixedColumns {
  private FixedColumns() {
  }

  static final class Booleans extends MappedVector {
    private final long bits;
    private final int shift;

    Booleans(DataType type, StoredColumn column, long from, int rows) {
      super(type, column, from, rows);
      this.bits = column.address(1) + from / Byte.SIZE;
      this.shift = (int) (from % Byte.SIZE);
    }

    @Override
    public boolean getBoolean(int row) {
      return bit(bits, shift + row);
    }
  }

  static final class Bytes extends FixedWidthVector {
    Bytes(DataType type, StoredColumn column, long from, int rows) {
      super(type, column, Byte.BYTES, from, rows);
    }

    @Override
    public byte getByte(int row) {
      return Platform.getByte(null, values + row);
    }

    @Override
    public byte[] getBytes(int row, int count) {
      byte[] array = new byte[count];
      Platform.copyMemory(null, values + row, array, Platform.BYTE_ARRAY_OFFSET, count);
      return array;
    }
  }

  static final class Shorts extends FixedWidthVector {
    Shorts(DataType type, StoredColumn column, long from, int rows) {
      super(type, column, Short.BYTES, from, rows);
    }

    @Override
    public short getShort(int row) {
      return Platform.getShort(null, values + (long) row * Short.BYTES);
    }

    @Override
    public short[] getShorts(int row, int count) {
      short[] array = new short[count];
      Platform.copyMemory(null, values + (long) row * Short.BYTES, array, Platform.SHORT_ARRAY_OFFSET,
          (long) count * Short.BYTES);
      return array;
    }
  }

  /** Also days, and months. */
  static final class Ints extends FixedWidthVector {
    Ints(DataType type, StoredColumn column, long from, int rows) {
      super(type, column, Integer.BYTES, from, rows);
    }

    @Override
    public int getInt(int row) {
      return Platform.getInt(null, values + (long) row * Integer.BYTES);
    }

    @Override
    public int[] getInts(int row, int count) {
      int[] array = new int[count];
      Platform.copyMemory(null, values + (long) row * Integer.BYTES, array, Platform.INT_ARRAY_OFFSET,
          (long) count * Integer.BYTES);
      return array;
    }
  }

  /** Also microseconds. */
  static final class Longs extends FixedWidthVector {
    Longs(DataType type, StoredColumn column, long from, int rows) {
      super(type, column, Long.BYTES, from, rows);
    }

    @Override
    public long getLong(int row) {
      return Platform.getLong(null, values + (long) row * Long.BYTES);
    }

    @Override
    public long[] getLongs(int row, int count) {
      long[] array = new long[count];
      Platform.copyMemory(null, values + (long) row * Long.BYTES, array, Platform.LONG_ARRAY_OFFSET,
          (long) count * Long.BYTES);
      return array;
    }
  }

  static final class Floats extends FixedWidthVector {
    Floats(DataType type, StoredColumn column, long from, int rows) {
      super(type, column, Float.BYTES, from, rows);
    }

    @Override
    public float getFloat(int row) {
      return Platform.getFloat(null, values + (long) row * Float.BYTES);
    }

    @Override
    public float[] getFloats(int row, int count) {
      float[] array = new float[count];
      Platform.copyMemory(null, values + (long) row * Float.BYTES, array, Platform.FLOAT_ARRAY_OFFSET,
          (long) count * Float.BYTES);
      return array;
    }
  }

  static final class Doubles extends FixedWidthVector {
    Doubles(DataType type, StoredColumn column, long from, int rows) {
      super(type, column, Double.BYTES, from, rows);
    }

    @Override
    public double getDouble(int row) {
      return Platform.getDouble(null, values + (long) row * Double.BYTES);
    }

    @Override
    public double[] getDoubles(int row, int count) {
      double[] array = new double[count];
      Platform.copyMemory(null, values + (long) row * Double.BYTES, array, Platform.DOUBLE_ARRAY_OFFSET,
          (long) count * Double.BYTES);
      return array;
    }
  }
}
