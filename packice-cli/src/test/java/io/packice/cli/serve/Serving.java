package io.packice.cli.serve;

import static org.assertj.core.api.Assertions.assertThat;

import io.packice.cli.Foreground;
import io.packice.cli.Main;
import io.packice.cli.demo.JavaCommand;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A {@code packice serve} in a process of its own, which has said that it is ready. */
public final class Serving implements AutoCloseable {
  public final Process process;
  private final Path log;

  private Serving(Process process, Path log) {
    this.process = process;
    this.log = log;
  }

  /** Starts one and waits until it says what is expected: where it listens, and this in brackets. */
  public static Serving start(Path socket, String expected, String... options) throws IOException {
    return start(List.of(), socket, expected, options);
  }

  /** The same behind a command that sets up what it runs in. */
  public static Serving start(List<String> within, Path socket, String expected, String... options) throws IOException {
    Path log = Path.of(socket + ".log-" + System.nanoTime());
    List<String> command = new ArrayList<>(within);
    command.addAll(Foreground
        .command(JavaCommand.of(Main.class).args("serve", "--socket", socket.toString()).args(options).line()));
    Process process = new ProcessBuilder(command).redirectError(log.toFile()).start();
    Serving serving = new Serving(process, log);
    String line = process.inputReader().readLine();
    assertThat(line).as(serving::log)
        .isEqualTo("Packice listens on " + socket + " (" + expected + "; Ctrl-C stops it)");
    return serving;
  }

  /** What it wrote to standard error so far. */
  public String log() {
    try {
      return Files.readString(log);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public void terminate() throws InterruptedException {
    process.destroy();
    assertThat(exitCode()).isEqualTo(128 + 15);
  }

  public void kill() throws InterruptedException {
    process.destroyForcibly();
    assertThat(exitCode()).isEqualTo(128 + 9);
  }

  public int exitCode() throws InterruptedException {
    assertThat(process.waitFor(5, TimeUnit.MINUTES)).isTrue();
    return process.exitValue();
  }

  @Override
  public void close() {
    process.destroyForcibly().onExit().join();
  }
}
