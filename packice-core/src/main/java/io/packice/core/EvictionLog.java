package io.packice.core;

import org.jspecify.annotations.Nullable;

/**
 * Tells an operator what was evicted for whom, a line for each object or group. A peer that is full evicts all the time: past a burst there is no more than a
 * line a second, and the next one counts those that were left out. Safe from any thread.
 */
final class EvictionLog {
  private static final long LINE_NANOS = 1_000_000_000;
  private static final long BURST_LINES = 50;

  private final TimeSource time;
  private long paidUntil; // in the time of the peer: each line costs some, and a burst may run ahead
  private long leftOut;

  EvictionLog(TimeSource time) {
    this.time = time;
    this.paidUntil = time.nanoTime();
  }

  void report(Eviction eviction) {
    String line = line(eviction);
    if (line != null) {
      Log.evicted(line);
    }
  }

  /** Tells of those that no line has counted yet, which nothing would after the peer's end. */
  synchronized void end() {
    if (leftOut > 0) {
      Log.evicted("Evicted " + leftOut + " more since the line before");
      leftOut = 0;
    }
  }

  /** What to say now; null if that is too much. */
  synchronized @Nullable String line(Eviction eviction) {
    long now = time.nanoTime();
    if (paidUntil - now < 0) {
      paidUntil = now;
    }
    if (paidUntil - now > (BURST_LINES - 1) * LINE_NANOS) {
      leftOut++;
      return null;
    }
    paidUntil += LINE_NANOS;
    String line = leftOut == 0 ? eviction.toString() : eviction + ", and " + leftOut + " more since the line before";
    leftOut = 0;
    return line;
  }
}
