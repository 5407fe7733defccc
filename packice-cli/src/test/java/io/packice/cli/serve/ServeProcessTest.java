package io.packice.cli.serve;

import static org.assertj.core.api.Assertions.assertThat;

import io.packice.backends.memory.TempFileBlobStore;
import io.packice.cli.Cli;
import io.packice.cli.Cli.Result;
import io.packice.cli.Main;
import io.packice.cli.demo.JavaCommand;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code packice serve} in a process of its own, stopped in every way that a process can be stopped. */
class ServeProcessTest {
  @TempDir Path folder;

  private Path socket;

  @BeforeEach
  void chooseSocket() {
    socket = folder.resolve("p.sock");
  }

  private Serving serve(String... more) throws IOException {
    return Serving.start(socket, "up to 64 MiB of shared memory",
        Stream.concat(Stream.of("--memory", "64m"), Stream.of(more)).toArray(String[]::new));
  }

  private Result run(String input, String... args) {
    return Cli.execute(Map.of("PACKICE_SOCKET", socket.toString()), input, args);
  }

  private void putAndGet() {
    assertThat(run("some bytes", "put", "x")).extracting(Result::status).isEqualTo(0);
    assertThat(run("", "get", "x")).isEqualTo(new Result(0, "some bytes", ""));
  }

  @Test
  void sigtermStopsItCleanly() throws Exception {
    try (Serving peer = serve()) {
      putAndGet();
      peer.terminate();
      assertThat(socket).doesNotExist();
      assertThat(peer.log()).contains(" INFO Serving with ", " INFO Stopped, and removed " + socket).hasLineCount(2);
    }
    assertThat(run("", "ls").err()).contains("start a peer with: packice serve --socket " + socket);
  }

  @Test
  void sharedMemoryMayBeFilesWithoutANameOfWhichAKillLeavesNone() throws Exception {
    try (Serving peer = Serving.start(socket, "up to 64 MiB of shared memory in temporary files", "--memory", "64m",
        "--memory-backend", "tempfile")) {
      putAndGet();
      peer.kill();
      assertThat(peer.log()).contains("memory-backend=tempfile (--memory-backend)");
    }
    assertThat(TempFileBlobStore.folder()).isDirectoryNotContaining("glob:**/packice:x-*");
  }

  @Test
  void ctrlCStopsItCleanly() throws Exception {
    try (Serving peer = serve()) {
      assertThat(new ProcessBuilder("kill", "-INT", String.valueOf(peer.process.pid())).start().waitFor()).isZero();
      assertThat(peer.exitCode()).isEqualTo(128 + 2);
      assertThat(socket).doesNotExist();
    }
  }

  @Test
  void theSocketOfAKilledPeerIsReplacedAndThatOfALivePeerIsNot() throws Exception {
    try (Serving killed = serve()) {
      killed.kill();
    }
    assertThat(socket).exists();
    assertThat(run("", "ls").status()).isEqualTo(1);
    try (Serving next = serve()) {
      putAndGet();
      Result second = run("", "serve");
      assertThat(second.status()).isEqualTo(1);
      assertThat(second.err()).contains("a peer is alive there (pid " + next.process.pid() + ")").hasLineCount(1);
      assertThat(run("", "get", "x").out()).isEqualTo("some bytes");
    }
  }

  @Test
  void aPeerThatBelongsToAParentEndsWithIt() throws Exception {
    try (Serving peer = serve("--with-parent")) {
      putAndGet();
      peer.process.getOutputStream().close();
      assertThat(peer.exitCode()).isZero();
      assertThat(socket).doesNotExist();
    }
  }

  @Test
  void jsonTellsAProgramWhereItListens() throws Exception {
    Process process = new ProcessBuilder(
        JavaCommand.of(Main.class)
            .args("serve", "--json", "--with-parent", "--socket", socket.toString(), "--transport",
                "uds,http", "--http-address", "127.0.0.1:0")
            .line())
        .redirectError(ProcessBuilder.Redirect.DISCARD).start();
    try (InputStream out = process.getInputStream()) {
      byte[] line = new byte[1 << 16];
      String json = new String(line, 0, out.read(line), StandardCharsets.UTF_8);
      assertThat(json).contains("\"socket\":\"" + socket + "\"", "\"pid\":" + process.pid(),
          "\"impl\":\"mem\"", "\"data_dir\":null").hasLineCount(1);
      Matcher http = Pattern.compile("\"http\":\"(http://127.0.0.1:\\d+)\"").matcher(json);
      assertThat(http.find()).as(json).isTrue();
      Map<String, String> overHttp = Map.of("PACKICE_SOCKET", http.group(1));
      assertThat(Cli.execute(overHttp, "some bytes", "put", "x")).extracting(Result::status).isEqualTo(0);
      assertThat(run("", "get", "x").out()).isEqualTo("some bytes");
      assertThat(Cli.execute(overHttp, "", "get", "x").out()).isEqualTo("some bytes");
    } finally {
      process.destroy();
      process.waitFor();
    }
  }
}
