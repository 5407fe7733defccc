package io.packice.peers.tiered;

import static org.assertj.core.api.Assertions.assertThat;

import io.packice.contract.FileKind;
import io.packice.contract.HistoryTest;
import io.packice.contract.PeerKind;
import io.packice.contract.PeerModel;
import io.packice.core.Peer;
import io.packice.peers.tiered.TieringPolicy.OnClose;
import java.time.Duration;

/** Histories of objects in memory over files, with restarts that demote first. The cold tier has room for all, so nothing may ever be lost or refused. */
final class MemoryOverFileHistoryTest extends HistoryTest {
  @Override
  protected PeerKind kind() {
    return new TieredKind(new FileKind(), 100, TieringPolicy.DEFAULT.withWatermarks(0.6, 0.3)
        .withPromotionWindow(Duration.ofSeconds(40)).withOnClose(OnClose.DEMOTE));
  }

  @Override
  protected long modelCapacity(long capacityBytes) {
    return Long.MAX_VALUE / 4;
  }

  @Override
  protected boolean isPersistent() {
    return true;
  }

  @Override
  protected int maxCopies() {
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
  protected long descriptorsOfPeer(PeerModel model) {
    return 1;
  }

  @Override
  protected long maxDescriptorsOfPeer(PeerModel model) {
    return 1 + 2 * model.heldObjects();
  }
}
