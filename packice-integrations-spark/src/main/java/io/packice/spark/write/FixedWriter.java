package io.packice.spark.write;

import org.apache.arrow.vector.BaseFixedWidthVector;
import org.apache.spark.sql.catalyst.expressions.SpecializedGetters;
import org.apache.spark.sql.types.Decimal;
import org.apache.spark.unsafe.Platform;

/** Values of a fixed number of bytes, stored by address: there are too many for a check of each. */
abstract class FixedWriter extends ValueWriter {
  private final BaseFixedWidthVector vector;
  private final int width;
  private int capacity;
  private long validity;
  private long values;

  FixedWriter(BaseFixedWidthVector vector) {
    this.vector = vector;
    this.width = vector.getTypeWidth();
  }

  @Override
  final void append(SpecializedGetters from, int at) {
    reserve();
    Bits.set(validity, count);
    store(from, at, values, count);
  }

  /** Stores a value at an index of the values. */
  abstract void store(SpecializedGetters from, int at, long address, int index);

  @Override
  final void appendNull() {
    reserve(); // the bit is 0 already
  }

  private void reserve() {
    if (count == capacity) {
      vector.reAlloc();
      capacity = vector.getValueCapacity();
      validity = vector.getValidityBufferAddress();
      values = vector.getDataBufferAddress();
    }
  }

  @Override
  final long bytes() {
    return width == 0 ? count / Byte.SIZE : (long) count * width;
  }

  @Override
  final void finish() {
    vector.setValueCount(count);
  }

  static final class Bools extends FixedWriter {
    Bools(BaseFixedWidthVector vector) {
      super(vector);
    }

    @Override
    void store(SpecializedGetters from, int at, long address, int index) {
      if (from.getBoolean(at)) {
        Bits.set(address, index);
      }
    }
  }

  static final class Bytes extends FixedWriter {
    Bytes(BaseFixedWidthVector vector) {
      super(vector);
    }

    @Override
    void store(SpecializedGetters from, int at, long address, int index) {
      Platform.putByte(null, address + index, from.getByte(at));
    }
  }

  static final class Shorts extends FixedWriter {
    Shorts(BaseFixedWidthVector vector) {
      super(vector);
    }

    @Override
    void store(SpecializedGetters from, int at, long address, int index) {
      Platform.putShort(null, address + (long) index * Short.BYTES, from.getShort(at));
    }
  }

  static final class Ints extends FixedWriter {
    Ints(BaseFixedWidthVector vector) {
      super(vector);
    }

    @Override
    void store(SpecializedGetters from, int at, long address, int index) {
      Platform.putInt(null, address + (long) index * Integer.BYTES, from.getInt(at));
    }
  }

  static final class Longs extends FixedWriter {
    Longs(BaseFixedWidthVector vector) {
      super(vector);
    }

    @Override
    void store(SpecializedGetters from, int at, long address, int index) {
      Platform.putLong(null, address + (long) index * Long.BYTES, from.getLong(at));
    }
  }

  static final class Floats extends FixedWriter {
    Floats(BaseFixedWidthVector vector) {
      super(vector);
    }

    @Override
    void store(SpecializedGetters from, int at, long address, int index) {
      Platform.putFloat(null, address + (long) index * Float.BYTES, from.getFloat(at));
    }
  }

  static final class Doubles extends FixedWriter {
    Doubles(BaseFixedWidthVector vector) {
      super(vector);
    }

    @Override
    void store(SpecializedGetters from, int at, long address, int index) {
      Platform.putDouble(null, address + (long) index * Double.BYTES, from.getDouble(at));
    }
  }

  /** Of 128 bits, whatever Spark keeps them in. */
  static final class Decimals extends FixedWriter {
    private final int precision;
    private final int scale;

    Decimals(BaseFixedWidthVector vector, int precision, int scale) {
      super(vector);
      this.precision = precision;
      this.scale = scale;
    }

    @Override
    void store(SpecializedGetters from, int at, long address, int index) {
      Decimal decimal = from.getDecimal(at, precision, scale);
      long low;
      long high;
      if (precision <= Decimal.MAX_LONG_DIGITS()) {
        low = decimal.toUnscaledLong();
        high = low >> (Long.SIZE - 1);
      } else {
        var unscaled = decimal.toJavaBigDecimal().unscaledValue();
        low = unscaled.longValue();
        high = unscaled.shiftRight(Long.SIZE).longValue();
      }
      Platform.putLong(null, address + (long) index * 2 * Long.BYTES, low);
      Platform.putLong(null, address + (long) index * 2 * Long.BYTES + Long.BYTES, high);
    }
  }
}
