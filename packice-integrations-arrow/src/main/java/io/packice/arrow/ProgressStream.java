package io.packice.arrow;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.function.LongConsumer;

/** Counts the bytes that are read and tells about them now and then. */
final class ProgressStream extends FilterInputStream {
  private static final int STEP_BYTES = 1 << 18;

  private final LongConsumer consumed;
  private long untold;

  /**
   * @param consumed is given how many bytes were read since it was told last
   */
  ProgressStream(InputStream in, LongConsumer consumed) {
    super(in);
    this.consumed = consumed;
  }

  @Override
  public int read() throws IOException {
    int value = super.read();
    count(value < 0 ? 0 : 1);
    return value;
  }

  @Override
  public int read(byte[] bytes, int offset, int length) throws IOException {
    int count = super.read(bytes, offset, length);
    count(Math.max(count, 0));
    return count;
  }

  @Override
  public boolean markSupported() {
    return false;
  }

  private void count(int bytes) {
    untold += bytes;
    if (untold >= STEP_BYTES) {
      tell();
    }
  }

  private void tell() {
    consumed.accept(untold);
    untold = 0;
  }

  @Override
  public void close() throws IOException {
    super.close();
    tell();
  }
}
