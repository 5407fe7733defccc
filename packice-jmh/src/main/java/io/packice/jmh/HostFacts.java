package io.packice.jmh;

import java.io.BufferedReader;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Asks the host what it is. */
final class HostFacts {
  private HostFacts() {
  }

  static Report.Host now() throws IOException {
    return new Report.Host(field("/proc/cpuinfo", "model name"), Runtime.getRuntime().availableProcessors(),
        Long.parseLong(field("/proc/meminfo", "MemTotal").replaceAll("\\D", "")) << 10,
        System.getProperty("os.version"),
        System.getProperty("java.vm.vendor") + " " + System.getProperty("java.runtime.version"), commit(),
        ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage());
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
