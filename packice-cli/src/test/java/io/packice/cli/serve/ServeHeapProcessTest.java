package io.packice.cli.serve;

import static org.assertj.core.api.Assertions.assertThat;

import io.packice.ObjectWriter;
import io.packice.Packice;
import io.packice.PackiceClient;
import io.packice.cli.Main;
import io.packice.cli.demo.JavaCommand;
import io.packice.core.AcquireRequest;
import io.packice.core.Metadata;
import io.packice.core.ObjectId;
import io.packice.core.PackiceException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A peer with a small heap, in a process of its own: what is no blob does not end it, and where it does, it ends at once and nothing is lost. */
class ServeHeapProcessTest {
  private static final Metadata LONG = Metadata.of(Map.of("k", "x".repeat(60_000)));

  @TempDir Path folder;

  private Process serve(List<String> flags, String... options) throws IOException {
    Process process = new ProcessBuilder(JavaCommand.of(Main.class, flags.toArray(String[]::new))
        .args("serve", "--socket", folder.resolve("p.sock").toString()).args(options).line())
        .redirectError(folder.resolve("log").toFile()).start();
    assertThat(process.inputReader().readLine()).as(() -> log()).startsWith("Packice listens on ");
    return process;
  }

  private String log() {
    try {
      return Files.readString(folder.resolve("log"));
    } catch (IOException e) {
      return e.toString();
    }
  }

  private static void put(PackiceClient client, String id) {
    try (ObjectWriter writer = client.create(AcquireRequest.create(new ObjectId(id), List.of()).withMeta(LONG))) {
      writer.seal();
    }
  }

  @Test
  void metadataWithoutEndEvictsAndEndsNothing() throws Exception {
    Process peer = serve(List.of("-Xmx64m", "-XX:+ExitOnOutOfMemoryError"), "--memory", "64m");
    try (PackiceClient client = Packice.connect(folder.resolve("p.sock"))) {
      for (int i = 0; i < 2_500; i++) {
        put(client, "o" + i);
      }
      assertThat(client.list("").count()).isBetween(100L, 1_000L);
      assertThat(client.stats().bookkeepingBytes()).isLessThan(client.stats().bookkeepingLimitBytes());
      assertThat(client.stats().evictions()).isPositive();
    } finally {
      peer.destroy();
    }
    assertThat(peer.waitFor()).as(this::log).isEqualTo(128 + 15);
    assertThat(log()).doesNotContain("OutOfMemoryError");
  }

  /** With books that the heap has no room for, it ends as the unit expects, and its next life has all that was acknowledged. */
  @Test
  void aPeerOutOfHeapEndsAndLosesNothing() throws Exception {
    String[] options =
        {"--impl", "fs", "--data-dir", folder.resolve("data").toString(), "--disk", "1g", "--bookkeeping", "1g"};
    Process peer = serve(List.of("-Xmx24m", "-XX:+ExitOnOutOfMemoryError"), options);
    List<String> acknowledged = new ArrayList<>();
    try (PackiceClient client = Packice.connect(folder.resolve("p.sock"))) {
      for (int i = 0; i < 2_000; i++) {
        put(client, "o" + i);
        acknowledged.add("o" + i);
      }
    } catch (PackiceException gone) {
      assertThat(gone).hasMessageContaining("its leases are gone");
    }
    assertThat(peer.waitFor()).as(this::log).isEqualTo(3);
    assertThat(acknowledged).hasSizeGreaterThan(50);
    Process next = serve(List.of("-Xmx256m"), options);
    try (PackiceClient client = Packice.connect(folder.resolve("p.sock"))) {
      assertThat(client.list("").map(status -> status.object().id().value())).containsAll(acknowledged);
    } finally {
      next.destroy();
    }
    assertThat(next.waitFor()).isEqualTo(128 + 15);
  }
}
