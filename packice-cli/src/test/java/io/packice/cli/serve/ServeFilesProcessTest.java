package io.packice.cli.serve;

import static org.assertj.core.api.Assertions.assertThat;

import io.packice.cli.Cli;
import io.packice.cli.Cli.Result;
import io.packice.cli.Main;
import io.packice.cli.demo.JavaCommand;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code packice serve --impl fs} in a process of its own: whatever ends it, the next one serves what was sealed. */
class ServeFilesProcessTest {
  @TempDir Path folder;

  private Path socket;
  private Path data;

  @BeforeEach
  void choosePaths() {
    socket = folder.resolve("p.sock");
    data = folder.resolve("data");
  }

  private Serving serve() throws IOException {
    return Serving.start(socket, "up to 64 MiB of files in " + data, "--impl", "fs", "--data-dir", data.toString(),
        "--disk", "64m");
  }

  private Result run(String input, String... args) {
    return Cli.execute(Map.of("PACKICE_SOCKET", socket.toString()), input, args);
  }

  private void put(String id, String content) {
    assertThat(run(content, "put", id).status()).isZero();
  }

  private void assertHolds(String id, String content) {
    assertThat(run("", "get", id)).isEqualTo(new Result(0, content, ""));
  }

  @Test
  void whatWasPutOutlivesEveryEndOfItsPeer() throws Exception {
    try (Serving first = serve()) {
      put("x", "some bytes");
      first.terminate();
      assertThat(first.log()).contains(" INFO Serving with ", " INFO Stopped, and removed " + socket).hasLineCount(2);
    }
    try (Serving second = serve()) {
      assertHolds("x", "some bytes");
      put("y", "more bytes");
      second.kill();
    }
    try (Serving third = serve()) {
      assertHolds("x", "some bytes");
      assertHolds("y", "more bytes");
      assertThat(third.log()).contains(" INFO Serving with ").hasLineCount(1);
    }
    assertThat(run("", "verify", "--data-dir", data.toString()).out()).contains(": 2 objects, 20 B read in ");
  }

  @Test
  void oneFolderHasOnePeer() throws Exception {
    try (Serving first = serve()) {
      put("x", "some bytes");
      Result second = run("", "serve", "--impl", "fs", "--data-dir", data.toString(), "--socket", socket + "2");
      assertThat(second.status()).isEqualTo(1);
      assertThat(second.err()).hasLineCount(1)
          .startsWith("packice: Cannot serve " + data + ": it is served by process " + first.process.pid());
      assertHolds("x", "some bytes");
    }
  }

  @Test
  void lessRoomThanWhatIsThereIsRefused() throws Exception {
    try (Serving first = serve()) {
      put("x", "some bytes");
      put("y", "some bytes");
      first.terminate();
    }
    Result next = run("", "serve", "--impl", "fs", "--data-dir", data.toString(), "--disk", "4k");
    assertThat(next.status()).isEqualTo(1);
    assertThat(next.err()).hasLineCount(1).contains("a capacity of 4096 bytes: 8192 are sealed");
  }

  @Test
  void itsFolderIsByDefaultWhereAUsersDataAre() throws Exception {
    Path home = folder.resolve("share");
    ProcessBuilder serve = new ProcessBuilder(
        JavaCommand.of(Main.class).args("serve", "--json", "--with-parent", "--impl", "fs").line())
        .redirectError(ProcessBuilder.Redirect.DISCARD);
    serve.environment().putAll(Map.of("PACKICE_SOCKET", socket.toString(), "XDG_DATA_HOME", home.toString()));
    Process process = serve.start();
    try {
      assertThat(process.inputReader().readLine()).contains("\"impl\":\"fs\"",
          "\"data_dir\":\"" + home.resolve("packice") + "\"");
    } finally {
      process.destroy();
      process.waitFor();
    }
    assertThat(Cli.execute(Map.of("XDG_DATA_HOME", home.toString()), "", "verify").out())
        .startsWith(home.resolve("packice") + ": 0 objects, ");
  }
}
