package io.packice.arrow.imports;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import java.util.zip.ZipException;

/**
 * Gzipped data (RFC 1952), unzipped: one member, or several behind each other. Zero bytes between and behind members are padding, as tapes and block devices
 * leave it; anything else there is an error. {@link java.util.zip.GZIPInputStream} takes it for the end, and so loses what follows; and it asks whether more bytes are available, which
 * a pipe denies when they only come later.
 */
final class GzipStream extends BlockStream {
  private static final int ID_1 = 0x1F;
  private static final int ID_2 = 0x8B;
  private static final int DEFLATE = 8;
  private static final int HAS_HEADER_CRC = 2;
  private static final int HAS_EXTRA = 4;
  private static final int HAS_NAME = 8;
  private static final int HAS_COMMENT = 16;
  private static final int RESERVED = 0xE0;
  private static final int TIME_LEVEL_AND_SYSTEM_BYTES = 6;

  private final InputStream in;
  private final byte[] buffer;
  private final Inflater inflater = new Inflater(true);
  private final CRC32 checksum = new CRC32(); // of what was unzipped of a member, or of its header while that is read
  private int position;
  private int limit;
  private boolean ended;

  /**
   * Reads the first header.
   *
   * @throws ZipException if it is none
   * @throws EOFException if it ends too soon
   */
  GzipStream(InputStream in, int bufferBytes) throws IOException {
    this.in = in;
    this.buffer = new byte[bufferBytes];
    try {
      header(required());
    } catch (Throwable failure) {
      inflater.end();
      throw failure;
    }
  }

  @Override
  public int read(byte[] target, int offset, int length) throws IOException {
    Objects.checkFromIndexSize(offset, length, target.length);
    while (length > 0 && !ended) {
      int count = inflate(target, offset, length);
      if (count > 0) {
        checksum.update(target, offset, count);
        return count;
      }
      if (inflater.finished()) {
        position = limit - inflater.getRemaining();
        trailer();
        nextMember();
      } else if (inflater.needsInput()) {
        feed();
      } else {
        throw new ZipException("it wants a dictionary, which gzip has not");
      }
    }
    return length == 0 ? 0 : -1;
  }

  private int inflate(byte[] target, int offset, int length) throws ZipException {
    try {
      return inflater.inflate(target, offset, length);
    } catch (DataFormatException e) {
      ZipException damage = new ZipException("its deflated data is damaged");
      damage.initCause(e);
      throw damage;
    }
  }

  /** Gives the inflater what there is, or what comes next; what it leaves is taken back when it has finished. */
  private void feed() throws IOException {
    if (position == limit && !fill()) {
      throw new EOFException("it ends within a member");
    }
    inflater.setInput(buffer, position, limit - position);
    position = limit;
  }

  private boolean fill() throws IOException {
    position = 0;
    limit = Math.max(0, in.read(buffer, 0, buffer.length));
    return limit > 0;
  }

  // ---- Between the data

  private void trailer() throws IOException {
    long expected = checksum.getValue();
    long length = inflater.getBytesWritten() & 0xFFFF_FFFFL;
    if (number() != expected || number() != length) {
      throw new ZipException("what was unzipped is not what its checksum and length are of");
    }
  }

  private long number() throws IOException {
    return required() | required() << 8 | required() << 16 | (long) required() << 24;
  }

  private void nextMember() throws IOException {
    int first = next();
    while (first == 0) {
      first = next();
    }
    if (first < 0) {
      ended = true;
      return;
    }
    inflater.reset();
    header(first);
  }

  private void header(int first) throws IOException {
    checksum.reset();
    checksum.update(first);
    if (first != ID_1 || field() != ID_2 || field() != DEFLATE) {
      throw new ZipException("what should be the header of a member is none");
    }
    int flags = field();
    if ((flags & RESERVED) != 0) {
      throw new ZipException("the header of a member has flags that mean nothing");
    }
    passOver(TIME_LEVEL_AND_SYSTEM_BYTES);
    if ((flags & HAS_EXTRA) != 0) {
      passOver(field() | field() << 8);
    }
    passOverTexts(Integer.bitCount(flags & (HAS_NAME | HAS_COMMENT)));
    if ((flags & HAS_HEADER_CRC) != 0) {
      long expected = checksum.getValue() & 0xFFFF;
      if ((required() | required() << 8) != expected) {
        throw new ZipException("the header of a member is not what its checksum is of");
      }
    }
    checksum.reset();
  }

  private void passOver(int count) throws IOException {
    for (int i = 0; i < count; i++) {
      field();
    }
  }

  private void passOverTexts(int count) throws IOException {
    for (int left = count; left > 0;) {
      left -= field() == 0 ? 1 : 0;
    }
  }

  private int field() throws IOException {
    int value = required();
    checksum.update(value);
    return value;
  }

  private int required() throws IOException {
    int value = next();
    if (value < 0) {
      throw new EOFException("it ends within a header or trailer");
    }
    return value;
  }

  private int next() throws IOException {
    return position == limit && !fill() ? -1 : Byte.toUnsignedInt(buffer[position++]);
  }

  @Override
  public void close() throws IOException {
    inflater.end();
    in.close();
  }
}
