package io.packice.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.packice.backends.file.Verification;
import io.packice.core.PeerStats;
import io.packice.peers.FileSystemPeer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

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
    try (Stream<Path> drafts = Files.list(cold.resolve("drafts"));
        Stream<Path> files = Files.walk(cold.resolve("objects")).filter(Files::isRegularFile)) {
      assertThat(drafts).as("drafts").isEmpty();
      assertThat(files).as("files of %d objects", stats.objects()).hasSize((int) (2 * stats.objects()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    assertThat(FileSystemPeer.verify(cold, Verification.Progress.NONE).damaged()).isEmpty();
  }
}
