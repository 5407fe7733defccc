package io.packice.arrow.batch;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;

/**
 * Writes a part front to back into a draft, by pwrite from wherever the bytes are: for small parts, and in files, that is several times faster than
 * storing through a mapping, which takes a page fault for every 4 KiB.
 */
public final class PartSink {
  private static final long SLICE_BYTES = 1L << 30; // a ByteBuffer holds less than 2 GiB

  private final WritableByteChannel channel;
  private long position;

  /**
   * Writes to a channel.
   *
   * @param channel it stays the caller's
   */
  public PartSink(WritableByteChannel channel) {
    this.channel = channel;
  }

  /**
   * How many bytes were written.
   *
   * @return bytes
   */
  public long position() {
    return position;
  }

  /**
   * Writes bytes.
   *
   * @param bytes all that remain
   * @throws IOException if they cannot be written
   */
  public void write(ByteBuffer bytes) throws IOException {
    position += bytes.remaining();
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
  }

  /**
   * Writes bytes.
   *
   * @param bytes all of them
   * @throws IOException if they cannot be written
   */
  public void write(byte[] bytes) throws IOException {
    write(ByteBuffer.wrap(bytes));
  }

  /**
   * Native memory goes into the draft as it is, with no copy on the heap.
   *
   * @param bytes all of them
   * @throws IOException if they cannot be written
   */
  public void write(MemorySegment bytes) throws IOException {
    for (long at = 0; at < bytes.byteSize(); at += SLICE_BYTES) {
      write(bytes.asSlice(at, Math.min(SLICE_BYTES, bytes.byteSize() - at)).asByteBuffer());
    }
  }

  /**
   * Writes zeros up to the next aligned offset.
   *
   * @throws IOException if they cannot be written
   */
  public void pad() throws IOException {
    write(new byte[(int) (PartFile.align(position) - position)]);
  }
}
