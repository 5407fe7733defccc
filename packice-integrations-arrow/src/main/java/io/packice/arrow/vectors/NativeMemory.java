package io.packice.arrow.vectors;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import org.apache.arrow.memory.ArrowBuf;

/** Arrow's buffers as segments, and the layouts of little-endian values in them. */
public final class NativeMemory {
  /** Of 8 bits. */
  public static final ValueLayout.OfByte BYTE = ValueLayout.JAVA_BYTE;
  /** Of 16 bits. */
  public static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  /** Of 32 bits. */
  public static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  /** Of 64 bits. */
  public static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private NativeMemory() {
  }

  /**
   * The first bytes of a buffer, in place: valid as long as the buffer is, which nobody checks.
   *
   * @param buffer the buffer
   * @param byteSize how many bytes
   * @return the bytes
   */
  public static MemorySegment of(ArrowBuf buffer, long byteSize) {
    return byteSize == 0
        ? MemorySegment.NULL
        : MemorySegment.ofAddress(buffer.memoryAddress()).reinterpret(byteSize);
  }
}
