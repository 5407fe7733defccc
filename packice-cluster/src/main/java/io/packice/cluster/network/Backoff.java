package io.packice.cluster.network;

import java.time.Duration;

/** When a peer that could not be reached is tried again: after a tenth of a second, and twice as long each time, up to five. For one thread at a time. */
final class Backoff {
  private static final long FIRST_NANOS = Duration.ofMillis(100).toNanos();
  private static final long MOST_NANOS = Duration.ofSeconds(5).toNanos();

  private long waitNanos;
  private long nextNanos;

  void failed(long nowNanos) {
    waitNanos = waitNanos == 0 ? FIRST_NANOS : Math.min(2 * waitNanos, MOST_NANOS);
    nextNanos = nowNanos + waitNanos;
  }

  void succeeded() {
    waitNanos = 0;
  }

  boolean isDue(long nowNanos) {
    return waitNanos == 0 || nowNanos - nextNanos >= 0;
  }
}
