package io.packice.transport.http;

import io.packice.core.Lease;
import io.packice.core.LeaseExpiredException;
import io.packice.core.LeaseId;
import io.packice.core.PackiceException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The leases of one client. Those without a TTL of their own are renewed in the background while the client lives. Safe from any thread.
 */
final class KeptLeases implements AutoCloseable {
  private final Consumer<LeaseId> renew;
  private final Duration interval;
  private final Map<LeaseId, Kept> kept = new ConcurrentHashMap<>();
  private @Nullable Thread renewer; // guarded by this
  private boolean closed; // guarded by this

  /**
   * A lease.
   *
   * @param isRenewed whether it lives as long as the client
   * @param draft what was made under it so far; null if it is for reading
   */
  record Kept(Lease lease, boolean isRenewed, @Nullable LocalDraft draft) {
  }

  KeptLeases(Duration interval, Consumer<LeaseId> renew) {
    this.interval = interval;
    this.renew = renew;
  }

  void add(Kept lease) {
    kept.put(lease.lease().id(), lease);
    if (lease.isRenewed()) {
      startRenewing();
    }
  }

  @Nullable
  Kept find(LeaseId id) {
    return kept.get(id);
  }

  @Nullable
  Kept remove(LeaseId id) {
    return kept.remove(id);
  }

  /** The draft has become an object; its lease is for reading now. */
  void sealed(Kept lease) {
    kept.replace(lease.lease().id(), lease, new Kept(lease.lease(), lease.isRenewed(), null));
  }

  List<LeaseId> ids() {
    return List.copyOf(kept.keySet());
  }

  private synchronized void startRenewing() {
    if (renewer == null && !closed) {
      renewer = Thread.ofPlatform().daemon().name("packice-http-renew").start(this::renewUntilClosed);
    }
  }

  private void renewUntilClosed() {
    while (pause()) {
      try {
        kept.values().stream().filter(Kept::isRenewed).forEach(this::renew);
      } catch (PackiceException notNow) { // the peer may be back before they end
        Log.notYetRenewed(notNow);
      } catch (IllegalStateException closing) {
        return;
      }
    }
  }

  private void renew(Kept lease) {
    try {
      renew.accept(lease.lease().id());
    } catch (LeaseExpiredException lost) {
      if (kept.remove(lease.lease().id(), lease)) {
        Log.leaseLost(lease.lease().object().id().value(), lost);
      }
      if (lease.draft() != null) {
        lease.draft().close();
      }
    }
  }

  private synchronized boolean pause() {
    long end = System.nanoTime() + interval.toNanos();
    try {
      for (long left = interval.toNanos(); !closed && left > 0; left = end - System.nanoTime()) {
        wait(Math.max(1, left / 1_000_000));
      }
    } catch (InterruptedException e) {
      return false;
    }
    return !closed;
  }

  /** Renews no more. */
  @Override
  public void close() {
    Thread running;
    synchronized (this) {
      closed = true;
      notifyAll();
      running = renewer;
    }
    if (running != null) {
      running.interrupt();
    }
  }
}
