package io.packice.core;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Copies objects between the tiers of a peer, without its lock: under a right to move them, by which their bytes stay. A copy counts from one step on, in which
 * the object is still what its id names; and only then may the source go. So an object that is on its way is in one tier or in both, whatever
 * happens, and always the same.
 */
final class Mover {
  private static final long CHUNK_BYTES = 8 << 20;
  /** The oldest first; the clock may overflow. */
  private static final Comparator<ObjectEntry> BY_SEAL =
      (a, b) -> Long.signum(a.sealedAtNanos - b.sealedAtNanos);

  private final LocalPeer peer;
  private final PeerState state;
  private final Places places;
  /** Demotions take turns: two that want room would each demote enough for both. Taken before the peer's lock. */
  private final ReentrantLock demoting = new ReentrantLock();

  Mover(LocalPeer peer, PeerState state) {
    this.peer = peer;
    this.state = state;
    this.places = Objects.requireNonNull(state.places);
  }

  // ---- one copy

  static void copy(Extent from, Extent to, long byteSize, BooleanSupplier isCancelled) {
    for (long at = 0; at < byteSize && !isCancelled.getAsBoolean(); at += CHUNK_BYTES) {
      try (Arena arena = Arena.ofConfined()) {
        MemorySegment chunk = from.map(at, Math.min(CHUNK_BYTES, byteSize - at), Extent.Access.READ_ONLY, arena);
        to.write(chunk.asByteBuffer(), at);
      }
    }
  }

  /** Nothing yet; whoever asks sets bytes aside for it. */
  ObjectEntry roomFor(ObjectEntry source, Tier tier, boolean mayEvict, long expectedBytes, EvictedSum evictedFor) {
    ObjectEntry copy = new ObjectEntry(source, tier, mayEvict, expectedBytes, evictedFor);
    copy.comingBytes = source.heldBytes;
    peer.settle(() -> tier.coming += copy.comingBytes);
    return copy;
  }

  /** An object on its way to another tier, by a right to move it that is ended with this. */
  private final class Move implements AutoCloseable {
    final ObjectEntry source;
    private final ObjectEntry.Move right;
    private @Nullable ObjectEntry copy;
    private StoredObject object; // as the copy is to be: with what is left of its life

    Move(ObjectEntry source) {
      this.source = source;
      this.right = Objects.requireNonNull(source.move);
      this.object = source.object;
    }

    boolean isCancelled() {
      return right.cancelled;
    }

    /** Makes a copy that is frozen, unless that is cancelled. */
    void copyTo(Tier tier, boolean mayEvict, long expectedBytes, EvictedSum evictedFor) {
      object = state.locked(() -> object.withTtl(places.remaining(source)));
      copy = roomFor(source, tier, mayEvict, expectedBytes, evictedFor);
      long _ = peer.room.reserve(copy, source.heldBytes);
      copy.claim = tier.commons.claim(object, copy.heldBytes);
      BlobStore.Draft draft = copy.claim.allocate(OptionalLong.of(object.extentBytes()));
      copy.draft = draft;
      try (Extent from = Objects.requireNonNull(source.sealed).openReader(); Extent to = draft.openWriter()) {
        copy(from, to, object.extentBytes(), this::isCancelled);
        if (!isCancelled() && tier == places.upper) {
          requireIntact(from, to);
        }
      }
      if (!isCancelled()) {
        draft.freeze(object);
      }
    }

    /** From memory nobody could tell any more that the disk had lost some of it. */
    private void requireIntact(Extent from, Extent to) {
      from.checksums().ifPresent(noted -> {
        for (int i = 0; i < noted.size(); i++) {
          if (to.checksum(object.blobs().get(i)) != noted.get(i)) {
            throw new StorageException("Cannot copy " + object.id() + " to memory: blob " + i
                + " is not what was sealed, the disk has lost some of it; discard the object and create it anew");
          }
        }
      });
    }

    /** Completes the copy, if there is one and nobody has cancelled it. False if the object is not where it was to go. */
    boolean complete() {
      if (copy == null) {
        return !isCancelled();
      }
      if (isCancelled()) {
        return false;
      }
      ObjectEntry complete = copy;
      BlobStore.Sealed bytes = Objects.requireNonNull(complete.draft).seal(object);
      copy = null;
      peer.settle(() -> {
        if (complete.tier == places.upper) {
          places.wentUp(source, complete, bytes);
        } else {
          places.cameDown(source, complete, bytes);
        }
      });
      return true;
    }

    /** Gives back what was not completed, and the right. */
    @Override
    public void close() {
      peer.settle(() -> {
        if (copy != null) {
          places.abandon(copy);
        }
        places.end(source);
      });
    }
  }

  /** Takes the right to move these, all or none. */
  private List<Move> begin(List<ObjectEntry> entries) {
    return state.locked(() -> {
      List<Move> moves = new ArrayList<>();
      for (ObjectEntry entry : entries) {
        if (!places.begin(entry)) {
          moves.forEach(move -> places.end(move.source));
          return List.<Move>of();
        }
        moves.add(new Move(entry));
      }
      return moves;
    });
  }

  // ---- down

  /** Demotes objects or a group as a whole: copied, then completed in the order of their seals, then dropped. Gives the bytes freed. */
  private long demote(List<ObjectEntry> unit, boolean drop, @Nullable EvictedSum evictedFor) {
    List<ObjectEntry> inOrder = unit.stream().sorted(BY_SEAL).toList();
    List<Move> moves = begin(inOrder);
    try {
      List<Move> copied = state.locked(() -> moves.stream().filter(move -> move.source.tier == places.upper
          && move.source.lower == null).toList());
      long unitBytes = copied.stream().mapToLong(move -> move.source.heldBytes).sum();
      for (Move move : copied) {
        EvictedSum sum = evictedFor == null ? move.source.evictedFor : evictedFor;
        move.copyTo(places.lower, places.lower.usualRoom == AcquireRequest.Room.EVICT, unitBytes, sum);
        unitBytes -= move.source.heldBytes;
      }
      for (Move move : moves) {
        if (!move.complete()) {
          return 0;
        }
      }
      return drop ? drop(moves) : 0;
    } finally {
      moves.forEach(Move::close);
    }
  }

  /** Takes objects out of the upper tier, unless somebody uses one of their group now. Gives the bytes that are free then. */
  private long drop(List<Move> moves) {
    long[] freed = new long[1];
    peer.settle(() -> {
      for (Move move : moves) {
        ObjectEntry entry = move.source;
        if (entry.tier == places.upper && entry.lower != null && entry.unit.holds == moves.size()) {
          places.dropUpper(entry);
          freed[0] += entry.heldBytes;
        }
      }
    });
    return freed[0];
  }

  /** One go at making so many bytes free in the upper tier. What the lower one refuses stays, and is tried again in a later round. */
  private final class Round {
    private static final int MAX_FAILURES = 8; // a full or broken lower tier will refuse the others too

    private final long wanted;
    private final @Nullable EvictedSum evictedFor;
    private final Set<EvictionUnit> tried = new HashSet<>();
    private long freed;
    private int failures;

    Round(long wanted, @Nullable EvictedSum evictedFor) {
      this.wanted = wanted;
      this.evictedFor = evictedFor;
    }

    void run() {
      List<EvictionUnit> next = next();
      while (!next.isEmpty()) {
        for (EvictionUnit unit : next) {
          List<ObjectEntry> members = state.locked(() -> List.copyOf(unit.members.values()));
          if (tried.add(unit) && !members.isEmpty() && freed < wanted && failures < MAX_FAILURES) {
            demoteUnit(members);
          }
        }
        next = next(); // some would not go: look further
      }
    }

    private List<EvictionUnit> next() {
      return freed >= wanted || failures >= MAX_FAILURES ? List.of()
          : state.locked(() -> places.upper.eviction.idleUnits(wanted - freed, tried));
    }

    private void demoteUnit(List<ObjectEntry> unit) {
      ObjectId first = unit.getFirst().object.id();
      try {
        freed += Mover.this.demote(unit, true, evictedFor);
      } catch (CapacityExceededException full) {
        failures++;
        Log.noRoomToDemote(first, full);
      } catch (StorageException refusal) {
        failures++;
        Log.cannotDemote(first, refusal);
      } catch (RuntimeException | Error unexpected) { // this one's own trouble, which the others need not have
        Log.cannotDemote(first, unexpected);
      }
    }
  }

  /**
   * Makes room in the upper tier for a draft, in the thread of whoever creates it. Demotes nothing if that would not be enough.
   *
   * @return whether it is worth while to try again
   */
  boolean demoteFor(ObjectEntry draft, long bytes) {
    demoting.lock();
    try {
      long shortBy = bytes - state.locked(places.upper.ledger::free);
      return shortBy > 0 ? demoteBytes(shortBy, true, draft.evictedFor)
          : state.locked(() -> state.hasRoom(draft, bytes));
    } finally {
      demoting.unlock();
    }
  }

  /** Demotes down to so many bytes. */
  void demoteTo(long lowBytes) {
    demoting.lock();
    try {
      if (state.locked(places::isTooFull)) {
        boolean _ = demoteBytes(state.locked(() -> places.upper.ledger.live) - lowBytes, false, null);
      }
    } finally {
      demoting.unlock();
    }
  }

  private boolean demoteBytes(long bytes, boolean allOrNothing, @Nullable EvictedSum evictedFor) {
    if (allOrNothing && state.locked(places.upper.eviction::idleBytes) < bytes) {
      return false;
    }
    Round round = new Round(bytes, evictedFor);
    round.run();
    return round.freed > 0;
  }

  /**
   * Copies to the lower tier all sealed objects that only the upper one has, pinned and leased ones too, the oldest first; nothing leaves the upper one. Goes on
   * past what cannot be copied, and gives that.
   */
  List<Unkept> copyAllDown() {
    List<Unkept> unkept = new ArrayList<>();
    for (ObjectEntry entry : state.locked(this::allAbove)) {
      try {
        long _ = demote(List.of(entry), false, null);
      } catch (RuntimeException | Error why) {
        unkept.add(new Unkept(entry.object, entry.heldBytes, why));
      }
    }
    return unkept;
  }

  private List<ObjectEntry> allAbove() {
    return state.namespace.sealedFrom("", null).filter(entry -> entry.tier == places.upper)
        .sorted(BY_SEAL).toList();
  }

  /** The same for good: nobody uses the peer any more, and what has come down stays there. */
  List<Unkept> bringAllDown() {
    demoting.lock();
    try {
      List<Unkept> unkept = new ArrayList<>();
      for (ObjectEntry entry : state.locked(this::allAbove)) {
        try {
          long _ = demote(List.of(entry), false, null);
          peer.settle(() -> keep(entry));
        } catch (RuntimeException | Error why) {
          unkept.add(new Unkept(entry.object, entry.heldBytes, why));
        }
      }
      return unkept;
    } finally {
      demoting.unlock();
    }
  }

  private void keep(ObjectEntry entry) {
    state.endWhatIsDue();
    if (entry.state != ObjectEntry.State.SEALED) {
      return;
    }
    if (entry.lower == null) {
      throw new StorageException("Cannot copy " + entry.object.id() + " to the cold tier: it is being moved");
    }
    state.pin(entry); // what comes after it evicts others
  }

  // ---- up

  /** Copies an object up; the lower copy stays. Does nothing if the object is gone, is there already, or finds no room. */
  void promote(ObjectEntry entry, long largestBytes) {
    boolean isWorthIt = state.locked(() -> entry.tier == places.lower && entry.heldBytes <= largestBytes);
    for (Move move : isWorthIt ? begin(List.of(entry)) : List.<Move>of()) {
      try (move) {
        promote(move);
      } catch (RuntimeException | Error refusal) { // it stays where it is, and others are promoted
        Log.cannotPromote(entry.object.id(), refusal);
      }
    }
  }

  private void promote(Move move) {
    ObjectEntry source = move.source;
    long shortBy = source.heldBytes - state.locked(places.upper::freeSoon);
    if (shortBy > 0) {
      demoting.lock();
      try {
        boolean _ = demoteBytes(shortBy, true, null);
      } finally {
        demoting.unlock();
      }
    }
    move.copyTo(places.upper, false, 0, source.evictedFor);
    boolean _ = move.complete();
  }
}
