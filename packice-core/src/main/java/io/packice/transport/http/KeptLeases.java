package io.packice.transport.http;

import io.packice.core.Lease;
import io.packice.core.LeaseId;
import io.packice.core.LeaseKeeper;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The leases of one client. Those without a TTL of their own are renewed in the background while the client lives. Safe from any thread.
 */
final class KeptLeases implements AutoCloseable {
  private final Duration ttl;
  private final LeaseKeeper keeper;
  private final Map<LeaseId, Kept> kept = new ConcurrentHashMap<>();

  /**
   * A lease.
   *
   * @param isRenewed whether it lives as long as the client
   * @param draft what was made under it so far; null if it is for reading
   */
  record Kept(Lease lease, boolean isRenewed, @Nullable LocalDraft draft) {
  }

  KeptLeases(Duration ttl, Function<List<LeaseId>, List<LeaseId>> renew) {
    this.ttl = ttl;
    this.keeper = new LeaseKeeper(renew, this::lose);
  }

  LeaseKeeper keeper() {
    return keeper;
  }

  void add(Kept lease) {
    kept.put(lease.lease().id(), lease);
    if (lease.isRenewed()) {
      keeper.keep(lease.lease().id(), ttl);
    }
  }

  @Nullable
  Kept find(LeaseId id) {
    return kept.get(id);
  }

  @Nullable
  Kept remove(LeaseId id) {
    keeper.forget(id);
    return kept.remove(id);
  }

  /** The draft has become an object; its lease is for reading now. */
  void sealed(Kept lease) {
    kept.replace(lease.lease().id(), lease, new Kept(lease.lease(), lease.isRenewed(), null));
  }

  List<LeaseId> ids() {
    return List.copyOf(kept.keySet());
  }

  private void lose(LeaseId id) {
    Kept lost = kept.remove(id);
    if (lost != null && lost.draft() != null) {
      lost.draft().close();
    }
  }

  /** Renews no more. */
  @Override
  public void close() {
    keeper.close();
  }
}
