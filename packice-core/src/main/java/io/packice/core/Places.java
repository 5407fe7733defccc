package io.packice.core;

import io.packice.core.ObjectEntry.Move;
import io.packice.core.ObjectEntry.State;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.locks.Condition;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Where the objects of a peer with two tiers are, and the steps from one place to another. Like {@link PeerState}, it is for the holder of the peer's lock
 * and does no I/O:
 *
 * <pre>
 *                    cameDown                  dropUpper
 *   upper tier alone ─────────▶ in both tiers ───────────▶ lower tier alone
 *          ▲                     │         ▲                     │
 *          └─────────────────────┘         └─────────────────────┘
 *                   dropLower                       wentUp
 * </pre>
 *
 * <p>Who copies an object has its {@link Move}: one thread at a time, which also keeps its group from eviction. Who takes an object out of the namespace stops
 * that first: a copy that is made persistent behind a discard would come back at the next start.
 */
final class Places {
  final Tier upper;
  final Tier lower;
  /** The peer is being closed: of a group, what the lower tier evicts takes nothing with it that is still to come down. */
  boolean isEnding;

  private final PeerState state;
  private final Condition due;
  private final long highBytes;
  private final long windowNanos;
  private final LinkedHashSet<ObjectEntry> risers = new LinkedHashSet<>();
  private long twinBytes;
  private long twinBookBytes;
  private boolean isDue;
  /** The high watermark is passed and nothing was idle: the next that is let go of may be. */
  private boolean isStuck;

  Places(PeerState state, Tiering tiering) {
    this.state = state;
    this.upper = state.top;
    this.lower = Objects.requireNonNull(state.top.lower);
    this.due = state.lock.newCondition();
    this.highBytes = (long) (upper.ledger.capacity * tiering.highWatermark());
    this.windowNanos = tiering.promotionWindow().toNanos();
  }

  // ---- what there is to do

  void wake() {
    isDue = true;
    due.signalAll();
  }

  /** Waits until there may be something to move. */
  @SuppressWarnings("WaitNotInLoop") // its caller loops
  void awaitDue(long nanos) throws InterruptedException {
    if (!isDue) {
      long _ = due.awaitNanos(nanos);
    }
    isDue = false;
  }

  boolean isTooFull() {
    return upper.ledger.live > highBytes;
  }

  /** There is more in a tier than before. */
  void filled() {
    if (isTooFull()) {
      wake();
    }
  }

  /** There may be more that is idle. */
  void letGo() {
    if (isStuck) {
      wake();
    }
  }

  /** After all was moved that could be. */
  void settled() {
    isStuck = isTooFull();
  }

  /** Somebody has read an object: the second time within the window, it has earned its way up. */
  void wasRead(ObjectEntry entry) {
    if (entry.tier != lower || entry.state != State.SEALED) {
      return;
    }
    long now = state.now();
    boolean isEarned = entry.wasReadBelow && now - entry.readBelowAtNanos <= windowNanos;
    entry.readBelowAtNanos = now;
    entry.wasReadBelow = !isEarned;
    if (isEarned && risers.add(entry)) {
      wake();
    }
  }

  /** The next that has earned its way up; null if there is none. */
  @Nullable
  ObjectEntry nextRiser() {
    return risers.isEmpty() ? null : risers.removeFirst();
  }

  // ---- who may move what

  /** Takes the right to copy a sealed object, if nobody has it and nobody makes its next version; keeps its group from eviction. */
  boolean begin(ObjectEntry entry) {
    boolean isNextComing = state.namespace.draft(entry.object.id()) != null && !isEnding;
    if (entry.state != State.SEALED || entry.move != null || isNextComing || isOver(entry)) {
      return false;
    }
    entry.move = new Move();
    state.eviction.hold(entry.unit);
    return true;
  }

  private boolean isOver(ObjectEntry entry) {
    return entry.hasTtl() && entry.diesAtNanos - state.now() <= 0;
  }

  void end(ObjectEntry entry) {
    entry.move = null;
    state.eviction.unhold(entry.unit);
    state.changed.signalAll();
  }

  /** What is about to be replaced need not be copied any more. */
  void cancelMove(ObjectId id) {
    ObjectEntry entry = state.namespace.sealed(id);
    if (entry != null && entry.move != null) {
      entry.move.cancelled = true;
    }
  }

  /** The peer is being closed: what is on its way stays where it is. */
  void cancelMoves() {
    state.namespace.sealedFrom("", null).map(entry -> entry.move).filter(Objects::nonNull)
        .forEach(move -> move.cancelled = true);
  }

  /** Before these objects leave the namespace: waits until nobody copies one of them, and lets nobody begin until {@link #allow}. */
  void stop(List<ObjectEntry> entries) {
    while (entries.stream().anyMatch(entry -> entry.move != null)) {
      entries.stream().map(entry -> entry.move).filter(Objects::nonNull).forEach(move -> move.cancelled = true);
      state.changed.awaitUninterruptibly();
    }
    entries.forEach(entry -> entry.move = new Move());
  }

  void allow(List<ObjectEntry> entries) {
    entries.forEach(entry -> entry.move = null);
    state.changed.signalAll();
  }

  /** What is left of a time to live, for a copy to have; null if it has no end. */
  @Nullable
  Duration remaining(ObjectEntry entry) {
    return entry.hasTtl() ? Duration.ofNanos(Math.max(1, entry.diesAtNanos - state.now())) : null;
  }

  // ---- steps

  /** A copy in the lower tier is complete. What has left the namespace meanwhile needs none. */
  void cameDown(ObjectEntry entry, ObjectEntry copy, BlobStore.Sealed bytes) {
    arrived(copy, bytes);
    if (entry.state != State.SEALED) {
      waste(copy);
      return;
    }
    entry.lower = bytes;
    lower.eviction.add(entry);
    lower.ledger.pinned += entry.pinned ? entry.heldBytes : 0;
    countTwin(entry, 1);
    countArrival(lower, entry);
  }

  /** A copy in the upper tier is complete. */
  void wentUp(ObjectEntry entry, ObjectEntry copy, BlobStore.Sealed bytes) {
    arrived(copy, bytes);
    if (entry.state != State.SEALED) {
      waste(copy);
      return;
    }
    entry.lower = entry.sealed;
    entry.sealed = bytes;
    entry.tier = upper;
    upper.eviction.add(entry);
    upper.ledger.pinned += entry.pinned ? entry.heldBytes : 0;
    countLeases(entry, lower, upper);
    countTwin(entry, 1);
    countArrival(upper, entry);
    filled();
  }

  /** Takes the upper copy of an object that is in both. */
  void dropUpper(ObjectEntry entry) {
    ObjectEntry left = remains(entry, upper, entry.sealed);
    upper.eviction.remove(entry);
    upper.ledger.pinned -= entry.pinned ? entry.heldBytes : 0;
    countTwin(entry, -1);
    entry.sealed = entry.lower;
    entry.lower = null;
    entry.tier = lower;
    countLeases(entry, upper, lower);
    waste(left);
  }

  private void dropLower(ObjectEntry entry) {
    ObjectEntry left = remains(entry, lower, entry.lower);
    removeFromLower(entry);
    lower.ledger.pinned -= entry.pinned ? entry.heldBytes : 0;
    entry.lower = null;
    waste(left);
  }

  /** An object leaves the namespace: its second copy, too. */
  void removeLower(ObjectEntry entry) {
    if (entry.lower != null) {
      removeFromLower(entry);
      lower.ledger.sealedDiscarded(entry.heldBytes);
    }
  }

  private void removeFromLower(ObjectEntry entry) {
    lower.eviction.remove(entry);
    countTwin(entry, -1);
  }

  private static ObjectEntry remains(ObjectEntry of, Tier tier, BlobStore.@Nullable Sealed bytes) {
    ObjectEntry left = new ObjectEntry(of, tier, false, 0, of.evictedFor);
    left.heldBytes = of.heldBytes;
    left.sealed = bytes;
    return left;
  }

  /** A draft of a copy that nobody needs is on its way to be freed. */
  void abandon(ObjectEntry copy) {
    copy.tier.coming -= copy.comingBytes;
    copy.state = State.DISCARDED;
    copy.tier.ledger.draftDiscarded(copy.heldBytes);
    state.garbage.add(copy);
  }

  private static void arrived(ObjectEntry copy, BlobStore.Sealed bytes) {
    copy.tier.coming -= copy.comingBytes;
    copy.tier.ledger.draftSealed(copy.heldBytes);
    copy.draft = null;
    copy.sealed = bytes;
  }

  private void waste(ObjectEntry copy) {
    copy.wasPublished = true; // it may have been seen at a start
    copy.state = State.DISCARDED;
    copy.tier.ledger.sealedDiscarded(copy.heldBytes);
    state.garbage.add(copy);
  }

  /** A draft goes on in the lower tier, in the room of a copy. */
  void spilled(ObjectEntry entry, ObjectEntry copy) {
    ObjectEntry left = new ObjectEntry(entry, upper, false, 0, entry.evictedFor);
    left.heldBytes = entry.heldBytes;
    left.draft = entry.draft;
    left.state = State.DISCARDED;
    upper.ledger.draftDiscarded(left.heldBytes);
    state.garbage.add(left);
    entry.draft = copy.draft;
    entry.claim = copy.claim;
    state.namespace.grow(entry, copy.heldBytes - entry.heldBytes);
    goDown(entry);
    entry.frozen = false;
    lower.coming -= copy.comingBytes;
    upper.leases -= entry.leases;
    lower.leases += entry.leases;
    state.changed.signalAll();
  }

  private void goDown(ObjectEntry draft) {
    draft.tier = lower;
    upper.drafts--;
    lower.drafts++;
  }

  /** What has no bytes yet is to have them in the lower tier. */
  void placeBelow(ObjectEntry entry) {
    entry.tier.ledger.releaseDraft(entry.heldBytes);
    state.namespace.grow(entry, -entry.heldBytes);
    goDown(entry);
    state.changed.signalAll();
  }

  private static void countLeases(ObjectEntry entry, Tier from, Tier to) {
    from.leases -= entry.leases;
    to.leases += entry.leases;
    if (entry.isLeased()) {
      from.ledger.leased -= entry.heldBytes;
      to.ledger.leased += entry.heldBytes;
    }
  }

  private void countTwin(ObjectEntry entry, int more) {
    twinBytes += more * entry.heldBytes;
    twinBookBytes += more * entry.bookBytes;
  }

  private static void countArrival(Tier tier, ObjectEntry entry) {
    tier.arrivals++;
    tier.arrivedBytes += entry.object.extentBytes();
  }

  // ---- eviction

  /** For want of heap alone: what is idle in the lower tier goes first. */
  Tier tierToRelieveHeap() {
    return lower.eviction.eldest().isEmpty() ? upper : lower;
  }

  /**
   * Evicts what an idle unit has in a tier: a second copy, or the object. If that is lost, what the unit has in the other tier goes with it. Gives how
   * many went.
   */
  long evict(Tier tier, List<ObjectEntry> victims) {
    EvictionUnit unit = victims.getFirst().unit;
    long gone = victims.size();
    boolean isLost = false;
    for (ObjectEntry victim : victims) {
      if (victim.tier == tier) {
        state.discardSealed(victim);
        isLost = true;
      } else {
        dropLower(victim);
      }
    }
    if (isLost && !isEnding) {
      EvictionUnit rest = tier == lower ? unit : Objects.requireNonNull(unit.twin);
      gone += rest.members.size();
      List.copyOf(rest.members.values()).forEach(state::discardSealed);
    }
    return gone;
  }

  /** What is in both tiers counts as if none of it were idle: rather too little. */
  long idleBookBytes() {
    return Math.max(0, upper.eviction.idleBookBytes() + lower.eviction.idleBookBytes() - twinBookBytes);
  }

  /** Objects leave by the lower tier: first what is there alone, then what the upper one would send after it. */
  Stream<ObjectEntry> idle(long bytes) {
    List<ObjectEntry> idle = new ArrayList<>();
    long sum = 0;
    for (EvictionUnit unit : lower.eviction.idleUnits(bytes)) {
      if (unit.members.values().stream().allMatch(entry -> entry.tier == lower)) {
        idle.addAll(unit.members.values());
        sum += unit.bytes;
      }
    }
    upper.eviction.idle(bytes - sum).forEachRemaining(idle::add);
    return idle.stream();
  }

  // ---- keeping what only the upper tier has

  /**
   * Why not all that only the upper tier has, this draft with it, could be copied to the lower one now. What is pinned in a lower tier that evicts is no
   * reason for what was accepted before.
   *
   * @param storableBytes so much the lower tier's store has room for
   * @param wasAccepted whether the draft's maker was told already that there is room
   * @return null if it could
   */
  @Nullable
  CapacityExceededException unkeepable(ObjectEntry draft, long storableBytes, boolean wasAccepted) {
    boolean isBelow = draft.tier == lower;
    PeerRoom room = lower.room(isBelow ? storableBytes - draft.heldBytes : storableBytes);
    if (room.evicts() && (isBelow || wasAccepted)) {
      return null;
    }
    long needed = upper.ledger.live + upper.ledger.draft - upper.coming - twinBytes
        - (room.evicts() ? 0 : lower.coming); // that has its room already
    long evictable = Math.max(0, room.evictableBytes() - twinBytes);
    return needed <= room.freeBytes() + evictable ? null
        : new CapacityExceededException("Cannot promise to keep " + draft.object.id() + ": with it " + needed
            + " bytes would have to go to the cold tier when the peer is closed, which has room for " + room.freeBytes()
            + " and may evict " + evictable + " for more; discard or unpin something, or make room on the disk");
  }

  /** How many objects the upper tier has or will have, which would take room to be described. */
  long upperObjects() {
    return upper.eviction.members() + upper.drafts;
  }

  // ---- numbers

  /** The whole, of a peer of which the upper tier's numbers alone are given. */
  PeerStats stats(PeerStats alone) {
    Ledger up = upper.ledger;
    Ledger down = lower.ledger;
    return new PeerStats(alone.objects(), alone.drafts(), alone.leases(), alone.sessions(), up.capacity + down.capacity,
        up.live + down.live, up.draft + down.draft, up.zombie + down.zombie, up.leased + down.leased,
        up.pinned + down.pinned, upper.hits + lower.hits, alone.misses(), upper.evictions + lower.evictions,
        alone.refusals(), upper.quarantined + lower.quarantined, alone.bookkeepingBytes(),
        alone.bookkeepingLimitBytes(), alone.heap(), List.of(status(upper, alone), status(lower, alone)),
        alone.members());
  }

  private TierStatus status(Tier tier, PeerStats whole) {
    Ledger account = tier.ledger;
    PeerStats stats = new PeerStats(tier.eviction.members(), tier.drafts, tier.leases,
        whole.sessions(), account.capacity, account.live, account.draft, account.zombie, account.leased, account.pinned,
        tier.hits, 0, tier.evictions, 0, tier.quarantined,
        tier.eviction.bookBytes() + Bookkeeping.LEASE_BYTES * tier.leases, tier.bookkeepingLimit, whole.heap(),
        List.of(), List.of());
    return new TierStatus(tier.name, stats, tier.arrivals, tier.arrivedBytes);
  }
}
