package io.packice.peers.tiered;

import io.packice.core.CapacityExceededException;
import io.packice.core.Extent;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;

/**
 * The extent of a draft without sizes, as this process writes it: where its tier has no room for what comes, it goes on in another place. Nobody maps it
 * writable before it is sealed. Safe from any thread.
 */
final class SpillingExtent implements Extent {
  private final Place place;
  private Extent extent; // guarded by this

  /** Finds room for a draft that grows. */
  @FunctionalInterface
  interface Place {
    /**
     * Makes room, or another place with all that was written until now.
     *
     * @param here where it is
     * @param byteSize how long it is to become
     * @param attempt how often it has been asked for this length before
     * @param refusal why it cannot become so long here
     * @return where to try again; {@code here} is closed if it is another place
     */
    Extent forGrowth(Extent here, long byteSize, int attempt, CapacityExceededException refusal);
  }

  SpillingExtent(Extent extent, Place place) {
    this.extent = extent;
    this.place = place;
  }

  @Override
  public synchronized void write(ByteBuffer source, long offset) {
    for (int attempt = 0; true; attempt++) {
      try {
        extent.write(source.duplicate(), offset);
        source.position(source.limit());
        return;
      } catch (CapacityExceededException full) {
        extent = place.forGrowth(extent, offset + source.remaining(), attempt, full);
      }
    }
  }

  @Override
  public synchronized Extent reopen(Access access) {
    return new SpillingExtent(extent.reopen(access), place);
  }

  @Override
  public synchronized long byteSize() {
    return extent.byteSize();
  }

  @Override
  public synchronized MemorySegment map(long offset, long byteSize, Access access, Arena arena) {
    return extent.map(offset, byteSize, access, arena);
  }

  @Override
  public synchronized int read(ByteBuffer target, long offset) {
    return extent.read(target, offset);
  }

  @Override
  public synchronized int fd() {
    return extent.fd();
  }

  @Override
  public synchronized void close() {
    extent.close();
  }
}
