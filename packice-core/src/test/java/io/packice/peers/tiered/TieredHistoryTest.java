package io.packice.peers.tiered;

import static org.assertj.core.api.Assertions.assertThat;

import io.packice.contract.HistoryTest;
import io.packice.contract.PeerKind;
import io.packice.contract.PeerModel;
import io.packice.core.Peer;
import io.packice.peers.tiered.TieringPolicy.OnClose;
import java.time.Duration;

/** Histories of objects in memory over another peer, with restarts that demote first. */
abstract class TieredHistoryTest extends HistoryTest {
  private static final int MUCH_LARGER = 100;

  /** What is under the hot tier. */
  protected abstract PeerKind cold();

  /** How many times as large it is as the hot tier. If much, it has room for all, and nothing may ever be lost or refused. */
  protected int timesLarger() {
    return MUCH_LARGER;
  }

  /** Descriptors that the cold tier keeps, besides one for each object. */
  protected abstract long descriptorsOfCold();

  @Override
  protected final PeerKind kind() {
    return new TieredKind(cold(), timesLarger(), TieringPolicy.DEFAULT.withWatermarks(0.6, 0.3)
        .withPromotionWindow(Duration.ofSeconds(40)).withOnClose(OnClose.DEMOTE));
  }

  @Override
  protected final long modelCapacity(long capacityBytes) {
    return Long.MAX_VALUE / 4;
  }

  @Override
  protected final int maxCopies() {
    return 2;
  }

  @Override
  protected void verifyPeer(Peer peer) {
    TierStats tiers = ((TieredPeer) peer).tiers();
    assertThat(tiers.hot().freeBytes()).as("free bytes of the hot tier").isNotNegative();
    assertThat(tiers.cold().freeBytes()).as("free bytes of the cold tier").isNotNegative();
    assertThat(tiers.hot().evictions()).as("evictions from the hot tier").isZero();
  }

  @Override
  protected final long descriptorsOfPeer(PeerModel model) {
    return descriptorsOfCold();
  }

  @Override
  protected final long maxDescriptorsOfPeer(PeerModel model) {
    return descriptorsOfCold() + 3 * model.heldObjects(); // in each tier, and for who may ask for what has left
  }
}
