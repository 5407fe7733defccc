package io.packice.cli.demo;

import io.packice.cli.command.CliException;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * A process that works for this one: it answers in lines on its standard output, and ends when its standard input does, which is at
 * {@link #close} or when this process dies, however that comes. For one thread, except {@link #close}.
 */
final class ChildJvm implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private final String name;
  private final Process process;
  private final BufferedReader lines;
  private final Path log;
  private @Nullable CompletableFuture<@Nullable String> pending;

  private ChildJvm(String name, Process process, Path log) {
    this.name = name;
    this.process = process;
    this.lines = process.inputReader(StandardCharsets.UTF_8);
    this.log = log;
  }

  /** Starts one; what it says on standard error is kept in a file until something goes wrong. */
  static ChildJvm start(String name, JavaCommand command, Path log) throws IOException {
    return new ChildJvm(name, new ProcessBuilder(command.line()).redirectError(log.toFile()).start(), log);
  }

  String name() {
    return name;
  }

  long pid() {
    return process.pid();
  }

  /**
   * The next line that it prints.
   *
   * @return null if there was none within the patience; it is not lost, ask again
   */
  @Nullable
  String line(Duration patience) throws IOException, InterruptedException {
    if (pending == null) {
      pending = new CompletableFuture<>();
      CompletableFuture<@Nullable String> future = pending;
      Thread.ofVirtual().start(() -> readInto(future));
    }
    try {
      String line = pending.get(patience.toNanos(), TimeUnit.NANOSECONDS);
      pending = null;
      if (line == null) {
        throw ended();
      }
      return line;
    } catch (TimeoutException notYet) {
      return null;
    } catch (ExecutionException e) {
      throw new IOException("Cannot hear from the " + name + ": " + e.getCause(), e);
    }
  }

  /** The next line, however long it takes. */
  String line() throws IOException, InterruptedException {
    while (true) {
      String line = line(PATIENCE);
      if (line != null) {
        return line;
      }
    }
  }

  private void readInto(CompletableFuture<@Nullable String> future) {
    try {
      future.complete(lines.readLine());
    } catch (IOException e) {
      future.completeExceptionally(e);
    }
  }

  private CliException ended() throws IOException, InterruptedException {
    int status = process.waitFor();
    List<String> said = Files.readAllLines(log);
    String why = said.isEmpty() ? "" : ": " + said.stream().filter(line -> line.startsWith("packice: ")).findFirst()
        .map(line -> line.substring("packice: ".length())).orElse(said.getLast());
    return new CliException("Cannot go on: the " + name + " ended with exit code " + status + why, null);
  }

  /** Tells it to end, without waiting. What it still prints can be read. */
  void stop() throws IOException {
    process.getOutputStream().close();
  }

  /** Ends it, gently at first, and waits until it is gone. */
  @Override
  public void close() {
    try {
      stop();
      if (!process.waitFor(PATIENCE)) {
        process.destroyForcibly().waitFor();
      }
    } catch (IOException e) {
      process.destroyForcibly();
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
