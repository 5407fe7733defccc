package io.packice.core;

import io.packice.core.AcquireRequest.IfExists;
import io.packice.core.AcquireRequest.Room;
import io.packice.core.LeaseStore.LeaseRecord;
import io.packice.core.ObjectEntry.State;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
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
  private final LeaseUpdates updates;
  private final EvictionLog evictionLog;
  private final Sealer sealer;
  private final Chores chores;

  /**
   * Makes a peer of what its store has kept, if anything, and starts its background thread. If this throws, the stores stay the
   * caller's.
   *
   * @param blobs where bytes are kept; closed with the peer
   * @param leases where leases are known besides in the peer; closed with it
   * @param capacityBytes the most bytes that it holds, in whole pages of {@value Blob#ALIGNMENT} bytes; more than 0
   * @param time what TTLs are counted by
   * @throws IllegalArgumentException if the capacity is not positive, or less than the store holds already
   * @throws StorageException if the store cannot tell what it holds
   */
  public LocalPeer(BlobStore blobs, LeaseStore leases, long capacityBytes, TimeSource time) {
    this(blobs, leases, capacityBytes, time, Room.EVICT);
  }

  /**
   * Makes a peer as {@link #LocalPeer(BlobStore, LeaseStore, long, TimeSource)} does, and says what a request that leaves it open may make
   * room of.
   *
   * @param blobs where bytes are kept; closed with the peer
   * @param leases where leases are known besides in the peer; closed with it
   * @param capacityBytes the most bytes that it holds, in whole pages of {@value Blob#ALIGNMENT} bytes; more than 0
   * @param time what TTLs are counted by
   * @param usualRoom what {@link Room#USUAL} means here
   * @throws IllegalArgumentException if the capacity is not positive, or less than the store holds already, or what is usual is said to be so
   * @throws StorageException if the store cannot tell what it holds
   */
  public LocalPeer(BlobStore blobs, LeaseStore leases, long capacityBytes, TimeSource time, Room usualRoom) {
    this(blobs, leases, capacityBytes, time, usualRoom, defaultBookkeepingBytes());
  }

  /**
   * How much of the heap a peer takes for names, groups, metadata and leases, if nobody says: half of the most that this JVM may have, less
   * 256 MiB, and at least a quarter of it.
   *
   * @return bytes
   */
  public static long defaultBookkeepingBytes() {
    return Bookkeeping.defaultLimit();
  }

  /**
   * Makes a peer as {@link #LocalPeer(BlobStore, LeaseStore, long, TimeSource, AcquireRequest.Room)} does, with a limit of what it keeps on the heap: for objects
   * beyond three quarters of it others are evicted, and leases beyond one quarter are refused.
   *
   * @param blobs where bytes are kept; closed with the peer
   * @param leases where leases are known besides in the peer; closed with it
   * @param capacityBytes the most bytes that it holds, in whole pages of {@value Blob#ALIGNMENT} bytes; more than 0
   * @param time what TTLs are counted by
   * @param usualRoom what {@link Room#USUAL} means here
   * @param bookkeepingBytes the most that names, groups, metadata and leases take of the heap; at least 1 MiB
   * @throws IllegalArgumentException if the capacity is not positive, or less than the store holds already, what is usual is said to be so, or the last
   *     is too little
   * @throws StorageException if the store cannot tell what it holds
   */
  public LocalPeer(BlobStore blobs, LeaseStore leases, long capacityBytes, TimeSource time, Room usualRoom,
      long bookkeepingBytes) {
    if (Objects.requireNonNull(usualRoom, "usualRoom") == Room.USUAL) {
      throw new IllegalArgumentException("Cannot make " + usualRoom + " the usual room; give EVICT or FREE");
    }
    if (capacityBytes <= 0) {
      throw new IllegalArgumentException(
          "Cannot make a peer with a capacity of " + capacityBytes + " bytes; give more than 0");
    }
    this.blobs = blobs;
    this.time = time;
    this.commons = blobs.commons();
    this.leaseStore = leases;
    this.updates = new LeaseUpdates(leases);
    this.state = new PeerState(new LeaseTable(time, updates.areWanted()), capacityBytes,
        new Bookkeeping(bookkeepingBytes), time, commons.isShared(),
        usualRoom);
    this.lock = state.lock;
    this.evictionLog = new EvictionLog(time);
    this.sealer = new Sealer(this, state, commons);
    state.recover(blobs.recover());
    this.chores = new Chores(state, this::freeGarbage);
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
    Deadline deadline = new Deadline(request.patience());
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
    Deadline deadline = new Deadline(request.patience());
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
    state.resume(List.of(lease));
    if (intent == Intent.READ) {
      state.countHit();
    }
    return new Grant(lease.toLease(), extent);
  }

  private @Nullable Extent open(HeldLease lease) {
    BlobStore.Sealed sealed = Objects.requireNonNull(lease.entry.sealed);
    Extent extent = sealed.hold() ? sealed.openReader() : null;
    if (extent != null) {
      tellGiven(lease, extent);
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
        reserve(entry, bytes);
        entry.claim = commons.claim(entry.object, bytes);
        return entry;
      } catch (Throwable failure) {
        settle(() -> state.discardDraft(entry));
        throw failure;
      }
    }
  }

  /** Makes the extent for a claimed id, and gives the CREATE lease on it; or gives the id back. */
  private Grant allocate(LocalSession session, AcquireRequest request, ObjectEntry entry) {
    StoredObject object = entry.object;
    BlobStore.Draft draft = null;
    Extent extent = null;
    HeldLease lease;
    try {
      draft = Objects.requireNonNull(entry.claim)
          .allocate(entry.sized ? OptionalLong.of(object.extentBytes()) : OptionalLong.empty());
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
      tellGiven(lease, extent);
    } catch (Throwable failure) {
      settle(() -> state.endLease(lease));
      throw failure;
    }
    resume(List.of(lease));
    Extent counted = entry.sized ? extent
        : new GrowingExtent(extent, Extent.Access.READ_WRITE, byteSize -> grow(entry, Blob.alignUp(byteSize)));
    return new Grant(lease.toLease(), counted);
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
    tellEnded();
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
      sealed.retire();
      settle(() -> {
        state.discardAll(List.of(sealed));
        state.endLease(id);
      });
    }
  }

  void release(LeaseId id) {
    settle(() -> state.endLease(id)); // also when the session or the peer is closed: the lease is gone then, as was asked
    tellEnded();
  }

  @Nullable
  Duration renew(LocalSession session, LeaseId id) {
    HeldLease lease = read(session, () -> state.renew(state.requireLease(id, "renew")));
    tell("renew the lease on " + lease.entry.object.id(), List.of(lease));
    return lease.ttl;
  }

  List<LeaseId> renew(LocalSession session, List<LeaseId> ids) {
    List<HeldLease> live = new ArrayList<>(ids.size());
    for (int from = 0; from < ids.size(); from += RENEWED_AT_ONCE) {
      List<LeaseId> some = ids.subList(from, Math.min(ids.size(), from + RENEWED_AT_ONCE));
      live.addAll(read(session, () -> state.renew(some)));
    }
    tell("renew " + live.size() + " leases", live);
    if (live.size() == ids.size()) {
      return List.of();
    }
    Set<LeaseId> ended = new LinkedHashSet<>(ids);
    live.forEach(lease -> ended.remove(lease.id));
    return List.copyOf(ended);
  }

  // ---- the lease store

  /** Tells of a lease that nobody has yet; if the store refuses, nobody gets it, and its bytes are closed. */
  private void tellGiven(HeldLease lease, Extent extent) {
    try {
      tell("acquire " + lease.entry.object.id(), List.of(lease));
    } catch (Throwable failure) {
      extent.close();
      throw failure;
    }
  }

  /** Without the lock: tells of leases that live, and of all that have ended since the store was told last. */
  private void tell(String what, List<HeldLease> leases) {
    if (!updates.areWanted() || leases.isEmpty()) {
      return;
    }
    List<LeaseRecord> live = new ArrayList<>(leases.size());
    List<LeaseId> ended = take(() -> {
      leases.forEach(lease -> live.add(lease.toRecord()));
      return state.leases.takeUntold();
    });
    try {
      updates.tell(live, ended);
    } catch (StorageException refusal) {
      take(() -> state.leases.tellEnds(ended));
      throw new StorageException("Cannot " + what + ": " + refusal.getMessage()
          + "; what is held already stays so, try again when the store answers", refusal.getCause());
    }
    if (take(() -> state.leases.tellEnds(live.stream().map(LeaseRecord::id).toList()))) {
      tellEnded();
    }
  }

  /** Without the lock, after a step that has ended leases. They have, whether or not the store can be told. */
  void tellEnded() {
    if (updates.areWanted()) {
      List<LeaseId> ended = take(state.leases::takeUntold);
      try {
        if (!ended.isEmpty()) {
          updates.tell(List.of(), ended);
        }
      } catch (StorageException refusal) {
        Log.leaseStoreRefused(refusal);
        take(() -> state.leases.tellEnds(ended));
      }
    }
  }

  /** The same for leases that have made objects and are for reading now: the objects are there, whatever the store says. */
  void tellSealed(List<HeldLease> leases) {
    try {
      tell("tell of sealed objects", leases);
    } catch (StorageException refusal) {
      Log.leaseStoreRefused(refusal);
    }
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
  private void follow() {
    if (commons.isShared()) {
      freeGarbage(); // what this peer has decided and not done yet is no news of others
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
    return Objects.requireNonNull(take(() -> state.room(storable)));
  }

  /** Makes room for what this process is about to write to a draft without sizes. */
  private void grow(ObjectEntry entry, long bytes) {
    Long held = take(() -> state.requireWritable(entry));
    if (held == null || bytes > held) {
      reserveInTurn(entry, bytes);
    }
  }

  /** Sets bytes aside for a draft, all that it holds. */
  void reserveInTurn(ObjectEntry entry, long bytes) {
    try (Commons.Turn _ = commons.takeTurn()) {
      follow();
      Objects.requireNonNull(entry.claim).resize(reserve(entry, bytes));
    }
  }

  /**
   * Sets bytes aside for a draft, all that it holds, and evicts for them if need be. Takes the lock, and lets it go while it frees. Within a turn. Gives
   * what the draft holds then: one that grows gets more at once if there is some, so that it need not ask for each page.
   */
  private long reserve(ObjectEntry entry, long bytes) {
    while (true) {
      List<ObjectEntry> victims = List.of();
      List<Eviction> evicted = List.of();
      long missing;
      lock.lock();
      try {
        state.requireOpen();
        state.endWhatIsDue();
        state.requireDraft(entry);
        missing = bytes - entry.heldBytes;
        state.requireObtainable(entry, missing);
        if (!commons.isShared()) {
          evicted = state.evictFor(entry, missing);
        }
        if (state.hasRoom(entry, missing)) {
          return state.reserveDraft(entry, missing);
        }
        if (state.isShort(entry, missing)) {
          victims = state.eviction.eldest();
        } else if (state.garbage.isEmpty()) { // others are freeing it at this moment
          state.changed.awaitUninterruptibly();
        }
      } finally {
        lock.unlock();
        evicted.forEach(evictionLog::report);
      }
      if (!victims.isEmpty() && !evict(victims, entry, missing)) {
        follow();
      }
      freeGarbage();
    }
  }

  private boolean evict(List<ObjectEntry> victims, ObjectEntry wanted, long bytes) {
    return commons.evict(victims.stream().map(entry -> Objects.requireNonNull(entry.sealed)).toList(), () -> {
      Eviction eviction = take(() -> state.evictIfIdle(victims, wanted, bytes));
      if (eviction != null) {
        evictionLog.report(eviction);
      }
      return eviction != null;
    });
  }

  /** Frees what is queued, one object after the other, without the lock. */
  private void freeGarbage() {
    if (commons.isShared()) {
      endUses();
      if (take(() -> state.garbage.isEmpty() && state.overdue.isEmpty())) {
        return; // without a turn
      }
    }
    try (Commons.Turn _ = commons.takeTurn()) {
      take(state::takeOverdue).forEach(ObjectEntry::retireIfPossible);
      freeAll(ObjectEntry::discardBytes);
    } catch (StorageException noTurn) {
      take(state::takeOverdue).forEach(entry -> Log.cannotRetire(entry.object.id(), noTurn));
      freeAll(_ -> {
        throw noTurn;
      });
    }
  }

  private void freeAll(Consumer<ObjectEntry> discard) {
    for (ObjectEntry entry = take(state.garbage::take); entry != null; entry = take(state.garbage::take)) {
      free(entry, discard);
    }
  }

  /** Tells the store what this peer does not read any more. */
  private void endUses() {
    for (BlobStore.Sealed sealed = take(state.unheld::poll); sealed != null; sealed = take(state.unheld::poll)) {
      try {
        sealed.unhold();
      } catch (RuntimeException | Error failure) {
        Log.cannotEndUse(failure);
      }
    }
  }

  private void free(ObjectEntry entry, Consumer<ObjectEntry> discard) {
    boolean isReadElsewhere = false;
    try {
      discard.accept(entry);
      isReadElsewhere = entry.sealed != null && entry.sealed.isReadElsewhere();
    } catch (RuntimeException | Error failure) { // whoever frees it works for somebody else
      Log.cannotFree(entry.object.id(), failure);
    } finally {
      lock.lock();
      try {
        state.freed(entry, isReadElsewhere);
      } finally {
        lock.unlock();
      }
    }
  }

  private <T extends @Nullable Object> T take(Supplier<T> next) {
    lock.lock();
    try {
      return next.get();
    } finally {
      lock.unlock();
    }
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
      freeGarbage();
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
      freeGarbage();
    }
  }

  private final class Deadline {
    private final long startNanos = time.nanoTime();
    private final long patienceNanos;

    Deadline(Duration patience) {
      this.patienceNanos = patience.toNanos();
    }

    long remainingNanos() {
      return patienceNanos - (time.nanoTime() - startNanos);
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
      state.endWhatIsDue();
      state.changed.signalAll();
      state.chores.signal();
    });
  }

  void close(LocalSession session) {
    settle(() -> state.close(session));
    tellEnded();
  }

  @Override
  public void close() {
    boolean[] first = new boolean[1];
    settle(() -> first[0] = state.close());
    if (first[0]) {
      chores.join();
      evictionLog.end();
      tellEnded();
      try (LeaseStore _ = leaseStore; BlobStore _ = blobs) { // both end, whichever fails
        state.namespace.sealedFrom("", null).forEach(entry -> Objects.requireNonNull(entry.sealed).close());
      }
    }
  }
}
