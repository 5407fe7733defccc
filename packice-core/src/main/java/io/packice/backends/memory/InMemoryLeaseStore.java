package io.packice.backends.memory;

import io.packice.core.LeaseId;
import io.packice.core.LeaseStore;
import io.packice.core.TimeSource;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Keeps leases in this process: they end with it. Safe from any thread. */
public final class InMemoryLeaseStore implements LeaseStore {
  private final TimeSource time;
  private final Map<LeaseId, Kept> leases = new HashMap<>(); // guarded by this

  /** A lease and when its TTL is over. */
  private record Kept(LeaseRecord lease, long endsAtNanos) {
    boolean isOver(long now) {
      return lease.ttl() != null && endsAtNanos - now <= 0;
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
  public synchronized void update(Collection<LeaseRecord> live, Collection<LeaseId> ended) {
    long now = time.nanoTime();
    live.forEach(
        lease -> leases.put(lease.id(), new Kept(lease, lease.ttl() == null ? 0 : now + lease.ttl().toNanos())));
    ended.forEach(leases::remove);
  }

  @Override
  public synchronized List<LeaseRecord> leases() {
    long now = time.nanoTime();
    leases.values().removeIf(kept -> kept.isOver(now));
    return leases.values().stream().map(Kept::lease).sorted(Comparator.comparingLong(LeaseRecord::fence)).toList();
  }

  @Override
  public synchronized void close() {
    leases.clear();
  }
}
