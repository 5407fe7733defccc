package io.packice.peers.tiered;

import io.packice.backends.memory.MemfdBlobStore;
import io.packice.contract.PeerKind;
import io.packice.core.TimeSource;
import java.nio.file.Path;

/**
 * Objects in memory, over another kind of peer that is larger. Nothing moves in the background, only when room is needed or the test says
 * so.
 */
public record TieredKind(PeerKind cold, int timesLarger, TieringPolicy policy) implements PeerKind {
  /** One whose cold tier is twice as large as the hot one. */
  public TieredKind(PeerKind cold) {
    this(cold, 2, TieringPolicy.DEFAULT);
  }

  @Override
  public Running start(Path folder, long capacityBytes, TimeSource time) {
    Running up = PeerKind.over(_ -> new MemfdBlobStore()).start(folder, capacityBytes, time);
    Running down = cold.start(folder, overflowBytes(capacityBytes), time);
    TieredPeer peer = new TieredPeer(up.peer(), down.peer(), policy, time, TieredPeer.Pace.BY_HAND);
    return new Running(peer, () -> {
      up.chores().run();
      down.chores().run();
      peer.runChores();
    });
  }

  @Override
  public long overflowBytes(long capacityBytes) {
    return timesLarger * capacityBytes;
  }
}
