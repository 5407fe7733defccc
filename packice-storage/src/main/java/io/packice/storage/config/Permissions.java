package io.packice.storage.config;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** What may be done through a mount, whatever its service could do. */
public enum Permissions {
  /** Nothing is changed. */
  READONLY,
  /** Written, also over what is there; nothing is deleted or moved away. */
  READWRITE,
  /** Everything. */
  FULL;

  /** By the word of a configuration. */
  static Permissions of(String word, String mount) {
    List<String> words = Arrays.stream(values()).map(Permissions::toString).toList();
    if (!words.contains(word)) {
      throw new IllegalArgumentException(
          "Cannot configure mount " + mount + ": unknown permissions '" + word + "'; "
              + Spelling.advice(word, words, "permissions"));
    }
    return valueOf(word.toUpperCase(Locale.ROOT));
  }

  /**
   * Whether writing is among them.
   *
   * @return true unless read-only
   */
  public boolean mayWrite() {
    return this != READONLY;
  }

  /**
   * Whether deleting is among them.
   *
   * @return true if full
   */
  public boolean mayDelete() {
    return this == FULL;
  }

  /** As a configuration says it. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
