package io.packice.core;

import io.packice.core.AcquireRequest.Room;
import io.packice.core.ObjectEntry.State;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What a {@link LocalPeer} knows, and the steps from one consistent state to the next. Every method and field is for the holder of
 * {@link #lock}, but for {@link #locked}; none does I/O, and none but {@link #awaitFreezes} waits.
 */
final class PeerState {
  /** A draft that grows gets at least this part of what it has on top. */
  private static final long SPARE_PART = 8;

  final ReentrantLock lock = new ReentrantLock();
  /** Something that a waiter may wait for has happened: a seal, the end of a draft, bytes freed, the end of the peer. */
  final Condition changed = lock.newCondition();
  /** The background thread has something to do, or earlier than it thought. */
  final Condition chores = lock.newCondition();

  final Namespace namespace = new Namespace();
  /** Where new objects go first. */
  final Tier top;
  /** That of the upper tier, of a peer with two. */
  final EvictionOrder eviction;
  final Garbage garbage = new Garbage();
  /** Sealed objects that a lease has ended on, for the store to hear of. */
  final ArrayDeque<BlobStore.Sealed> unheld = new ArrayDeque<>();
  /** What is over while somebody here reads it, for the other peers of the store to see. */
  final List<ObjectEntry> overdue = new ArrayList<>();
  /** What has left the namespace and is not freed yet. */
  final Set<BlobStore.Sealed> dying = new HashSet<>();
  final Retention<ObjectEntry> retention = new Retention<>();
  final Mirror mirror = new Mirror(this);
  /** That of the upper tier, of a peer with two. */
  final Ledger ledger;
  final Bookkeeping books;
  /** Where objects are, of a peer with two tiers. */
  final @Nullable Places places;
  final LeaseTable leases;

  private final boolean shared;
  private final TimeSource time;
  private final Set<LocalSession> sessions = new LinkedHashSet<>();
  private long misses;
  private long refusals;
  private boolean closed;

  PeerState(LeaseTable leases, Tier top, Bookkeeping books, TimeSource time) {
    this.books = books;
    this.top = top;
    this.shared = top.commons.isShared();
    this.leases = leases;
    this.time = time;
    this.ledger = top.ledger;
    this.eviction = top.eviction;
    this.places = null;
  }

  /** Of a peer with two tiers. */
  PeerState(LeaseTable leases, Tier upper, Bookkeeping books, TimeSource time, Tiering tiering) {
    this.books = books;
    this.top = upper;
    this.shared = false;
    this.leases = leases;
    this.time = time;
    this.ledger = upper.ledger;
    this.eviction = upper.eviction;
    this.places = new Places(this, tiering);
  }

  /** For who does not hold the lock: takes it for one look or step. */
  <T extends @Nullable Object> T locked(Supplier<T> step) {
    lock.lock();
    try {
      return step.get();
    } finally {
      lock.unlock();
    }
  }

  long now() {
    return time.nanoTime();
  }

  /** Whether something waits to be done without the lock. */
  boolean hasWork() {
    return !garbage.isEmpty() || !unheld.isEmpty() || !overdue.isEmpty();
  }

  // ---- sessions

  void requireOpen() {
    if (closed) {
      throw new IllegalStateException("Cannot use this peer: it is closed");
    }
  }

  void requireOpen(LocalSession session) {
    requireOpen();
    if (session.closed) {
      throw new IllegalStateException("Cannot use this session: it is closed");
    }
  }

  boolean isClosed() {
    return closed;
  }

  void open(LocalSession session) {
    sessions.add(session);
  }

  void close(LocalSession session) {
    session.closed = true;
    sessions.remove(session);
    List.copyOf(session.bound).forEach(this::endLease);
    changed.signalAll(); // whoever waits in this session finds it closed
  }

  /** Ends every lease and session. */
  void endSessions() {
    List.copyOf(leases.all()).forEach(this::endLease);
    sessions.forEach(session -> session.closed = true);
    sessions.clear();
    changed.signalAll();
  }

  /** Ends every lease and session; false if that has been done before. */
  boolean close() {
    if (closed) {
      return false;
    }
    endSessions();
    closed = true;
    changed.signalAll();
    chores.signalAll();
    return true;
  }

  // ---- objects

  /** Takes in what earlier lives have sealed; before anybody can ask. */
  void recover(BlobStore.Recovery found) {
    found.objects().forEach(object -> enter(object, top));
    top.quarantined = found.quarantined();
    endWhatIsDue();
    if (ledger.live > ledger.capacity) {
      throw new IllegalArgumentException("Cannot open a peer with a capacity of " + ledger.capacity + " bytes: "
          + ledger.live + " are sealed in its store; give it at least as many");
    }
  }

  /** Takes in what is sealed in a tier already. */
  ObjectEntry enter(BlobStore.Recovered found, Tier tier) {
    ObjectEntry entry = new ObjectEntry(found, tier, eviction.unitFor(found.object().group()), time.nanoTime());
    tier.ledger.recovered(entry.heldBytes);
    books.enter(entry);
    namespace.seal(entry);
    tier.eviction.add(entry);
    return entry;
  }

  /** Takes the id, so that nobody else makes the object while room is made for it. */
  ObjectEntry claim(ObjectId id, AcquireRequest request, OptionalLong owner) {
    List<Blob> layout = request.sizes() == null ? List.of(new Blob(0, 0)) : Blob.layOut(request.sizes());
    StoredObject object = new StoredObject(id, layout, request.meta(), request.group(), request.objectTtl(), owner);
    ObjectEntry entry = new ObjectEntry(object, request, top, usualRoom(), eviction.unitFor(request.group()));
    eviction.hold(entry.unit);
    if (entry.unit.drafts == 0) {
      entry.unit.evictedFor.clear(); // it was for an earlier writer
    }
    namespace.addDraft(entry);
    if (places != null) {
      places.cancelMove(id);
    }
    books.enter(entry);
    return entry;
  }

  /** What a request that leaves it open may make room of. */
  private Room usualRoom() {
    return top.lower == null ? top.usualRoom : top.lower.usualRoom;
  }

  /** Makes sealed bytes visible under their id, and the lease that made them a READ lease. */
  void publish(HeldLease lease, BlobStore.Sealed bytes) {
    endWhatIsDue();
    ObjectEntry entry = lease.entry;
    boolean leaseEnded = !entry.isMadeUnder(lease); // it may have, while the store was sealing
    if (leaseEnded && !shared) {
      entry.sealed = bytes;
      discardDraft(entry);
      throw new LeaseExpiredException(
          "Cannot seal " + entry.object.id() + ": its lease ended while it was being sealed; create it anew");
    }
    entry.sealed(bytes, time.nanoTime());
    entry.tier.ledger.draftSealed(entry.heldBytes);
    if (leaseEnded) {
      unheld.add(bytes); // the seal came first, the end of the lease after it
    } else {
      entry.tier.ledger.leased += entry.heldBytes;
    }
    ObjectEntry old = namespace.sealed(entry.object.id());
    if (old != null) {
      if (old.pinned) {
        pin(entry);
      }
      discardSealed(old);
    }
    entry.cameAt = retention.next();
    namespace.seal(entry);
    entry.tier.eviction.add(entry);
    eviction.unhold(entry.unit); // the draft's own; its lease still holds it
    if (!leaseEnded) {
      lease.intent = Intent.READ;
      leases.renew(lease);
    }
    if (entry.discarded) {
      discardSealed(entry); // the seal came first, the discard after it
    }
    mirror.changed();
    changed.signalAll();
    chores.signal();
    if (places != null) {
      places.filled();
    }
  }

  /** After a freeze, or a seal that failed: it is a draft again, unless its lease has ended meanwhile. */
  void reopen(ObjectEntry entry) {
    if (entry.state != State.FREEZING && entry.state != State.SEALING) {
      return; // published or discarded: there is nothing to go back to
    }
    if (!entry.isMade()) {
      discardDraft(entry);
      return;
    }
    if (!entry.frozen) {
      unsize(entry);
    }
    entry.state = State.DRAFT;
    changed.signalAll(); // somebody may wait to go on with it
  }

  /** A draft without sizes has one blob of no bytes before it is frozen. What it was found to take counts on. */
  void unsize(ObjectEntry entry) {
    if (!entry.sized) {
      entry.object = entry.object.withBlobs(List.of(new Blob(0, 0)));
    }
  }

  /** Begins a lease, whose TTL stands still until it is {@linkplain #resume resumed}: the peer is still at work for it. */
  HeldLease addLease(LocalSession session, AcquireRequest request, Intent intent, ObjectEntry entry) {
    requireRoomForLease(session, entry);
    long asOf = shared ? 0 : request.asOf() == 0 ? retention.now() : request.asOf(); // other peers would not know of it
    HeldLease lease = new HeldLease(entry, request, intent, session, leases.nextFence(), asOf);
    leases.add(lease);
    books.leaseBegan();
    if (lease.isReader) {
      retention.begin(entry.object.group(), asOf);
    }
    entry.tier.leases++;
    if (entry.leases == 1 && entry.foreignReaders == 0 && entry.state == State.SEALED) {
      entry.tier.ledger.leased += entry.heldBytes;
    }
    eviction.hold(entry.unit);
    return lease;
  }

  void endLease(LeaseId id) {
    HeldLease lease = leases.get(id);
    if (lease != null) {
      endLease(lease);
    }
  }

  /** Ends a lease however it ends, if it has not yet; what nobody needs any more becomes garbage. */
  void endLease(HeldLease lease) {
    if (!leases.remove(lease)) {
      return;
    }
    books.leaseEnded();
    ObjectEntry entry = lease.entry;
    entry.tier.leases--;
    entry.usedAtNanos = time.nanoTime();
    switch (entry.state) {
      case ALLOCATING -> throw new IllegalStateException("A lease on " + entry.object.id() + " before its bytes exist");
      case DRAFT -> discardDraft(entry);
      case FREEZING, SEALING -> entry.abandon();
      case SEALED -> entry.tier.ledger.leased -= entry.isLeased() ? 0 : entry.heldBytes;
      case DISCARDED -> {
        if (entry.leases == 0 && !entry.retained) {
          garbage.add(entry);
        }
      }
    }
    if (lease.isReader) {
      retention.end(entry.object.group(), lease.asOf).forEach(this::letGo);
    }
    if (shared && entry.sealed != null && !lease.isOpening) {
      unheld.add(entry.sealed);
    }
    eviction.unhold(entry.unit);
    if (places != null) {
      places.letGo();
    }
  }

  /** The store has heard that a lease uses an object. */
  void opened(HeldLease lease) {
    lease.isOpening = false;
    if (shared && leases.get(lease.id) == null) {
      unheld.add(Objects.requireNonNull(lease.entry.sealed)); // it has ended meanwhile
    }
  }

  /** Nobody can ask any more for what has left the namespace. */
  private void letGo(ObjectEntry entry) {
    entry.retained = false;
    if (entry.leases == 0) {
      garbage.add(entry);
    }
  }

  /** The peer works for those of these leases that live: their TTLs stand still. The caller {@linkplain #resume resumes} them. */
  List<HeldLease> suspend(List<LeaseId> ids) {
    List<HeldLease> live = live(ids);
    live.forEach(leases::suspend);
    return live;
  }

  private List<HeldLease> live(List<LeaseId> ids) {
    return ids.stream().map(leases::find).filter(Objects::nonNull).map(Objects::requireNonNull).toList();
  }

  void resume(List<HeldLease> suspended) {
    suspended.forEach(this::resume);
  }

  void resume(HeldLease lease) {
    leases.resume(lease);
    wakeFor(lease);
  }

  /** The background thread waits for another lease's end, or none, and no longer than until this one's. */
  private void wakeFor(HeldLease lease) {
    if (leases.isNext(lease)) {
      chores.signal();
    }
  }

  HeldLease renew(HeldLease lease) {
    leases.renew(lease);
    wakeFor(lease);
    return lease;
  }

  /** Renews those of these leases that live, and gives them. */
  List<HeldLease> renew(List<LeaseId> ids) {
    List<HeldLease> live = live(ids);
    live.forEach(this::renew);
    return live;
  }

  /** Waits until nobody freezes the draft of one of these leases. */
  void awaitFreezes(List<LeaseId> ids) {
    while (ids.stream().map(leases::get).anyMatch(lease -> lease != null && lease.entry.state == State.FREEZING)) {
      changed.awaitUninterruptibly();
    }
  }

  HeldLease requireLease(LeaseId id, String verb) {
    HeldLease lease = leases.find(id);
    if (lease == null) {
      throw expired(verb, id);
    }
    return lease;
  }

  static LeaseExpiredException expired(String verb, LeaseId id) {
    return new LeaseExpiredException(
        "Cannot " + verb + " lease " + id + ": it was released, has passed its TTL, or its session "
            + "ended; acquire anew");
  }

  void discardDraft(ObjectEntry entry) {
    namespace.removeDraft(entry);
    entry.state = State.DISCARDED;
    entry.tier.ledger.draftDiscarded(entry.heldBytes);
    garbage.add(entry);
    eviction.unhold(entry.unit);
    changed.signalAll();
  }

  /** Takes a sealed object out of the namespace, for whatever reason. It stays for those who read its group as of before. */
  void discardSealed(ObjectEntry entry) {
    entry.retained = retention.leave(entry, entry.object.id(), entry.object.group(), entry.cameAt) != 0;
    unpin(entry);
    namespace.removeSealed(entry);
    entry.tier.eviction.remove(entry);
    if (places != null) {
      places.removeLower(entry);
    }
    entry.state = State.DISCARDED;
    dying.add(Objects.requireNonNull(entry.sealed));
    entry.tier.ledger.sealedDiscarded(entry.heldBytes);
    if (entry.isLeased()) {
      entry.tier.ledger.leased -= entry.heldBytes;
    }
    if (entry.foreignReaders > 0) {
      entry.foreignReaders = 0;
      eviction.unhold(entry.unit);
    }
    if (entry.leases == 0 && !entry.retained) {
      garbage.add(entry);
    }
    mirror.changed();
  }

  void pin(ObjectEntry entry) {
    if (!entry.pinned) {
      entry.pinned = true;
      countPinned(entry, entry.heldBytes);
      eviction.pin(entry.unit);
    }
  }

  void unpin(ObjectEntry entry) {
    if (entry.pinned) {
      entry.pinned = false;
      countPinned(entry, -entry.heldBytes);
      eviction.unpin(entry.unit);
      if (places != null) {
        places.letGo();
      }
    }
  }

  private static void countPinned(ObjectEntry entry, long bytes) {
    entry.tier.ledger.pinned += bytes;
    if (entry.lower != null) {
      Objects.requireNonNull(entry.tier.lower).ledger.pinned += bytes;
    }
  }

  /** Frees what the ledger counts for it; what other peers still read goes on counting. */
  void freed(ObjectEntry entry, boolean isReadElsewhere) {
    garbage.freed(entry);
    books.leave(entry);
    entry.tier.ledger.freed(entry.heldBytes);
    if (entry.lower != null) {
      Objects.requireNonNull(entry.tier.lower).ledger.freed(entry.heldBytes);
    }
    if (entry.sealed != null) {
      dying.remove(entry.sealed);
      if (isReadElsewhere) {
        mirror.addZombie(entry.sealed, entry.heldBytes);
      }
    }
    changed.signalAll();
  }

  /** What an id named as of a number, of which the namespace has what it names now. */
  @Nullable
  ObjectEntry asOf(ObjectId id, long asOf, @Nullable ObjectEntry now) {
    if (asOf > retention.now()) {
      return null;
    }
    return now != null && now.cameAt <= asOf ? now : retention.find(id, asOf);
  }

  /** The objects of these ids that there are, if the caller may discard all of them. */
  List<ObjectEntry> requireDiscardable(Caller caller, List<ObjectId> ids) {
    List<ObjectEntry> entries = new ArrayList<>();
    for (ObjectId id : ids) {
      ObjectEntry entry = namespace.sealed(id);
      if (entry != null) {
        caller.requireMayChange(entry.object, "discard");
        entries.add(entry);
      }
    }
    return entries;
  }

  /** Discards those that nobody has discarded or replaced meanwhile. Gives those that somebody still reads, or may ask for. */
  List<ObjectEntry> discardAll(List<ObjectEntry> entries) {
    List<ObjectEntry> stillRead = new ArrayList<>();
    for (ObjectEntry entry : entries) {
      if (entry.state == State.SEALED) {
        discardSealed(entry);
        if (entry.leases > 0 || entry.retained) {
          stillRead.add(entry);
        }
      }
    }
    return stillRead;
  }

  ObjectEntry requireSealed(ObjectId id, String verb) {
    ObjectEntry entry = namespace.sealed(id);
    if (entry == null) {
      throw new NotFoundException("Cannot " + verb + " " + id + ": no such object; look at the listing");
    }
    return entry;
  }

  void endWhatIsDue() {
    long now = time.nanoTime();
    for (HeldLease lease = leases.nextDue(now); lease != null; lease = leases.nextDue(now)) {
      endLease(lease);
    }
    for (ObjectEntry entry = namespace.nextDue(now); entry != null; entry = namespace.nextDue(now)) {
      discardSealed(entry);
      if (shared && entry.leases > 0) { // else it is garbage, and retired as that
        overdue.add(entry);
      }
    }
  }

  /** What other peers of the store must be told of: the caller retires it. */
  List<ObjectEntry> takeOverdue() {
    List<ObjectEntry> taken = List.copyOf(overdue);
    overdue.clear();
    return taken;
  }

  /** How long nothing will be due, unless somebody signals {@link #chores}. */
  long nanosUntilNextDue() {
    long now = time.nanoTime();
    return Math.min(leases.nanosUntilNextDue(now), namespace.nanosUntilNextDue(now));
  }

  // ---- room

  PeerRoom room(long storableBytes) {
    return top.room(storableBytes);
  }

  /** Refuses to make room for what has ended meanwhile. */
  void requireDraft(ObjectEntry entry) {
    if (!entry.isDraft()) {
      throw new LeaseExpiredException(
          "Cannot write to " + entry.object.id() + ": its lease has ended, or it is sealed; create it anew");
    }
  }

  /** What a draft holds that this process may write to; it may not once that is frozen, or its seal has begun. */
  long requireWritable(ObjectEntry entry) {
    requireDraft(entry);
    if (entry.frozen) {
      throw new NotPermittedException(
          "Cannot write to " + entry.object.id() + ": it is frozen; seal it, or create it anew");
    }
    if (entry.state != State.DRAFT) {
      throw new NotPermittedException("Cannot write to " + entry.object.id() + ": it is being sealed at this moment");
    }
    return entry.heldBytes;
  }

  /** Sets bytes aside that are free, and more for a draft that grows. Gives what it holds then. */
  long reserveDraft(ObjectEntry entry, long bytes) {
    long spare = entry.state == State.DRAFT ? entry.heldBytes / SPARE_PART & -Blob.ALIGNMENT : 0;
    Ledger account = entry.tier.ledger;
    long taken = Math.min(bytes + spare, account.free());
    account.reserveDraft(taken);
    namespace.grow(entry, taken);
    return entry.heldBytes;
  }

  /**
   * Whether so many bytes can be had at all, and what else its maker expects to need: free, on their way to be, or to be evicted if that may
   * be. Counts a refusal if not. So nothing is evicted for what cannot fit.
   */
  void requireObtainable(ObjectEntry entry, long bytes) {
    requireBookable(entry);
    long evictable = entry.mayEvict && entry.tier.evicts ? entry.tier.eviction.idleBytes() : 0;
    if (Math.max(bytes, stillExpected(entry)) > entry.tier.freeSoon() + evictable) {
      countRefusal();
      throw noRoom(entry, bytes);
    }
  }

  /** What the maker of a group expects to need besides its drafts, which nothing is evicted from. A draft that grew is what it is. */
  private long stillExpected(ObjectEntry entry) {
    if (entry.isCopy) {
      return entry.expectedBytes;
    }
    return entry.state != State.ALLOCATING || places != null ? 0 : expectedBesides(entry);
  }

  /** What the maker of a group expects to need besides its drafts. */
  long expectedBesides(ObjectEntry entry) {
    return entry.expectedBytes == 0 ? 0 : entry.expectedBytes - entry.unit.draftBytes;
  }

  /** Of two tiers the one may take what the other refuses. */
  private void countRefusal() {
    refusals += places == null ? 1 : 0;
  }

  /** Both tiers have refused something. */
  void countRefusalOfBoth() {
    refusals++;
  }

  /** The same for what the object takes of the heap, which it has taken already. */
  private void requireBookable(ObjectEntry entry) {
    long evictable = entry.mayEvict ? idleBookBytes() : 0;
    if (excess(entry) > garbage.bookBytes() + evictable) {
      countRefusal();
      throw new CapacityExceededException("Cannot create " + entry.object.id() + ": its name, group and metadata need "
          + entry.bookBytes + " bytes of heap, and objects take "
          + (books.objectBytes() - entry.bookBytes) + " of " + books.objectLimit() + "; " + idleBookBytes()
          + " are of idle ones" + (entry.mayEvict ? "" : " but not to be evicted") + ", " + garbage.bookBytes()
          + " are being freed; release, unpin or discard something, " + (entry.mayEvict ? "" : "let it evict, ")
          + "or give the peer more (--bookkeeping, and heap for it)");
    }
  }

  /** Leases end by those who hold them: nobody is evicted for one. What this process does by itself is no other's to stop. */
  private void requireRoomForLease(LocalSession session, ObjectEntry entry) {
    if (!books.hasRoomForLease() && !session.caller.equals(Caller.thisProcess())) {
      refusals++;
      throw new CapacityExceededException("Cannot acquire " + entry.object.id() + ": " + leases.size() + " leases take "
          + books.leaseBytes() + " of " + books.leaseLimit()
          + " bytes of heap; release some, or give the peer more (--bookkeeping, and"
          + " heap for it)");
    }
  }

  /** At least so much of the heap eviction could free now. */
  private long idleBookBytes() {
    return places == null ? eviction.idleBookBytes() : places.idleBookBytes();
  }

  /** By how much what objects take of the heap is to shrink for this one; no more than 0 if it has its place. */
  private long excess(ObjectEntry entry) {
    return entry.state == State.ALLOCATING ? books.excess() : 0;
  }

  /** Whether something must be evicted for it. */
  boolean isShort(ObjectEntry entry, long bytes) {
    return bytes > entry.tier.freeSoon() || excess(entry) > garbage.bookBytes();
  }

  /** Whether nothing must even be freed for it. */
  boolean hasRoom(ObjectEntry entry, long bytes) {
    return bytes <= entry.tier.ledger.free() && excess(entry) <= 0;
  }

  /** Evicts, the least recently used first, until what is free or on its way to be is enough. Gives what went. */
  List<Eviction> evictFor(ObjectEntry entry, long bytes) { // of a peer that is alone; others ask first
    List<Eviction> went = new ArrayList<>();
    while (isShort(entry, bytes)) {
      Tier tier =
          places == null || bytes > entry.tier.freeSoon() ? entry.tier : places.tierToRelieveHeap();
      went.add(evict(tier, tier.eviction.eldest(), entry, bytes));
    }
    return went;
  }

  /** Evicts a unit that nothing holds, if it is still one; null if not. */
  @Nullable
  Eviction evictIfIdle(List<ObjectEntry> victims, ObjectEntry entry, long bytes) {
    EvictionUnit unit = victims.getFirst().unit;
    return unit.isEvictable() && new HashSet<>(unit.members.values()).equals(new HashSet<>(victims))
        ? evict(top, victims, entry, bytes) : null;
  }

  private Eviction evict(Tier tier, List<ObjectEntry> victims, ObjectEntry entry, long bytes) {
    Eviction gone = Eviction.of(victims, entry.object, bytes);
    if (places == null) {
      victims.forEach(this::discardSealed);
      tier.evictions += victims.size();
    } else {
      tier.evictions += places.evict(tier, victims);
    }
    entry.evictedFor.add(gone);
    return gone;
  }

  private CapacityExceededException noRoom(ObjectEntry entry, long bytes) {
    long expected = stillExpected(entry);
    EvictedSum evicted = entry.evictedFor;
    Ledger account = entry.tier.ledger;
    return new CapacityExceededException((entry.state == State.DRAFT ? "Cannot write " : "Cannot create ")
        + entry.object.id() + ": needs "
        + (expected > bytes ? "at least " + expected + " bytes with what is still to come" : bytes + " bytes")
        + (entry.heldBytes > 0 ? " more than it has, " : ", ")
        + account.free() + " of " + account.capacity + " free; " + account.leased + " leased and " + account.zombie
        + " zombie by " + leases.size() + (leases.size() == 1 ? " lease, " : " leases, ") + account.pinned + " pinned, "
        + account.draft + " in drafts, " + entry.tier.eviction.idleBytes() + " idle"
        + (entry.mayEvict ? "" : " but not to be evicted")
        + (evicted.isEmpty() || !entry.tier.evicts ? "" : ", after the eviction of " + evicted)
        + "; release, unpin or discard something, " + (entry.mayEvict ? "" : "let it evict, ")
        + "or give the peer more");
  }

  // ---- numbers

  void countHit(ObjectEntry entry) {
    entry.tier.hits++;
  }

  void countMiss() {
    misses++;
  }

  /** A page of a listing; it ends early when it says much, so that every page fits a message. */
  ObjectPage page(String prefix, @Nullable ObjectId after, int limit) {
    Part<ObjectStatus> page =
        Part.ofObjects(namespace.sealedFrom(prefix, after).map(this::status).iterator(), limit);
    return new ObjectPage(page.items(), page.hasMore() ? page.items().getLast().object().id() : null);
  }

  /** What eviction would take for so many bytes, in its order. */
  List<ObjectStatus> idle(long bytes) {
    List<ObjectStatus> all = new ArrayList<>();
    listIdle(bytes).forEachRemaining(entry -> all.add(status(entry)));
    return all;
  }

  private Iterator<ObjectEntry> listIdle(long bytes) {
    return places == null ? eviction.idle(bytes) : places.idle(bytes).iterator();
  }

  /** The same in parts: the next goes on where the session's last has ended. */
  Part<ObjectStatus> idle(LocalSession session, long bytes, long skip, int limit) {
    if (places != null) {
      return Part.ofObjects(places.idle(bytes).skip(skip).map(this::status).iterator(), limit);
    }
    IdleListing rest =
        session.idle != null && session.idle.isAt(bytes, skip) ? session.idle : eviction.idle(bytes).at(skip);
    Part<ObjectStatus> part = Part.ofObjects(rest.asStatus(this::status), limit);
    session.idle = part.hasMore() ? rest : null;
    return part;
  }

  PeerStats stats(List<MemberStatus> members) {
    PeerStats alone = new PeerStats(namespace.sealedCount(), namespace.draftCount(), leases.size(), sessions.size(),
        ledger.capacity, ledger.live, ledger.draft, ledger.zombie, ledger.leased, ledger.pinned, top.hits, misses,
        top.evictions, refusals, top.quarantined, books.bytes(), books.limit, PeerStats.Heap.ofThisProcess(), List.of(),
        members);
    return places == null ? alone : places.stats(alone);
  }

  Part<SessionStatus> sessions(long skip, int limit) {
    long now = time.nanoTime();
    List<SessionStatus> part = sessions.stream().skip(skip).limit(limit)
        .map(session -> new SessionStatus(session.caller, Duration.ofNanos(now - session.openedAtNanos),
            session.bound.size()))
        .toList();
    return new Part<>(part, skip + part.size() < sessions.size());
  }

  ObjectStatus status(ObjectEntry entry) {
    long now = time.nanoTime();
    return new ObjectStatus(entry.object, entry.heldBytes * entry.copies(), entry.leases + entry.foreignReaders,
        entry.pinned,
        Duration.ofNanos(now - entry.sealedAtNanos),
        entry.isLeased() ? Duration.ZERO : Duration.ofNanos(now - entry.usedAtNanos),
        entry.hasTtl() ? Duration.ofNanos(entry.diesAtNanos - now) : null);
  }

}
