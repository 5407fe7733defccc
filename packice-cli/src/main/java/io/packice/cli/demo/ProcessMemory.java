package io.packice.cli.demo;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;

/**
 * What a process occupies, by the kernel's own accounts in /proc. Proportional means: a page that n processes map counts 1/n for each, so
 * that the figures of all processes add up to what is really used.
 *
 * @param proportionalBytes proportional set size of the whole process (Pss)
 * @param mappedBytes bytes of Packice objects that it has mapped and touched (Rss of the packice memfds)
 * @param mappedProportionalBytes its share in them (Pss of the packice memfds)
 */
record ProcessMemory(long proportionalBytes, long mappedBytes, long mappedProportionalBytes) {
  static final ProcessMemory NONE = new ProcessMemory(0, 0, 0);

  private static final String MEMFD = "/memfd:packice";

  /** Of a process now; nothing if it has ended. */
  static ProcessMemory of(long pid) throws IOException {
    Path proc = Path.of("/proc", String.valueOf(pid));
    try {
      long total = sum(Files.readAllLines(proc.resolve("smaps_rollup")), "Pss:");
      List<String> packice = onlyPackice(Files.readAllLines(proc.resolve("smaps")));
      return new ProcessMemory(total, sum(packice, "Rss:"), sum(packice, "Pss:"));
    } catch (NoSuchFileException ended) {
      return NONE;
    } catch (IOException e) {
      if (Files.exists(proc.resolve("exe"))) {
        throw e;
      }
      return NONE; // it ended while we read (ESRCH)
    }
  }

  /** The lines of the mappings of packice memfds: a mapping begins with a line of addresses and a path. */
  static List<String> onlyPackice(List<String> smaps) {
    boolean[] inside = {false};
    return smaps.stream().filter(line -> {
      if (!line.isEmpty() && Character.digit(line.charAt(0), 16) >= 0 && line.indexOf('-') > 0
          && line.indexOf('-') < line.indexOf(' ')) {
        inside[0] = line.contains(MEMFD);
      }
      return inside[0];
    }).toList();
  }

  private static long sum(List<String> lines, String field) {
    return lines.stream().filter(line -> line.startsWith(field))
        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D+", "")) * 1024).sum();
  }
}
