package io.packice.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.packice.contract.LeakCheck;
import io.packice.core.PeerStats;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * Three peers of one folder, each with a writer; one or two at a time are killed and start again. What the dead held is given up by the others
 * after their silence, so it is looked for now and then only; that what is sealed is there and the same for all is looked at after every kill.
 */
final class SharedPeersKillTest extends KillTest {
  private static final long CAPACITY = 1L << 28;
  private static final long SILENCE_MS = 4000; // 1500 were too few on a machine of 2 cores with 13 that wanted them

  @Override
  protected int peers() {
    return 3;
  }

  @Override
  protected int killsBetweenSweeps() {
    return 8;
  }

  @Override
  protected Child startPeer(Path socket, Path folder) throws IOException {
    return new Child(SharedPeerMain.class, socket, folder.resolve("data"), CAPACITY, SILENCE_MS);
  }

  /** The folder has one pair of files for each object, one of each living peer, and nothing else: soon, as the dead are given up. */
  @Override
  protected void verifyFolder(Path folder, PeerStats stats) {
    Path data = folder.resolve("data");
    LeakCheck.eventually(() -> {
      assertThat(names(data, "peers")).as("heartbeats").hasSize(peers());
      assertThat(names(data, "objects")).as("manifests of %d objects", stats.objects()).hasSize((int) stats.objects());
      assertThat(names(data, "data")).as("files of %d objects", stats.objects()).hasSize((int) stats.objects());
      for (String part : List.of("claims", "retired", "evicting", "leases", "pins", "quarantine", "tmp")) {
        assertThat(names(data, part)).as(part).isEmpty();
      }
    });
  }

  private static List<String> names(Path data, String part) {
    try (Stream<Path> files = Files.list(data.resolve(part))) {
      return files.map(file -> file.getFileName().toString()).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
