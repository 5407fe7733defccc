package io.packice.cli.serve;

import static org.assertj.core.api.Assertions.assertThat;

import io.packice.cli.Cli;
import io.packice.cli.Cli.Result;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code packice serve --impl tiered} and {@code shared-fs} in processes of their own. */
class ServeManyProcessTest {
  @TempDir Path folder;

  private Path socket;
  private Path data;

  @BeforeEach
  void choosePaths() {
    socket = folder.resolve("p.sock");
    data = folder.resolve("data");
  }

  private Serving tiered() throws IOException {
    return Serving.start(socket, "up to 1.0 MiB of shared memory over up to 64 MiB of files in " + data, "--impl",
        "tiered", "--memory", "1m", "--disk", "64m", "--data-dir", data.toString());
  }

  private Serving shared(Path at) throws IOException {
    return Serving.start(at, "up to 64 MiB of files in " + data + ", shared with other peers", "--impl", "shared-fs",
        "--disk", "64m", "--data-dir", data.toString());
  }

  private static Result run(Path socket, String input, String... args) {
    return Cli.execute(Map.of("PACKICE_SOCKET", socket.toString()), input, args);
  }

  private Result start(String... args) {
    return run(folder.resolve("second.sock"), "", args);
  }

  @Test
  void whatOnlyTheMemoryHadOutlivesACleanStop() throws Exception {
    try (Serving first = tiered()) {
      assertThat(run(socket, "some bytes", "put", "x").status()).isZero();
      assertThat(run(socket, "", "verify", "--data-dir", data.toString()).out()).contains(": 0 objects, ");
      first.terminate();
    }
    try (Serving second = tiered()) {
      assertThat(run(socket, "", "get", "x")).isEqualTo(new Result(0, "some bytes", ""));
      assertThat(second.log()).contains(" INFO Serving with ").hasLineCount(1);
    }
    assertThat(run(socket, "", "verify", "--data-dir", data.toString()).out()).contains(": 1 object, 10 B read in ");
  }

  @Test
  void theFolderOfATieredPeerHasOnePeer() throws Exception {
    try (Serving first = tiered()) {
      for (String impl : new String[] {"tiered", "fs"}) {
        Result second = start("serve", "--impl", impl, "--data-dir", data.toString(), "--disk", "64m");
        assertThat(second.status()).isEqualTo(1);
        assertThat(second.err()).hasLineCount(1)
            .startsWith("packice: Cannot serve " + data + ": it is served by process " + first.process.pid());
      }
      assertThat(start("serve", "--impl", "shared-fs", "--data-dir", data.toString()).err()).hasLineCount(1)
          .startsWith("packice: Cannot share " + data + ": a peer has it, or had it, to itself; ");
    }
  }

  @Test
  void peersShareAFolder() throws Exception {
    Path other = folder.resolve("other.sock");
    try (Serving first = shared(socket); Serving second = shared(other)) {
      assertThat(run(socket, "some bytes", "put", "x").status()).isZero();
      assertThat(run(other, "", "get", "x").out()).isEqualTo("some bytes");
      assertThat(run(socket, "", "stats").out()).contains("member   pid " + first.process.pid() + " on ",
          "member   pid " + second.process.pid() + " on ");

      Result alone = start("serve", "--impl", "fs", "--data-dir", data.toString());
      assertThat(alone.status()).isEqualTo(1);
      assertThat(alone.err()).hasLineCount(1)
          .startsWith("packice: Cannot serve " + data + " alone: it is a folder that peers share; ");
      Result smaller = start("serve", "--impl", "shared-fs", "--data-dir", data.toString(), "--disk", "1m");
      assertThat(smaller.status()).isEqualTo(1);
      assertThat(smaller.err()).hasLineCount(1).contains("its peers have agreed on 67108864");

      first.terminate();
      assertThat(run(other, "", "get", "x").out()).isEqualTo("some bytes");
      assertThat(run(other, "", "stats").out()).doesNotContain("pid " + first.process.pid() + " on ");
    }
  }
}
