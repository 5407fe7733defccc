package io.packice;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Objects;

/** Reads a segment of any size as a stream. For one thread at a time, like every stream. */
final class SegmentInputStream extends InputStream {
  private static final int TRANSFER_CHUNK = 1 << 16;

  private final MemorySegment segment;
  private long position;
  private long mark;

  SegmentInputStream(MemorySegment segment) {
    this.segment = segment;
  }

  private long remaining() {
    return segment.byteSize() - position;
  }

  @Override
  public int read() {
    return remaining() == 0 ? -1 : segment.get(ValueLayout.JAVA_BYTE, position++) & 0xff;
  }

  @Override
  public int read(byte[] target, int offset, int length) {
    Objects.checkFromIndexSize(offset, length, target.length);
    if (length == 0) {
      return 0;
    }
    int count = (int) Math.min(length, remaining());
    if (count == 0) {
      return -1;
    }
    MemorySegment.copy(segment, ValueLayout.JAVA_BYTE, position, target, offset, count);
    position += count;
    return count;
  }

  @Override
  public long skip(long count) {
    long skipped = Math.clamp(count, 0, remaining());
    position += skipped;
    return skipped;
  }

  @Override
  public int available() {
    return (int) Math.min(Integer.MAX_VALUE, remaining());
  }

  @Override
  public long transferTo(OutputStream out) throws IOException {
    long start = position;
    byte[] chunk = new byte[(int) Math.min(TRANSFER_CHUNK, Math.max(1, remaining()))];
    for (int count = read(chunk); count > 0; count = read(chunk)) {
      out.write(chunk, 0, count);
    }
    return position - start;
  }

  @Override
  public boolean markSupported() {
    return true;
  }

  @Override
  public void mark(int readLimit) {
    mark = position;
  }

  @Override
  public void reset() {
    position = mark;
  }
}
