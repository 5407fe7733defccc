package io.packice.peers.tiered;

import io.packice.core.ObjectId;
import io.packice.core.TimeSource;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What a {@link TieredPeer} does in the background: promotes, demotes down to the low watermark, drops what is left of evicted groups, and ends
 * what has passed its TTL.
 */
final class TierChores implements TieredObjects.Events, AutoCloseable {
  /** How long nothing needs a look of its own accord: for what ends inside the tiers. */
  private static final long PAUSE_NANOS = Duration.ofSeconds(10).toNanos();
  private static final long SWEEP_NANOS = Duration.ofMinutes(10).toNanos();

  private final Tier hot;
  private final Tier cold;
  private final TierLeases leases;
  private final TierVersions versions;
  private final TierGroups groups;
  private final Mover mover;
  private final Promotions promotions;
  private final TimeSource time;
  private final long highBytes;
  private final long lowBytes;
  private final Predicate<ObjectId> isPinned;
  private final Runnable endWhatIsDue;

  private final ReentrantLock running = new ReentrantLock();
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition due = lock.newCondition();
  private final AtomicReference<@Nullable Thread> thread = new AtomicReference<>();
  private boolean isDue; // guarded by lock
  private boolean closed; // guarded by lock
  private long sweptNanos; // guarded by running
  private long seenEvictions; // guarded by running; of the cold tier
  /** The high watermark is passed and nothing could be demoted: the next that is released may be. */
  private volatile boolean stuck;

  TierChores(Tier hot, Tier cold, TierLeases leases, TierVersions versions, TierGroups groups, Mover mover,
      Promotions promotions,
      TimeSource time, TieringPolicy policy, Runnable endWhatIsDue) {
    this.hot = hot;
    this.cold = cold;
    this.leases = leases;
    this.versions = versions;
    this.groups = groups;
    this.mover = mover;
    this.promotions = promotions;
    this.time = time;
    this.highBytes = (long) (hot.capacityBytes * policy.highWatermark());
    this.lowBytes = (long) (hot.capacityBytes * policy.lowWatermark());
    this.isPinned = id -> isPinned(hot, id) || isPinned(cold, id);
    this.endWhatIsDue = endWhatIsDue;
    this.sweptNanos = time.nanoTime();
  }

  private static boolean isPinned(Tier tier, ObjectId id) {
    var status = tier.find(id);
    return status != null && status.pinned();
  }

  /** Begins to do the chores by itself, in a daemon thread. */
  void start() {
    thread.set(Thread.ofPlatform().daemon().name("packice-tiers").start(this::loop));
  }

  // ---- what wakes it

  @Override
  public void sealed() {
    if (hot.stats().liveBytes() > highBytes) {
      wake();
    }
  }

  @Override
  public void released() {
    if (stuck) {
      wake();
    }
  }

  /** What lives longer than it sleeps is seen in time anyway. */
  @Override
  public void timed(Duration ttl) {
    if (ttl.toNanos() < PAUSE_NANOS) {
      wake();
    }
  }

  void wake() {
    lock.lock();
    try {
      isDue = true;
      due.signal();
    } finally {
      lock.unlock();
    }
  }

  // ---- what it does

  /** Does now all that is due. */
  void run() {
    running.lock();
    try {
      endWhatIsDue.run();
      leases.wakeAll();
      for (ObjectId id = promotions.next(); id != null && !isClosed(); id = promotions.next()) {
        mover.promote(id, lowBytes);
      }
      mover.demoteFromTo(highBytes, lowBytes);
      long evictions = cold.stats().evictions();
      if (evictions != seenEvictions) {
        seenEvictions = evictions;
        mover.dropRemains();
      }
      stuck = hot.stats().liveBytes() > highBytes;
      groups.forgetPins(isPinned);
      if (time.nanoTime() - sweptNanos > SWEEP_NANOS) {
        sweptNanos = time.nanoTime();
        groups.forgetEvicted();
        versions.forgetGone();
      }
    } finally {
      running.unlock();
    }
  }

  private void loop() {
    while (awaitDue()) {
      try {
        run();
      } catch (RuntimeException failure) {
        if (!isClosed()) {
          Log.choresFailed(failure); // the next round may do better, and objects stay where they are
        }
      }
    }
  }

  private boolean isClosed() {
    lock.lock();
    try {
      return closed;
    } finally {
      lock.unlock();
    }
  }

  @SuppressWarnings("WaitNotInLoop") // its caller loops
  private boolean awaitDue() {
    lock.lock();
    try {
      if (!isDue && !closed) {
        Duration expiry = leases.untilNextExpiry();
        long _ = due.awaitNanos(expiry == null ? PAUSE_NANOS : Math.min(PAUSE_NANOS, expiry.toNanos() + 1));
      }
      isDue = false;
      return !closed;
    } catch (InterruptedException nobodyElseHasThisThread) {
      return false;
    } finally {
      lock.unlock();
    }
  }

  /** Ends the thread, after what it is doing at this moment. */
  @Override
  public void close() {
    lock.lock();
    try {
      closed = true;
      due.signal();
    } finally {
      lock.unlock();
    }
    Thread background = thread.getAndSet(null);
    boolean interrupted = false;
    while (background != null && background.isAlive()) {
      try {
        background.join();
      } catch (InterruptedException e) {
        interrupted = true; // closing is not cut short: what it is doing needs the tiers
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
