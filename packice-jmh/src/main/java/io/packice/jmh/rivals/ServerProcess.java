package io.packice.jmh.rivals;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;

/** A server of a rival: a child of this process, which ends with it. */
final class ServerProcess implements AutoCloseable {
  private static final long START_MS = 10_000;
  private static final long STOP_MS = 5_000;
  private static final long PAUSE_MS = 10;

  private final Process process;
  private final Path log;
  private final Thread hook;

  private ServerProcess(Process process, Path log) {
    this.process = process;
    this.log = log;
    this.hook = new Thread(process::destroyForcibly, "packice-jmh-stop-server"); // also if a benchmark fails
    Runtime.getRuntime().addShutdownHook(hook);
  }

  /** Starts one; what it says goes to a file in the folder. */
  static ServerProcess start(Path folder, List<String> command) throws IOException {
    Path log = folder.resolve("server.log");
    Process process = new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true)
        .redirectOutput(log.toFile()).redirectInput(new File("/dev/null")).start();
    return new ServerProcess(process, log);
  }

  /** Tries until the server answers. */
  <T> T connect(Callable<T> attempt) throws IOException {
    long startNanos = System.nanoTime();
    while (true) {
      try {
        return attempt.call();
      } catch (Exception notYet) {
        boolean isLate = System.nanoTime() - startNanos > TimeUnit.MILLISECONDS.toNanos(START_MS);
        if (isLate || !process.isAlive()) {
          close();
          throw new IOException("Cannot reach " + process.info().command().orElse("the server") + ": it says "
              + Files.readString(log, StandardCharsets.UTF_8).strip() + "; start it by hand to see why", notYet);
        }
      }
      try {
        Thread.sleep(PAUSE_MS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        close();
        throw new IOException("Interrupted while a server starts", e);
      }
    }
  }

  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(STOP_MS, TimeUnit.MILLISECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException shuttingDown) {
      process.destroyForcibly();
    }
  }
}
