package io.packice.core;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Renews leases while their user lives, thrice within the TTL of each, from a thread of its own that runs while there are any. A lease that turns out to
 * have ended is renewed no more; what else goes wrong is tried again at the next time. Safe from any thread.
 */
public final class LeaseKeeper implements AutoCloseable {
  private static final int RENEWALS_PER_TTL = 3;
  private static final long LINGER_SECONDS = 10;

  private final String threadName;
  private final Consumer<LeaseId> renew;
  private final BiConsumer<LeaseId, LeaseExpiredException> lost;
  private final Consumer<RuntimeException> notNow;
  private final Map<LeaseId, ScheduledFuture<?>> kept = new HashMap<>(); // guarded by this
  private @Nullable ScheduledThreadPoolExecutor thread; // guarded by this
  private boolean closed; // guarded by this

  /**
   * Makes one that keeps nothing yet.
   *
   * @param threadName what people see of its thread
   * @param renew renews a lease
   * @param lost hears of a lease that has ended, and of why
   * @param notNow hears of what kept it from renewing otherwise
   */
  public LeaseKeeper(String threadName, Consumer<LeaseId> renew, BiConsumer<LeaseId, LeaseExpiredException> lost,
      Consumer<RuntimeException> notNow) {
    this.threadName = threadName;
    this.renew = renew;
    this.lost = lost;
    this.notNow = notNow;
  }

  /**
   * Renews a lease from now on.
   *
   * @param lease which; one that is kept already is kept by its new TTL
   * @param ttl its TTL
   * @throws IllegalStateException if this is closed
   */
  public synchronized void keep(LeaseId lease, Duration ttl) {
    if (closed) {
      throw new IllegalStateException("Cannot keep lease " + lease + ": whoever renews leases here is closed");
    }
    long nanos = Math.max(1, ttl.dividedBy(RENEWALS_PER_TTL).toNanos());
    forget(lease);
    kept.put(lease, running().scheduleWithFixedDelay(() -> renew(lease), nanos, nanos, TimeUnit.NANOSECONDS));
  }

  private ScheduledThreadPoolExecutor running() {
    if (thread == null) {
      thread = new ScheduledThreadPoolExecutor(1, Thread.ofPlatform().daemon().name(threadName).factory());
      thread.setRemoveOnCancelPolicy(true);
      thread.setKeepAliveTime(LINGER_SECONDS, TimeUnit.SECONDS);
      thread.allowCoreThreadTimeOut(true);
    }
    return thread;
  }

  private void renew(LeaseId lease) {
    try {
      renew.accept(lease);
    } catch (LeaseExpiredException ended) {
      if (isKept(lease)) {
        forget(lease);
        lost.accept(lease, ended);
      }
    } catch (PackiceException | IllegalStateException failure) {
      if (isKept(lease)) {
        notNow.accept(failure); // the peer may be back before the lease ends
      }
    }
  }

  private synchronized boolean isKept(LeaseId lease) {
    return kept.containsKey(lease);
  }

  /**
   * Renews a lease no more. It stays what it is until its TTL is over.
   *
   * @param lease which; one that is not kept is all right
   */
  public synchronized void forget(LeaseId lease) {
    ScheduledFuture<?> renewals = kept.remove(lease);
    if (renewals != null) {
      renewals.cancel(false);
    }
  }

  /**
   * What is renewed.
   *
   * @return the leases, as of now
   */
  public synchronized Set<LeaseId> leases() {
    return Set.copyOf(kept.keySet());
  }

  /** Renews nothing any more; the leases are whoever's they were. A second close does nothing. */
  @Override
  public synchronized void close() {
    closed = true;
    List.copyOf(kept.keySet()).forEach(this::forget);
    if (thread != null) {
      thread.shutdownNow();
      thread = null;
    }
  }
}
