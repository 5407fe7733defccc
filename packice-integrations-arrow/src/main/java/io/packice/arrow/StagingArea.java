package io.packice.arrow;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Native memory for what waits to be written, used again and again: new memory costs a page fault for every 4 KiB and is cleared first, which takes
 * longer than the copy into it. For one thread at a time. Whoever made it closes it; a second close does nothing.
 */
final class StagingArea implements AutoCloseable {
  private static final long LEAST_CHUNK_BYTES = 1 << 20;

  private final List<MemorySegment> chunks = new ArrayList<>();
  private @Nullable Arena arena;
  private int current;
  private long used; // of the current chunk

  /** Memory that nobody else has until {@link #clear}; what it holds is anything. */
  MemorySegment take(long bytes) {
    while (current < chunks.size() && chunks.get(current).byteSize() - used < bytes) {
      current++;
      used = 0;
    }
    if (current == chunks.size()) {
      if (arena == null) {
        arena = Arena.ofShared();
      }
      chunks.add(arena.allocate(Math.max(PartFile.align(bytes), LEAST_CHUNK_BYTES), PartFile.ALIGNMENT));
    }
    MemorySegment taken = chunks.get(current).asSlice(used, bytes);
    used += PartFile.align(bytes);
    return taken;
  }

  /** All of it may be taken anew. */
  void clear() {
    current = 0;
    used = 0;
  }

  @Override
  public void close() {
    if (arena != null) {
      arena.close();
      arena = null;
      chunks.clear();
      clear();
    }
  }
}
