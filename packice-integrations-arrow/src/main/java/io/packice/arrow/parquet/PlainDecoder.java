package io.packice.arrow.parquet;

import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;

/** PLAIN: values little-endian one behind the other, byte strings with their length before them, booleans as bits. */
final class PlainDecoder extends ValueDecoder {
  private final Bytes in;
  private final int width;
  private final boolean bits;
  private int bitIndex = Byte.SIZE;
  private int bitByte;

  /**
   * @param width bytes of a value of fixed length
   */
  PlainDecoder(Bytes in, PrimitiveTypeName type, int width) {
    super("PLAIN");
    this.in = in;
    this.width = width;
    this.bits = type == PrimitiveTypeName.BOOLEAN;
  }

  @Override
  void ints(int[] out, int offset, int count) {
    if (bits) {
      booleans(out, offset, count);
    } else {
      in.littleEndian((long) count * Integer.BYTES).asIntBuffer().get(out, offset, count);
    }
  }

  private void booleans(int[] out, int offset, int count) {
    for (int i = offset; i < offset + count; i++) {
      if (bitIndex == Byte.SIZE) {
        bitIndex = 0;
        bitByte = in.unsignedByte();
      }
      out[i] = bitByte >>> bitIndex++ & 1;
    }
  }

  @Override
  void longs(long[] out, int offset, int count) {
    in.littleEndian((long) count * Long.BYTES).asLongBuffer().get(out, offset, count);
  }

  @Override
  void fixed(byte[] out, int offset, int count) {
    int from = in.take((long) count * width);
    System.arraycopy(in.array(), from, out, offset * width, count * width);
  }

  @Override
  void binary(VarBytes out, int count) {
    for (int i = 0; i < count; i++) {
      int length = in.intLittleEndian();
      int from = in.take(length);
      out.add(in.array(), from, length);
    }
  }
}
