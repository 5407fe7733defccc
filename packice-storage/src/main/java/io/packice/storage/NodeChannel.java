package io.packice.storage;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.NonWritableChannelException;
import java.nio.channels.SeekableByteChannel;

/** A file as a channel for reading. For one thread at a time. */
final class NodeChannel implements SeekableByteChannel {
  private final NodeReader reader;
  private final long size;
  private long position;
  private boolean open = true;

  NodeChannel(NodeReader reader) {
    this.reader = reader;
    this.size = reader.size().orElseThrow(() -> new UnsupportedException(Capability.RANGE,
        "Cannot open a channel: the service does not say the size; read a stream"));
  }

  @Override
  public int read(ByteBuffer target) throws ClosedChannelException {
    requireOpen();
    int count = (int) Math.min(target.remaining(), size - position);
    if (count <= 0) {
      return target.hasRemaining() ? -1 : 0;
    }
    reader.read(position, MemorySegment.ofBuffer(target).asSlice(0, count));
    target.position(target.position() + count);
    position += count;
    return count;
  }

  private void requireOpen() throws ClosedChannelException {
    if (!open) {
      throw new ClosedChannelException();
    }
  }

  @Override
  public int write(ByteBuffer source) {
    throw new NonWritableChannelException();
  }

  @Override
  public long position() throws ClosedChannelException {
    requireOpen();
    return position;
  }

  @Override
  public SeekableByteChannel position(long to) throws ClosedChannelException {
    requireOpen();
    if (to < 0) {
      throw new IllegalArgumentException("Cannot go to " + to + ": positions begin at 0; correct it");
    }
    position = to;
    return this;
  }

  @Override
  public long size() throws ClosedChannelException {
    requireOpen();
    return size;
  }

  @Override
  public SeekableByteChannel truncate(long to) {
    throw new NonWritableChannelException();
  }

  @Override
  public boolean isOpen() {
    return open;
  }

  @Override
  public void close() {
    open = false;
    reader.close();
  }
}
