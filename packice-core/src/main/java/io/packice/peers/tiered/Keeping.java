package io.packice.peers.tiered;

import io.packice.core.Blob;
import io.packice.core.CapacityExceededException;
import io.packice.core.ObjectId;
import io.packice.core.PeerRoom;
import io.packice.core.PeerStats;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Whether the cold tier could take all that only the hot one has, if the peer were closed now. A peer that keeps everything at its close asks this
 * before it accepts an object; one that promises nothing does not. It is a look at what there is, and sets nothing aside on the disk: what others
 * write there later can still take the room. Safe from any thread.
 */
final class Keeping {
  private final Tier hot;
  private final Tier cold;
  private final Mover mover;
  private final boolean isPromised;
  private final AtomicLong coming = new AtomicLong();

  Keeping(Tier hot, Tier cold, Mover mover, boolean isPromised) {
    this.hot = hot;
    this.cold = cold;
    this.mover = mover;
    this.isPromised = isPromised;
  }

  /** Bytes that are about to be in a tier's account, and count here until they are, so that of two that come at once each sees the other. */
  final class Coming implements AutoCloseable {
    private final long bytes;

    private Coming(long bytes) {
      this.bytes = bytes;
      coming.addAndGet(bytes);
    }

    @Override
    public void close() {
      coming.addAndGet(-bytes);
    }
  }

  /**
   * Asks for an object that is about to come to a tier.
   *
   * @return its bytes, to be closed when the tier counts them
   * @throws CapacityExceededException if with it not all could be kept
   */
  Coming require(ObjectId id, Tier tier, long byteSize) {
    Coming bytes = new Coming(Blob.alignUp(byteSize));
    try {
      if (isPromised && !isKeepable(tier)) {
        boolean _ = mover.whileNothingIsDemoted(() -> requireExactly(id));
      }
      return bytes;
    } catch (Throwable refused) {
      bytes.close();
      throw refused;
    }
  }

  /**
   * Asks again for a draft that the hot tier counts, before it is acknowledged: somebody else may have filled the disk since. What was pinned in a cold tier that
   * evicts is no reason, its creator was told that there is room.
   *
   * @throws CapacityExceededException if not all could be kept
   */
  void requireStill(ObjectId id) {
    if (isPromised && !roomFor(hot.stats()).evicts()) {
      require(id, hot, 0).close();
    }
  }

  /** At a glance: what is in both tiers counts on both sides, and what comes to a cold tier that evicts makes no difference. */
  private boolean isKeepable(Tier tier) {
    PeerStats stats = hot.stats();
    PeerRoom room = roomFor(stats);
    return (tier == cold && room.evicts()) || bytes(stats) <= room.freeBytes() + room.evictableBytes();
  }

  /** A demotion under way would count twice. */
  private boolean requireExactly(ObjectId id) {
    PeerStats stats = hot.stats();
    PeerRoom room = roomFor(stats);
    long twins = mover.twinBytes();
    long needed = bytes(stats) - twins;
    long evictable = Math.max(0, room.evictableBytes() - twins);
    if (needed > room.freeBytes() + evictable) {
      throw new CapacityExceededException("Cannot promise to keep " + id + ": with it " + needed
          + " bytes would have to go to the cold tier when the peer is closed, which has room for " + room.freeBytes()
          + " and may evict " + evictable + " for more; discard or unpin something, or make room on the disk");
    }
    return true;
  }

  private PeerRoom roomFor(PeerStats stats) {
    return cold.room(stats.objects() + stats.drafts());
  }

  private long bytes(PeerStats stats) {
    return stats.liveBytes() + stats.draftBytes() + coming.get();
  }
}
