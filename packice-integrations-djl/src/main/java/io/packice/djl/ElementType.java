package io.packice.djl;

import ai.djl.ndarray.types.DataType;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.jspecify.annotations.Nullable;

/** The numbers that a column can consist of, and how one is read from memory (little-endian, at any address). */
enum ElementType {
  INT8(1, DataType.INT8) {
    @Override
    long integer(MemorySegment memory, long offset) {
      return memory.get(ValueLayout.JAVA_BYTE, offset);
    }
  },
  UINT8(1, DataType.UINT8) {
    @Override
    long integer(MemorySegment memory, long offset) {
      return Byte.toUnsignedLong(memory.get(ValueLayout.JAVA_BYTE, offset));
    }
  },
  INT16(2, null) {
    @Override
    long integer(MemorySegment memory, long offset) {
      return memory.get(Layouts.SHORT, offset);
    }
  },
  UINT16(2, null) {
    @Override
    long integer(MemorySegment memory, long offset) {
      return Short.toUnsignedLong(memory.get(Layouts.SHORT, offset));
    }
  },
  INT32(4, DataType.INT32) {
    @Override
    long integer(MemorySegment memory, long offset) {
      return memory.get(Layouts.INT, offset);
    }
  },
  UINT32(4, null) {
    @Override
    long integer(MemorySegment memory, long offset) {
      return Integer.toUnsignedLong(memory.get(Layouts.INT, offset));
    }
  },
  INT64(8, DataType.INT64) {
    @Override
    long integer(MemorySegment memory, long offset) {
      return memory.get(Layouts.LONG, offset);
    }
  },
  UINT64(8, null) {
    @Override
    long integer(MemorySegment memory, long offset) {
      long bits = memory.get(Layouts.LONG, offset);
      if (bits < 0) {
        throw new ArithmeticException(
            "Cannot convert " + Long.toUnsignedString(bits) + " to a signed integer; convert the column to FLOAT64");
      }
      return bits;
    }

    @Override
    double real(MemorySegment memory, long offset) {
      long bits = memory.get(Layouts.LONG, offset);
      return bits >= 0 ? bits : ((bits >>> 1) | (bits & 1)) * 2.0; // the lowest bit is kept for the rounding
    }
  },
  FLOAT16(2, DataType.FLOAT16) {
    @Override
    long integer(MemorySegment memory, long offset) {
      return (long) real(memory, offset);
    }

    @Override
    double real(MemorySegment memory, long offset) {
      return Float.float16ToFloat(memory.get(Layouts.SHORT, offset));
    }
  },
  FLOAT32(4, DataType.FLOAT32) {
    @Override
    long integer(MemorySegment memory, long offset) {
      return (long) real(memory, offset);
    }

    @Override
    double real(MemorySegment memory, long offset) {
      return memory.get(Layouts.FLOAT, offset);
    }
  },
  FLOAT64(8, DataType.FLOAT64) {
    @Override
    long integer(MemorySegment memory, long offset) {
      return (long) real(memory, offset);
    }

    @Override
    double real(MemorySegment memory, long offset) {
      return memory.get(Layouts.DOUBLE, offset);
    }
  };

  /** Byte by byte these are what Arrow and every engine here use. */
  static final class Layouts {
    static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    static final ValueLayout.OfDouble DOUBLE = ValueLayout.JAVA_DOUBLE_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private Layouts() {
    }
  }

  private final int byteSize;
  private final @Nullable DataType tensorType;

  ElementType(int byteSize, @Nullable DataType tensorType) {
    this.byteSize = byteSize;
    this.tensorType = tensorType;
  }

  int byteSize() {
    return byteSize;
  }

  /** The tensor type of the very same bits; null where the PyTorch engine would end the process (tried on DJL 0.35.1). */
  @Nullable
  DataType tensorType() {
    return tensorType;
  }

  /** One element as an integer; fractions are cut off. */
  abstract long integer(MemorySegment memory, long offset);

  /** One element as a floating-point number. */
  double real(MemorySegment memory, long offset) {
    return integer(memory, offset);
  }

  /**
   * The element type of an Arrow type.
   *
   * @throws IllegalArgumentException if it is not a number
   */
  static ElementType of(ArrowType type, String column) {
    if (type instanceof ArrowType.Int whole) {
      return valueOf((whole.getIsSigned() ? "INT" : "UINT") + whole.getBitWidth());
    }
    if (type instanceof ArrowType.FloatingPoint floating) {
      return switch (floating.getPrecision()) {
        case HALF -> FLOAT16;
        case SINGLE -> FLOAT32;
        case DOUBLE -> FLOAT64;
      };
    }
    throw new IllegalArgumentException("Cannot make a tensor of column " + column + ": its elements are " + type
        + "; choose a column of integers or floating-point numbers");
  }
}
