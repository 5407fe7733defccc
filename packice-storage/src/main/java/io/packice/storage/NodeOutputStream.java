package io.packice.storage;

import java.io.OutputStream;
import java.lang.foreign.MemorySegment;
import java.util.Objects;

/**
 * A file being written as a stream. {@link #commit} makes it visible; closed without, nothing ever is, as when whoever writes fails. For one thread at a time.
 */
public final class NodeOutputStream extends OutputStream {
  private static final int BUFFER = 1 << 16;

  private final NodeWriter writer;
  private final byte[] buffer = new byte[BUFFER];
  private int filled;

  NodeOutputStream(NodeWriter writer) {
    this.writer = writer;
  }

  @Override
  public void write(int b) {
    if (filled == BUFFER) {
      drain();
    }
    buffer[filled++] = (byte) b;
  }

  @Override
  public void write(byte[] bytes, int offset, int length) {
    Objects.checkFromIndexSize(offset, length, bytes.length);
    if (length >= BUFFER - filled) {
      drain();
    }
    if (length >= BUFFER) {
      writer.write(MemorySegment.ofArray(bytes).asSlice(offset, length));
    } else {
      System.arraycopy(bytes, offset, buffer, filled, length);
      filled += length;
    }
  }

  private void drain() {
    if (filled > 0) {
      writer.write(MemorySegment.ofArray(buffer).asSlice(0, filled));
      filled = 0;
    }
  }

  /**
   * Makes the file visible, whole.
   *
   * @return what it is now
   * @throws ExistsException if it was to be new and somebody else was first
   */
  public NodeInfo commit() {
    drain();
    return writer.commit();
  }

  /** Lets go; without a {@link #commit} before, nothing is seen of what was written. Closing twice is harmless. */
  @Override
  public void close() {
    writer.close();
  }
}
