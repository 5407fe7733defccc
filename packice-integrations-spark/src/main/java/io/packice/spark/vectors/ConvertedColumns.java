package io.packice.spark.vectors;

import io.packice.arrow.batch.StoredColumn;
import java.math.BigDecimal;
import java.math.BigInteger;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.Decimal;
import org.apache.spark.unsafe.Platform;
import org.jspecify.annotations.Nullable;

/** Values that Spark has in another width or unit, converted as they are read. */
final class ConvertedColumns {
  private ConvertedColumns() {
  }

  static final class UnsignedBytes extends FixedWidthVector {
    UnsignedBytes(DataType type, StoredColumn column, long from, int rows) {
      super(type, column, Byte.BYTES, from, rows);
    }

    @Override
    public short getShort(int row) {
      return (short) Byte.toUnsignedInt(Platform.getByte(null, values + row));
    }
  }

  static final class UnsignedShorts extends FixedWidthVector {
    UnsignedShorts(DataType type, StoredColumn column, long from, int rows) {
      super(type, column, Short.BYTES, from, rows);
    }

    @Override
    public int getInt(int row) {
      return Short.toUnsignedInt(Platform.getShort(null, values + (long) row * Short.BYTES));
    }
  }

  static final class UnsignedInts extends FixedWidthVector {
    UnsignedInts(DataType type, StoredColumn column, long from, int rows) {
      super(type, column, Integer.BYTES, from, rows);
    }

    @Override
    public long getLong(int row) {
      return Integer.toUnsignedLong(Platform.getInt(null, values + (long) row * Integer.BYTES));
    }
  }

  static final class UnsignedLongs extends FixedWidthVector {
    UnsignedLongs(DataType type, StoredColumn column, long from, int rows) {
      super(type, column, Long.BYTES, from, rows);
    }

    @Override
    public @Nullable Decimal getDecimal(int row, int precision, int scale) {
      if (isNullAt(row)) {
        return null;
      }
      long value = Platform.getLong(null, values + (long) row * Long.BYTES);
      return Decimal.apply(new BigDecimal(Long.toUnsignedString(value)), precision, scale);
    }
  }

  static final class HalfFloats extends FixedWidthVector {
    HalfFloats(DataType type, StoredColumn column, long from, int rows) {
      super(type, column, Short.BYTES, from, rows);
    }

    @Override
    public float getFloat(int row) {
      return Float.float16ToFloat(Platform.getShort(null, values + (long) row * Short.BYTES));
    }
  }

  /** Days of what counts milliseconds. */
  static final class MillisecondDates extends FixedWidthVector {
    private static final long DAY_MS = 86_400_000;

    MillisecondDates(DataType type, StoredColumn column, long from, int rows) {
      super(type, column, Long.BYTES, from, rows);
    }

    @Override
    public int getInt(int row) {
      return isNullAt(row) ? 0
          : Math.toIntExact(Math.floorDiv(Platform.getLong(null, values + (long) row * Long.BYTES), DAY_MS));
    }
  }

  /** Times, instants and durations in a finer or coarser unit than Spark's. */
  static final class Units extends FixedWidthVector {
    private final int width;
    private final long factor;
    private final long divisor;

    /** Values are divided, and then multiplied; {@code width} is 4 or 8 bytes. */
    Units(DataType type, StoredColumn column, int width, long factor, long divisor, long from, int rows) {
      super(type, column, width, from, rows);
      this.width = width;
      this.factor = factor;
      this.divisor = divisor;
    }

    @Override
    public long getLong(int row) {
      if (isNullAt(row)) { // read with the rest of an array; it may be anything
        return 0;
      }
      long value = width == Long.BYTES
          ? Platform.getLong(null, values + (long) row * Long.BYTES)
          : Platform.getInt(null, values + (long) row * Integer.BYTES);
      try {
        return Math.multiplyExact(Math.floorDiv(value, divisor), factor);
      } catch (ArithmeticException _) {
        throw new ArithmeticException("Cannot read " + value + " as " + dataType().sql() + ": " + factor
            + " times as much is more than 64 bits hold; write the table in microseconds, or filter such rows out");
      }
    }
  }

  /** Decimals of 4, 8, 16 or 32 bytes, little-endian. */
  static final class Decimals extends FixedWidthVector {
    private final int width;

    Decimals(DataType type, StoredColumn column, int width, long from, int rows) {
      super(type, column, width, from, rows);
      this.width = width;
    }

    @Override
    public @Nullable Decimal getDecimal(int row, int precision, int scale) {
      if (isNullAt(row)) {
        return null;
      }
      long at = values + (long) row * width;
      if (precision <= Decimal.MAX_LONG_DIGITS()) {
        return Decimal.createUnsafe(width == Integer.BYTES ? Platform.getInt(null, at) : Platform.getLong(null, at),
            precision, scale);
      }
      byte[] bigEndian = new byte[width];
      for (int i = 0; i < width; i++) {
        bigEndian[i] = Platform.getByte(null, at + width - 1 - i);
      }
      return Decimal.apply(new BigDecimal(new BigInteger(bigEndian), scale), precision, scale);
    }
  }
}
