package io.packice.core;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * All leases of a peer, found by what is asked for: by their ids, and by the end of their TTLs; a session has its own, and an object counts those on it. Guarded by
 * the peer's lock.
 */
final class LeaseTable {
  /** So many are remembered for a store that does not answer; it ends by itself what has a TTL. */
  private static final int MOST_UNTOLD = 100_000;

  private final TimeSource time;
  private final boolean isTold;
  private final Map<LeaseId, HeldLease> byId = new HashMap<>();
  private final Expiries<HeldLease> running =
      new Expiries<>(lease -> lease.endNanos, Comparator.comparingLong(lease -> lease.fence));
  private final ArrayDeque<LeaseId> untold = new ArrayDeque<>(); // ended, and a store must hear of it
  private long fence;

  /**
   * Makes an empty one.
   *
   * @param isTold whether a store hears of what has ended
   */
  LeaseTable(TimeSource time, boolean isTold) {
    this.time = time;
    this.isTold = isTold;
  }

  long nextFence() {
    return ++fence;
  }

  int size() {
    return byId.size();
  }

  Collection<HeldLease> all() {
    return byId.values();
  }

  /** Begins a lease, whose TTL stands still until it is {@linkplain #resume resumed}. */
  void add(HeldLease lease) {
    byId.put(lease.id, lease);
    if (lease.session != null) {
      lease.session.bound.add(lease);
    }
    lease.entry.leases++;
    renew(lease);
  }

  private void start(HeldLease lease) {
    if (lease.isRunning()) {
      running.add(lease);
    }
  }

  private void stop(HeldLease lease) {
    if (lease.isRunning()) {
      running.remove(lease);
    }
  }

  /** A lease that has not been ended yet, whatever its TTL says; null if there is none. */
  @Nullable
  HeldLease get(LeaseId id) {
    return byId.get(Objects.requireNonNull(id, "id"));
  }

  /** A lease that lives; null if there is none, or its TTL has passed. */
  @Nullable
  HeldLease find(LeaseId id) {
    HeldLease lease = get(id);
    return lease == null || hasExpired(lease) ? null : lease;
  }

  private boolean hasExpired(HeldLease lease) {
    return lease.isRunning() && lease.endNanos - time.nanoTime() <= 0;
  }

  /** Ends a lease. False if it has ended already. */
  boolean remove(HeldLease lease) {
    if (!byId.remove(lease.id, lease)) {
      return false;
    }
    stop(lease);
    if (lease.session != null) {
      lease.session.bound.remove(lease);
    }
    lease.entry.leases--;
    if (isTold) {
      tellEnd(lease.id);
    }
    return true;
  }

  /** Counts a lease's TTL anew; if it stands still, it does so with all of it left. */
  void renew(HeldLease lease) {
    if (lease.ttl != null) {
      stop(lease);
      lease.endNanos = lease.ttl.toNanos() + (lease.isRunning() ? time.nanoTime() : 0);
      start(lease);
    }
  }

  /** Makes a lease's TTL stand still. So often as this is called, {@link #resume} must be for it to go on. */
  void suspend(HeldLease lease) {
    stop(lease);
    if (lease.isRunning()) {
      lease.endNanos -= time.nanoTime();
    }
    lease.works++;
  }

  /** Lets a lease's TTL go on where it stood, unless it has ended. */
  void resume(HeldLease lease) {
    lease.works--;
    if (lease.isRunning() && byId.get(lease.id) == lease) {
      lease.endNanos += time.nanoTime();
      start(lease);
    }
  }

  /** The lease whose TTL has passed longest ago; null if there is none. */
  @Nullable
  HeldLease nextDue(long nowNanos) {
    return running.firstDue(nowNanos);
  }

  /** Whether no other ends before it. */
  boolean isNext(HeldLease lease) {
    return lease.isRunning() && running.first() == lease;
  }

  long nanosUntilNextDue(long nowNanos) {
    return running.nanosUntilFirst(nowNanos);
  }

  // ---- what a store is to hear of

  /** The store is to hear that a lease is no more. */
  void tellEnd(LeaseId id) {
    if (untold.size() == MOST_UNTOLD) {
      untold.remove();
    }
    untold.add(id);
  }

  /** What has ended and no store has heard of; the caller tells it. */
  List<LeaseId> takeUntold() {
    List<LeaseId> ended = List.copyOf(untold);
    untold.clear();
    return ended;
  }

  /** Of leases that the store was told to live, those that have ended meanwhile are told again: it may have heard of that before. */
  boolean tellEnds(Collection<LeaseId> toldToLive) {
    List<LeaseId> ended = new ArrayList<>(toldToLive);
    ended.removeIf(byId::containsKey);
    ended.forEach(this::tellEnd);
    return !ended.isEmpty();
  }
}
