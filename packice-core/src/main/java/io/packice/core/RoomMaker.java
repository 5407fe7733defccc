package io.packice.core;

import java.util.List;
import java.util.Objects;

/** Makes room for drafts, in the thread of whoever needs it, and says what went for that. Safe from any thread. */
final class RoomMaker implements AutoCloseable {
  private final LocalPeer peer;
  private final PeerState state;
  private final Commons commons;
  private final Freeing freeing;
  private final EvictionLog log;

  RoomMaker(LocalPeer peer, PeerState state, Commons commons, Freeing freeing, TimeSource time) {
    this.peer = peer;
    this.state = state;
    this.commons = commons;
    this.freeing = freeing;
    this.log = new EvictionLog(time);
  }

  /** Makes room for what this process is about to write to a draft without sizes. */
  void grow(ObjectEntry entry, long bytes) {
    Long held = state.locked(() -> state.requireWritable(entry));
    if (held == null || bytes > held) {
      reserveInTurn(entry, bytes);
    }
  }

  /** Sets bytes aside for a draft, all that it holds. */
  void reserveInTurn(ObjectEntry entry, long bytes) {
    try (Commons.Turn _ = commons.takeTurn()) {
      peer.follow();
      Objects.requireNonNull(entry.claim).resize(reserve(entry, bytes));
    }
  }

  /**
   * Sets bytes aside for a draft, all that it holds, and evicts for them if need be. Takes the lock, and lets it go while it frees. Within a turn. Gives
   * what the draft holds then: one that grows gets more at once if there is some, so that it need not ask for each page.
   */
  long reserve(ObjectEntry entry, long bytes) {
    while (true) {
      List<ObjectEntry> victims = List.of();
      List<Eviction> evicted = List.of();
      long missing;
      state.lock.lock();
      try {
        state.requireOpen();
        state.endWhatIsDue();
        state.requireDraft(entry);
        missing = bytes - entry.heldBytes;
        state.requireObtainable(entry, missing);
        if (!commons.isShared()) {
          evicted = state.evictFor(entry, missing);
        }
        if (state.hasRoom(entry, missing)) {
          return state.reserveDraft(entry, missing);
        }
        if (state.isShort(entry, missing)) {
          victims = entry.tier.eviction.eldest();
        } else if (state.garbage.isEmpty()) { // others are freeing it at this moment
          state.changed.awaitUninterruptibly();
        }
      } finally {
        state.lock.unlock();
        evicted.forEach(log::report);
      }
      if (!victims.isEmpty() && !evict(victims, entry, missing)) {
        peer.follow();
      }
      freeing.run();
    }
  }

  private boolean evict(List<ObjectEntry> victims, ObjectEntry wanted, long bytes) {
    return commons.evict(victims.stream().map(entry -> Objects.requireNonNull(entry.sealed)).toList(), () -> {
      Eviction eviction = state.locked(() -> state.evictIfIdle(victims, wanted, bytes));
      if (eviction != null) {
        log.report(eviction);
      }
      return eviction != null;
    });
  }

  /** Says what it has not said yet. */
  @Override
  public void close() {
    log.end();
  }
}
