package io.packice.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.packice.backends.memory.InMemoryLeaseStore;
import io.packice.core.AcquireRequest.Room;
import org.junit.jupiter.api.Test;

final class PeerOptionsTest {
  @Test
  void aPeerEvictsAndIsAloneToKnowItsLeasesUnlessToldOtherwise() {
    assertThat(PeerOptions.DEFAULT.usualRoom()).isEqualTo(Room.EVICT);
    assertThat(PeerOptions.DEFAULT.leases()).isSameAs(LeaseStore.none());
    long heap = Runtime.getRuntime().maxMemory();
    assertThat(PeerOptions.DEFAULT.bookkeepingBytes()).isEqualTo(Math.max(heap / 4, heap / 2 - (256L << 20)));
  }

  @Test
  void eachOptionIsChangedAlone() {
    LeaseStore leases = new InMemoryLeaseStore(TimeSource.SYSTEM);
    PeerOptions changed =
        PeerOptions.DEFAULT.withUsualRoom(Room.FREE).withBookkeepingBytes(1 << 20).withLeases(leases);
    assertThat(changed).isEqualTo(new PeerOptions(Room.FREE, 1 << 20, leases));
  }

  @Test
  void whatCannotBeIsRefused() {
    assertThatIllegalArgumentException().isThrownBy(() -> PeerOptions.DEFAULT.withUsualRoom(Room.USUAL))
        .withMessageContaining("give EVICT or FREE");
    assertThatIllegalArgumentException().isThrownBy(() -> PeerOptions.DEFAULT.withBookkeepingBytes((1 << 20) - 1))
        .withMessageContaining("give at least 1048576");
  }
}
