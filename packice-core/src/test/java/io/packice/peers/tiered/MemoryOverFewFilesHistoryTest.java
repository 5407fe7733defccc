package io.packice.peers.tiered;

import static org.assertj.core.api.Assertions.assertThat;

import io.packice.contract.FileKind;
import io.packice.contract.PeerKind;
import io.packice.core.Peer;
import io.packice.core.PeerStats;
import java.util.List;
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

  @AfterAll
  static void theColdTierEvicted() {
    System.out.println(
        "largest counts of one history: " + EVICTIONS + " evictions, " + REFUSALS + " rightful refusals in all");
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

  /** Neither tier had room, nor could the cold one have made some. */
  @Override
  protected void verifyRefusal(Peer peer, long heldBytes, @Nullable String group) {
    TieredPeer tiered = (TieredPeer) peer;
    PeerStats hot = tiered.hot.stats();
    PeerStats cold = tiered.cold.stats();
    long idle = tiered.cold.idleUnits(Long.MAX_VALUE).stream().flatMap(List::stream)
        .filter(status -> group == null || !group.equals(status.object().group()))
        .mapToLong(status -> status.heldBytes())
        .sum();
    assertThat(heldBytes).as("refused bytes, with %d free in the cold tier and %d idle", cold.freeBytes(), idle)
        .isGreaterThan(cold.freeBytes() + idle);
    assertThat(heldBytes).as("refused bytes").isGreaterThan(hot.freeBytes());
    REFUSALS.incrementAndGet();
  }

  @Override
  protected void verifyPeer(Peer peer) {
    super.verifyPeer(peer);
    EVICTIONS.accumulateAndGet(((TieredPeer) peer).tiers().cold().evictions(), Math::max);
  }
}
