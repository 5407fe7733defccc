package io.packice.cli.serve;

import java.util.Locale;

/** How events are written. */
public enum LogFormat {
  /** For people. */
  TEXT,
  /** For programs. */
  JSON;

  /**
   * Reads what {@link #toString} writes.
   *
   * @param text as it was given
   * @return what it names
   */
  public static LogFormat parse(String text) {
    return switch (text) {
      case "text" -> TEXT;
      case "json" -> JSON;
      default -> throw new IllegalArgumentException("Cannot log as \"" + text + "\"; choose text or json");
    };
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
