package io.packice.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.packice.cli.Cli.Result;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
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

  /** A running {@code packice serve}. */
  private final class Serving implements AutoCloseable {
    private final Path log = folder.resolve("log-" + System.nanoTime());
    private final Process process;

    Serving(String... more) throws IOException {
      process = new ProcessBuilder(JavaCommand.of(Main.class).args("serve", "--socket", socket.toString())
          .args("--memory", "64m").args(more).line()).redirectError(log.toFile()).start();
      assertThat(process.inputReader().readLine()).as(() -> read(log)).isEqualTo(
          "Packice listens on " + socket + " (up to 64 MiB of shared memory; Ctrl-C stops it)");
    }

    int exitCode() throws InterruptedException {
      assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
      return process.exitValue();
    }

    @Override
    public void close() {
      process.destroyForcibly().onExit().join();
    }
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
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
    try (Serving peer = new Serving()) {
      putAndGet();
      peer.process.destroy();
      assertThat(peer.exitCode()).isEqualTo(128 + 15);
      assertThat(socket).doesNotExist();
      assertThat(read(peer.log)).contains(" INFO Stopped, and removed " + socket).hasLineCount(1);
    }
    assertThat(run("", "ls").err()).contains("start a peer with: packice serve --socket " + socket);
  }

  @Test
  void ctrlCStopsItCleanly() throws Exception {
    try (Serving peer = new Serving()) {
      assertThat(new ProcessBuilder("kill", "-INT", String.valueOf(peer.process.pid())).start().waitFor()).isZero();
      assertThat(peer.exitCode()).isEqualTo(128 + 2);
      assertThat(socket).doesNotExist();
    }
  }

  @Test
  void theSocketOfAKilledPeerIsReplacedAndThatOfALivePeerIsNot() throws Exception {
    try (Serving killed = new Serving()) {
      killed.process.destroyForcibly();
      assertThat(killed.exitCode()).isEqualTo(128 + 9);
    }
    assertThat(socket).exists();
    assertThat(run("", "ls").status()).isEqualTo(1);
    try (Serving next = new Serving()) {
      putAndGet();
      Result second = run("", "serve");
      assertThat(second.status()).isEqualTo(1);
      assertThat(second.err()).contains("a peer is alive there (pid " + next.process.pid() + ")").hasLineCount(1);
      assertThat(run("", "get", "x").out()).isEqualTo("some bytes");
    }
  }

  @Test
  void aPeerThatBelongsToAParentEndsWithIt() throws Exception {
    try (Serving peer = new Serving("--with-parent")) {
      putAndGet();
      peer.process.getOutputStream().close();
      assertThat(peer.exitCode()).isZero();
      assertThat(socket).doesNotExist();
    }
  }

  @Test
  void jsonTellsAProgramWhereItListens() throws Exception {
    Process process = new ProcessBuilder(
        JavaCommand.of(Main.class).args("serve", "--json", "--with-parent", "--socket", socket.toString()).line())
        .redirectError(ProcessBuilder.Redirect.DISCARD).start();
    try (InputStream out = process.getInputStream()) {
      byte[] line = new byte[1 << 16];
      String json = new String(line, 0, out.read(line), StandardCharsets.UTF_8);
      assertThat(json).contains("\"socket\":\"" + socket + "\"", "\"pid\":" + process.pid()).hasLineCount(1);
    } finally {
      process.destroy();
      process.waitFor();
    }
  }
}
