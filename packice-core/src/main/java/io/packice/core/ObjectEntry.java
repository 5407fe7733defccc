package io.packice.core;

import io.packice.core.AcquireRequest.Room;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** One version of one object inside a peer, from its first byte to its last reader. Guarded by the peer's lock. */
final class ObjectEntry {
  /**
   * Where an object is in its life.
   *
   * <pre>
   *   ALLOCATING → DRAFT ⇄ SEALING → SEALED → DISCARDED
   *        └─────────┼────────┴──────────────────↑
   *               FREEZING
   * </pre>
   */
  enum State {
    /** Its id is claimed and its room reserved; the store is making the extent. No lease yet. */
    ALLOCATING,
    /** Its creator writes. */
    DRAFT,
    /** The store makes its bytes immutable, before a seal; nobody else may touch the draft. It is one again afterwards. */
    FREEZING,
    /** The store is sealing it; nobody else may touch the draft. */
    SEALING,
    /** Immutable and visible. */
    SEALED,
    /** Out of the namespace; its bytes are zombies until the last lease ends, and the last of those who read its group as of before. */
    DISCARDED
  }

  final boolean sized;
  final boolean replaces;
  final boolean mayEvict;
  /** Whether what is idle in an upper tier may go down for it. */
  final boolean mayDemote;
  /** As {@link AcquireRequest#expectedBytes} says. */
  final long expectedBytes;
  /** In the upper tier, of a peer with two. */
  final EvictionUnit unit;
  /** What went to make room for it, and for others of its maker's, for a refusal to name. */
  final EvictedSum evictedFor;
  /** It is room for a copy, and no object by itself. */
  final boolean isCopy;
  /** What it takes of the heap. */
  final long bookBytes;

  StoredObject object;
  State state = State.ALLOCATING;
  BlobStore.@Nullable Draft draft;
  /** Where {@link #sealed} is or will be; of what is in both tiers, the upper one. */
  Tier tier;
  BlobStore.@Nullable Sealed sealed;
  /** A second copy, in the lower tier, of what is in the upper one. */
  BlobStore.@Nullable Sealed lower;
  /** Somebody is about to change which tiers it is in, and nobody else may. */
  @Nullable Move move;
  /** What the other peers of the store know of the draft; null before there is room for it, and for their own drafts. */
  Commons.@Nullable Claim claim;
  /** It is another peer's draft. */
  boolean foreign;
  /** How many other peers read it. */
  int foreignReaders;
  long heldBytes;
  /** Of room for a copy: how much of it the other tier counts, too. */
  long comingBytes;
  /** The store has frozen the draft. What a draft without sizes takes is set aside from then on. */
  boolean frozen;
  /**
   * The number of its CREATE lease, and 0 when that has ended. Who freezes or seals does so without the peer's lock, and shows the number before the bytes
   * become visible: a creator whose lease has ended meanwhile does not publish over its successor.
   */
  private long fence;
  int leases;
  boolean pinned;
  /** It has been in the namespace, in place of whatever its id named before. */
  boolean wasPublished;
  /** The creator has discarded it while the store was sealing: what other peers may have seen of it goes at once. */
  boolean discarded;
  /** When it came into the namespace, in the numbers of {@link Retention}; 0 if it was there at the peer's start, or another peer sealed it. */
  long cameAt;
  /** It has left the namespace, and stays for who reads its group as of before. */
  boolean retained;
  long sealedAtNanos;
  long usedAtNanos;
  long diesAtNanos;
  /** When it was last read from the lower tier, if that has not earned it a copy in the upper one. */
  long readBelowAtNanos;
  boolean wasReadBelow;

  /** The right to change which tiers an object is in. */
  static final class Move {
    /** Whoever copies may stop: somebody else needs the right, or nobody the copy. */
    volatile boolean cancelled;
  }

  ObjectEntry(StoredObject object, AcquireRequest request, Tier tier, Room usual, EvictionUnit unit) {
    this.object = object;
    this.tier = tier;
    this.sized = request.sizes() != null;
    this.replaces = request.ifExists() == AcquireRequest.IfExists.REPLACE;
    this.mayEvict = (request.room() == Room.USUAL ? usual : request.room()) == Room.EVICT;
    this.mayDemote = request.room() != Room.FREE;
    this.expectedBytes = request.expectedBytes();
    this.unit = unit;
    this.evictedFor = unit.evictedFor;
    this.isCopy = false;
    this.bookBytes = Bookkeeping.of(object);
  }

  /** A draft of another peer. */
  ObjectEntry(Commons.ForeignDraft draft, Tier tier, EvictionUnit unit) {
    this.object = draft.object();
    this.tier = tier;
    this.sized = true;
    this.replaces = false;
    this.mayEvict = false;
    this.mayDemote = false;
    this.expectedBytes = 0;
    this.unit = unit;
    this.evictedFor = unit.evictedFor;
    this.isCopy = false;
    this.bookBytes = Bookkeeping.of(object);
    this.heldBytes = draft.bytes();
    this.state = State.DRAFT;
    this.foreign = true;
  }

  /** An object that an earlier life of the store, or another peer, has sealed. */
  ObjectEntry(BlobStore.Recovered found, Tier tier, EvictionUnit unit, long nowNanos) {
    this.object = found.object();
    this.tier = tier;
    this.sized = true;
    this.replaces = false;
    this.mayEvict = false;
    this.mayDemote = false;
    this.expectedBytes = 0;
    this.unit = unit;
    this.evictedFor = unit.evictedFor;
    this.isCopy = false;
    this.bookBytes = Bookkeeping.of(object);
    this.heldBytes = Blob.alignUp(object.extentBytes());
    sealed(found.bytes(), nowNanos - found.age().toNanos());
  }

  /** Room in a tier for one more copy of an object, or what is left of one: bytes to set aside and to free, without a name. */
  ObjectEntry(ObjectEntry of, Tier tier, boolean mayEvict, long expectedBytes, EvictedSum evictedFor) {
    this.object = of.object;
    this.tier = tier;
    this.sized = true;
    this.replaces = false;
    this.mayEvict = mayEvict;
    this.mayDemote = false;
    this.expectedBytes = expectedBytes;
    this.unit = of.unit;
    this.evictedFor = evictedFor;
    this.bookBytes = 0;
    this.isCopy = true;
    this.state = State.FREEZING;
  }

  boolean isDraft() {
    return switch (state) {
      case ALLOCATING, DRAFT, FREEZING, SEALING -> true;
      case SEALED, DISCARDED -> false;
    };
  }

  /** Somebody, here or at another peer, has a lease on it. */
  boolean isLeased() {
    return leases > 0 || foreignReaders > 0;
  }

  /** In how many tiers it is. */
  int copies() {
    return lower == null ? 1 : 2;
  }

  boolean hasTtl() {
    return object.ttl() != null;
  }

  /** Its creator's lease ends while the store freezes or seals it: the thread that does so discards the draft when it comes back. */
  void abandon() {
    fence = 0;
  }

  /** Whether its creator's lease lives; of a draft. */
  boolean isMade() {
    return fence != 0;
  }

  /** Whether a lease may still make an object of it. */
  boolean isMadeUnder(HeldLease lease) {
    return fence == lease.fence;
  }

  /** The extent exists, and its creator holds a lease. */
  void begin(BlobStore.Draft bytes, long createFence) {
    state = State.DRAFT;
    draft = bytes;
    fence = createFence;
  }

  /** Frees the bytes, whichever form they have; I/O, so without the lock. Nobody else refers to the entry any more. */
  void discardBytes() {
    if (sealed != null) {
      retire();
      if (lower != null) {
        lower.discard();
      }
      sealed.discard();
    } else {
      if (draft != null) {
        draft.discard();
      }
      if (claim != null) {
        claim.end();
      }
    }
  }

  /** The object becomes visible; its life begins. */
  void sealed(BlobStore.Sealed bytes, long nowNanos) {
    state = State.SEALED;
    draft = null;
    sealed = bytes;
    sealedAtNanos = nowNanos;
    usedAtNanos = nowNanos;
    Duration ttl = object.ttl();
    diesAtNanos = ttl == null ? 0 : nowNanos + ttl.toNanos();
    wasPublished = true;
  }

  /**
   * It is not to come back at a next start, also while others read it. Before it leaves the namespace, where somebody waits for the answer: what the disk does not
   * let go would be gone now, and be back then.
   */
  void retire() {
    if (wasPublished && sealed != null) {
      BlobStore.Sealed second = lower; // eviction may take it at this moment
      if (second != null) {
        second.retire(); // first: what a kill in between leaves is the copy that counts at a start
      }
      sealed.retire();
    }
  }

  /** Lets go of the bytes without removing them. */
  void close() {
    if (sealed != null) {
      sealed.close();
    }
    if (lower != null) {
      lower.close();
    }
  }

  /** The same, where not to do so fails nothing: what is freed later is retired first. */
  void retireIfPossible() {
    try {
      retire();
    } catch (RuntimeException failure) {
      Log.cannotRetire(object.id(), failure);
    }
  }
}
