package io.packice.djl;

import static org.assertj.core.api.Assertions.assertThat;

import io.packice.process.Child;
import io.packice.process.PeerMain;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** In a JVM of its own, for what fails here ends the process. */
class TortureTest {
  @Test
  void nothingThatGoesWrongAroundATrainingCrashesTheProcessOrLeaksAnything(@TempDir Path folder)
      throws IOException, InterruptedException {
    Path socket = folder.resolve("peer.sock");
    try (Child peer = new Child(PeerMain.class, socket, 64 << 20)) {
      assertThat(peer.line()).startsWith("listening");
      try (Child child = EngineChild.start(TortureMain.class, socket)) {
        List<String> lines = new ArrayList<>();
        String line;
        do {
          line = child.line();
          lines.add(line);
        } while (!line.equals("training"));
        peer.kill();
        lines.addAll(child.remainingLines());
        assertThat(lines).hasSize(10).endsWith("the peer killed", "survived");
        assertThat(child.exitCode()).isZero();
      }
    }
  }
}
