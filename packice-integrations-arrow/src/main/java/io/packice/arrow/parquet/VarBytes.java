package io.packice.arrow.parquet;

import java.util.Arrays;

/** Byte strings one behind the other. Grows with what is added to it. */
final class VarBytes {
  /** Arrow's offsets have 31 bits, and so has an array's length. */
  private static final int MAX_BYTES = Integer.MAX_VALUE - 8;

  private byte[] bytes = new byte[0];
  private int[] ends = new int[0];
  private int count;

  int count() {
    return count;
  }

  int byteSize() {
    return start(count);
  }

  byte[] bytes() {
    return bytes;
  }

  int start(int index) {
    return index == 0 ? 0 : ends[index - 1];
  }

  int length(int index) {
    return ends[index] - start(index);
  }

  void clear() {
    count = 0;
  }

  void add(byte[] source, int offset, int length) {
    int start = reserve(length);
    System.arraycopy(source, offset, bytes, start, length);
    close(start + length);
  }

  /** A string that shares its beginning with another. */
  void add(byte[] prefix, int prefixLength, byte[] source, int offset, int length) {
    int start = reserve((long) prefixLength + length);
    System.arraycopy(prefix, 0, bytes, start, prefixLength);
    System.arraycopy(source, offset, bytes, start + prefixLength, length);
    close(start + prefixLength + length);
  }

  private int reserve(long length) {
    int start = byteSize();
    long end = start + length;
    if (end > MAX_BYTES) {
      throw new DamageException("its values pass 2 GiB within one batch; read fewer rows at a time");
    }
    if (end > bytes.length) {
      bytes = Arrays.copyOf(bytes, (int) Math.min(MAX_BYTES, Math.max(end, bytes.length * 3L / 2)));
    }
    return start;
  }

  private void close(int end) {
    if (count == ends.length) {
      ends = Arrays.copyOf(ends, Math.max(64, count * 2));
    }
    ends[count++] = end;
  }

  /** Moves a string to a lower index; to be followed by {@link #truncate}. */
  void move(int from, int to) {
    int start = start(from);
    int length = length(from);
    int target = start(to);
    System.arraycopy(bytes, start, bytes, target, length);
    ends[to] = target + length;
  }

  void truncate(int newCount) {
    count = newCount;
  }
}
