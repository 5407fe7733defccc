package io.packice.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.packice.backends.file.Verification;
import io.packice.core.PeerStats;
import io.packice.peers.FileSystemPeer;
import java.io.IOException;
import java.nio.file.Path;

/**
 * A tiered peer that is killed, files over files: whatever was under way between the tiers, every object that was sealed is in one of them, once
 * and as it was.
 */
final class FilesOverFilesKillTest extends KillTest {
  @Override
  protected Child startPeer(Path socket, Path folder) throws IOException {
    return new Child(TieredPeerMain.class, socket, folder.resolve("data"), "files");
  }

  @Override
  protected void verifyFolder(Path folder, PeerStats stats) {
    Path data = folder.resolve("data");
    for (String tier : new String[] {"hot", "cold"}) {
      assertThat(FileSystemPeer.verify(data.resolve(tier), Verification.Progress.NONE).damaged()).as(tier).isEmpty();
    }
  }
}
