package io.packice.cli.serve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.packice.cli.Cli;
import io.packice.cli.Cli.Result;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code packice serve --impl tiered} in a process of its own, on a small disk that a test may fill, which takes root to mount. */
class ServeTieredProcessTest {
  private static final int MIB = 1 << 20;

  @TempDir Path folder;

  private Path socket;
  private Path disk;
  private Path data;
  private boolean isMounted;

  @BeforeEach
  void mount() throws Exception {
    socket = folder.resolve("p.sock");
    disk = Files.createDirectory(folder.resolve("disk"));
    data = disk.resolve("data");
    isMounted = run("mount", "-t", "tmpfs", "-o", "size=8m", "packice-test", disk.toString());
    assumeTrue(isMounted, "only root may mount a file system that can be filled");
  }

  @AfterEach
  void unmount() throws Exception {
    if (isMounted) {
      assertThat(run("umount", disk.toString())).isTrue();
    }
  }

  private static boolean run(String... command) throws Exception {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    process.getInputStream().transferTo(OutputStream.nullOutputStream());
    return process.waitFor() == 0;
  }

  private Serving serve(String... more) throws IOException {
    List<String> options = new ArrayList<>(
        List.of("--impl", "tiered", "--memory", "16m", "--disk", "64m", "--data-dir", data.toString()));
    options.addAll(List.of(more));
    return Serving.start(socket, "up to 16 MiB of shared memory over up to 64 MiB of files in " + data,
        options.toArray(String[]::new));
  }

  private Result cli(String input, String... args) {
    return Cli.execute(Map.of("PACKICE_SOCKET", socket.toString()), input, args);
  }

  private Result put(String id) {
    return cli(id.repeat(MIB / id.length()), "put", id);
  }

  private List<String> listed() {
    return cli("", "ls", "--json").out().lines().map(line -> line.replaceFirst(".*?\"id\":\"([^\"]*)\".*", "$1"))
        .toList();
  }

  /** The log of a JVM that ends: java.util.logging closes its own as soon as a signal comes. */
  @Test
  void aStopThatFindsTheDiskFullNamesWhatIsLostAndSaysSoByItsExitCode() throws Exception {
    Path filler = disk.resolve("filler");
    try (Serving first = serve("--log-format", "json")) {
      assertThat(List.of(put("a1"), put("a2"), put("a3"))).allMatch(result -> result.status() == 0);
      Files.write(filler, new byte[(int) disk.toFile().getUsableSpace() - MIB - 40 * 4096]); // room for one, and what its log sets aside
      Result refused = put("a4");
      assertThat(refused.status()).isEqualTo(1);
      assertThat(refused.err()).hasLineCount(1).contains("Cannot promise to keep a4: ");
      first.process.destroy();
      assertThat(first.exitCode()).as(first.log()).isEqualTo(1);
      assertThat(first.log().lines().filter(line -> line.contains("\"message\":\"Cannot keep a2 (1048576 bytes)")))
          .as(first.log())
          .singleElement().asString().contains("\"level\":\"warn\"", "ENOSPC");
      assertThat(first.log()).contains("\"message\":\"Cannot keep a3 (1048576 bytes)",
          "\"level\":\"error\"", "Cannot keep 2 objects (2097152 bytes) that only the hot tier had: a2, a3;",
          "Stopped, and removed " + socket).doesNotContain("\"stack\"").hasLineCount(5);
    }
    Files.delete(filler);
    try (Serving second = serve()) {
      assertThat(listed()).containsExactly("a1");
      assertThat(put("a2").status()).isZero();
      second.terminate();
      assertThat(second.log()).contains(" INFO Stopped, and removed ").doesNotContain("WARN", "ERROR");
    }
    try (Serving third = serve()) {
      assertThat(listed()).containsExactly("a1", "a2");
      third.kill();
    }
  }
}
