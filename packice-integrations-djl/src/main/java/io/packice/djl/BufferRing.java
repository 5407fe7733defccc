package io.packice.djl;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Buffers of one size for gathered batches, used again and again: fresh memory costs a page fault every 4 KiB. A buffer comes back only
 * when nothing can read it any more; whoever needs one meanwhile gets a new one. So no batch ever changes under its reader, however many
 * are open. Safe from any thread.
 *
 * <p>The memory is the garbage collector's: a buffer lives as long as the ring, or as it is lent.
 */
final class BufferRing {
  private static final long ALIGNMENT = 64; // a cache line, and the widest vector register

  private final long bufferBytes;
  private final int capacity;
  private final Deque<MemorySegment> idle = new ArrayDeque<>();
  private long allocated;

  /** Keeps at most {@code capacity} idle buffers. */
  BufferRing(long bufferBytes, int capacity) {
    this.bufferBytes = bufferBytes;
    this.capacity = capacity;
  }

  /** A buffer that is in use. */
  final class Loan {
    private final MemorySegment memory;
    private final AtomicBoolean returned = new AtomicBoolean();

    private Loan(MemorySegment memory) {
      this.memory = memory;
    }

    MemorySegment memory() {
      return memory;
    }

    /** Says that nothing reads the buffer any more; harmless the second time. */
    void giveBack() {
      if (returned.compareAndSet(false, true)) {
        keep(memory);
      }
    }
  }

  Loan take() {
    synchronized (this) {
      MemorySegment buffer = idle.poll();
      if (buffer != null) {
        return new Loan(buffer);
      }
      allocated++;
    }
    return new Loan(Arena.ofAuto().allocate(bufferBytes, ALIGNMENT));
  }

  private synchronized void keep(MemorySegment buffer) {
    if (idle.size() < capacity) {
      idle.push(buffer);
    }
  }

  /** How many buffers were ever made. */
  synchronized long allocated() {
    return allocated;
  }
}
