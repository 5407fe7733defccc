package io.packice.spark.testing;

import io.packice.backends.memory.InMemoryLeaseStore;
import io.packice.core.LeaseId;
import io.packice.core.LeaseStore;
import io.packice.core.TimeSource;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

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
  public Optional<LeaseRecord> renew(LeaseId id) {
    Optional<LeaseRecord> lease = leases.renew(id);
    lease.ifPresent(_ -> renewals.incrementAndGet());
    return lease;
  }

  @Override
  public void suspend(LeaseId id) {
    leases.suspend(id);
  }

  @Override
  public void resume(LeaseId id) {
    leases.resume(id);
  }

  @Override
  public void put(LeaseRecord lease) {
    leases.put(lease);
  }

  @Override
  public Optional<LeaseRecord> find(LeaseId id) {
    return leases.find(id);
  }

  @Override
  public Optional<LeaseRecord> remove(LeaseId id) {
    return leases.remove(id);
  }

  @Override
  public List<LeaseRecord> removeExpired() {
    return leases.removeExpired();
  }

  @Override
  public @Nullable Duration untilNextExpiry() {
    return leases.untilNextExpiry();
  }

  @Override
  public long size() {
    return leases.size();
  }

  @Override
  public void close() {
    leases.close();
  }
}
