package io.packice.peers.tiered;

import io.packice.core.LeaseId;
import io.packice.core.LeaseStore.LeaseRecord;
import io.packice.core.TimeSource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** The TTLs of a tiered peer's leases. Safe from any thread. */
final class TierTimes {
  private final TimeSource time;
  private final Map<LeaseId, Kept> leases = new HashMap<>(); // guarded by this
  private final TreeSet<Kept> mortal = new TreeSet<>(); // guarded by this; those whose TTL runs, the first to expire first

  /**
   * A lease and when it ends; ordered by that.
   *
   * @param suspensions how often its TTL was made to stand still
   * @param expiresAtNanos when the TTL is over; while it stands still, what is left of it
   */
  private record Kept(LeaseRecord lease, int suspensions, long expiresAtNanos) implements Comparable<Kept> {
    @Override
    public int compareTo(Kept other) {
      int byTime = Long.signum(expiresAtNanos - other.expiresAtNanos);
      return byTime != 0 ? byTime : Long.compare(lease.fence(), other.lease.fence());
    }

    boolean isMortal() {
      return lease.ttl() != null && suspensions == 0;
    }

    /** The same with other suspensions; the end moves only if it begins or ceases to stand still. */
    Kept suspended(int newSuspensions, long now) {
      long moved = (suspensions == 0) == (newSuspensions == 0) || lease.ttl() == null ? expiresAtNanos
          : newSuspensions == 0 ? now + expiresAtNanos : expiresAtNanos - now;
      return new Kept(lease, newSuspensions, moved);
    }
  }

  TierTimes(TimeSource time) {
    this.time = time;
  }

  synchronized void put(LeaseRecord lease) {
    Kept old = take(lease.id());
    int suspensions = old == null || hasExpired(old) ? 0 : old.suspensions;
    long ttlNanos = lease.ttl() == null ? 0 : lease.ttl().toNanos();
    keep(new Kept(lease, suspensions, suspensions == 0 ? time.nanoTime() + ttlNanos : ttlNanos));
  }

  private void keep(Kept kept) {
    leases.put(kept.lease.id(), kept);
    if (kept.isMortal()) {
      mortal.add(kept);
    }
  }

  private @Nullable Kept take(LeaseId id) {
    Kept kept = leases.remove(Objects.requireNonNull(id, "id"));
    if (kept != null && kept.isMortal()) {
      mortal.remove(kept);
    }
    return kept;
  }

  synchronized Optional<LeaseRecord> find(LeaseId id) {
    return Optional.ofNullable(leases.get(Objects.requireNonNull(id, "id"))).filter(kept -> !hasExpired(kept))
        .map(Kept::lease);
  }

  private boolean hasExpired(Kept kept) {
    return kept.isMortal() && kept.expiresAtNanos - time.nanoTime() <= 0;
  }

  synchronized Optional<LeaseRecord> renew(LeaseId id) {
    Optional<LeaseRecord> found = find(id);
    found.ifPresent(this::put);
    return found;
  }

  synchronized void suspend(LeaseId id) {
    Kept kept = leases.get(Objects.requireNonNull(id, "id"));
    if (kept != null && !hasExpired(kept)) {
      var _ = take(id);
      keep(kept.suspended(kept.suspensions + 1, time.nanoTime()));
    }
  }

  synchronized void resume(LeaseId id) {
    Kept kept = leases.get(Objects.requireNonNull(id, "id"));
    if (kept != null && kept.suspensions > 0) {
      var _ = take(id);
      keep(kept.suspended(kept.suspensions - 1, time.nanoTime()));
    }
  }

  synchronized Optional<LeaseRecord> remove(LeaseId id) {
    return Optional.ofNullable(take(id)).map(Kept::lease);
  }

  synchronized List<LeaseRecord> removeExpired() {
    List<LeaseRecord> expired = new ArrayList<>();
    while (!mortal.isEmpty() && hasExpired(mortal.first())) {
      Kept kept = Objects.requireNonNull(mortal.pollFirst());
      leases.remove(kept.lease.id());
      expired.add(kept.lease);
    }
    return expired;
  }

  synchronized @Nullable Duration untilNextExpiry() {
    return mortal.isEmpty() ? null : Duration.ofNanos(Math.max(0, mortal.first().expiresAtNanos - time.nanoTime()));
  }
}
