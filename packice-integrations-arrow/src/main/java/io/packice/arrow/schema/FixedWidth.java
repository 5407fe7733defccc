package io.packice.arrow.schema;

import java.util.List;
import org.apache.arrow.vector.BufferLayout;
import org.apache.arrow.vector.BufferLayout.BufferType;
import org.apache.arrow.vector.TypeLayout;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;

/** Which types have values of one width, and which. */
public final class FixedWidth {
  private FixedWidth() {
  }

  /**
   * The least bytes of so many values of each field: of what has no fixed width, the offsets, and nothing of what is in lists.
   *
   * @param fields the fields
   * @param rows how many values of each
   * @return bytes
   */
  public static long leastBytes(List<Field> fields, long rows) {
    long bytes = 0;
    for (Field field : fields) {
      bytes = sum(bytes, leastBytes(field, rows));
    }
    return bytes;
  }

  private static long leastBytes(Field field, long rows) {
    ArrowType type = field.getType();
    return switch (type) {
      case ArrowType.Struct _ -> leastBytes(field.getChildren(), rows);
      case ArrowType.FixedSizeList list -> leastBytes(field.getChildren(), product(rows, list.getListSize()));
      case ArrowType.Utf8 _,ArrowType.Binary _,ArrowType.List _,ArrowType.Map _ -> product(rows, Integer.BYTES);
      case ArrowType.LargeUtf8 _,ArrowType.LargeBinary _,ArrowType.LargeList _ -> product(rows, Long.BYTES);
      default -> product(rows, bitsIfAny(type)) / Byte.SIZE;
    };
  }

  private static int bitsIfAny(ArrowType type) {
    try {
      return bits(type);
    } catch (IllegalArgumentException noSuchType) {
      return 0; // of a forged schema: whoever reads the values refuses it
    }
  }

  /** Forged numbers of rows may be past all bounds. */
  private static long product(long a, long b) {
    return Math.multiplyHigh(a, b) == 0 && a * b >= 0 ? a * b : Long.MAX_VALUE;
  }

  /**
   * Adds without passing the greatest number.
   *
   * @param a not negative
   * @param b not negative
   * @return the sum, or {@link Long#MAX_VALUE}
   */
  public static long sum(long a, long b) {
    return a + b < 0 ? Long.MAX_VALUE : a + b;
  }

  /**
   * Bits of one value: 0 if the type's values have no fixed width, 1 for booleans.
   *
   * @param type of the values
   * @return their bits
   */
  public static int bits(ArrowType type) {
    if (type instanceof ArrowType.Utf8 || type instanceof ArrowType.Binary || type instanceof ArrowType.LargeUtf8
        || type instanceof ArrowType.LargeBinary) {
      return 0; // their data buffer is one of bytes
    }
    if (type instanceof ArrowType.FixedSizeBinary binary) {
      return Math.multiplyExact(binary.getByteWidth(), Byte.SIZE); // a forged width must not overflow
    }
    List<BufferLayout> buffers = TypeLayout.getTypeLayout(type).getBufferLayouts();
    return buffers.size() == 2 && buffers.get(1).getType() == BufferType.DATA ? buffers.get(1).getTypeBitWidth() : 0;
  }
}
