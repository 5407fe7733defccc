package io.packice.core;

import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/** Objects whose bytes nobody needs any more, on their way to being freed. Guarded by the peer's lock. */
final class Garbage {
  private final ArrayDeque<ObjectEntry> queue = new ArrayDeque<>();
  private long bytes;

  void add(ObjectEntry entry) {
    queue.add(entry);
    bytes += entry.heldBytes;
  }

  /** The next to free; null if nothing is queued. It counts in {@link #bytes} until {@link #freed}. */
  @Nullable
  ObjectEntry take() {
    return queue.poll();
  }

  void freed(ObjectEntry entry) {
    bytes -= entry.heldBytes;
  }

  /** Whether nothing is queued; something may still be on its way. */
  boolean isEmpty() {
    return queue.isEmpty();
  }

  /** Bytes that will be free without anybody's help: queued, or being freed at this moment. */
  long bytes() {
    return bytes;
  }
}
