package io.packice.core;

/**
 * The one account of a peer's bytes: {@code live + draft + zombie ≤ capacity}, always. All numbers are whole pages. Guarded by the peer's
 * lock.
 */
final class Ledger {
  final long capacity;
  long live;
  long draft;
  long zombie;
  long leased;
  long pinned;

  Ledger(long capacity) {
    this.capacity = capacity;
  }

  long free() {
    return capacity - live - draft - zombie;
  }

  /** What could be had if every lease ended, where so many bytes are free to be stored, and so many stay if others are evicted. */
  PeerRoom room(long storableBytes, boolean mayEvict, long stayingBytes) {
    if (storableBytes < free()) { // the account is not full, so nothing would be evicted
      return new PeerRoom(storableBytes + zombie, 0, false);
    }
    return mayEvict ? new PeerRoom(capacity - live, live - stayingBytes, true)
        : new PeerRoom(free() + zombie, 0, false);
  }

  void reserveDraft(long bytes) {
    if (bytes > free()) {
      throw new IllegalStateException("Cannot reserve " + bytes + " bytes: " + free() + " are free");
    }
    draft += bytes;
  }

  void releaseDraft(long bytes) {
    draft -= bytes;
  }

  void draftSealed(long bytes) {
    draft -= bytes;
    live += bytes;
  }

  /** What an earlier life left; the one step that does not look at the capacity, because its caller does. */
  void recovered(long bytes) {
    live += bytes;
  }

  /** Another peer's draft, for which that peer has made room. */
  void foreignDraft(long bytes) {
    draft += bytes;
  }

  /** A discarded object that only other peers read. */
  void foreignZombie(long bytes) {
    zombie += bytes;
  }

  void draftDiscarded(long bytes) {
    draft -= bytes;
    zombie += bytes;
  }

  void sealedDiscarded(long bytes) {
    live -= bytes;
    zombie += bytes;
  }

  void freed(long bytes) {
    zombie -= bytes;
  }
}
