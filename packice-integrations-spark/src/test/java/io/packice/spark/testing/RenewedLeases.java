package io.packice.spark.testing;

import io.packice.backends.memory.InMemoryLeaseStore;
import io.packice.core.LeaseId;
import io.packice.core.LeaseStore;
import io.packice.core.TimeSource;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;

/** Leases whose renewals are counted, so that a test need not guess when they have happened. */
public final class RenewedLeases implements LeaseStore {
  private final LeaseStore leases;
  private final AtomicLong renewals = new AtomicLong();

  /**
   * Begins without leases.
   *
   * @param time what TTLs are counted by
   */
  public RenewedLeases(TimeSource time) {
    this.leases = new InMemoryLeaseStore(time);
  }

  /**
   * How many leases were renewed, each time that they were.
   *
   * @return the count
   */
  public long renewals() {
    return renewals.get();
  }

  @Override
  public void update(Collection<LeaseRecord> live, Collection<LeaseId> ended) {
    Set<LeaseRecord> before = Set.copyOf(leases.leases());
    leases.update(live, ended);
    renewals.addAndGet(live.stream().filter(before::contains).count());
  }

  @Override
  public List<LeaseRecord> leases() {
    return leases.leases();
  }

  @Override
  public void close() {
    leases.close();
  }
}
