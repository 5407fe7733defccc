package io.packice.storage;

import java.io.InputStream;
import java.lang.foreign.MemorySegment;
import java.util.Objects;

/** A file as a stream, by ranges of a moderate size; for services that have nothing better. For one thread at a time. */
final class RangeStream extends InputStream {
  private static final int RANGE = 1 << 20;

  private final NodeReader reader;
  private final long size;
  private final byte[] buffer;
  private long next;
  private int position;
  private int limit;

  RangeStream(NodeReader reader, long offset) {
    this.reader = reader;
    this.size = reader.size().orElseThrow();
    this.next = offset;
    this.buffer = new byte[Math.clamp(size - offset, 0, RANGE)];
  }

  private boolean fill() {
    if (position == limit) {
      position = 0;
      limit = Math.clamp(size - next, 0, buffer.length);
      if (limit > 0) {
        reader.read(next, MemorySegment.ofArray(buffer).asSlice(0, limit));
        next += limit;
      }
    }
    return limit > 0;
  }

  @Override
  public int read() {
    return fill() ? buffer[position++] & 0xff : -1;
  }

  @Override
  public int read(byte[] target, int offset, int length) {
    Objects.checkFromIndexSize(offset, length, target.length);
    if (length == 0) {
      return 0;
    }
    if (!fill()) {
      return -1;
    }
    int count = Math.min(length, limit - position);
    System.arraycopy(buffer, position, target, offset, count);
    position += count;
    return count;
  }
}
