package io.packice.peers.tiered;

import static org.assertj.core.api.Assertions.assertThat;

import io.packice.contract.FileKind;
import io.packice.contract.PeerKind;
import io.packice.core.Peer;
import io.packice.core.PeerRoom;
import io.packice.core.PeerStats;
import io.packice.core.StorageException;
import io.packice.core.TierProbe;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;

/**
 * Histories of objects in memory over files for which there is no more room than in memory: demotions evict, and fail. What is lost must not be
 * in use, there or in the hot tier, by itself or by its group; and nothing is lost or refused while there is room.
 */
final class MemoryOverFewFilesHistoryTest extends TieredHistoryTest {
  private static final AtomicLong EVICTIONS = new AtomicLong();
  private static final AtomicLong REFUSALS = new AtomicLong();
  private static final AtomicLong UNKEEPABLE = new AtomicLong();
  private static final AtomicLong LOST = new AtomicLong();

  @AfterAll
  static void theColdTierEvicted() {
    System.out.println(
        "largest counts of one history: " + EVICTIONS + " evictions, " + REFUSALS + " rightful refusals in all, "
            + UNKEEPABLE + " of them of what could not be kept, and " + LOST
            + " ends that lost some, and named them");
    assertThat(EVICTIONS).hasPositiveValue();
    assertThat(REFUSALS).hasPositiveValue();
  }

  @Override
  protected PeerKind cold() {
    return new FileKind();
  }

  @Override
  protected int timesLarger() {
    return 1;
  }

  @Override
  protected boolean isPersistent() {
    return true;
  }

  @Override
  protected long descriptorsOfCold() {
    return 2; // lock, index
  }

  @Override
  protected boolean isRoomPredictable() {
    return false;
  }

  /** The cold tier had no room and could not have made some; and the hot one had none, or would have had more than the cold one could take at the end. */
  @Override
  protected void verifyRefusal(Peer peer, long heldBytes, @Nullable String group) {
    TieredPeer tiered = (TieredPeer) peer;
    PeerStats hot = tiered.tiers().hot();
    PeerStats cold = tiered.tiers().cold();
    long idle = TierProbe.cold(tiered.local).idleBytesBut(group);
    assertThat(heldBytes).as("refused bytes, with %d free in the cold tier and %d idle", cold.freeBytes(), idle)
        .isGreaterThan(cold.freeBytes() + idle);
    PeerRoom room = TierProbe.cold(tiered.local).room();
    if (hot.liveBytes() + hot.draftBytes() + heldBytes > room.freeBytes() + room.evictableBytes()) {
      UNKEEPABLE.incrementAndGet();
    } else {
      assertThat(heldBytes).as("refused bytes").isGreaterThan(hot.freeBytes());
    }
    REFUSALS.incrementAndGet();
  }

  /**
   * What is pinned after other objects were accepted, and groups, of which the cold tier keeps all or nothing, may take the room that others would need at
   * the end: then they are named.
   */
  @Override
  protected void close(Peer peer) {
    try {
      super.close(peer);
    } catch (StorageException lost) {
      assertThat(lost).hasMessageStartingWith("Cannot keep ");
      LOST.incrementAndGet();
    }
  }

  @Override
  protected void verifyPeer(Peer peer) {
    super.verifyPeer(peer);
    EVICTIONS.accumulateAndGet(((TieredPeer) peer).tiers().cold().evictions(), Math::max);
  }
}
