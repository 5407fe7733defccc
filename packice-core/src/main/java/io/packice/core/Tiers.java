package io.packice.core;

import io.packice.core.ObjectEntry.State;
import java.util.List;
import java.util.Objects;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * A {@link LocalPeer} with two tiers, and what it does besides: which tier a draft comes to, and where it goes on when that has no more room. Safe from any
 * thread.
 */
public final class Tiers {
  private static final int MAX_TRIES = 16;

  final Mover mover;

  private final LocalPeer peer;
  private final PeerState state;
  private final Places places;
  private final Tier upper;
  private final Tier lower;
  final BlobStore lowerStore;
  private final boolean keepsAll;
  private final TierChores chores;

  Tiers(LocalPeer peer, PeerState state, BlobStore lowerStore, Tiering tiering) {
    this.peer = peer;
    this.state = state;
    this.places = Objects.requireNonNull(state.places);
    this.upper = places.upper;
    this.lower = places.lower;
    this.lowerStore = lowerStore;
    this.keepsAll = tiering.keepsAll();
    this.mover = new Mover(peer, state);
    this.chores = new TierChores(state, mover, tiering);
  }

  /**
   * Makes a peer with two tiers of two that have one: it takes over their stores, what is sealed in them and what is pinned. Their sessions end, and nobody
   * can use them any more. If this throws, they stay their owner's.
   *
   * @param hot what becomes the upper tier, where new objects come to
   * @param cold what becomes the lower tier, where they go when they are not used; its rule says what a request that leaves it open may make room of
   * @param time what TTLs are counted by
   * @param tiering when objects move
   * @return what a new peer does with its tiers; the caller closes the peer
   * @throws IllegalArgumentException if the cold one is smaller, or one of them is shared, has tiers itself, or no store in this process
   */
  public static Tiers over(Peer hot, Peer cold, TimeSource time, Tiering tiering) {
    LocalPeer upper = Handover.storeOf("hot", hot);
    LocalPeer lower = Handover.storeOf("cold", cold);
    Handover.requireFit(upper, lower);
    return Objects.requireNonNull(new LocalPeer(upper, lower, time, tiering).tiers);
  }

  /**
   * The peer that has these tiers.
   *
   * @return always the same one
   */
  public LocalPeer peer() {
    return peer;
  }

  /**
   * The peer in numbers.
   *
   * @return those of this moment
   */
  public PeerStats stats() {
    return state.locked(() -> state.stats(List.of()));
  }

  /**
   * Does now what is due: promotes what has earned it, and demotes if the high watermark is passed. For tests that move the time by hand, and do not want to
   * wait for the background thread.
   */
  public void move() {
    peer.runChores();
    chores.run();
  }

  /**
   * Copies to the lower tier all sealed objects that only the upper one has; nothing leaves that. What is discarded, or is being replaced, meanwhile is left
   * alone.
   *
   * @throws CapacityExceededException if the lower tier has no room for some; the others are copied
   * @throws StorageException if it refuses some; the others are copied
   */
  public void copyDown() {
    List<Unkept> unkept = mover.copyAllDown();
    if (!unkept.isEmpty()) {
      throw Unkept.failure(unkept);
    }
  }

  // ---- where a draft comes to

  /** Sets a new draft's bytes aside: in the upper tier if that has room or gets some, else in the lower one. */
  void place(ObjectEntry entry, long bytes) {
    peer.settle(() -> requireObtainable(entry));
    CapacityExceededException refusal = null;
    if (bytes <= upper.ledger.capacity) {
      try {
        reserveAbove(entry, bytes);
        requireKeepable(entry, false);
        return;
      } catch (CapacityExceededException full) {
        refusal = full;
      }
    }
    placeBelow(entry, bytes, refusal);
  }

  /** Nothing goes down or is evicted for a part of what does not fit both tiers as a whole. */
  private void requireObtainable(ObjectEntry entry) {
    long needed = state.expectedBesides(entry);
    long evictable = entry.mayEvict ? lower.eviction.idleBytes() : 0;
    long demotable = entry.mayDemote ? upper.eviction.idleBytes() : 0;
    if (needed > upper.freeSoon() + demotable + lower.freeSoon() + evictable) {
      state.countRefusalOfBoth();
      throw new CapacityExceededException("Cannot create " + entry.object.id() + ": needs at least " + needed
          + " bytes with what is still to come; the hot tier has " + obtainable(upper) + ", the cold one "
          + obtainable(lower) + "; release, unpin or discard something, or give the peer more");
    }
  }

  private static String obtainable(Tier tier) {
    Ledger account = tier.ledger;
    return account.free() + " of " + account.capacity + " free, " + account.zombie + " zombie, "
        + tier.eviction.idleBytes() + " idle";
  }

  private void reserveAbove(ObjectEntry entry, long bytes) {
    for (int tries = 1; true; tries++) {
      try {
        long _ = peer.room.reserve(entry, bytes);
        return;
      } catch (CapacityExceededException full) {
        if (!entry.mayDemote || tries == MAX_TRIES || !mover.demoteFor(entry, bytes - entry.heldBytes)) {
          throw full;
        }
      }
    }
  }

  private void placeBelow(ObjectEntry entry, long bytes, @Nullable CapacityExceededException refusal) {
    peer.settle(() -> places.placeBelow(entry));
    try {
      long _ = peer.room.reserve(entry, bytes);
      requireKeepable(entry, false);
    } catch (CapacityExceededException full) {
      throw refused(refusal, full);
    }
  }

  /** Makes a new draft's bytes: in the lower tier, if the host has no memory for what the upper one counts already. */
  BlobStore.Draft allocate(ObjectEntry entry, Commons.Claim claim, OptionalLong byteSize) {
    try {
      return claim.allocate(byteSize);
    } catch (CapacityExceededException full) {
      if (!isAbove(entry)) {
        throw refused(null, full);
      }
      placeBelow(entry, Blob.alignUp(entry.object.extentBytes()), full);
      return allocate(entry, byteSize);
    }
  }

  /** What a draft's creator writes to: one without sizes may go on in the lower tier. */
  Extent spilling(ObjectEntry entry, BlobStore.Draft draft, Extent extent, Extent counted) {
    return !entry.sized && isAbove(entry) ? new SpillingExtent(this, peer, entry, draft, extent) : counted;
  }

  boolean isAbove(ObjectEntry entry) {
    return state.locked(() -> entry.tier == upper);
  }

  private static BlobStore.Draft allocate(ObjectEntry entry, OptionalLong byteSize) {
    Commons.Claim claim = entry.tier.commons.claim(entry.object, entry.heldBytes);
    entry.claim = claim;
    return claim.allocate(byteSize);
  }

  private CapacityExceededException refused(@Nullable CapacityExceededException above,
      CapacityExceededException below) {
    peer.settle(state::countRefusalOfBoth);
    if (above == null) {
      return below;
    }
    CapacityExceededException both = new CapacityExceededException(
        above.getMessage() + " (that was the hot tier; the cold one: " + below.getMessage() + ")", below);
    both.addSuppressed(above);
    return both;
  }

  // ---- what is promised

  private void requireKeepable(ObjectEntry draft, boolean wasAccepted) {
    if (!keepsAll) {
      return;
    }
    long storable = lowerStore.freeBytes(state.locked(places::upperObjects));
    CapacityExceededException refusal = state.locked(() -> places.unkeepable(draft, storable, wasAccepted));
    if (refusal != null) {
      throw refusal;
    }
  }

  // ---- where it goes on

  /** Makes room for what is about to be written to a draft without sizes, of which so many bytes are there. It may be in the lower tier then. */
  void grow(ObjectEntry entry, long byteSize, long writtenBytes) {
    fit(entry, Blob.alignUp(byteSize), bytes -> peer.room.grow(entry, bytes), refusal -> {
      peer.settle(() -> {
        long _ = state.requireWritable(entry);
        entry.state = State.FREEZING; // whoever freezes or seals it waits
      });
      try {
        spill(entry, Blob.alignUp(byteSize), writtenBytes, OptionalLong.empty(), refusal);
      } finally {
        peer.settle(() -> state.reopen(entry));
      }
    });
  }

  /** Sets aside all that a draft without sizes was found to take, which nobody writes to any more. It may be in the lower tier then. */
  void fitAll(ObjectEntry entry, long byteSize) {
    fit(entry, Blob.alignUp(byteSize), bytes -> {
      long _ = peer.room.reserve(entry, bytes);
    }, refusal -> spillAll(entry, byteSize, refusal));
  }

  private void spillAll(ObjectEntry entry, long byteSize, CapacityExceededException refusal) {
    spill(entry, Blob.alignUp(byteSize), byteSize, OptionalLong.of(byteSize), refusal);
  }

  private interface Step<T> {
    void with(T what);
  }

  private void fit(ObjectEntry entry, long bytes, Step<Long> reserve, Step<CapacityExceededException> spill) {
    for (int tries = 0; true; tries++) {
      try {
        reserve.with(bytes);
        return;
      } catch (CapacityExceededException full) {
        if (!isAbove(entry)) {
          peer.settle(state::countRefusalOfBoth);
          throw full;
        }
        boolean isHopeless = !entry.mayDemote || bytes > upper.ledger.capacity || tries >= MAX_TRIES;
        if (isHopeless || !mover.demoteFor(entry, bytes - entry.heldBytes)) {
          spill.with(full);
          return;
        }
      }
    }
  }

  /** Before a draft is frozen: what only the upper tier has is promised to be kept. */
  void requireKept(ObjectEntry entry, long byteSize) {
    if (!keepsAll || !isAbove(entry)) {
      return;
    }
    try {
      requireKeepable(entry, entry.sized);
    } catch (CapacityExceededException full) {
      spillOrRefuse(entry, byteSize, full);
    }
  }

  /** The upper tier's store has no room for what it counts already. */
  void spillOrRefuse(ObjectEntry entry, long byteSize, CapacityExceededException full) {
    if (entry.sized || !isAbove(entry)) {
      peer.settle(state::countRefusalOfBoth);
      throw full;
    }
    spillAll(entry, byteSize, full);
  }

  /** Copies a draft, which nobody else touches, to one in the lower tier, where it is from then on. */
  private void spill(ObjectEntry entry, long bytes, long writtenBytes, OptionalLong byteSize,
      CapacityExceededException above) {
    ObjectEntry copy = mover.roomFor(entry, lower, entry.mayEvict, 0, entry.evictedFor);
    try {
      long _ = peer.room.reserve(copy, bytes);
      requireKeepable(copy, false);
      BlobStore.Draft target = allocate(copy, byteSize);
      copy.draft = target;
      try (Extent from = Objects.requireNonNull(entry.draft).openWriter(); Extent to = target.openWriter()) {
        Mover.copy(from, to, writtenBytes, () -> false);
      }
      peer.settle(() -> {
        if (!entry.isMade()) {
          throw new LeaseExpiredException("Cannot write to " + entry.object.id()
              + ": its lease ended while it was copied to the cold tier; create it anew");
        }
        places.spilled(entry, copy);
      });
    } catch (CapacityExceededException full) {
      peer.settle(() -> places.abandon(copy));
      throw refused(above, full);
    } catch (Throwable failure) {
      peer.settle(() -> places.abandon(copy));
      throw failure;
    }
  }

  // ---- the end

  /** Ends the sessions, and brings down what only the upper tier has if that is promised. Gives what could not be kept. */
  List<Unkept> end() {
    chores.close();
    peer.settle(() -> {
      state.endSessions();
      places.isEnding = true;
    });
    List<Unkept> unkept = keepsAll ? mover.bringAllDown() : List.of();
    unkept.forEach(Log::cannotKeep);
    return unkept;
  }
}
