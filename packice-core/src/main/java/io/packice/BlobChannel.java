package io.packice;

import io.packice.core.Blob;
import io.packice.core.CapacityExceededException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.WritableByteChannel;

/** Writes one blob of a draft from its start on. For one thread at a time. */
final class BlobChannel implements WritableByteChannel {
  /** What may be written without a size before the peer is asked how much it holds: what is small costs no round trip. */
  private static final long UNASKED_BYTES = 1 << 20;

  private final ObjectWriter object;
  private final Blob blob;
  private final boolean sized;
  private long position;
  private long mostBytes = UNASKED_BYTES; // of a blob without a size
  private boolean open = true;

  BlobChannel(ObjectWriter object, Blob blob, boolean sized) {
    this.object = object;
    this.blob = blob;
    this.sized = sized;
  }

  @Override
  public int write(ByteBuffer source) throws IOException {
    if (!open) {
      throw new ClosedChannelException();
    }
    object.requireOpen();
    int count = source.remaining();
    if (sized && count > blob.byteSize() - position) {
      throw new IOException(
          "Cannot write " + count + " bytes at " + position + " of a blob of " + blob.byteSize() + " bytes in "
              + object.id() + "; create the object with the right sizes, or without sizes");
    }
    if (!sized) {
      requireRoom(position + count);
    }
    object.extent().write(source, blob.offset() + position);
    position += count;
    return count;
  }

  /** A peer in another process counts what is written without a size at its seal only: until then nobody else keeps it from filling the host's memory. */
  private void requireRoom(long byteSize) {
    if (byteSize <= mostBytes) {
      return;
    }
    mostBytes = Math.max(UNASKED_BYTES, object.peerCapacityBytes());
    if (byteSize > mostBytes) {
      throw new CapacityExceededException("Cannot write " + object.id() + ": it would pass " + mostBytes
          + " bytes, and the peer holds no more; write less, split it, or give the peer more");
    }
  }

  @Override
  public boolean isOpen() {
    return open;
  }

  @Override
  public void close() {
    open = false;
  }
}
