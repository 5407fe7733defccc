package io.packice.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.packice.backends.file.Verification;
import io.packice.contract.LeakCheck;
import io.packice.core.PeerStats;
import io.packice.peers.FileSystemPeer;
import java.io.IOException;
import java.nio.file.Path;

/**
 * A tiered peer that is killed, memory over files: what was demoted survives, what only memory had is gone, and nothing that was discarded or
 * replaced comes back.
 */
final class MemoryOverFilesKillTest extends KillTest {
  @Override
  protected Child startPeer(Path socket, Path folder) throws IOException {
    return new Child(TieredPeerMain.class, socket, folder.resolve("data"), "memory");
  }

  @Override
  protected boolean sealsOutliveKills() {
    return false;
  }

  /** All that a peer has that has just started is in the cold tier, and whole. */
  @Override
  protected void verifyFolder(Path folder, PeerStats stats) {
    Path cold = folder.resolve("data").resolve("cold");
    LeakCheck.eventually(() -> FilePeerKillTest.assertOnlyObjectsAreThere(cold, stats));
    assertThat(FileSystemPeer.verify(cold, Verification.Progress.NONE).damaged()).isEmpty();
  }
}
