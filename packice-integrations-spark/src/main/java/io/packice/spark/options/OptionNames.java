package io.packice.spark.options;

import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.apache.spark.sql.util.CaseInsensitiveStringMap;
import org.apache.spark.unsafe.types.UTF8String;
import org.jspecify.annotations.Nullable;

/**
 * The names of all options. One that looks like one of them is an error of who wrote it; any other may be meant for whatever else gets the same options, such as
 * Spark itself.
 */
public final class OptionNames {
  private static final List<String> KNOWN = List.of("peer", "table", "path", "version", "versionAsOf", "timestampAsOf",
      "splitBytes", "startingVersion", "maxRowsPerTrigger", "maxPartsPerTrigger", "maxBytesPerTrigger", "partBytes",
      "history", "leaseTtl", "evict");
  /** Spark's, and like one of ours. */
  private static final Set<String> OTHERS = Set.of("paths");
  private static final int SHORT = 6;
  private static final int LETTERS_PER_SLIP = 4;

  private OptionNames() {
  }

  /**
   * Looks for misspelt names.
   *
   * @param options of a read or a write
   * @throws IllegalArgumentException if there is one; it says which option is meant
   */
  public static void require(CaseInsensitiveStringMap options) {
    for (String given : options.asCaseSensitiveMap().keySet()) {
      String nearest = nearest(given);
      if (nearest != null) {
        throw new IllegalArgumentException(
            "Cannot use option " + given + ": there is none of this name, the nearest is "
                + nearest + "; use that, or leave it out");
      }
    }
  }

  /** Null if the name is known, or unlike all that are. */
  private static @Nullable String nearest(String given) {
    String letters = letters(given);
    if (OTHERS.contains(letters) || KNOWN.stream().anyMatch(given::equalsIgnoreCase)) {
      return null;
    }
    return KNOWN.stream().filter(known -> slips(letters, known) <= mostSlips(known))
        .min(Comparator.comparingInt(known -> slips(letters, known))).orElse(null);
  }

  /** Two letters that have changed places are two slips. */
  private static int mostSlips(String known) {
    return known.length() < SHORT ? 1 : Math.max(2, known.length() / LETTERS_PER_SLIP);
  }

  private static String letters(String name) {
    return name.toLowerCase(Locale.ROOT).replaceAll("[-_. ]", "");
  }

  private static int slips(String letters, String known) {
    return UTF8String.fromString(letters).levenshteinDistance(UTF8String.fromString(letters(known)));
  }
}
