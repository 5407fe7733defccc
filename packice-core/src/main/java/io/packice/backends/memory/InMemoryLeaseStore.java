package io.packice.backends.memory;

import io.packice.core.LeaseId;
import io.packice.core.LeaseStore;
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

/** Keeps leases in this process: they end with it. Safe from any thread. */
public final class InMemoryLeaseStore implements LeaseStore {
  private final TimeSource time;
  private final Map<LeaseId, Kept> leases = new HashMap<>(); // guarded by this
  private final TreeSet<Kept> mortal = new TreeSet<>(); // guarded by this; those with a TTL, the first to expire first

  /** A lease and when it ends; ordered by that. */
  private record Kept(LeaseRecord lease, long expiresAtNanos) implements Comparable<Kept> {
    @Override
    public int compareTo(Kept other) {
      int byTime = Long.signum(expiresAtNanos - other.expiresAtNanos);
      return byTime != 0 ? byTime : Long.compare(lease.fence(), other.lease.fence());
    }

    boolean isMortal() {
      return lease.ttl() != null;
    }
  }

  /**
   * Makes an empty store.
   *
   * @param time what TTLs are counted by
   */
  public InMemoryLeaseStore(TimeSource time) {
    this.time = time;
  }

  @Override
  public synchronized void put(LeaseRecord lease) {
    remove(lease.id());
    long expiresAtNanos = lease.ttl() == null ? 0 : time.nanoTime() + lease.ttl().toNanos();
    Kept kept = new Kept(lease, expiresAtNanos);
    leases.put(lease.id(), kept);
    if (kept.isMortal()) {
      mortal.add(kept);
    }
  }

  @Override
  public synchronized Optional<LeaseRecord> find(LeaseId id) {
    return Optional.ofNullable(leases.get(Objects.requireNonNull(id, "id"))).filter(kept -> !hasExpired(kept))
        .map(Kept::lease);
  }

  private boolean hasExpired(Kept kept) {
    return kept.isMortal() && kept.expiresAtNanos - time.nanoTime() <= 0;
  }

  @Override
  public synchronized Optional<LeaseRecord> renew(LeaseId id) {
    Optional<LeaseRecord> found = find(id);
    found.ifPresent(this::put);
    return found;
  }

  @Override
  public synchronized Optional<LeaseRecord> remove(LeaseId id) {
    Kept kept = leases.remove(Objects.requireNonNull(id, "id"));
    if (kept != null && kept.isMortal()) {
      mortal.remove(kept);
    }
    return Optional.ofNullable(kept).map(Kept::lease);
  }

  @Override
  public synchronized List<LeaseRecord> removeExpired() {
    List<LeaseRecord> expired = new ArrayList<>();
    while (!mortal.isEmpty() && hasExpired(mortal.first())) {
      Kept kept = Objects.requireNonNull(mortal.pollFirst());
      leases.remove(kept.lease.id());
      expired.add(kept.lease);
    }
    return expired;
  }

  @Override
  public synchronized @Nullable Duration untilNextExpiry() {
    return mortal.isEmpty() ? null : Duration.ofNanos(Math.max(0, mortal.first().expiresAtNanos - time.nanoTime()));
  }

  @Override
  public synchronized long size() {
    return leases.size();
  }

  @Override
  public synchronized void close() {
    leases.clear();
    mortal.clear();
  }
}
