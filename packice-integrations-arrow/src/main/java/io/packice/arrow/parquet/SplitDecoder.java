package io.packice.arrow.parquet;

/** BYTE_STREAM_SPLIT: the first bytes of all values, then the second bytes of all, and so on. */
final class SplitDecoder extends ValueDecoder {
  private final byte[] array;
  private final int start;
  private final int width;
  private final int values;
  private int next;

  SplitDecoder(Bytes in, int width) {
    super("BYTE_STREAM_SPLIT");
    int length = in.remaining();
    if (length % width != 0) {
      throw new DamageException(length + " bytes are no values of " + width + " bytes");
    }
    this.array = in.array();
    this.start = in.take(length);
    this.width = width;
    this.values = length / width;
  }

  private void require(int count) {
    if (count > values - next) {
      throw new DamageException(count + " values are wanted where " + (values - next) + " are left");
    }
  }

  private long value(int index) {
    long value = 0;
    for (int i = width - 1; i >= 0; i--) {
      value = value << Byte.SIZE | (array[start + i * values + index] & 0xFF);
    }
    return value;
  }

  @Override
  void ints(int[] out, int offset, int count) {
    require(count);
    for (int i = 0; i < count; i++) {
      out[offset + i] = (int) value(next++);
    }
  }

  @Override
  void longs(long[] out, int offset, int count) {
    require(count);
    for (int i = 0; i < count; i++) {
      out[offset + i] = value(next++);
    }
  }

  @Override
  void fixed(byte[] out, int offset, int count) {
    require(count);
    for (int i = 0; i < count; i++, next++) {
      for (int b = 0; b < width; b++) {
        out[(offset + i) * width + b] = array[start + b * values + next];
      }
    }
  }
}
