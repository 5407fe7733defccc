package io.packice.cli.serve;

import java.util.Arrays;
import java.util.Locale;
import java.util.logging.Level;
import java.util.stream.Collectors;

/** How important an event is. */
public enum LogLevel {
  /** Something is broken. */
  ERROR,
  /** Somebody should look at it. */
  WARN,
  /** What an operator wants to see. */
  INFO,
  /** Every connection, every refusal. */
  DEBUG;

  /** The least important level of the JDK that is at least as important. */
  Level least() {
    return switch (this) {
      case ERROR -> Level.SEVERE;
      case WARN -> Level.WARNING;
      case INFO -> Level.INFO;
      case DEBUG -> Level.FINE;
    };
  }

  /** How important what the JDK says is. */
  static LogLevel of(Level level) {
    return Arrays.stream(values()).filter(each -> level.intValue() >= each.least().intValue()).findFirst()
        .orElse(DEBUG);
  }

  /**
   * Reads what {@link #toString} writes.
   *
   * @param text as it was given
   * @return what it names
   */
  public static LogLevel parse(String text) {
    return Arrays.stream(values()).filter(level -> level.toString().equals(text)).findFirst()
        .orElseThrow(() -> new IllegalArgumentException("Cannot log at level \"" + text + "\"; choose "
            + Arrays.stream(values()).map(LogLevel::toString).collect(Collectors.joining(", "))));
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
