package io.packice.transport.uds;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.packice.LeasedObject;
import io.packice.ObjectWriter;
import io.packice.Packice;
import io.packice.PackiceClient;
import io.packice.contract.LeakCheck;
import io.packice.peers.MemoryPeer;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A client of another language, written from docs/protocol.md alone. */
final class PythonClientTest {
  private static boolean hasPython() throws InterruptedException {
    try {
      return new ProcessBuilder("python3", "--version").start().waitFor() == 0;
    } catch (IOException noSuchProgram) {
      return false;
    }
  }

  @Test
  void createsSealsReadsAndDiscards(@TempDir Path folder) throws Exception {
    assumeTrue(hasPython(), "python3 is not installed");
    Path script = folder.resolve("client.py");
    try (InputStream source = Objects.requireNonNull(getClass().getResourceAsStream("client.py"))) {
      Files.copy(source, script);
    }
    try (MemoryPeer peer = MemoryPeer.create(1 << 20);
        UdsServer server = UdsServer.open(peer, folder.resolve("p.sock"));
        PackiceClient client = Packice.connect(server.socket())) {
      try (ObjectWriter writer = client.create("from/java", 15)) {
        writer.blob(0).segment().copyFrom(MemorySegment.ofArray("written by Java".getBytes(UTF_8)));
        writer.seal();
      }
      Process python = new ProcessBuilder("python3", script.toString(), server.socket().toString())
          .redirectErrorStream(true).start();
      assertThat(new String(python.getInputStream().readAllBytes(), UTF_8).lines()).containsExactly("sealed",
          "released", "equal",
          "not writable", "released", "written by Java", "released", "discarded", "NOT_FOUND");
      assertThat(python.waitFor()).isZero();
      try (LeasedObject object = client.get("from/python")) {
        assertThat(object.meta().text("language")).isEqualTo("python");
        assertThat(new String(object.blob(0).inputStream().readNBytes(27), UTF_8))
            .isEqualTo("written by another language");
      }
      assertThat(client.stats().leases()).isZero();
    }
    LeakCheck.assertNothingHeld();
  }
}
