package io.packice.core;

import io.packice.core.AcquireRequest.Room;
import java.time.Duration;
import java.util.Objects;
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
  /** The number of its CREATE lease: only that one may seal. */
  long fence;
  int leases;
  boolean pinned;
  /** It has been in the namespace, in place of whatever its id named before. */
  boolean wasPublished;
  /** The creator's lease ended while the store was freezing or sealing: the thread that does so discards the draft when it comes back. */
  boolean abandoned;
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
  }

  /** A draft of another peer. */
  ObjectEntry(Commons.ForeignDraft draft, EvictionUnit unit) {
    this.object = draft.object();
    this.sized = true;
    this.replaces = false;
    this.mayEvict = false;
    this.expectedBytes = 0;
    this.unit = unit;
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

  /** The extent exists, and its creator holds a lease. */
  void begin(BlobStore.Draft bytes, long createFence) {
    state = State.DRAFT;
    draft = bytes;
    fence = createFence;
  }

  /** Frees the bytes, whichever form they have; I/O, so without the lock. Nobody else refers to the entry any more. */
  void discardBytes() {
    if (sealed != null) {
      if (wasPublished) {
        sealed.retire();
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

  /** What has left the namespace does not come back at a next start, also while others read it. Not to do so fails nothing: what is freed later is retired first. */
  void retire() {
    try {
      Objects.requireNonNull(sealed).retire();
    } catch (RuntimeException failure) {
      Log.cannotRetire(object.id(), failure);
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
}
