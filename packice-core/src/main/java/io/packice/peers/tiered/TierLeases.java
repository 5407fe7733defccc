package io.packice.peers.tiered;

import io.packice.core.AcquireRequest;
import io.packice.core.AcquireRequest.Binding;
import io.packice.core.Caller;
import io.packice.core.CapacityExceededException;
import io.packice.core.Extent;
import io.packice.core.Grant;
import io.packice.core.Intent;
import io.packice.core.Lease;
import io.packice.core.LeaseExpiredException;
import io.packice.core.LeaseId;
import io.packice.core.LeaseStore.LeaseRecord;
import io.packice.core.NotPermittedException;
import io.packice.core.ObjectId;
import io.packice.core.TimeSource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Which tier each of the clients' leases is in, which ids somebody is making, and when TTLs are over: leases in the tiers have none, so that they cannot end
 * while the tiered peer works for them. Safe from any thread; its lock is never held while a tier is asked for something.
 */
final class TierLeases {
  /** The right to make an object of one id; there is at most one in both tiers together. */
  static final class Claim {
    final ObjectId id;

    private Claim(ObjectId id) {
      this.id = id;
    }
  }

  /** A client's lease. What is not final is guarded by the lock of {@link TierLeases}, and by the id's lock while it is sealed. */
  static final class Entry {
    final LeaseId id;
    final ObjectId object;
    final AcquireRequest request;
    final @Nullable TieredSession session;
    final @Nullable Claim claim;
    final @Nullable String group;
    /** A second descriptor of a draft without sizes, in case it must move before it is sealed. */
    final @Nullable Extent writer;

    /** It is on what has left both tiers: neither knows of the lease. */
    final boolean isOnKept;
    /** As of when it reads; 0 if it was not taken to read. */
    final long asOf;
    /** The same in the numbers of its tier. */
    final long asOfInTier;

    volatile Place place;
    Intent intent;
    Work work = Work.NONE;
    /** The hot tier has frozen it, and counts all of it. Only for who works with it. */
    boolean isCountedInHot;
    /** A WRITE lease on a version that its id does not name any more. */
    boolean stale;

    private Entry(Lease lease, Placed placed) {
      this.id = lease.id();
      this.object = lease.object().id();
      this.group = lease.object().group();
      this.intent = lease.intent();
      this.request = placed.request;
      this.session = placed.request.binding() == Binding.DETACHED ? null : placed.session;
      this.claim = placed.claim;
      this.writer = placed.writer;
      this.isOnKept = placed.isOnKept;
      this.asOf = lease.intent() == Intent.READ ? lease.asOf() : 0;
      this.asOfInTier = placed.asOfInTier;
      this.place = new Place(placed.tier, placed.grant.lease().id());
    }
  }

  /** What is done with a draft at this moment; one thing at a time. */
  enum Work {
    NONE, FREEZING, SEALING
  }

  /** Which tier a lease is in, and what it is called there. */
  record Place(Tier tier, LeaseId lease) {
  }

  /** As of when somebody reads in a tier, in the tier's numbers. */
  record Moment(Tier tier, long asOf) {
  }

  /** What a tier granted, before it is entered. A lease for reading says as of when in the tiered peer's numbers. */
  record Placed(TieredSession session, AcquireRequest request, Tier tier, Grant grant, @Nullable Claim claim,
      @Nullable Extent writer, boolean isOnKept, long asOfInTier) {
    /** How long the lease lives without renewal; null if its session ends it. */
    @Nullable
    Duration ttl() {
      boolean isUsual = request.ttl() == null && request.binding() == Binding.DETACHED;
      return isUsual ? AcquireRequest.DEFAULT_TTL : request.ttl();
    }

    /** For creating or changing. */
    Placed(TieredSession session, AcquireRequest request, Tier tier, Grant grant, @Nullable Claim claim,
        @Nullable Extent writer) {
      this(session, request, tier, grant, claim, writer, false, 0);
    }

    /** For reading what is in a tier. */
    Placed(TieredSession session, AcquireRequest request, Tier tier, Grant grant, long asOfInTier) {
      this(session, request, tier, grant, null, null, false, asOfInTier);
    }

    /** For reading what has left both. */
    Placed(TieredSession session, AcquireRequest request, Tier tier, Grant grant) {
      this(session, request, tier, grant, null, null, true, 0);
    }
  }

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final Map<LeaseId, Entry> entries = new HashMap<>();
  private final Set<Entry> writes = new HashSet<>();
  private final Map<Long, Set<Entry>> readers = new HashMap<>();
  private final Map<ObjectId, Claim> claims = new HashMap<>();
  private final TierTimes times;
  private final long most;
  private long fence;

  /** Of at most so many leases, this process's own aside: those who read as of before have some that no tier counts. */
  TierLeases(TimeSource time, long most) {
    this.most = most;
    this.times = new TierTimes(time);
  }

  // ---- claims

  /** Takes the right to make an object; null if somebody has it. */
  @Nullable
  Claim claim(ObjectId id) {
    lock.lock();
    try {
      Claim claim = new Claim(id);
      return claims.putIfAbsent(id, claim) == null ? claim : null;
    } finally {
      lock.unlock();
    }
  }

  void unclaim(Claim claim) {
    lock.lock();
    try {
      claims.remove(claim.id, claim);
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  @Nullable
  Claim claimOn(ObjectId id) {
    lock.lock();
    try {
      return claims.get(id);
    } finally {
      lock.unlock();
    }
  }

  /** Waits until the claim may have ended, or something else has happened; the caller looks again. */
  @SuppressWarnings("WaitNotInLoop")
  void await(Claim claim, long nanos) throws InterruptedException {
    lock.lock();
    try {
      if (claims.get(claim.id) == claim) {
        Duration due = times.untilNextExpiry();
        long _ = changed.awaitNanos(due == null ? nanos : Math.min(nanos, due.toNanos()));
      }
    } finally {
      lock.unlock();
    }
  }

  void wakeAll() {
    lock.lock();
    try {
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  // ---- leases

  /** As a tier does: leases end by those who hold them, and what this process does by itself is no other's to stop. */
  private void requireRoom(Placed placed) {
    if (entries.size() >= most && !placed.session.caller.equals(Caller.thisProcess())) {
      throw new CapacityExceededException("Cannot acquire " + placed.grant.lease().object().id() + ": " + entries.size()
          + " leases take all of the heap that is for them, in both tiers; release some, or give the peer more"
          + " (--bookkeeping, and heap for it)");
    }
  }

  /**
   * Enters what a tier granted, under a fence and as of a number of this peer's own. Refused if the session was closed meanwhile, or there are too many
   * leases.
   */
  Lease add(Placed placed, long asOf) {
    lock.lock();
    try {
      placed.session.requireOpen();
      requireRoom(placed);
      Lease theirs = placed.grant.lease();
      Lease lease = new Lease(theirs.id(), theirs.intent(), placed.ttl(), ++fence, asOf, theirs.object());
      Entry entry = new Entry(lease, placed);
      entries.put(lease.id(), entry);
      if (entry.session != null) {
        entry.session.bound.add(lease.id());
      }
      if (entry.intent == Intent.WRITE) {
        writes.add(entry);
      }
      if (entry.asOfInTier != 0) {
        readers.computeIfAbsent(entry.asOf, _ -> new HashSet<>()).add(entry);
      }
      times.put(new LeaseRecord(lease.id(), entry.object, lease.intent(), fence, lease.ttl(), false));
      return lease;
    } finally {
      lock.unlock();
    }
  }

  Entry require(LeaseId id, String verb) {
    lock.lock();
    try {
      Entry entry = entries.get(id);
      if (entry == null || times.find(id).isEmpty()) {
        throw expired(id, verb);
      }
      return entry;
    } finally {
      lock.unlock();
    }
  }

  /** Begins to work on all these drafts, or on none, when nobody else freezes one of them. */
  List<Entry> begin(List<LeaseId> ids, Work work) {
    List<Entry> begun = new ArrayList<>(ids.size());
    lock.lock();
    try {
      while (ids.stream().map(entries::get).anyMatch(entry -> entry != null && entry.work == Work.FREEZING)) {
        changed.awaitUninterruptibly();
      }
      for (LeaseId id : ids) {
        begun.add(begin(id, work));
      }
      return begun;
    } catch (RuntimeException refused) {
      end(begun);
      throw refused;
    } finally {
      lock.unlock();
    }
  }

  private Entry begin(LeaseId id, Work work) {
    String verb = work == Work.FREEZING ? "freeze" : "seal";
    Entry entry = require(id, verb);
    if (entry.intent != Intent.CREATE || entry.work != Work.NONE) {
      throw new NotPermittedException("Cannot " + verb + " " + entry.object + ": "
          + (entry.work == Work.NONE ? "it is sealed already, or this is no CREATE lease"
              : "it is being sealed at this moment")
          + "; create a new object to change it");
    }
    entry.work = work;
    return entry;
  }

  /** The work on them is over; what failed may be tried again. */
  void end(List<Entry> begun) {
    lock.lock();
    try {
      begun.forEach(entry -> entry.work = Work.NONE);
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** The TTLs of these leases stand still until {@link #resume}. */
  void suspend(List<LeaseId> ids) {
    ids.forEach(times::suspend);
  }

  void resume(List<LeaseId> ids) {
    ids.forEach(times::resume);
  }

  /** The draft is visible; its lease is for reading from now on, and the id free for the next version. */
  void sealed(Entry entry) {
    lock.lock();
    try {
      entry.work = Work.NONE;
      entry.intent = Intent.READ;
      times.find(entry.id).ifPresent(old -> times
          .put(new LeaseRecord(old.id(), old.object(), Intent.READ, old.fence(), old.ttl(), false))); // its TTL counts anew
      versionEnded(entry.object);
      unclaim(Objects.requireNonNull(entry.claim));
    } finally {
      lock.unlock();
    }
  }

  /** What the id named is discarded or replaced: WRITE leases on it are good for nothing that comes after it. */
  void versionEnded(ObjectId id) {
    lock.lock();
    try {
      for (Entry entry : writes) {
        entry.stale |= entry.object.equals(id);
      }
    } finally {
      lock.unlock();
    }
  }

  boolean isStale(Entry entry) {
    lock.lock();
    try {
      return entry.stale;
    } finally {
      lock.unlock();
    }
  }

  /** The lease now is in another tier; false, and nothing changed, if it has ended meanwhile. */
  boolean moved(Entry entry, Place place) {
    lock.lock();
    try {
      boolean isLive = entries.containsKey(entry.id);
      if (isLive) {
        entry.place = place;
      }
      return isLive;
    } finally {
      lock.unlock();
    }
  }

  /** Gives the TTL, which counts anew. */
  @Nullable
  Duration renew(LeaseId id) {
    return times.renew(id).orElseThrow(() -> expired(id, "renew")).ttl();
  }

  private static LeaseExpiredException expired(LeaseId id, String verb) {
    return new LeaseExpiredException("Cannot " + verb + " lease " + id
        + ": it was released, has passed its TTL, or its session ended; acquire anew");
  }

  /** As of when those read in the tiers who read as of a number; many may do so as of one. */
  Set<Moment> momentsAsOf(long asOf) {
    lock.lock();
    try {
      return readers.getOrDefault(asOf, Set.of()).stream()
          .map(entry -> new Moment(entry.place.tier(), entry.asOfInTier)).collect(Collectors.toSet());
    } finally {
      lock.unlock();
    }
  }

  /** How many of them the tiers know nothing of. */
  long countOnKept() {
    lock.lock();
    try {
      return entries.values().stream().filter(entry -> entry.isOnKept).count();
    } finally {
      lock.unlock();
    }
  }

  /** Takes a lease out; null if it has ended before. The caller ends what hangs on it. */
  @Nullable
  Entry take(LeaseId id) {
    lock.lock();
    try {
      var _ = times.remove(id);
      return forget(id);
    } finally {
      lock.unlock();
    }
  }

  private @Nullable Entry forget(LeaseId id) {
    Entry entry = entries.remove(id);
    if (entry != null) {
      writes.remove(entry);
      readers.computeIfPresent(entry.asOf, (_, some) -> {
        some.remove(entry);
        return some.isEmpty() ? null : some;
      });
      if (entry.session != null) {
        entry.session.bound.remove(id);
      }
    }
    return entry;
  }

  /** Takes out what has passed its TTL. */
  List<Entry> takeExpired() {
    lock.lock();
    try {
      List<Entry> expired = new ArrayList<>();
      for (LeaseRecord lease : times.removeExpired()) {
        Entry entry = forget(lease.id());
        if (entry != null) {
          expired.add(entry);
        }
      }
      return expired;
    } finally {
      lock.unlock();
    }
  }

  /** Closes the session to new leases and takes out those that it binds. */
  List<Entry> takeAll(TieredSession session) {
    lock.lock();
    try {
      session.markClosed();
      List<Entry> bound =
          List.copyOf(session.bound).stream().map(this::take).filter(Objects::nonNull).map(Objects::requireNonNull)
              .toList();
      changed.signalAll();
      return bound;
    } finally {
      lock.unlock();
    }
  }

  /** Takes out everything. */
  List<Entry> takeAll() {
    lock.lock();
    try {
      List<Entry> all = List.copyOf(entries.values());
      all.forEach(entry -> take(entry.id));
      changed.signalAll();
      return all;
    } finally {
      lock.unlock();
    }
  }

  /** What a group's drafts take, as far as they have sizes. */
  long draftBytes(@Nullable String group) {
    lock.lock();
    try {
      return entries.values().stream()
          .filter(entry -> entry.intent == Intent.CREATE && group != null && group.equals(entry.group))
          .mapToLong(entry -> entry.request.byteSize()).sum();
    } finally {
      lock.unlock();
    }
  }

  int countBound(TieredSession session) {
    lock.lock();
    try {
      return session.bound.size();
    } finally {
      lock.unlock();
    }
  }

  @Nullable
  Duration untilNextExpiry() {
    return times.untilNextExpiry();
  }
}
