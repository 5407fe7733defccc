package io.packice.djl.tensor;

import ai.djl.ndarray.types.DataType;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Optional;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.jspecify.annotations.Nullable;

/** The numbers that memory can consist of, and how one is read and written (little-endian, at any address). */
public enum ElementType {
  /** Bytes of 0 and 1, as engines have booleans; Arrow has bits instead. */
  BOOL(1, DataType.BOOLEAN, 0, 1) {
    @Override
    public long integer(MemorySegment memory, long offset) {
      return memory.get(ValueLayout.JAVA_BYTE, offset) == 0 ? 0 : 1;
    }
  },
  /** Signed bytes. */
  INT8(1, DataType.INT8, Byte.MIN_VALUE, Byte.MAX_VALUE) {
    @Override
    public long integer(MemorySegment memory, long offset) {
      return memory.get(ValueLayout.JAVA_BYTE, offset);
    }
  },
  /** Unsigned bytes, such as pixels. */
  UINT8(1, DataType.UINT8, 0, 0xff) {
    @Override
    public long integer(MemorySegment memory, long offset) {
      return Byte.toUnsignedLong(memory.get(ValueLayout.JAVA_BYTE, offset));
    }
  },
  /** Signed, two bytes. */
  INT16(2, null, Short.MIN_VALUE, Short.MAX_VALUE) {
    @Override
    public long integer(MemorySegment memory, long offset) {
      return memory.get(Layouts.SHORT, offset);
    }
  },
  /** Unsigned, two bytes. */
  UINT16(2, null, 0, 0xffff) {
    @Override
    public long integer(MemorySegment memory, long offset) {
      return Short.toUnsignedLong(memory.get(Layouts.SHORT, offset));
    }
  },
  /** Signed, four bytes. */
  INT32(4, DataType.INT32, Integer.MIN_VALUE, Integer.MAX_VALUE) {
    @Override
    public long integer(MemorySegment memory, long offset) {
      return memory.get(Layouts.INT, offset);
    }
  },
  /** Unsigned, four bytes. */
  UINT32(4, null, 0, 0xffff_ffffL) {
    @Override
    public long integer(MemorySegment memory, long offset) {
      return Integer.toUnsignedLong(memory.get(Layouts.INT, offset));
    }
  },
  /** Signed, eight bytes. */
  INT64(8, DataType.INT64, Long.MIN_VALUE, Long.MAX_VALUE) {
    @Override
    public long integer(MemorySegment memory, long offset) {
      return memory.get(Layouts.LONG, offset);
    }
  },
  /** Unsigned, eight bytes. */
  UINT64(8, null, 0, Long.MAX_VALUE) {
    @Override
    public long integer(MemorySegment memory, long offset) {
      long bits = memory.get(Layouts.LONG, offset);
      if (bits < 0) {
        throw new ArithmeticException(
            "Cannot convert " + Long.toUnsignedString(bits) + " to a signed integer; convert the column to FLOAT64");
      }
      return bits;
    }

    @Override
    public double real(MemorySegment memory, long offset) {
      long bits = memory.get(Layouts.LONG, offset);
      return bits >= 0 ? bits : ((bits >>> 1) | (bits & 1)) * 2.0; // the lowest bit is kept for the rounding
    }
  },
  /** IEEE 754 binary16. */
  FLOAT16(2, DataType.FLOAT16) {
    @Override
    public double real(MemorySegment memory, long offset) {
      return Float.float16ToFloat(memory.get(Layouts.SHORT, offset));
    }

    @Override
    public void putReal(MemorySegment memory, long offset, double value) {
      short bits = Float.floatToFloat16((float) value);
      requireHeld(value, Float.float16ToFloat(bits), MAX_HALF);
      memory.set(Layouts.SHORT, offset, bits);
    }
  },
  /** IEEE 754 binary32. */
  FLOAT32(4, DataType.FLOAT32) {
    @Override
    public double real(MemorySegment memory, long offset) {
      return memory.get(Layouts.FLOAT, offset);
    }

    @Override
    public void putReal(MemorySegment memory, long offset, double value) {
      float nearest = (float) value;
      requireHeld(value, nearest, Float.MAX_VALUE);
      memory.set(Layouts.FLOAT, offset, nearest);
    }
  },
  /** IEEE 754 binary64. */
  FLOAT64(8, DataType.FLOAT64) {
    @Override
    public double real(MemorySegment memory, long offset) {
      return memory.get(Layouts.DOUBLE, offset);
    }

    @Override
    public void putReal(MemorySegment memory, long offset, double value) {
      memory.set(Layouts.DOUBLE, offset, value);
    }
  };

  /** Byte by byte these are what Arrow and every engine here use. */
  public static final class Layouts {
    /** Two bytes at any address. */
    public static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    /** Four bytes at any address. */
    public static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    /** Eight bytes at any address. */
    public static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    /** A float at any address. */
    public static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    /** A double at any address. */
    public static final ValueLayout.OfDouble DOUBLE =
        ValueLayout.JAVA_DOUBLE_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private Layouts() {
    }
  }

  private static final double MAX_HALF = 65_504;

  private final int byteSize;
  private final @Nullable DataType tensorType;
  private final boolean floating;
  private final long min;
  private final long max;

  ElementType(int byteSize, @Nullable DataType tensorType, long min, long max) {
    this(byteSize, tensorType, false, min, max);
  }

  ElementType(int byteSize, DataType tensorType) {
    this(byteSize, tensorType, true, 0, 0);
  }

  ElementType(int byteSize, @Nullable DataType tensorType, boolean floating, long min, long max) {
    this.byteSize = byteSize;
    this.tensorType = tensorType;
    this.floating = floating;
    this.min = min;
    this.max = max;
  }

  /**
   * The length of one element.
   *
   * @return bytes
   */
  public int byteSize() {
    return byteSize;
  }

  /**
   * Whether the numbers have fractions.
   *
   * @return whether it is a floating-point type
   */
  public boolean isFloating() {
    return floating;
  }

  /**
   * The tensor type of the very same bits.
   *
   * @return the type; null where the PyTorch engine would end the process
   */
  public @Nullable DataType tensorType() {
    return tensorType;
  }

  /**
   * One element as an integer; fractions are cut off.
   *
   * @param memory where it is
   * @param offset where in the memory, in bytes
   * @return the number
   * @throws ArithmeticException if it is none (NaN), or not between -2^63 and 2^63 - 1
   */
  public long integer(MemorySegment memory, long offset) {
    return whole(real(memory, offset));
  }

  /**
   * One element as a floating-point number.
   *
   * @param memory where it is
   * @param offset where in the memory, in bytes
   * @return the number, rounded if need be
   */
  public double real(MemorySegment memory, long offset) {
    return integer(memory, offset);
  }

  /**
   * Stores an integer.
   *
   * @param memory where to
   * @param offset where in the memory, in bytes
   * @param value the number
   * @throws ArithmeticException if the type cannot hold it
   */
  public void putInteger(MemorySegment memory, long offset, long value) {
    if (floating) {
      putReal(memory, offset, (double) value);
    } else if (value < min || value > max) {
      throw new ArithmeticException(
          "Cannot convert " + value + " to " + name() + ", which holds " + min + " to " + max
              + "; choose a wider type");
    } else {
      store(memory, offset, value);
    }
  }

  /** The lowest bytes of a number, which are the same for signed and unsigned types. */
  private void store(MemorySegment memory, long offset, long value) {
    switch (byteSize) {
      case Byte.BYTES -> memory.set(ValueLayout.JAVA_BYTE, offset, (byte) value);
      case Short.BYTES -> memory.set(Layouts.SHORT, offset, (short) value);
      case Integer.BYTES -> memory.set(Layouts.INT, offset, (int) value);
      default -> memory.set(Layouts.LONG, offset, value);
    }
  }

  /** A number may be rounded, but not become infinite. */
  void requireHeld(double value, double nearest, double largest) {
    if (Double.isInfinite(nearest) && !Double.isInfinite(value)) {
      throw new ArithmeticException("Cannot convert " + value + " to " + name() + ", which holds up to " + largest
          + "; choose a wider type");
    }
  }

  /**
   * A number that has no fraction.
   *
   * @param value the number
   * @return the same
   * @throws ArithmeticException if it has one, is none (NaN), or not between -2^63 and 2^63 - 1
   */
  public static long exact(double value) {
    long whole = whole(value);
    if (whole != value) {
      throw new ArithmeticException("Cannot convert " + value + " to an integer: it has a fraction; choose FLOAT32 or"
          + " FLOAT64, or round the column before");
    }
    return whole;
  }

  /**
   * A number without its fraction.
   *
   * @param value the number
   * @return what is left
   * @throws ArithmeticException if it is none (NaN), or not between -2^63 and 2^63 - 1
   */
  public static long whole(double value) {
    if (!(value >= -0x1p63 && value < 0x1p63)) {
      throw new ArithmeticException("Cannot convert " + value + " to an integer; convert the column to FLOAT64");
    }
    return (long) value;
  }

  /**
   * Stores a number, rounded to the type's nearest if that is a floating-point type.
   *
   * @param memory where to
   * @param offset where in the memory, in bytes
   * @param value the number
   * @throws ArithmeticException if the type cannot hold it: because it is too large, or has a fraction and the type has none
   */
  public void putReal(MemorySegment memory, long offset, double value) {
    putInteger(memory, offset, exact(value));
  }

  /**
   * The element type of an Arrow type.
   *
   * @param type the type of a column's elements
   * @return the type; empty if it is not a number of whole bytes
   */
  public static Optional<ElementType> of(ArrowType type) {
    return switch (type) {
      case ArrowType.Int whole -> Optional.of(valueOf((whole.getIsSigned() ? "INT" : "UINT") + whole.getBitWidth()));
      case ArrowType.FloatingPoint floating -> Optional.of(switch (floating.getPrecision()) {
        case HALF -> FLOAT16;
        case SINGLE -> FLOAT32;
        case DOUBLE -> FLOAT64;
      });
      case ArrowType.FixedSizeBinary _ -> Optional.of(UINT8);
      default -> Optional.empty();
    };
  }

  /**
   * The element type of a tensor type.
   *
   * @param type the type of an array
   * @return the type; empty if the engine would not survive it
   */
  public static Optional<ElementType> of(DataType type) {
    return Arrays.stream(values()).filter(element -> element.tensorType == type).findFirst();
  }
}
