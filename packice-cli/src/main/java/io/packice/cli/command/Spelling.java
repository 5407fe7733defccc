package io.packice.cli.command;

import java.util.Collection;
import java.util.Comparator;
import org.jspecify.annotations.Nullable;

/** What somebody may have meant. */
public final class Spelling {
  private Spelling() {
  }

  /**
   * The known name that it takes the fewest edits to get to; null if none is near.
   *
   * @param name its name
   * @param known the words that there are
   * @return the known word that is meant, or null
   */
  public static @Nullable String nearest(String name, Collection<String> known) {
    int patience = Math.max(2, name.length() / 3);
    return known.stream().filter(each -> distance(name, each) <= patience)
        .min(Comparator.comparingInt((String each) -> distance(name, each)).thenComparing(each -> each)).orElse(null);
  }

  /**
   * How many letters must be added, removed or changed (Levenshtein).
   *
   * @param a one word
   * @param b the other word
   * @return how many letters differ
   */
  public static int distance(String a, String b) {
    int[] row = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int changed = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(changed, 1 + Math.min(row[j], row[j - 1]));
      }
    }
    return row[b.length()];
  }
}
