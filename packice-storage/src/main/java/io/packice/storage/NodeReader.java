package io.packice.storage;

import java.io.InputStream;
import java.lang.foreign.MemorySegment;
import java.util.OptionalLong;

/**
 * One file, opened for reading: its bytes are those of one moment, or reading fails with {@link ChangedException}. Safe from many threads at once. Whoever opens
 * it closes it; closing twice is harmless.
 */
public interface NodeReader extends AutoCloseable {
  /**
   * What the service said when it was opened.
   *
   * @return size and tag, and what else came with them
   */
  NodeInfo info();

  /**
   * How many bytes there are.
   *
   * @return the size; empty if the service tells it only by the end of the bytes
   */
  default OptionalLong size() {
    return OptionalLong.of(info().size());
  }

  /**
   * Reads a range straight into memory.
   *
   * @param offset the first byte, from 0
   * @param target is filled to its last byte
   * @throws ChangedException if the file has changed since it was opened, or ends before
   * @throws UnsupportedException if the service reads no ranges
   * @throws UnavailableException if the service breaks off
   */
  void read(long offset, MemorySegment target);

  /**
   * The bytes one after another; whoever reads a whole file reads it so. The stream throws {@link java.io.IOException} where the connection breaks off, which the caller
   * of a node never sees: there it goes on from where it was.
   *
   * @param offset the first byte, from 0
   * @return a stream that the caller closes
   * @throws ChangedException if the file has changed since it was opened
   */
  default InputStream stream(long offset) {
    return new RangeStream(this, offset);
  }

  /**
   * Whether the service still has what was opened.
   *
   * @return false if the file has another tag now, or is gone
   * @throws UnavailableException if the service does not answer
   */
  boolean isStillCurrent();

  @Override
  void close();
}
