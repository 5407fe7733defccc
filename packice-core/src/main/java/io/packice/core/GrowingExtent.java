package io.packice.core;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;

/**
 * The extent of a draft without sizes, as this process writes it: before bytes come, there is room for them in the ledger, or their writer is
 * refused. What another process writes to the descriptor counts at the seal. Safe from any thread.
 */
final class GrowingExtent implements Extent {
  private final Extent extent;
  private final Access access;
  private final Room room;

  /** Makes room for a draft. */
  @FunctionalInterface
  interface Room {
    /** Comes back when the draft may have this length, or throws. */
    void upTo(long byteSize);
  }

  GrowingExtent(Extent extent, Access access, Room room) {
    this.extent = extent;
    this.access = access;
    this.room = room;
  }

  @Override
  public long byteSize() {
    return extent.byteSize();
  }

  @Override
  public Extent reopen(Access other) {
    return new GrowingExtent(extent.reopen(other), other, room);
  }

  @Override
  public MemorySegment map(long offset, long byteSize, Access mapped, Arena arena) {
    if (mapped == Access.READ_WRITE) {
      makeRoom(offset + byteSize);
    }
    return extent.map(offset, byteSize, mapped, arena);
  }

  @Override
  public void write(ByteBuffer source, long offset) {
    makeRoom(offset + source.remaining());
    extent.write(source, offset);
  }

  private void makeRoom(long byteSize) {
    if (access == Access.READ_WRITE) { // else the kernel refuses
      room.upTo(byteSize);
    }
  }

  @Override
  public int read(ByteBuffer target, long offset) {
    return extent.read(target, offset);
  }

  @Override
  public int fd() {
    return extent.fd();
  }

  @Override
  public void close() {
    extent.close();
  }
}
