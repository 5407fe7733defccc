package io.packice.djl;

import static org.assertj.core.api.Assertions.assertThat;

import io.packice.Packice;
import io.packice.PackiceClient;
import io.packice.contract.LeakCheck;
import io.packice.peers.MemoryPeer;
import io.packice.process.Child;
import io.packice.transport.uds.UdsServer;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** In a JVM of its own, for what fails here ends the process. */
class LifetimeTest {
  @Test
  void nothingThatIsClosedInWhateverOrderCrashesTheProcess(@TempDir Path folder)
      throws IOException, InterruptedException {
    long seed = Long.getLong("packice.seed", System.nanoTime());
    Path socket = folder.resolve("peer.sock");
    try (MemoryPeer peer = MemoryPeer.create(64 << 20);
        UdsServer _ = UdsServer.open(peer, socket);
        Child child = EngineChild.start(LifetimeMain.class, socket, seed, 100)) {
      assertThat(child.remainingLines()).as("seed " + seed).containsExactly("survived");
      assertThat(child.exitCode()).as("exit code with seed " + seed).isZero();
      try (PackiceClient client = Packice.connect(socket)) {
        LeakCheck.eventually(() -> assertThat(client.stats().leases()).as("leases that the child left").isZero());
      }
    }
  }
}
