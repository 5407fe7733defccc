package io.packice.arrow;

import io.packice.PackiceClient;
import io.packice.core.LeaseExpiredException;
import io.packice.core.PackiceException;
import java.time.Duration;
import java.util.Collection;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Renews leases that outlive their sessions, thrice within their TTL, from a thread of its own that runs while there are any. Safe from any thread. */
final class LeaseKeeper implements AutoCloseable {
  private static final int RENEWALS_PER_TTL = 3;

  private final PackiceClient client;
  private final Duration ttl;
  private final Set<String> leases = ConcurrentHashMap.newKeySet();
  private @Nullable ScheduledExecutorService thread; // guarded by this
  private boolean closed; // guarded by this

  LeaseKeeper(PackiceClient client, Duration ttl) {
    this.client = client;
    this.ttl = ttl;
  }

  synchronized void keep(Collection<String> more) {
    if (closed) {
      throw new IllegalStateException("Cannot keep leases: this is closed");
    }
    leases.addAll(more);
    if (thread == null && !leases.isEmpty()) {
      thread = Executors
          .newSingleThreadScheduledExecutor(Thread.ofPlatform().daemon().name("packice-lease-keeper").factory());
      long nanos = ttl.dividedBy(RENEWALS_PER_TTL).toNanos();
      var _ = thread.scheduleAtFixedRate(this::renewAll, nanos, nanos, TimeUnit.NANOSECONDS);
    }
  }

  Collection<String> leases() {
    return Set.copyOf(leases);
  }

  private void renewAll() {
    for (String lease : leases()) {
      try {
        Duration _ = client.renew(lease);
      } catch (LeaseExpiredException ended) {
        leases.remove(lease); // whoever seals it is told
      } catch (PackiceException | IllegalStateException failure) {
        Log.cannotRenew(failure);
        return;
      }
    }
  }

  /** Ends the renewals; the leases are whoever's they were. */
  @Override
  public synchronized void close() {
    closed = true;
    if (thread != null) {
      thread.shutdownNow();
      thread = null;
    }
  }
}
