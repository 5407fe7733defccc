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
  /** As {@link AcquireRequest#expectedBytes} says. */
  final long expectedBytes;
  final EvictionUnit unit;
  /** What it takes of the heap. */
  final long bookBytes;

  StoredObject object;
  State state = State.ALLOCATING;
  BlobStore.@Nullable Draft draft;
  BlobStore.@Nullable Sealed sealed;
  /** What the other peers of the store know of the draft; null before there is room for it, and for their own drafts. */
  Commons.@Nullable Claim claim;
  /** It is another peer's draft. */
  boolean foreign;
  /** How many other peers read it. */
  int foreignReaders;
  long heldBytes;
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

  ObjectEntry(StoredObject object, AcquireRequest request, Room usual, EvictionUnit unit) {
    this.object = object;
    this.sized = request.sizes() != null;
    this.replaces = request.ifExists() == AcquireRequest.IfExists.REPLACE;
    this.mayEvict = (request.room() == Room.USUAL ? usual : request.room()) == Room.EVICT;
    this.expectedBytes = request.expectedBytes();
    this.unit = unit;
    this.bookBytes = Bookkeeping.of(object);
  }

  /** A draft of another peer. */
  ObjectEntry(Commons.ForeignDraft draft, EvictionUnit unit) {
    this.object = draft.object();
    this.sized = true;
    this.replaces = false;
    this.mayEvict = false;
    this.expectedBytes = 0;
    this.unit = unit;
    this.bookBytes = Bookkeeping.of(object);
    this.heldBytes = draft.bytes();
    this.state = State.DRAFT;
    this.foreign = true;
  }

  /** An object that an earlier life of the store, or another peer, has sealed. */
  ObjectEntry(BlobStore.Recovered found, EvictionUnit unit, long nowNanos) {
    this.object = found.object();
    this.sized = true;
    this.replaces = false;
    this.mayEvict = false;
    this.expectedBytes = 0;
    this.unit = unit;
    this.bookBytes = Bookkeeping.of(object);
    this.heldBytes = Blob.alignUp(object.extentBytes());
    sealed(found.bytes(), nowNanos - found.age().toNanos());
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
      sealed.retire();
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
