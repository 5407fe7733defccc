package io.packice.arrow.imports;

import java.io.IOException;
import java.io.InputStream;

/** A stream that is read by blocks; who reads single bytes gets them, at the cost of blocks of one. */
abstract class BlockStream extends InputStream {
  @Override
  public final int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : Byte.toUnsignedInt(one[0]);
  }

  @Override
  public abstract int read(byte[] target, int offset, int length) throws IOException;
}
