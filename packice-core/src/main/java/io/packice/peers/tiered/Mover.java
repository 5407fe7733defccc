package io.packice.peers.tiered;

import io.packice.core.AcquireRequest;
import io.packice.core.AcquireRequest.IfExists;
import io.packice.core.AcquireRequest.Room;
import io.packice.core.AllOf;
import io.packice.core.Blob;
import io.packice.core.CapacityExceededException;
import io.packice.core.Extent;
import io.packice.core.NotFoundException;
import io.packice.core.ObjectId;
import io.packice.core.ObjectPage;
import io.packice.core.ObjectStatus;
import io.packice.core.PeerStats;
import io.packice.core.StorageException;
import io.packice.core.StoredObject;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Copies objects between the tiers. A copy is made under a lease on its source, so its bytes stay; it is sealed under the lock of its id, and
 * only if the source still is what the id names; and only then may the source go. So an object that is on its way is in one tier or in
 * both, whatever happens, and always the same.
 */
final class Mover {
  private static final long CHUNK_BYTES = 8 << 20;
  private static final int AT_A_TIME = 16;

  final LongAdder demotions = new LongAdder();
  final LongAdder demotedBytes = new LongAdder();
  /** Of what was left of groups that the cold tier had evicted. */
  final LongAdder evictions = new LongAdder();
  final LongAdder promotions = new LongAdder();
  final LongAdder promotedBytes = new LongAdder();

  private final Tier hot;
  private final Tier cold;
  private final IdLocks ids;
  private final Moves moves;
  private final TierGroups groups;
  private final Set<ObjectId> twins = ConcurrentHashMap.newKeySet();
  /** Demotions take turns: two that want room would each demote enough for both. Taken before any lock of an id. */
  private final ReentrantLock demoting = new ReentrantLock();

  Mover(Tier hot, Tier cold, IdLocks ids, Moves moves, TierGroups groups) {
    this.hot = hot;
    this.cold = cold;
    this.ids = ids;
    this.moves = moves;
    this.groups = groups;
  }

  // ---- both tiers

  <T extends @Nullable Object> T whileNothingIsDemoted(Supplier<T> step) {
    demoting.lock();
    try {
      return step.get();
    } finally {
      demoting.unlock();
    }
  }

  /** What the objects that are in both tiers take in one of them. */
  long twinBytes() {
    return twins.stream().map(id -> cold.has(id) ? hot.find(id) : null).filter(Objects::nonNull)
        .mapToLong(status -> Objects.requireNonNull(status).heldBytes()).sum();
  }

  /** How many objects are in both tiers. */
  long countTwins() {
    twins.removeIf(id -> !(hot.has(id) && cold.has(id)));
    return twins.size();
  }

  static void copy(Extent from, Extent to, long byteSize, BooleanSupplier cancelled) {
    for (long at = 0; at < byteSize && !cancelled.getAsBoolean(); at += CHUNK_BYTES) {
      try (Arena arena = Arena.ofConfined()) {
        MemorySegment chunk = from.map(at, Math.min(CHUNK_BYTES, byteSize - at), Extent.Access.READ_ONLY, arena);
        to.write(chunk.asByteBuffer(), at);
      }
    }
  }

  private static AcquireRequest draftOf(StoredObject object, @Nullable Duration remaining) {
    return AcquireRequest.create(object.id(), object.blobs().stream().map(Blob::byteSize).toList())
        .withMeta(object.meta()).withGroup(object.group()).withObjectTtl(remaining).withOwner(object.owner());
  }

  // ---- down

  /** One object on its way down. */
  private final class Demotion implements AutoCloseable {
    private final ObjectStatus status;
    private final ObjectId id;
    private final Moves.Move move;
    private final long unitBytes;
    private Tier.@Nullable OwnLease source;
    private Tier.@Nullable OwnLease draft;

    /** {@code unitBytes}: what its whole group will take in the cold tier, which is to evict nothing for a part of it. */
    Demotion(ObjectStatus status, Moves.Move move, long unitBytes) {
      this.unitBytes = unitBytes;
      this.status = status;
      this.id = status.object().id();
      this.move = move;
    }

    /** Makes the copy, or sees that there is one; false if the object is gone. */
    boolean copyDown() {
      try {
        source = hot.lease(id);
      } catch (NotFoundException gone) {
        return false;
      }
      if (cold.has(id)) {
        return true;
      }
      StoredObject object = source.object();
      draft = cold.draft(
          draftOf(object, status.remaining()).withIfExists(IfExists.REPLACE).withExpectedBytes(unitBytes));
      copy(source.extent(), draft.extent(), object.extentBytes(), move::isCancelled);
      return true;
    }

    /** Seals the copy, if its source still is what the id names. */
    boolean sealCopy() {
      return ids.with(id, () -> {
        if (move.isCancelled() || !hot.has(id)) {
          return false;
        }
        if (draft != null) {
          draft.seal();
          draft.close();
          groups.cameToCold(status.object());
          demotions.increment();
          demotedBytes.add(status.object().extentBytes());
        }
        ids.arrived(id);
        twins.add(id);
        return true;
      });
    }

    /** Takes the object out of the hot tier, unless somebody uses it now. Gives the bytes that are free then. */
    long dropSource() {
      return ids.with(id, () -> {
        ObjectStatus now = hot.find(id);
        if (move.isCancelled() || now == null || now.leases() > 0 || now.pinned() || !cold.has(id)) {
          return 0L;
        }
        if (source != null) {
          source.discard();
        }
        twins.remove(id);
        return now.heldBytes();
      });
    }

    @Override
    @SuppressWarnings("try")
    public void close() {
      try (Moves.Move _ = move; Tier.OwnLease _ = source; Tier.OwnLease _ = draft) {
        return; // the draft, the source and the move end, whichever fails
      }
    }
  }

  /** It ends by its TTL at this moment. */
  private static boolean isOver(ObjectStatus status) {
    return status.remaining() != null && !status.remaining().isPositive();
  }

  /** Demotes an object or a group as a whole: copied, then sealed in the order of their first seal, then dropped. Gives the bytes freed. */
  private long demote(List<ObjectStatus> unit, boolean drop) {
    List<Demotion> parts = new ArrayList<>();
    long unitBytes = unit.stream().filter(status -> !cold.has(status.object().id())).mapToLong(ObjectStatus::heldBytes)
        .sum();
    try {
      for (ObjectStatus status : unit.stream().sorted(Comparator.comparing(ObjectStatus::age).reversed()).toList()) {
        Moves.Move move = isOver(status) ? null : moves.begin(status.object().id());
        if (move == null) {
          return 0;
        }
        Demotion part = new Demotion(status, move, unitBytes);
        parts.add(part);
        if (!part.copyDown()) {
          return 0;
        }
      }
      for (Demotion part : parts) {
        if (!part.sealCopy()) {
          return 0;
        }
      }
      return drop ? parts.stream().mapToLong(Demotion::dropSource).sum() : 0;
    } finally {
      AllOf.run(parts, Demotion::close);
    }
  }

  /** One go at making so many bytes free in the hot tier. What the cold tier refuses stays, and is tried again in a later round. */
  private final class Round {
    private static final int MAX_FAILURES = 8; // a full or broken cold tier will refuse the others too

    private final long wanted;
    private final Set<ObjectId> tried = new HashSet<>();
    private long freed;
    private int failures;

    Round(long wanted) {
      this.wanted = wanted;
    }

    void demote(List<List<ObjectStatus>> units) {
      for (List<ObjectStatus> unit : units) {
        if (freed >= wanted || failures >= MAX_FAILURES) {
          return;
        }
        if (tried.add(unit.getFirst().object().id())) {
          demoteUnit(unit);
        }
      }
    }

    private void demoteUnit(List<ObjectStatus> unit) {
      ObjectId first = unit.getFirst().object().id();
      try {
        freed += Mover.this.demote(unit, true);
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
   * Makes room in the hot tier, in the thread of whoever creates. Demotes nothing if that would not be enough.
   *
   * @return whether it is worth while to try again
   */
  boolean demoteFor(long bytes) {
    demoting.lock();
    try {
      PeerStats stats = hot.stats();
      long shortBy = bytes - stats.freeBytes();
      return shortBy > 0 ? demoteBytes(shortBy, true) : hasHeap(stats) || demoteSome();
    } finally {
      demoting.unlock();
    }
  }

  /** Whether it is not for want of heap that the hot tier has refused something. */
  private static boolean hasHeap(PeerStats stats) {
    return stats.bookkeepingBytes() < stats.bookkeepingLimitBytes() / 2;
  }

  /** Demotes the next few: whatever bytes they have, they take heap. */
  private boolean demoteSome() {
    long before = hot.stats().bookkeepingBytes();
    new Round(Long.MAX_VALUE).demote(hot.nextUnits(AT_A_TIME));
    return hot.stats().bookkeepingBytes() < before;
  }

  /** Demotes down to the low watermark, if the high one is passed. */
  void demoteFromTo(long highBytes, long lowBytes) {
    demoting.lock();
    try {
      long live = hot.stats().liveBytes();
      if (live > highBytes) {
        boolean _ = demoteBytes(live - lowBytes, false);
      }
    } finally {
      demoting.unlock();
    }
  }

  private boolean demoteBytes(long bytes, boolean allOrNothing) {
    List<List<ObjectStatus>> units = hot.idleUnits(bytes);
    if (allOrNothing && sum(units) < bytes) {
      return false;
    }
    Round round = new Round(bytes);
    round.demote(units);
    if (round.freed < bytes && round.failures < Round.MAX_FAILURES) {
      round.demote(hot.idleUnits(Long.MAX_VALUE)); // some would not go: look further
    }
    return round.freed > 0;
  }

  /** Lets go of what the hot tier has of idle groups that the cold one has evicted: a group goes as a whole. */
  void dropRemains() {
    List<String> lost = new ArrayList<>();
    long bytes = 0;
    for (List<ObjectStatus> unit : hot.idleUnits(Long.MAX_VALUE)) {
      String group = unit.getFirst().object().group();
      if (group != null && groups.hasLost(group, hot::has)) {
        lost.add(group);
        for (ObjectStatus status : unit) {
          bytes += dropRemains(status.object().id());
        }
      }
    }
    if (bytes > 0) {
      Log.droppedRemains(lost, bytes);
    }
  }

  private long dropRemains(ObjectId id) {
    return ids.with(id, () -> {
      ObjectStatus now = hot.find(id);
      if (now != null && now.leases() == 0 && !now.pinned()) {
        hot.discard(id);
        twins.remove(id);
        evictions.increment();
        return now.heldBytes();
      }
      return 0L;
    });
  }

  private static long sum(List<List<ObjectStatus>> units) {
    return units.stream().flatMap(List::stream).mapToLong(ObjectStatus::heldBytes).sum();
  }

  /** Copies everything that only the hot tier has to the cold one, and drops nothing. Goes on past what cannot be copied, and gives that. */
  List<Unkept> copyAllDown() {
    return copyAllDown(_ -> {
      // what comes after it may evict it, as anything may
    });
  }

  /** The same for good: nobody uses the peer any more, and what has come down stays there. */
  List<Unkept> bringAllDown() {
    return whileNothingIsDemoted(() -> copyAllDown(id -> {
      ObjectStatus left = hot.find(id);
      if (cold.has(id)) {
        cold.pin(id); // what comes after it evicts others
      } else if (left != null && !isOver(left)) {
        throw new StorageException("Cannot copy " + id + " to the cold tier: it is being moved or made anew");
      }
    }));
  }

  private List<Unkept> copyAllDown(Consumer<ObjectId> afterwards) {
    List<Unkept> unkept = new ArrayList<>();
    for (ObjectStatus status : allInHot()) {
      try {
        long _ = demote(List.of(status), false);
        afterwards.accept(status.object().id());
      } catch (RuntimeException | Error why) {
        unkept.add(new Unkept(status, why));
      }
    }
    return unkept;
  }

  /** The oldest first. */
  private List<ObjectStatus> allInHot() {
    List<ObjectStatus> all = new ArrayList<>();
    ObjectId after = null;
    do {
      ObjectPage page = hot.session().list("", after, ObjectPage.MAX_LIMIT);
      all.addAll(page.objects());
      after = page.next();
    } while (after != null);
    all.sort(Comparator.comparing(ObjectStatus::age).reversed());
    return all;
  }

  // ---- up

  /** Copies an object up; the cold copy stays. Does nothing if the object is gone, is there already, or finds no room. */
  void promote(ObjectId id, long largestBytes) {
    try (Moves.Move move = moves.begin(id)) {
      if (move == null || hot.has(id)) {
        return;
      }
      ObjectStatus status = cold.find(id);
      if (status == null || isOver(status) || status.heldBytes() > largestBytes) {
        return;
      }
      try (Tier.OwnLease source = cold.lease(id); Tier.OwnLease draft = draftUp(source.object(), status)) {
        copy(source.extent(), draft.extent(), source.object().extentBytes(), move::isCancelled);
        if (!move.isCancelled()) {
          requireIntact(source, draft.extent());
        }
        ids.run(id, () -> sealUp(move, status.object(), draft));
      }
    } catch (RuntimeException | Error refusal) { // it stays where it is, and others are promoted
      Log.cannotPromote(id, refusal);
    }
  }

  /** From memory nobody could tell any more that the disk had lost some of it. */
  private static void requireIntact(Tier.OwnLease source, Extent copy) {
    StoredObject object = source.object();
    source.extent().checksums().ifPresent(noted -> {
      for (int i = 0; i < noted.size(); i++) {
        if (copy.checksum(object.blobs().get(i)) != noted.get(i)) {
          throw new StorageException("Cannot copy " + object.id() + " to memory: blob " + i
              + " is not what was sealed, the disk has lost some of it; discard the object and create it anew");
        }
      }
    });
  }

  private Tier.OwnLease draftUp(StoredObject object, ObjectStatus status) {
    AcquireRequest request = draftOf(object, status.remaining()).withRoom(Room.FREE);
    try {
      return hot.draft(request);
    } catch (CapacityExceededException full) {
      if (!demoteFor(status.heldBytes())) {
        throw full;
      }
      return hot.draft(request);
    }
  }

  private void sealUp(Moves.Move move, StoredObject object, Tier.OwnLease draft) {
    ObjectStatus now = cold.find(object.id());
    if (move.isCancelled() || now == null) {
      return;
    }
    draft.seal();
    ids.arrived(object.id());
    if (now.pinned()) {
      hot.pin(object.id());
    }
    twins.add(object.id());
    promotions.increment();
    promotedBytes.add(object.extentBytes());
  }
}
