package io.packice.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.packice.backends.file.Verification;
import io.packice.contract.FileTree;
import io.packice.contract.LeakCheck;
import io.packice.core.PeerStats;
import io.packice.peers.FileSystemPeer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** A peer over files that is killed. */
final class FilePeerKillTest extends KillTest {
  private static final long CAPACITY = 1L << 28;

  @Override
  protected Child startPeer(Path socket, Path folder) throws IOException {
    return new Child(FilePeerMain.class, socket, folder.resolve("data"), CAPACITY);
  }

  /** The disk has one file for each object and nothing else, as soon as what the dead left is removed, and what the log says is true. */
  @Override
  protected void verifyFolder(Path folder, PeerStats stats) {
    Path data = folder.resolve("data");
    LeakCheck.eventually(() -> assertOnlyObjectsAreThere(data, stats));
    assertThat(FileSystemPeer.verify(data, Verification.Progress.NONE).damaged()).isEmpty();
  }

  static void assertOnlyObjectsAreThere(Path data, PeerStats stats) {
    assertThat(FileTree.files(data.resolve("objects"))).as("files of %d objects", stats.objects())
        .hasSize((int) stats.objects());
    try (Stream<Path> others = Files.list(data)) {
      assertThat(others.map(file -> file.getFileName().toString())).containsExactlyInAnyOrder("lock", "objects",
          "quarantine", "seals.log");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
