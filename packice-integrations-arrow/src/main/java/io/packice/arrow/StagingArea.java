package io.packice.arrow;

import io.packice.arrow.batch.PartFile;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Native memory for what waits to be written, used again and again: new memory costs page faults and is cleared first, which takes longer than the
 * copy into it. For one thread at a time. Whoever made it closes it; a second close does nothing.
 */
final class StagingArea implements AutoCloseable {
  private static final long LEAST_CHUNK_BYTES = 1 << 20;
  /** As much is asked for at a time, once that much is needed. */
  private static final long HUGE_CHUNK_BYTES = 32 << 20;

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
      chunks.add(newChunk(Math.max(PartFile.align(bytes), LEAST_CHUNK_BYTES), arena));
    }
    MemorySegment taken = chunks.get(current).asSlice(used, bytes);
    used += PartFile.align(bytes);
    return taken;
  }

  /** Small tables need no huge pages; the more there is, the more is asked for. */
  private MemorySegment newChunk(long bytes, Arena owner) {
    long all = chunks.stream().mapToLong(MemorySegment::byteSize).sum();
    long wanted = Math.max(bytes, Math.min(all, HUGE_CHUNK_BYTES));
    long huge = (wanted + HugeMemory.PAGE_BYTES - 1) & -HugeMemory.PAGE_BYTES;
    return wanted < HugeMemory.PAGE_BYTES
        ? owner.allocate(wanted, PartFile.ALIGNMENT)
        : HugeMemory.allocate(huge, owner);
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
