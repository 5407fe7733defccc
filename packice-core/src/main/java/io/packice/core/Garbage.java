package io.packice.core;

import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/** Objects whose bytes nobody needs any more, on their way to being freed. Guarded by the peer's lock. */
final class Garbage {
  private final ArrayDeque<ObjectEntry> queue = new ArrayDeque<>();
  private long bytes;
  private long bookBytes;

  void add(ObjectEntry entry) {
    queue.add(entry);
    bytes += entry.heldBytes;
    bookBytes += entry.bookBytes;
  }

  /** The next to free; null if nothing is queued. It counts in {@link #bytes} until {@link #freed}. */
  @Nullable
  ObjectEntry take() {
    return queue.poll();
  }

  void freed(ObjectEntry entry) {
    bytes -= entry.heldBytes;
    bookBytes -= entry.bookBytes;
  }

  /** Whether nothing is queued; something may still be on its way. */
  boolean isEmpty() {
    return queue.isEmpty();
  }

  /** Bytes that will be free without anybody's help: queued, or being freed at this moment. */
  long bytes() {
    return bytes;
  }

  /** The same, of the heap. */
  long bookBytes() {
    return bookBytes;
  }
}
