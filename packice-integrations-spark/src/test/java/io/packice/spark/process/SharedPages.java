package io.packice.spark.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Which shared memory this process maps. */
final class SharedPages {
  private static final Pattern MAPPING = Pattern.compile("\\S+ (\\S)\\S* \\S+ (\\S+) (\\d+)\\s+/memfd:.*");

  private SharedPages() {
  }

  /** The inodes of memory that has a descriptor; two processes that map the same one have the same pages. */
  static SortedSet<String> inodes() {
    try {
      SortedSet<String> inodes = new TreeSet<>();
      for (String line : Files.readAllLines(Path.of("/proc/self/maps"))) {
        Matcher matcher = MAPPING.matcher(line);
        if (matcher.matches()) {
          inodes.add(matcher.group(2) + ":" + matcher.group(3));
        }
      }
      return inodes;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
