package io.packice.contract;

import io.packice.core.TimeSource;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicLong;

/** A clock that a test moves by hand: the monotonic one and the one on the wall go together. */
public final class ManualTime implements TimeSource, InstantSource {
  private static final long START_NANOS = Long.MAX_VALUE - 1_000_000_000L; // overflows early, as System.nanoTime may
  private static final Instant START = Instant.parse("2026-01-31T12:00:00Z");

  private final AtomicLong nanos = new AtomicLong(START_NANOS);

  @Override
  public long nanoTime() {
    return nanos.get();
  }

  @Override
  public Instant instant() {
    return START.plusNanos(nanos.get() - START_NANOS);
  }

  /** Moves on. */
  public void advance(Duration duration) {
    nanos.addAndGet(duration.toNanos());
  }
}
