package io.packice.arrow;

import java.util.List;
import org.apache.arrow.vector.BufferLayout;
import org.apache.arrow.vector.BufferLayout.BufferType;
import org.apache.arrow.vector.TypeLayout;
import org.apache.arrow.vector.types.pojo.ArrowType;

/** Which types have values of one width, and which. */
final class FixedWidth {
  private FixedWidth() {
  }

  /** Bits of one value: 0 if the type's values have no fixed width, 1 for booleans. */
  static int bits(ArrowType type) {
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
