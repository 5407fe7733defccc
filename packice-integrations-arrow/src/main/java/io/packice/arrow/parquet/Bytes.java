package io.packice.arrow.parquet;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** A stretch of an array that is read from its start to its end. Whoever reads past the end gets a {@link DamageException}. */
final class Bytes {
  static final Bytes EMPTY = new Bytes(new byte[0], 0, 0);

  private static final int MAX_VARINT_BYTES = 10;

  private final byte[] array;
  private final int limit;
  private int position;

  Bytes(byte[] array, int offset, int length) {
    if (offset < 0 || length < 0 || length > array.length - offset) {
      throw new DamageException(length + " bytes are said to be at " + offset + " of " + array.length);
    }
    this.array = array;
    this.position = offset;
    this.limit = offset + length;
  }

  byte[] array() {
    return array;
  }

  /** Index of the next byte in the array. */
  int position() {
    return position;
  }

  int remaining() {
    return limit - position;
  }

  /** Moves on by some bytes and says where they begin in the array. */
  int take(long count) {
    if (count < 0 || count > remaining()) {
      throw new DamageException(count + " bytes are wanted where " + remaining() + " are left");
    }
    int start = position;
    position += (int) count;
    return start;
  }

  Bytes slice(long count) {
    int start = take(count);
    return new Bytes(array, start, (int) count);
  }

  ByteBuffer littleEndian(long count) {
    int start = take(count);
    return ByteBuffer.wrap(array, start, (int) count).order(ByteOrder.LITTLE_ENDIAN);
  }

  int unsignedByte() {
    return array[take(1)] & 0xFF;
  }

  int intLittleEndian() {
    return littleEndian(Integer.BYTES).getInt();
  }

  long varint() {
    long value = 0;
    for (int i = 0; i < MAX_VARINT_BYTES; i++) {
      int next = unsignedByte();
      value |= (long) (next & 0x7F) << (7 * i);
      if (next < 0x80) {
        return value;
      }
    }
    throw new DamageException("a number is longer than " + MAX_VARINT_BYTES + " bytes");
  }

  /** A varint that counts or measures something in memory. */
  int varintSize(int max) {
    long value = varint();
    if (value < 0 || value > max) {
      throw new DamageException("a count is " + Long.toUnsignedString(value) + ", at most " + max + " is possible");
    }
    return (int) value;
  }

  long zigzag() {
    long value = varint();
    return value >>> 1 ^ -(value & 1);
  }
}
