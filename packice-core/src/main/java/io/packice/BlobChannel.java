package io.packice;

import io.packice.core.Blob;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.WritableByteChannel;

/** Writes one blob of a draft from its start on. For one thread at a time. */
final class BlobChannel implements WritableByteChannel {
  private final ObjectWriter object;
  private final Blob blob;
  private final boolean sized;
  private long position;
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
    object.extent().write(source, blob.offset() + position);
    position += count;
    return count;
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
