package io.packice.contract;

import io.packice.core.TimeSource;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/** A clock that a test moves by hand. */
public final class ManualTime implements TimeSource {
  private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 1_000_000_000L); // overflows early, as System.nanoTime may

  @Override
  public long nanoTime() {
    return nanos.get();
  }

  /** Moves on. */
  public void advance(Duration duration) {
    nanos.addAndGet(duration.toNanos());
  }
}
