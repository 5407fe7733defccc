package io.packice.spark.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a process has of some shared memory.
 *
 * @param resident the bytes that it has mapped and touched
 * @param proportional the same, each page divided by the number of mappings that it is in
 * @param own those of them that no other mapping has
 */
public record SharedPages(long resident, long proportional, long own) {
  private static final Pattern MAPPING = Pattern.compile("\\S+ (\\S)\\S* \\S+ (\\S+) (\\d+)\\s+/memfd:.*");
  private static final Pattern SIZE = Pattern.compile("(Rss|Pss|Private_Clean|Private_Dirty):\\s+(\\d+) kB");

  /**
   * Looks at a process.
   *
   * @param pid whose
   * @param inodes of which memory, as the process itself says
   * @return the sums over all mappings of it
   */
  public static SharedPages of(long pid, Collection<String> inodes) throws IOException {
    Map<String, Long> sums = new HashMap<>();
    boolean isMeant = false;
    for (String line : Files.readAllLines(Path.of("/proc/" + pid + "/smaps"))) {
      Matcher size = SIZE.matcher(line);
      if (size.matches()) {
        if (isMeant) {
          sums.merge(size.group(1), Long.parseLong(size.group(2)) << 10, Long::sum);
        }
      } else if (!line.matches("[A-Z]\\w+:.*")) {
        Matcher mapping = MAPPING.matcher(line);
        isMeant = mapping.matches() && inodes.contains(mapping.group(2) + ":" + mapping.group(3));
      }
    }
    return new SharedPages(sums.getOrDefault("Rss", 0L), sums.getOrDefault("Pss", 0L),
        sums.getOrDefault("Private_Clean", 0L) + sums.getOrDefault("Private_Dirty", 0L));
  }

  /** The inodes of memory that has a descriptor; two processes that map the same one have the same pages. */
  static SortedSet<String> inodes() {
    return inodes("self");
  }

  /**
   * The inodes of memory that a process has mapped.
   *
   * @param pid whose, or {@code self}
   * @return device and inode of each
   */
  public static SortedSet<String> inodes(String pid) {
    try {
      SortedSet<String> inodes = new TreeSet<>();
      for (String line : Files.readAllLines(Path.of("/proc/" + pid + "/maps"))) {
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
