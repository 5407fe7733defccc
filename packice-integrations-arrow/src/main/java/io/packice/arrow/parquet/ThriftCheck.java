package io.packice.arrow.parquet;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;

/**
 * Walks over a struct of Thrift's compact protocol and finds its end. No list in it can then be longer than the bytes that hold it, so that the
 * decoder, which allocates by what a list says of itself, allocates only a multiple of what was read.
 */
final class ThriftCheck {
  private static final int MAX_DEPTH = 32;

  private static final int STOP = 0;
  private static final int TRUE = 1;
  private static final int FALSE = 2;
  private static final int BYTE = 3;
  private static final int I16 = 4;
  private static final int I32 = 5;
  private static final int I64 = 6;
  private static final int DOUBLE = 7;
  private static final int BINARY = 8;
  private static final int LIST = 9;
  private static final int SET = 10;
  private static final int MAP = 11;
  private static final int STRUCT = 12;

  private ThriftCheck() {
  }

  /** Reads a struct by the classes that are generated for it. */
  interface Decoder<T> {
    T decode(InputStream in) throws IOException;
  }

  /**
   * Decodes bytes that {@link #struct} has found to be a struct.
   *
   * @param what they are, for a message: that of the decoder has all of the struct in it
   */
  static <T> T decode(byte[] array, int from, int length, String what, Decoder<T> decoder) {
    try {
      return decoder.decode(new ByteArrayInputStream(array, from, length));
    } catch (IOException | RuntimeException e) {
      throw new DamageException(what + " is incomplete, or has something of another type than the format", e);
    }
  }

  /** Moves behind the struct; throws {@link DamageException} if it is none or does not end here. */
  static void struct(Bytes in) {
    struct(in, 0);
  }

  private static void struct(Bytes in, int depth) {
    if (depth > MAX_DEPTH) {
      throw new DamageException("structs lie in structs " + MAX_DEPTH + " times");
    }
    for (int header = in.unsignedByte(); header != STOP; header = in.unsignedByte()) {
      if (header >>> 4 == 0) {
        in.varint(); // the field's id, too far from the one before to be a difference
      }
      int type = header & 0x0F;
      if (type != TRUE && type != FALSE) { // these are their own values
        value(in, type, depth);
      }
    }
  }

  private static void value(Bytes in, int type, int depth) {
    switch (type) {
      case TRUE, FALSE, BYTE -> in.take(1);
      case I16, I32, I64 -> in.varint();
      case DOUBLE -> in.take(Double.BYTES);
      case BINARY -> in.take(in.varintSize(Integer.MAX_VALUE));
      case LIST, SET -> list(in, depth);
      case MAP -> map(in, depth);
      case STRUCT -> struct(in, depth + 1);
      default -> throw new DamageException("a field has the type " + type);
    }
  }

  private static void list(Bytes in, int depth) {
    int header = in.unsignedByte();
    int size = header >>> 4 == 0x0F ? in.varintSize(Integer.MAX_VALUE) : header >>> 4;
    values(in, size, header & 0x0F, depth);
  }

  private static void values(Bytes in, int size, int type, int depth) {
    if (size > in.remaining()) { // each takes a byte at least
      throw new DamageException("a list has " + size + " elements in " + in.remaining() + " bytes");
    }
    for (int i = 0; i < size; i++) {
      value(in, type, depth);
    }
  }

  private static void map(Bytes in, int depth) {
    int size = in.varintSize(Integer.MAX_VALUE);
    if (size == 0) {
      return;
    }
    int types = in.unsignedByte();
    if (size > in.remaining()) {
      throw new DamageException("a map has " + size + " entries in " + in.remaining() + " bytes");
    }
    for (int i = 0; i < size; i++) {
      value(in, types >>> 4, depth);
      value(in, types & 0x0F, depth);
    }
  }
}
