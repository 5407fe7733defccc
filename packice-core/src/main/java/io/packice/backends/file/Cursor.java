package io.packice.backends.file;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.jspecify.annotations.Nullable;

/**
 * Reads what stands in a record, one value after the other. Plain array accesses: a start reads very many, most of them before the compiler has made
 * anything of a buffer's.
 */
final class Cursor {
  /** In place of a text's length: there is none. */
  static final int NO_TEXT = -1;

  private final byte[] bytes;
  private final int end;
  private int at;

  Cursor(byte[] bytes, int at, int end) {
    this.bytes = bytes;
    this.at = at;
    this.end = end;
  }

  /** Goes on, and says from where. */
  private int pass(int length) {
    if (length < 0 || length > end - at) {
      throw new IllegalArgumentException("it lacks " + length + " bytes");
    }
    int from = at;
    at += length;
    return from;
  }

  void skip(int length) {
    int _ = pass(length);
  }

  byte nextByte() {
    return bytes[pass(1)];
  }

  int nextInt() {
    return intAt(bytes, pass(Integer.BYTES));
  }

  long nextLong() {
    return longAt(bytes, pass(Long.BYTES));
  }

  @Nullable
  String nextText() {
    int length = nextInt();
    return length == NO_TEXT ? null : new String(bytes, pass(length), length, UTF_8);
  }

  /** A text that cannot be missing. */
  String needText(String what) {
    String text = nextText();
    if (text == null) {
      throw new IllegalArgumentException("it lacks " + what);
    }
    return text;
  }

  boolean isAtEnd() {
    return at == end;
  }

  static int intAt(byte[] bytes, int at) {
    return bytes[at] << 24 | (bytes[at + 1] & 0xff) << 16 | (bytes[at + 2] & 0xff) << 8 | (bytes[at + 3] & 0xff);
  }

  static long longAt(byte[] bytes, int at) {
    return (long) intAt(bytes, at) << Integer.SIZE | Integer.toUnsignedLong(intAt(bytes, at + Integer.BYTES));
  }
}
