package io.packice.cluster.network;

import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.atomic.AtomicLong;

/** Numbers versions: microseconds since 1970, and always more than any version that this client has seen. Safe from any thread. */
final class VersionClock {
  private final InstantSource time;
  private final AtomicLong last = new AtomicLong();

  VersionClock(InstantSource time) {
    this.time = time;
  }

  /** The next one, which is more than this one too. */
  long after(long seen) {
    long now = ChronoUnit.MICROS.between(Instant.EPOCH, time.instant());
    return last.updateAndGet(before -> Math.max(Math.max(before, seen) + 1, now));
  }

  /** A version of somebody else's. */
  void saw(long version) {
    last.accumulateAndGet(version, Math::max);
  }

  /** What nothing that was seen until now is above. */
  long now() {
    return Math.max(last.get(), ChronoUnit.MICROS.between(Instant.EPOCH, time.instant()));
  }
}
