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

/** A peer over files that is killed. */
final class FilePeerKillTest extends KillTest {
  private static final long CAPACITY = 1L << 28;

  @Override
  protected Child startPeer(Path socket, Path folder) throws IOException {
    return new Child(FilePeerMain.class, socket, folder.resolve("data"), CAPACITY);
  }

  /** The disk has one pair of files for each object and nothing else, and what the manifests say is true. */
  @Override
  protected void verifyFolder(Path folder, PeerStats stats) {
    Path data = folder.resolve("data");
    try (Stream<Path> drafts = Files.list(data.resolve("drafts"));
        Stream<Path> files = Files.walk(data.resolve("objects")).filter(Files::isRegularFile)) {
      assertThat(drafts).as("drafts").isEmpty();
      assertThat(files).as("files of %d objects", stats.objects()).hasSize((int) (2 * stats.objects()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    assertThat(FileSystemPeer.verify(data, Verification.Progress.NONE).damaged()).isEmpty();
  }
}
