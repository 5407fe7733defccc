package io.packice.storage.config;

import java.util.Collection;
import java.util.Comparator;
import org.jspecify.annotations.Nullable;

/** What somebody may have meant. */
public final class Spelling {
  private Spelling() {
  }

  /**
   * The known name that a name takes the fewest edits to get to.
   *
   * @param name what was written
   * @param known what could have been meant
   * @return one of them; null if none is near
   */
  public static @Nullable String nearest(String name, Collection<String> known) {
    int patience = Math.max(2, name.length() / 3);
    return known.stream().filter(each -> distance(name, each) <= patience)
        .min(Comparator.comparingInt((String each) -> distance(name, each)).thenComparing(each -> each)).orElse(null);
  }

  /**
   * The end of a refusal of an unknown name.
   *
   * @param name what was written
   * @param known what could have been meant
   * @param what what they are, in the plural, such as {@code settings}
   * @return {@code did you mean this?} or a list of what there is
   */
  public static String advice(String name, Collection<String> known, String what) {
    String nearest = nearest(name, known);
    return nearest == null ? "the " + what + " are " + String.join(", ", known) : "did you mean " + nearest + "?";
  }

  /**
   * How many letters must be added, removed or changed (Levenshtein).
   *
   * @param a a word
   * @param b another
   * @return the number of edits
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
