package io.packice.core;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Renews leases while their user lives, thrice within the TTL of each, many at once, from a thread of its own that runs while there are any. A lease that turns out to
 * have ended is renewed no more; what else goes wrong is told and tried again at the next time. Safe from any thread.
 */
public final class LeaseKeeper implements AutoCloseable {
  private static final int RENEWALS_PER_TTL = 3;
  /** What has waited for so much of its time goes with what is due: one message for all. */
  private static final int EARLY_PART = 2;
  private static final long LINGER_SECONDS = 10;

  private final Function<List<LeaseId>, List<LeaseId>> renew;
  private final Consumer<LeaseId> lost;
  private final Map<LeaseId, Kept> kept = new HashMap<>(); // guarded by this
  private @Nullable ScheduledThreadPoolExecutor thread; // guarded by this
  private @Nullable ScheduledFuture<?> wake; // guarded by this: when something is due
  private boolean closed; // guarded by this

  /** How often a lease is renewed, and when next. Guarded by the keeper. */
  private static final class Kept {
    final long intervalNanos;
    long dueNanos;

    Kept(Duration ttl) {
      this.intervalNanos = Math.max(1, ttl.dividedBy(RENEWALS_PER_TTL).toNanos());
      wasRenewed();
    }

    void wasRenewed() {
      dueNanos = System.nanoTime() + intervalNanos;
    }
  }

  /** A session that renews leases already: whoever has more of them has it renew those, too. */
  public interface Holder {
    /**
     * What renews its leases.
     *
     * @return closed with the session
     */
    LeaseKeeper leaseKeeper();
  }

  /**
   * Makes one that keeps nothing yet.
   *
   * @param renew renews leases, and gives those of them that have ended
   * @param lost hears of a lease that has ended
   */
  public LeaseKeeper(Function<List<LeaseId>, List<LeaseId>> renew, Consumer<LeaseId> lost) {
    this.renew = renew;
    this.lost = lost;
  }

  /**
   * What renews the leases of a session.
   *
   * @param session the session
   * @return its own, or one for it; either may be closed before the session is
   */
  public static LeaseKeeper of(Session session) {
    return session instanceof Holder holder ? holder.leaseKeeper() : new LeaseKeeper(session::renew, _ -> {
      // who uses it is told so then
    });
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
    Kept added = new Kept(ttl);
    kept.put(lease, added);
    wakeIn(added.intervalNanos);
  }

  /** Sees to it that the thread wakes by then. With this. */
  private void wakeIn(long nanos) {
    if (wake != null) {
      if (wake.getDelay(TimeUnit.NANOSECONDS) <= nanos && !wake.isDone()) {
        return;
      }
      wake.cancel(false);
    }
    wake = running().schedule(this::renewWhatIsDue, nanos, TimeUnit.NANOSECONDS);
  }

  private ScheduledThreadPoolExecutor running() {
    if (thread == null) {
      thread = new ScheduledThreadPoolExecutor(1, Thread.ofPlatform().daemon().name("packice-renew").factory());
      thread.setRemoveOnCancelPolicy(true);
      thread.setKeepAliveTime(LINGER_SECONDS, TimeUnit.SECONDS);
      thread.allowCoreThreadTimeOut(true);
    }
    return thread;
  }

  private void renewWhatIsDue() {
    List<LeaseId> due = due();
    try {
      if (!due.isEmpty()) {
        renew.apply(due).forEach(this::lose);
      }
    } catch (RuntimeException failure) { // the peer may be back before the leases end
      if (!isClosed()) {
        Log.notYetRenewed(failure);
      }
    } finally {
      renewed(due);
    }
  }

  /** If something is due, that, and what will be soon. */
  private synchronized List<LeaseId> due() {
    long now = System.nanoTime();
    List<LeaseId> due = new ArrayList<>();
    boolean[] isAnyDue = new boolean[1];
    kept.forEach((lease, state) -> {
      long left = state.dueNanos - now;
      isAnyDue[0] |= left <= 0;
      if (left <= state.intervalNanos / EARLY_PART) {
        due.add(lease);
      }
    });
    return isAnyDue[0] ? due : List.of();
  }

  private synchronized void renewed(List<LeaseId> due) {
    for (LeaseId lease : due) {
      Kept state = kept.get(lease);
      if (state != null) {
        state.wasRenewed();
      }
    }
    wake = null;
    long now = System.nanoTime();
    kept.values().stream().mapToLong(state -> state.dueNanos - now).min().ifPresent(this::wakeIn);
  }

  private void lose(LeaseId lease) {
    synchronized (this) {
      if (kept.remove(lease) == null) {
        return; // nobody cares any more
      }
    }
    Log.leaseLost(lease);
    lost.accept(lease);
  }

  private synchronized boolean isClosed() {
    return closed;
  }

  /**
   * Renews a lease no more. It stays what it is until its TTL is over.
   *
   * @param lease which; one that is not kept is all right
   */
  public synchronized void forget(LeaseId lease) {
    kept.remove(lease);
  }

  /**
   * Leaves a lease that could not be released to its TTL.
   *
   * @param lease which; renewed no more
   * @param why what went wrong
   */
  public void leaveToTtl(LeaseId lease, @Nullable String why) {
    forget(lease);
    Log.notReleased(lease, why);
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
    kept.clear();
    if (thread != null) {
      thread.shutdownNow();
      thread = null;
    }
  }
}
