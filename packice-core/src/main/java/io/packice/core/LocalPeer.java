package io.packice.core;

import io.packice.core.AcquireRequest.IfExists;
import io.packice.core.ObjectEntry.State;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A peer over a blob store and a lease store of this host. It keeps the rules, the stores do the I/O:
 *
 * <ul>
 * <li>An id names at most one sealed object and at most one draft. A draft is private to its CREATE lease.
 * <li>A lease ends by release, by its TTL, or with its session. An unsealed draft ends with its lease.
 * <li>Capacity is one ledger: live, draft and zombie bytes together never pass it. Room is made by evicting sealed objects that
 * nobody leases or has pinned, the least recently used first and groups as a whole, in the thread of whoever creates; never in a
 * reader's.
 * <li>Discarding frees the id at once and the bytes when the last lease ends.
 * <li>Whoever has a READ lease on a member of a group can read what the group consisted of when it was given, {@linkplain AcquireRequest#withAsOf as of}
 * it, until it ends: what is replaced, discarded or expires meanwhile stays that long. Where several peers share a store, leases do not say as of
 * when they are, and a request as of another lease is like any other.
 * </ul>
 *
 * <p>One lock guards the state and is never held during I/O: what a store must free is queued as garbage and freed after the lock is let
 * go. Readers leave that to the background thread, which also ends what has passed its TTL.
 */
public final class LocalPeer implements Peer {
  /** How often a waiter looks what other peers of the store have done: nobody tells it. */
  private static final long POLL_NANOS = 10_000_000;
  /** So many leases are renewed without letting others into the state. */
  private static final int RENEWED_AT_ONCE = 256;

  private final BlobStore blobs;
  private final Commons commons;
  private final TimeSource time;
  private final PeerState state;
  private final ReentrantLock lock;
  private final LeaseStore leaseStore;
  final RoomMaker room;
  private final LeaseReports leaseReports;
  private final Sealer sealer;
  private final Freeing freeing;
  private final Chores chores;
  /** Of a peer with two tiers. */
  final @Nullable Tiers tiers;

  /**
   * Makes a peer as {@link #LocalPeer(BlobStore, long, TimeSource, PeerOptions)} does, with a lease store.
   *
   * @param blobs where bytes are kept; closed with the peer
   * @param leases where leases are known besides in the peer; closed with it
   * @param capacityBytes the most bytes that it holds, in whole pages of {@value Blob#ALIGNMENT} bytes; more than 0
   * @param time what TTLs are counted by
   * @throws IllegalArgumentException if the capacity is not positive, or less than the store holds already
   * @throws StorageException if the store cannot tell what it holds
   */
  public LocalPeer(BlobStore blobs, LeaseStore leases, long capacityBytes, TimeSource time) {
    this(blobs, capacityBytes, time, PeerOptions.DEFAULT.withLeases(leases));
  }

  /**
   * Makes a peer of what its store has kept, if anything, and starts its background thread. If this throws, the stores stay the
   * caller's.
   *
   * @param blobs where bytes are kept; closed with the peer
   * @param capacityBytes the most bytes that it holds, in whole pages of {@value Blob#ALIGNMENT} bytes; more than 0
   * @param time what TTLs are counted by
   * @param options what else there is to say
   * @throws IllegalArgumentException if the capacity is not positive, or less than the store holds already
   * @throws StorageException if the store cannot tell what it holds
   */
  public LocalPeer(BlobStore blobs, long capacityBytes, TimeSource time, PeerOptions options) {
    if (capacityBytes <= 0) {
      throw new IllegalArgumentException(
          "Cannot make a peer with a capacity of " + capacityBytes + " bytes; give more than 0");
    }
    this.blobs = blobs;
    this.time = time;
    this.commons = blobs.commons();
    this.leaseStore = options.leases();
    LeaseUpdates updates = new LeaseUpdates(leaseStore);
    Tier only = new Tier("", commons, capacityBytes, new EvictionOrder(), options.usualRoom(), null);
    this.state = new PeerState(new LeaseTable(time, updates.areWanted()), only,
        new Bookkeeping(options.bookkeepingBytes()), time);
    this.lock = state.lock;
    this.leaseReports = new LeaseReports(state, updates);
    this.sealer = new Sealer(this, state, commons, leaseReports);
    this.tiers = null;
    state.recover(blobs.recover());
    this.freeing = new Freeing(state, commons);
    this.room = new RoomMaker(this, state, commons, freeing, time);
    this.chores = new Chores(state, freeing::run);
  }

  /** Makes a peer with two tiers of two that have one, which give up all they have. */
  LocalPeer(LocalPeer hot, LocalPeer cold, TimeSource time, Tiering tiering) {
    Handover upper = hot.handOver();
    Handover lower = cold.handOver();
    this.blobs = upper.blobs();
    this.commons = hot.commons;
    this.time = time;
    this.leaseStore = upper.leases();
    LeaseUpdates updates = new LeaseUpdates(leaseStore);
    this.state = Handover.join(upper, lower, new LeaseTable(time, updates.areWanted()), time, tiering);
    this.lock = state.lock;
    this.leaseReports = new LeaseReports(state, updates);
    this.sealer = new Sealer(this, state, commons, leaseReports);
    this.freeing = new Freeing(state, commons);
    this.room = new RoomMaker(this, state, commons, freeing, time);
    this.chores = new Chores(state, freeing::run);
    freeing.run();
    this.tiers = new Tiers(this, state, lower.blobs(), tiering);
  }

  /** Gives up what it has, and is closed then; the stores stay open. */
  private Handover handOver() {
    Handover all = state.locked(() -> {
      Handover has = new Handover(blobs, leaseStore, state);
      boolean _ = state.close();
      return has;
    });
    chores.join();
    freeing.run();
    room.close();
    leaseReports.ended();
    return all;
  }

  PeerState state() {
    return state;
  }

  @Override
  public Session openSession(Caller caller) {
    LocalSession session = new LocalSession(this, caller, time.nanoTime());
    lock.lock();
    try {
      state.requireOpen();
      state.open(session);
      return session;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public boolean isShared() {
    return commons.isShared();
  }

  @Override
  public Optional<LocalPeer> local() {
    return Optional.of(this);
  }

  // ---- acquire

  Grant acquire(LocalSession session, AcquireRequest request) {
    return switch (request.intent()) {
      case READ ->
          request.asOf() == 0 || commons.isShared() ? leaseSealed(session, request) : leaseAsOf(session, request);
      case WRITE -> leaseSealed(session, request);
      case CREATE -> create(session, request);
      case READ_OR_CREATE -> leaseOrCreate(session, request);
    };
  }

  private Grant leaseSealed(LocalSession session, AcquireRequest request) {
    ObjectId id = Objects.requireNonNull(request.id());
    Deadline deadline = new Deadline(time, request.patience());
    while (true) {
      Grant grant = look(session, id, seen -> {
        if (seen.sealed != null) {
          if (request.intent() == Intent.WRITE) {
            session.caller.requireMayChange(seen.sealed.object, "change");
          }
          return lease(session, request, request.intent(), seen.sealed);
        }
        if (!seen.isBeingMade || request.intent() == Intent.WRITE) {
          state.countMiss();
          throw new NotFoundException("Cannot acquire " + id + ": "
              + (seen.isBeingMade ? "it is not sealed yet" : "no such object") + "; create it, or look at the listing");
        }
        awaitChange(session, deadline, id);
        return null;
      });
      if (grant != null) {
        return grant;
      }
    }
  }

  /** What the id named then. What is being made is none of it. */
  private Grant leaseAsOf(LocalSession session, AcquireRequest request) {
    ObjectId id = Objects.requireNonNull(request.id());
    while (true) {
      Grant grant = look(session, id, seen -> {
        ObjectEntry entry = state.asOf(id, request.asOf(), seen.sealed);
        if (entry == null) {
          state.countMiss();
          throw NotFoundException.asOf(id, request.asOf());
        }
        return lease(session, request, Intent.READ, entry);
      });
      if (grant != null) {
        return grant;
      }
    }
  }

  private Grant leaseOrCreate(LocalSession session, AcquireRequest request) {
    ObjectId id = Objects.requireNonNull(request.id());
    Deadline deadline = new Deadline(time, request.patience());
    while (true) {
      boolean[] vacant = new boolean[1];
      Grant found = look(session, id, seen -> {
        if (seen.sealed != null) {
          return lease(session, request, Intent.READ, seen.sealed);
        }
        if (seen.isBeingMade) {
          awaitChange(session, deadline, id);
        } else {
          vacant[0] = true;
        }
        return null;
      });
      if (found != null) {
        return found;
      }
      ObjectEntry claimed = vacant[0] ? claim(session, () -> {
        if (state.namespace.sealed(id) != null || state.namespace.draft(id) != null) {
          return null; // somebody was faster
        }
        state.countMiss();
        return state.claim(id, request, ownerFor(session, request));
      }) : null;
      if (claimed != null) {
        return allocate(session, request, claimed);
      }
    }
  }

  /** What an id names for a reader. */
  private record Seen(@Nullable ObjectEntry sealed, boolean isBeingMade) {
  }

  /** Looks an id up, here and at the other peers of the store, and runs a step with it; null if there is something new to look at. */
  private @Nullable Grant look(LocalSession session, ObjectId id, Function<Seen, @Nullable Grant> step) {
    if (!commons.isShared()) {
      return read(session, () -> step.apply(new Seen(state.namespace.sealed(id), state.namespace.draft(id) != null)));
    }
    long stamp = read(session, state.mirror::stamp);
    Commons.Sighting found = commons.find(id);
    return read(session, () -> {
      if (stamp != state.mirror.stamp()) {
        return null;
      }
      ObjectEntry draft = state.namespace.draft(id);
      boolean isMadeHere = draft != null && !draft.foreign;
      if (draft != null && draft.state == State.SEALING) { // what was found may be this very draft
        return step.apply(new Seen(state.namespace.sealed(id), true));
      }
      ObjectEntry sealed = state.mirror.follow(id, found.sealed(), time.nanoTime());
      return step.apply(new Seen(sealed, isMadeHere || found.isBeingMade()));
    });
  }

  /**
   * Called with the lock, which it lets go and takes again: opening the extent is I/O, and so may be what the lease store does; the lease already protects
   * the object. Its TTL counts from when that is done. Null if another peer of the store has taken the object away.
   */
  private @Nullable Grant lease(LocalSession session, AcquireRequest request, Intent intent, ObjectEntry entry) {
    HeldLease lease = state.addLease(session, request, intent, entry);
    lease.isOpening = true;
    Extent extent = null;
    lock.unlock();
    try {
      extent = open(lease);
    } finally {
      lock.lock();
      state.opened(lease);
      if (extent == null) {
        state.endLease(lease);
      }
    }
    if (extent == null) {
      return null;
    }
    state.resume(lease);
    if (intent == Intent.READ) {
      state.countHit(entry);
      if (state.places != null) {
        state.places.wasRead(entry);
      }
    }
    return new Grant(lease.toLease(), extent);
  }

  private @Nullable Extent open(HeldLease lease) {
    BlobStore.Sealed sealed = Objects.requireNonNull(lease.entry.sealed);
    Extent extent = sealed.hold() ? sealed.openReader() : null;
    if (extent != null) {
      leaseReports.given(lease, extent);
    }
    return extent;
  }

  private Grant create(LocalSession session, AcquireRequest request) {
    ObjectId id = request.id() == null ? ObjectId.random() : request.id();
    ObjectEntry claimed = Objects.requireNonNull(claim(session, () -> {
      if (state.namespace.draft(id) != null) {
        throw new AlreadyExistsException(
            "Cannot create " + id + ": somebody is making it; wait for it, or choose another id");
      }
      ObjectEntry old = state.namespace.sealed(id);
      if (old != null && request.ifExists() == IfExists.FAIL) {
        throw new AlreadyExistsException(
            "Cannot create " + id + ": it exists; replace it, discard it, or choose another id");
      }
      if (old != null) {
        session.caller.requireMayChange(old.object, "replace");
      }
      return state.claim(id, request, ownerFor(session, request));
    }));
    return allocate(session, request, claimed);
  }

  /** Whose the new object is. Only who may change all objects may make one for somebody else. */
  private static OptionalLong ownerFor(LocalSession session, AcquireRequest request) {
    boolean isFree = session.caller.authority() == Caller.Authority.ALL_OBJECTS && request.owner().isPresent();
    return isFree ? request.owner() : session.caller.uid();
  }

  /** Takes an id by a step, and makes room for it; or gives the id back. Null if the step did not take it. */
  private @Nullable ObjectEntry claim(LocalSession session, Supplier<@Nullable ObjectEntry> step) {
    try (Commons.Turn _ = commons.takeTurn()) {
      follow();
      ObjectEntry entry = change(session, step);
      if (entry == null) {
        return null;
      }
      try {
        long bytes = Blob.alignUp(entry.object.extentBytes());
        if (tiers == null) {
          room.reserve(entry, bytes);
        } else {
          tiers.place(entry, bytes);
        }
        entry.claim = entry.tier.commons.claim(entry.object, bytes);
        return entry;
      } catch (Throwable failure) {
        settle(() -> state.discardDraft(entry));
        throw failure;
      }
    }
  }

  /** Makes the extent for a claimed id, and gives the CREATE lease on it; or gives the id back. */
  private Grant allocate(LocalSession session, AcquireRequest request, ObjectEntry entry) {
    BlobStore.Draft draft = null;
    Extent extent = null;
    HeldLease lease;
    try {
      Commons.Claim claim = Objects.requireNonNull(entry.claim);
      OptionalLong byteSize = entry.sized ? OptionalLong.of(entry.object.extentBytes()) : OptionalLong.empty();
      draft = tiers == null ? claim.allocate(byteSize) : tiers.allocate(entry, claim, byteSize);
      extent = draft.openWriter();
      lease = begin(session, request, entry, draft);
    } catch (Throwable failure) {
      if (extent != null) {
        extent.close();
      }
      entry.draft = draft;
      settle(() -> state.discardDraft(entry));
      throw failure;
    }
    try {
      leaseReports.given(lease, extent);
    } catch (Throwable failure) {
      settle(() -> state.endLease(lease));
      throw failure;
    }
    resume(List.of(lease));
    Extent counted = entry.sized ? extent
        : new GrowingExtent(extent, Extent.Access.READ_WRITE, bytes -> room.grow(entry, Blob.alignUp(bytes)));
    return new Grant(lease.toLease(), tiers == null ? counted : tiers.spilling(entry, draft, extent, counted));
  }

  private HeldLease begin(LocalSession session, AcquireRequest request, ObjectEntry entry, BlobStore.Draft draft) {
    lock.lock();
    try {
      state.requireOpen(session);
      HeldLease lease = state.addLease(session, request, Intent.CREATE, entry);
      entry.begin(draft, lease.fence);
      return lease;
    } finally {
      lock.unlock();
    }
  }

  private void resume(List<HeldLease> leases) {
    lock.lock();
    try {
      state.resume(leases);
    } finally {
      lock.unlock();
    }
  }

  // ---- freeze, seal, discard, release, renew

  void freeze(LocalSession session, List<LeaseId> ids) {
    Session.requireFew(ids, List.of());
    workFor(session, ids, () -> sealer.freeze(session, ids));
  }

  void seal(LocalSession session, List<LeaseId> ids, List<ObjectId> discards) {
    Session.requireFew(ids, discards);
    workFor(session, ids, () -> {
      if (!discards.isEmpty()) {
        followInTurn(session);
      }
      sealer.seal(session, ids, discards);
    });
  }

  /** Does for leases what may take long: their TTLs stand still meanwhile. */
  private void workFor(LocalSession session, List<LeaseId> ids, Runnable work) {
    List<HeldLease> suspended = read(session, () -> state.suspend(ids));
    try {
      work.run();
    } finally {
      resume(suspended);
    }
  }

  void discard(LocalSession session, LeaseId id) {
    workFor(session, List.of(id), () -> {
      try (Commons.Turn _ = commons.takeTurn()) {
        discardInTurn(session, id);
      }
    });
    leaseReports.ended();
  }

  private void discardInTurn(LocalSession session, LeaseId id) {
    ObjectEntry sealed = change(session, () -> {
      HeldLease lease = state.requireLease(id, "discard");
      ObjectEntry entry = lease.entry;
      if (lease.intent == Intent.READ) {
        throw new NotPermittedException(
            "Cannot discard " + entry.object.id() + " under a READ lease; acquire it for WRITE");
      }
      if (entry.state == State.SEALED) {
        return entry;
      }
      entry.discarded = true;
      state.endLease(id);
      return null;
    });
    if (sealed != null) {
      withoutMoves(session, List.of(sealed), () -> {
        sealed.retire();
        settle(() -> {
          state.discardAll(List.of(sealed));
          state.endLease(id);
        });
      });
    }
  }

  /** Takes objects out of the namespace while nobody copies one of them to another tier. */
  void withoutMoves(LocalSession session, List<ObjectEntry> leaving, Runnable step) {
    if (state.places == null || leaving.isEmpty()) {
      step.run();
      return;
    }
    read(session, () -> {
      state.places.stop(leaving);
      return null;
    });
    try {
      step.run();
    } finally {
      settle(() -> state.places.allow(leaving));
    }
  }

  void release(LeaseId id) {
    settle(() -> state.endLease(id)); // also when the session or the peer is closed: the lease is gone then, as was asked
    leaseReports.ended();
  }

  @Nullable
  Duration renew(LocalSession session, LeaseId id) {
    HeldLease lease = read(session, () -> state.renew(state.requireLease(id, "renew")));
    leaseReports.live(() -> "renew the lease on " + lease.entry.object.id(), List.of(lease));
    return lease.ttl;
  }

  List<LeaseId> renew(LocalSession session, List<LeaseId> ids) {
    List<HeldLease> live = new ArrayList<>(ids.size());
    for (int from = 0; from < ids.size(); from += RENEWED_AT_ONCE) {
      List<LeaseId> some = ids.subList(from, Math.min(ids.size(), from + RENEWED_AT_ONCE));
      live.addAll(read(session, () -> state.renew(some)));
    }
    leaseReports.live(() -> "renew " + live.size() + " leases", live);
    if (live.size() == ids.size()) {
      return List.of();
    }
    Set<LeaseId> ended = new LinkedHashSet<>(ids);
    live.forEach(lease -> ended.remove(lease.id));
    return List.copyOf(ended);
  }

  // ---- describe, pin

  ObjectPage list(LocalSession session, String prefix, @Nullable ObjectId after, int limit) {
    Session.requirePage(prefix, limit);
    followInTurn(session);
    return read(session, () -> state.page(prefix, after, limit));
  }

  ObjectStatus stat(LocalSession session, ObjectId id) {
    followInTurn(session);
    return read(session, () -> state.status(state.requireSealed(id, "describe")));
  }

  List<ObjectStatus> idle(LocalSession session, long bytes) {
    followInTurn(session);
    return read(session, () -> state.idle(bytes));
  }

  Part<ObjectStatus> idle(LocalSession session, long bytes, long skip, int limit) {
    Session.requirePart(skip, limit);
    followInTurn(session);
    return read(session, () -> state.idle(session, bytes, skip, limit));
  }

  PeerStats stats(LocalSession session) {
    followInTurn(session);
    List<MemberStatus> members = commons.members();
    return read(session, () -> state.stats(members));
  }

  Part<SessionStatus> sessions(LocalSession session, long skip, int limit) {
    Session.requirePart(skip, limit);
    return read(session, () -> state.sessions(skip, limit));
  }

  void pin(LocalSession session, ObjectId id) {
    try (Commons.Turn _ = commons.takeTurn()) {
      follow();
      change(session, () -> {
        ObjectEntry entry = state.requireSealed(id, "pin");
        session.caller.requireMayChange(entry.object, "pin");
        state.pin(entry);
        return null;
      });
      commons.pin(id);
    }
  }

  void unpin(LocalSession session, ObjectId id) {
    try (Commons.Turn _ = commons.takeTurn()) {
      follow();
      change(session, () -> {
        ObjectEntry entry = state.requireSealed(id, "unpin");
        session.caller.requireMayChange(entry.object, "unpin");
        state.unpin(entry);
        return null;
      });
      commons.unpin(id);
    }
  }

  // ---- other peers of the store

  /** Takes over what other peers have done. Within a turn. */
  void follow() {
    if (commons.isShared()) {
      freeing.run(); // what this peer has decided and not done yet is no news of others
      Commons.View view = commons.look();
      settle(() -> state.mirror.follow(view, time.nanoTime()));
    }
  }

  void followInTurn(LocalSession session) {
    if (commons.isShared()) {
      read(session, () -> null);
      try (Commons.Turn _ = commons.takeTurn()) {
        follow();
      }
    }
  }

  // ---- room

  @Override
  public PeerRoom room(long objects) {
    long storable = blobs.freeBytes(objects);
    return Objects.requireNonNull(state.locked(() -> state.room(storable)));
  }

  // ---- lock, time, background

  /** Runs a step of a session with the lock, and frees afterwards what it left. */
  <T extends @Nullable Object> T change(LocalSession session, Supplier<T> step) {
    lock.lock();
    try {
      state.requireOpen(session);
      state.endWhatIsDue();
      return step.get();
    } finally {
      lock.unlock();
      freeing.run();
    }
  }

  /** Like {@link #change}, for steps of readers: freeing is left to the background thread. */
  private <T extends @Nullable Object> T read(LocalSession session, Supplier<T> step) {
    lock.lock();
    try {
      state.requireOpen(session);
      state.endWhatIsDue();
      return step.get();
    } finally {
      if (state.hasWork()) {
        state.chores.signal();
      }
      lock.unlock();
    }
  }

  /** What must happen even when the peer or the session has been closed meanwhile. */
  void settle(Runnable step) {
    lock.lock();
    try {
      step.run();
    } finally {
      lock.unlock();
      freeing.run();
    }
  }

  /** Waits until something may have changed; the caller looks again. What counts is the injected time at its next turn. */
  @SuppressWarnings("WaitNotInLoop")
  private void awaitChange(LocalSession session, Deadline deadline, ObjectId id) {
    long remaining = deadline.remainingNanos();
    try {
      if (remaining > 0) {
        long _ = state.changed.awaitNanos(commons.isShared() ? Math.min(remaining, POLL_NANOS) : remaining);
        state.requireOpen(session);
        state.endWhatIsDue();
        return;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    state.countMiss();
    throw new NotSealedException("Cannot acquire " + id + ": it is not sealed yet; wait for its creator, or try again");
  }

  /**
   * Ends what has passed its TTL and frees it, now instead of when the background thread next would. For tests that move the time by
   * hand: it also wakes whoever waits for a time.
   */
  public void runChores() {
    settle(() -> {
      if (!state.isClosed()) {
        state.endWhatIsDue();
        state.changed.signalAll();
        state.chores.signal();
      }
    });
  }

  void close(LocalSession session) {
    settle(() -> state.close(session));
    leaseReports.ended();
  }

  /**
   * Ends every session and frees what the peer holds. A second close does nothing.
   *
   * @throws StorageException if what only the upper one of two tiers has was to be kept, and some of it could not be: it names that, and so does the log,
   *     each with the reason. All is closed by then
   */
  @Override
  public void close() {
    List<Unkept> unkept = tiers == null || state.locked(state::isClosed) ? List.of() : tiers.end();
    boolean[] first = new boolean[1];
    settle(() -> first[0] = state.close());
    if (first[0]) {
      chores.join();
      room.close();
      leaseReports.ended();
      try (LeaseStore _ = leaseStore; BlobStore _ = blobs) { // both end, whichever fails
        state.namespace.sealedFrom("", null).forEach(ObjectEntry::close);
      } finally {
        if (tiers != null) {
          tiers.lowerStore.close();
        }
      }
    }
    if (!unkept.isEmpty()) {
      throw Unkept.lost(unkept);
    }
  }
}
