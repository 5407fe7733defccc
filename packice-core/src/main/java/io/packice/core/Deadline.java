package io.packice.core;

import java.time.Duration;

/** When somebody's patience is over. */
final class Deadline {
  private final TimeSource time;
  private final long startNanos;
  private final long patienceNanos;

  Deadline(TimeSource time, Duration patience) {
    this.time = time;
    this.startNanos = time.nanoTime();
    this.patienceNanos = patience.toNanos();
  }

  long remainingNanos() {
    return patienceNanos - (time.nanoTime() - startNanos);
  }
}
