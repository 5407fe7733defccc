package io.packice.core;

import io.packice.core.AcquireRequest.Binding;
import io.packice.core.AcquireRequest.IfExists;
import io.packice.core.LeaseStore.LeaseRecord;
import io.packice.core.ObjectEntry.State;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
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
 * </ul>
 *
 * <p>One lock guards the state and is never held during I/O: what a store must free is queued as garbage and freed after the lock is let
 * go. Readers leave that to the background thread, which also ends what has passed its TTL.
 */
public final class LocalPeer implements Peer {
  private final BlobStore blobs;
  private final LeaseStore leases;
  private final TimeSource time;

  private final ReentrantLock lock = new ReentrantLock();
  /** Something that a waiter may wait for has happened: a seal, the end of a draft, bytes freed, the end of the peer. */
  private final Condition changed = lock.newCondition();
  /** The background thread has something to do, or earlier than it thought. */
  private final Condition chores = lock.newCondition();

  private final Namespace namespace = new Namespace();
  private final EvictionOrder eviction = new EvictionOrder();
  private final Ledger ledger;
  private final Garbage garbage = new Garbage();
  private final Map<LeaseId, Held> held = new HashMap<>();
  private final Set<LocalSession> sessions = new LinkedHashSet<>();
  private final Thread background;
  private long fence;
  private long hits;
  private long misses;
  private long evictions;
  private long refusals;
  private boolean closed;

  /** What a lease is on, and which session binds it. */
  private record Held(ObjectEntry entry, @Nullable LocalSession session) {
  }

  /**
   * Makes a peer and starts its background thread.
   *
   * @param blobs where bytes are kept; closed with the peer
   * @param leases where leases are kept; closed with the peer
   * @param capacityBytes the most bytes that it holds, in whole pages of {@value Blob#ALIGNMENT} bytes; more than 0
   * @param time what TTLs are counted by
   * @throws IllegalArgumentException if the capacity is not positive
   */
  public LocalPeer(BlobStore blobs, LeaseStore leases, long capacityBytes, TimeSource time) {
    if (capacityBytes <= 0) {
      throw new IllegalArgumentException(
          "Cannot make a peer with a capacity of " + capacityBytes + " bytes; give more than 0");
    }
    this.blobs = blobs;
    this.leases = leases;
    this.time = time;
    this.ledger = new Ledger(capacityBytes);
    this.background = Thread.ofPlatform().daemon().name("packice-peer").start(this::doChores);
  }

  @Override
  public Session openSession(Caller caller) {
    return exclusively(() -> {
      LocalSession session = new LocalSession(this, caller, time.nanoTime());
      sessions.add(session);
      return session;
    });
  }

  // ---- acquire

  Grant acquire(LocalSession session, AcquireRequest request) {
    return switch (request.intent()) {
      case READ, WRITE -> lease(session, request);
      case CREATE -> create(session, request, namedOrRandom(request));
      case READ_OR_CREATE -> leaseOrCreate(session, request);
    };
  }

  private static ObjectId namedOrRandom(AcquireRequest request) {
    return request.id() == null ? ObjectId.random() : request.id();
  }

  /** READ and WRITE: a lease on what is sealed. */
  private Grant lease(LocalSession session, AcquireRequest request) {
    ObjectId id = Objects.requireNonNull(request.id());
    Deadline deadline = new Deadline(request.patience());
    lock.lock();
    try {
      while (true) {
        requireOpen(session);
        endWhatIsDue();
        ObjectEntry entry = namespace.sealed(id);
        if (entry != null) {
          hits += request.intent() == Intent.READ ? 1 : 0;
          return leaseSealed(session, request, request.intent(), entry);
        }
        ObjectEntry draft = namespace.draft(id);
        if (draft == null || request.intent() == Intent.WRITE) {
          misses++;
          throw new NotFoundException(
              "Cannot acquire " + id + ": " + (draft == null ? "no such object" : "it is not sealed yet")
                  + "; create it, or look at the listing");
        }
        awaitChange(deadline, id);
      }
    } finally {
      unlockAndLeaveGarbage();
    }
  }

  /** Called with the lock, which it lets go and takes again: opening the extent is I/O, and the lease already protects it. */
  private Grant leaseSealed(LocalSession session, AcquireRequest request, Intent intent, ObjectEntry entry) {
    Lease lease = addLease(session, request, intent, entry);
    BlobStore.Sealed sealed = Objects.requireNonNull(entry.sealed);
    return openUnlocked(lease, sealed::openReader);
  }

  private Grant openUnlocked(Lease lease, Supplier<Extent> open) {
    Extent extent;
    lock.unlock();
    try {
      extent = open.get();
    } catch (Throwable failure) {
      lock.lock();
      endLease(lease.id());
      throw failure;
    }
    lock.lock();
    return new Grant(lease, extent);
  }

  private Grant leaseOrCreate(LocalSession session, AcquireRequest request) {
    ObjectId id = Objects.requireNonNull(request.id());
    Deadline deadline = new Deadline(request.patience());
    ObjectEntry claimed = null;
    lock.lock();
    try {
      while (claimed == null) {
        requireOpen(session);
        endWhatIsDue();
        ObjectEntry entry = namespace.sealed(id);
        if (entry != null) {
          hits++;
          return leaseSealed(session, request, Intent.READ, entry);
        }
        if (namespace.draft(id) == null) {
          misses++;
          claimed = claim(id, request);
        } else {
          awaitChange(deadline, id);
        }
      }
    } finally {
      unlockAndLeaveGarbage();
    }
    return allocate(session, request, claimed);
  }

  private Grant create(LocalSession session, AcquireRequest request, ObjectId id) {
    ObjectEntry claimed = exclusively(() -> {
      requireOpen(session);
      if (namespace.draft(id) != null) {
        throw new AlreadyExistsException(
            "Cannot create " + id + ": somebody is making it; wait for it, or choose another id");
      }
      if (namespace.sealed(id) != null && request.ifExists() == IfExists.FAIL) {
        throw new AlreadyExistsException(
            "Cannot create " + id + ": it exists; replace it, discard it, or choose another id");
      }
      return claim(id, request);
    });
    return allocate(session, request, claimed);
  }

  /** Takes the id, so that nobody else makes the object while room is made for it. */
  private ObjectEntry claim(ObjectId id, AcquireRequest request) {
    List<Blob> layout = request.sizes() == null ? List.of(new Blob(0, 0)) : Blob.layOut(request.sizes());
    StoredObject object = new StoredObject(id, layout, request.meta(), request.group());
    ObjectEntry entry = new ObjectEntry(object, request, eviction.unitFor(request.group()));
    eviction.hold(entry.unit);
    namespace.addDraft(entry);
    return entry;
  }

  /** Makes room and the extent for a claimed id, and gives the CREATE lease on it; or gives the id back. */
  private Grant allocate(LocalSession session, AcquireRequest request, ObjectEntry entry) {
    StoredObject object = entry.object;
    BlobStore.Draft draft = null;
    try {
      reserve(entry, Blob.alignUp(object.extentBytes()));
      draft = blobs.allocate(object.id(), entry.sized ? OptionalLong.of(object.extentBytes()) : OptionalLong.empty());
      Extent extent = draft.openWriter();
      lock.lock();
      try {
        requireOpen(session);
        entry.draft = draft;
        entry.state = State.DRAFT;
        return new Grant(addLease(session, request, Intent.CREATE, entry), extent);
      } catch (Throwable failure) {
        extent.close();
        throw failure;
      } finally {
        lock.unlock();
      }
    } catch (Throwable failure) {
      entry.draft = draft;
      settle(() -> discardDraft(entry));
      throw failure;
    }
  }

  // ---- seal, discard, release, renew

  void seal(LocalSession session, LeaseId id) {
    ObjectEntry entry = exclusively(() -> {
      requireOpen(session);
      LeaseRecord lease = requireLease(id, "seal");
      ObjectEntry draft = Objects.requireNonNull(held.get(id)).entry;
      if (lease.intent() != Intent.CREATE || draft.state != State.DRAFT) {
        throw new NotPermittedException("Cannot seal " + lease.object() + ": "
            + (draft.isDraft() ? "it is being sealed at this moment" : "it is sealed already, and this is a READ lease")
            + "; create a new object to change it");
      }
      draft.state = State.SEALING;
      return draft;
    });
    StoredObject before = entry.object;
    try {
      if (!entry.sized) {
        long byteSize = Objects.requireNonNull(entry.draft).byteSize();
        reserve(entry, Blob.alignUp(byteSize));
        entry.object = new StoredObject(before.id(), List.of(new Blob(0, byteSize)), before.meta(), before.group());
      }
      BlobStore.Sealed sealed = Objects.requireNonNull(entry.draft).seal(entry.object);
      publish(id, entry, sealed);
    } catch (Throwable failure) {
      settle(() -> reopen(entry, before));
      throw failure;
    }
  }

  private void publish(LeaseId id, ObjectEntry entry, BlobStore.Sealed bytes) {
    settle(() -> {
      if (entry.abandoned) {
        entry.sealed = bytes;
        discardDraft(entry);
        throw new LeaseExpiredException(
            "Cannot seal " + entry.object.id() + ": its lease ended while it was being sealed; create it anew");
      }
      entry.sealed(bytes, time.nanoTime());
      ledger.draftSealed(entry.heldBytes);
      ledger.leased += entry.heldBytes;
      ObjectEntry old = namespace.sealed(entry.object.id());
      if (old != null) {
        if (old.pinned) {
          pin(entry);
        }
        discardSealed(old);
      }
      namespace.seal(entry);
      eviction.add(entry);
      eviction.unhold(entry.unit); // the draft's own; its lease still holds it
      LeaseRecord lease = leases.find(id).orElseThrow();
      leases.put(new LeaseRecord(id, lease.object(), Intent.READ, lease.fence(), lease.ttl()));
      changed.signalAll();
      chores.signal();
    });
  }

  /** A seal that failed: the draft is as it was, unless its lease has ended meanwhile. */
  private void reopen(ObjectEntry entry, StoredObject before) {
    if (entry.state != State.SEALING) {
      return; // published or discarded: there is nothing to go back to
    }
    if (entry.abandoned) {
      discardDraft(entry);
      return;
    }
    if (!entry.sized) {
      ledger.releaseDraft(entry.heldBytes);
      entry.heldBytes = 0;
      entry.object = before;
    }
    entry.state = State.DRAFT;
  }

  void discard(LocalSession session, LeaseId id) {
    exclusively(() -> {
      requireOpen(session);
      LeaseRecord lease = requireLease(id, "discard");
      ObjectEntry entry = Objects.requireNonNull(held.get(id)).entry;
      if (lease.intent() == Intent.READ) {
        throw new NotPermittedException(
            "Cannot discard " + lease.object() + " under a READ lease; acquire it for WRITE");
      }
      if (entry.state == State.SEALED) {
        discardSealed(entry);
      }
      endLease(id);
      return null;
    });
  }

  void release(LeaseId id) {
    settle(() -> endLease(id)); // also when the session or the peer is closed: the lease is gone then, which is what was asked
  }

  @Nullable
  Duration renew(LocalSession session, LeaseId id) {
    lock.lock();
    try {
      requireOpen(session);
      endWhatIsDue();
      Duration ttl = leases.renew(id).orElseThrow(() -> expired("renew", id)).ttl();
      chores.signal();
      return ttl;
    } finally {
      unlockAndLeaveGarbage();
    }
  }

  private LeaseRecord requireLease(LeaseId id, String verb) {
    return leases.find(id).filter(lease -> held.containsKey(id)).orElseThrow(() -> expired(verb, id));
  }

  private static LeaseExpiredException expired(String verb, LeaseId id) {
    return new LeaseExpiredException(
        "Cannot " + verb + " lease " + id + ": it was released, has passed its TTL, or its session "
            + "ended; acquire anew");
  }

  // ---- describe, pin

  ObjectPage list(LocalSession session, String prefix, @Nullable ObjectId after, int limit) {
    if (limit < 1 || limit > ObjectPage.MAX_LIMIT) {
      throw new IllegalArgumentException(
          "Cannot list " + limit + " objects a page; ask for 1 to " + ObjectPage.MAX_LIMIT);
    }
    return exclusively(() -> {
      requireOpen(session);
      long now = time.nanoTime();
      List<ObjectStatus> found =
          namespace.sealedFrom(prefix, after).limit(limit + 1L).map(entry -> status(entry, now)).toList();
      if (found.size() <= limit) {
        return new ObjectPage(found, null);
      }
      List<ObjectStatus> page = found.subList(0, limit);
      return new ObjectPage(page, page.getLast().object().id());
    });
  }

  ObjectStatus stat(LocalSession session, ObjectId id) {
    return exclusively(() -> {
      requireOpen(session);
      return status(requireSealed(id, "describe"), time.nanoTime());
    });
  }

  private static ObjectStatus status(ObjectEntry entry, long now) {
    return new ObjectStatus(entry.object, entry.heldBytes, entry.leases, entry.pinned,
        Duration.ofNanos(now - entry.sealedAtNanos),
        entry.leases > 0 ? Duration.ZERO : Duration.ofNanos(now - entry.usedAtNanos),
        entry.hasTtl() ? Duration.ofNanos(entry.diesAtNanos - now) : null);
  }

  PeerStats stats(LocalSession session) {
    return exclusively(() -> {
      requireOpen(session);
      return new PeerStats(namespace.sealedCount(), namespace.draftCount(), leases.size(), sessions.size(),
          ledger.capacity, ledger.live,
          ledger.draft, ledger.zombie, ledger.leased, ledger.pinned, hits, misses, evictions, refusals);
    });
  }

  void pin(LocalSession session, ObjectId id) {
    exclusively(() -> {
      requireOpen(session);
      pin(requireSealed(id, "pin"));
      return null;
    });
  }

  private void pin(ObjectEntry entry) {
    if (!entry.pinned) {
      entry.pinned = true;
      ledger.pinned += entry.heldBytes;
      eviction.hold(entry.unit);
    }
  }

  void unpin(LocalSession session, ObjectId id) {
    exclusively(() -> {
      requireOpen(session);
      unpin(requireSealed(id, "unpin"));
      return null;
    });
  }

  private void unpin(ObjectEntry entry) {
    if (entry.pinned) {
      entry.pinned = false;
      ledger.pinned -= entry.heldBytes;
      eviction.unhold(entry.unit);
    }
  }

  private ObjectEntry requireSealed(ObjectId id, String verb) {
    ObjectEntry entry = namespace.sealed(id);
    if (entry == null) {
      throw new NotFoundException("Cannot " + verb + " " + id + ": no such object; look at the listing");
    }
    return entry;
  }

  // ---- leases and entries, all with the lock

  private Lease addLease(LocalSession session, AcquireRequest request, Intent intent, ObjectEntry entry) {
    boolean detached = request.binding() == Binding.DETACHED;
    Duration ttl = request.ttl() == null && detached ? AcquireRequest.DEFAULT_TTL : request.ttl();
    LeaseRecord lease = new LeaseRecord(LeaseId.random(), entry.object.id(), intent, ++fence, ttl);
    leases.put(lease);
    held.put(lease.id(), new Held(entry, detached ? null : session));
    if (!detached) {
      session.bound.add(lease.id());
    }
    entry.leases++;
    if (entry.leases == 1 && entry.state == State.SEALED) {
      ledger.leased += entry.heldBytes;
    }
    eviction.hold(entry.unit);
    if (ttl != null) {
      chores.signal();
    }
    return new Lease(lease.id(), intent, ttl, lease.fence(), entry.object);
  }

  /** Ends a lease however it ends; what nobody needs any more becomes garbage. */
  private void endLease(LeaseId id) {
    leases.remove(id);
    Held lease = held.remove(id);
    if (lease == null) {
      return;
    }
    if (lease.session != null) {
      lease.session.bound.remove(id);
    }
    ObjectEntry entry = lease.entry;
    entry.leases--;
    entry.usedAtNanos = time.nanoTime();
    switch (entry.state) {
      case ALLOCATING -> throw new IllegalStateException("A lease on " + entry.object.id() + " before its bytes exist");
      case DRAFT -> discardDraft(entry);
      case SEALING -> entry.abandoned = true;
      case SEALED -> ledger.leased -= entry.leases == 0 ? entry.heldBytes : 0;
      case DISCARDED -> {
        if (entry.leases == 0) {
          garbage.add(entry);
        }
      }
    }
    eviction.unhold(entry.unit);
  }

  private void discardDraft(ObjectEntry entry) {
    namespace.removeDraft(entry);
    entry.state = State.DISCARDED;
    ledger.draftDiscarded(entry.heldBytes);
    garbage.add(entry);
    eviction.unhold(entry.unit);
    changed.signalAll();
  }

  private void discardSealed(ObjectEntry entry) {
    unpin(entry);
    namespace.removeSealed(entry);
    eviction.remove(entry);
    entry.state = State.DISCARDED;
    ledger.sealedDiscarded(entry.heldBytes);
    if (entry.leases == 0) {
      garbage.add(entry);
    } else {
      ledger.leased -= entry.heldBytes;
    }
  }

  private void endWhatIsDue() {
    for (LeaseRecord lease : leases.removeExpired()) {
      endLease(lease.id());
    }
    long now = time.nanoTime();
    for (ObjectEntry entry = namespace.nextToDie(); entry != null && entry.diesAtNanos - now <= 0;
        entry = namespace.nextToDie()) {
      discardSealed(entry);
    }
  }

  // ---- room

  /** Sets bytes aside for a draft, and evicts for them if need be. Takes the lock, and lets it go while it frees. */
  private void reserve(ObjectEntry entry, long bytes) {
    while (true) {
      lock.lock();
      try {
        requireOpen();
        endWhatIsDue();
        if (bytes > ledger.free() + garbage.bytes() + eviction.idleBytes()) {
          refusals++;
          throw noRoom(entry.object.id(), bytes);
        }
        while (bytes > ledger.free() + garbage.bytes()) {
          List<ObjectEntry> victims = eviction.eldest();
          victims.forEach(this::discardSealed);
          evictions += victims.size();
        }
        if (bytes <= ledger.free()) {
          ledger.reserveDraft(bytes);
          entry.heldBytes = bytes;
          return;
        }
        if (garbage.isEmpty()) { // others are freeing it at this moment
          changed.awaitUninterruptibly();
        }
      } finally {
        lock.unlock();
      }
      freeGarbage();
    }
  }

  private CapacityExceededException noRoom(ObjectId id, long bytes) {
    return new CapacityExceededException(
        "Cannot create " + id + ": needs " + bytes + " bytes, " + ledger.free() + " of "
            + ledger.capacity + " free; " + ledger.leased + " leased and " + ledger.zombie + " zombie by "
            + leases.size() + " leases, "
            + ledger.pinned + " pinned, " + ledger.draft
            + " in drafts; release, unpin or discard something, or give the peer more");
  }

  /** Frees what is queued, one object after the other, without the lock. */
  private void freeGarbage() {
    while (true) {
      ObjectEntry entry;
      lock.lock();
      try {
        entry = garbage.take();
      } finally {
        lock.unlock();
      }
      if (entry == null) {
        return;
      }
      try {
        if (entry.sealed != null) {
          entry.sealed.discard();
        } else if (entry.draft != null) {
          entry.draft.discard();
        }
      } catch (RuntimeException failure) {
        Log.cannotFree(entry.object.id(), failure);
      } finally {
        lock.lock();
        try {
          garbage.freed(entry);
          ledger.freed(entry.heldBytes);
          changed.signalAll();
        } finally {
          lock.unlock();
        }
      }
    }
  }

  // ---- lock, time, background

  private <T extends @Nullable Object> T exclusively(Supplier<T> body) {
    lock.lock();
    try {
      requireOpen();
      endWhatIsDue();
      return body.get();
    } finally {
      lock.unlock();
      freeGarbage();
    }
  }

  /** What must happen even when the peer or the session has been closed meanwhile. */
  private void settle(Runnable body) {
    lock.lock();
    try {
      body.run();
    } finally {
      lock.unlock();
      freeGarbage();
    }
  }

  private void unlockAndLeaveGarbage() {
    if (!garbage.isEmpty()) {
      chores.signal();
    }
    lock.unlock();
  }

  private void requireOpen() {
    if (closed) {
      throw new IllegalStateException("Cannot use this peer: it is closed");
    }
  }

  private void requireOpen(LocalSession session) {
    requireOpen();
    if (session.closed) {
      throw new IllegalStateException("Cannot use this session: it is closed");
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

  @SuppressWarnings("WaitNotInLoop") // the callers loop: they look at the namespace again
  private void awaitChange(Deadline deadline, ObjectId id) {
    long remaining = deadline.remainingNanos();
    try {
      if (remaining > 0) {
        // Its result is not looked at: what counts is the injected time at the next turn.
        long _ = changed.awaitNanos(remaining);
        return;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    misses++;
    throw new NotSealedException("Cannot acquire " + id + ": it is not sealed yet; wait for its creator, or try again");
  }

  /**
   * Ends what has passed its TTL and frees it, now instead of when the background thread next would. For tests that move the time by
   * hand: it also wakes whoever waits for a time.
   */
  public void runChores() {
    lock.lock();
    try {
      endWhatIsDue();
      changed.signalAll();
      chores.signal();
    } finally {
      lock.unlock();
    }
    freeGarbage();
  }

  private void doChores() {
    while (true) {
      lock.lock();
      try {
        if (closed) {
          return;
        }
        endWhatIsDue();
        if (garbage.isEmpty()) {
          awaitChores();
        }
      } catch (InterruptedException e) {
        return; // nobody but close() has this thread
      } finally {
        lock.unlock();
      }
      freeGarbage();
    }
  }

  @SuppressWarnings("WaitNotInLoop") // its caller loops
  private void awaitChores() throws InterruptedException {
    Duration lease = leases.untilNextExpiry();
    ObjectEntry entry = namespace.nextToDie();
    long nanos = Math.min(lease == null ? Long.MAX_VALUE : lease.toNanos(),
        entry == null ? Long.MAX_VALUE : entry.diesAtNanos - time.nanoTime());
    if (nanos == Long.MAX_VALUE) {
      chores.await();
    } else {
      // Its result is not looked at: the next turn reads the injected time.
      long _ = chores.awaitNanos(nanos);
    }
  }

  void close(LocalSession session) {
    settle(() -> {
      session.closed = true;
      sessions.remove(session);
      List.copyOf(session.bound).forEach(this::endLease);
      changed.signalAll(); // whoever waits in this session finds it closed
    });
  }

  @Override
  public void close() {
    lock.lock();
    try {
      if (closed) {
        return;
      }
      List.copyOf(held.keySet()).forEach(this::endLease);
      sessions.forEach(session -> session.closed = true);
      sessions.clear();
      closed = true;
      changed.signalAll();
      chores.signalAll();
    } finally {
      lock.unlock();
    }
    freeGarbage();
    joinBackground();
    namespace.sealedFrom("", null).forEach(entry -> Objects.requireNonNull(entry.sealed).close());
    blobs.close();
    leases.close();
  }

  private void joinBackground() {
    boolean interrupted = false;
    while (background.isAlive()) {
      try {
        background.join();
      } catch (InterruptedException e) {
        interrupted = true; // closing is not cut short: a half-closed peer would leak
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
