package io.packice.core;

import java.util.ArrayDeque;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Objects whose bytes nobody needs any more, on their way to being freed. Guarded by the peer's lock. */
final class Garbage {
  private final ArrayDeque<ObjectEntry> queue = new ArrayDeque<>();
  private long bookBytes;

  void add(ObjectEntry entry) {
    queue.add(entry);
    count(entry, entry.heldBytes);
    bookBytes += entry.bookBytes;
  }

  /** The next to free; null if nothing is queued. It counts in {@link Tier#freeing} until {@link #freed}. */
  @Nullable
  ObjectEntry take() {
    return queue.poll();
  }

  void freed(ObjectEntry entry) {
    count(entry, -entry.heldBytes);
    bookBytes -= entry.bookBytes;
  }

  private static void count(ObjectEntry entry, long bytes) {
    entry.tier.freeing += bytes;
    if (entry.lower != null) {
      Objects.requireNonNull(entry.tier.lower).freeing += bytes;
    }
  }

  /** Whether nothing is queued; something may still be on its way. */
  boolean isEmpty() {
    return queue.isEmpty();
  }

  /** What will be free of the heap without anybody's help: queued, or being freed at this moment. */
  long bookBytes() {
    return bookBytes;
  }
}
