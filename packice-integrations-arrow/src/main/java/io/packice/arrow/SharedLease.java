package io.packice.arrow;

import io.packice.LeasedObject;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A leased part that a table and any number of Arrow buffers hold together: the last of them, on whichever thread, unmaps it and releases the
 * lease. Arrow reads raw addresses, so a mapping must outlive every buffer over it.
 */
final class SharedLease {
  private final LeasedObject object;
  private final AtomicInteger holders = new AtomicInteger(1);

  /** The caller is the first holder, and this owns the object from now on. */
  SharedLease(LeasedObject object) {
    this.object = object;
  }

  MemorySegment segment() {
    return object.blob(0).segment();
  }

  String id() {
    return object.id();
  }

  void retain() {
    if (holders.getAndUpdate(n -> n == 0 ? 0 : n + 1) == 0) {
      throw new IllegalStateException("Cannot read " + id() + ": its table is closed; open the table anew");
    }
  }

  /**
   * @throws IllegalStateException if native code reads a segment of the mapping at this moment; the caller is a holder still
   */
  void release() {
    if (holders.decrementAndGet() == 0) {
      try {
        object.close();
      } catch (IllegalStateException stillRead) {
        holders.set(1);
        throw stillRead;
      }
    }
  }
}
