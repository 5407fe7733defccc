package io.packice.jmh.report;

import java.io.BufferedReader;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Asks the host what it is. */
public final class HostFacts {
  private HostFacts() {
  }

  /**
   * What it is now.
   *
   * @return its facts; the load is that before a run
   * @throws IOException if the kernel does not tell
   */
  public static Report.Host now() throws IOException {
    return new Report.Host(field("/proc/cpuinfo", "model name"), Runtime.getRuntime().availableProcessors(),
        Long.parseLong(field("/proc/meminfo", "MemTotal").replaceAll("\\D", "")) << 10,
        System.getProperty("os.version"),
        System.getProperty("java.vm.vendor") + " " + System.getProperty("java.runtime.version"), commit(), load(),
        load());
  }

  /**
   * The same host after a run.
   *
   * @param before what it was
   * @return the same, with the load that it has now
   */
  public static Report.Host after(Report.Host before) {
    return new Report.Host(before.cpu(), before.cores(), before.memoryBytes(), before.kernel(), before.jdk(),
        before.commit(), before.loadBefore(), load());
  }

  private static double load() {
    return ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
  }

  private static String field(String file, String name) throws IOException {
    try (Stream<String> lines = Files.lines(Path.of(file))) {
      return lines.filter(line -> line.startsWith(name)).findFirst()
          .map(line -> line.substring(line.indexOf(':') + 1).strip()).orElse("unknown");
    }
  }

  /** Null where there is no git, or no repository. */
  private static @Nullable String commit() throws IOException {
    try {
      Process git = new ProcessBuilder("git", "describe", "--always", "--dirty", "--abbrev=12")
          .redirectError(ProcessBuilder.Redirect.DISCARD).start();
      try (BufferedReader out = git.inputReader(StandardCharsets.UTF_8)) {
        return out.readLine();
      }
    } catch (IOException noGit) {
      return Files.exists(Path.of(".git")) ? "unknown: " + noGit.getMessage() : null;
    }
  }
}
