package io.packice.cli.command;

import io.packice.core.AcquireRequest;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Durations as people write and read them: {@code 90s}, {@code 2h}. */
public final class Durations {
  private static final Pattern TEXT = Pattern.compile("(\\d{1,12}(?:\\.\\d{1,9})?)\\s*(ms|s|m|h|d)");

  private static final BigDecimal LONGEST_MS = BigDecimal.valueOf(AcquireRequest.MAX_DURATION.toMillis());

  private Durations() {
  }

  /**
   * Reads {@code 500ms}, {@code 90s}, {@code 10m}, {@code 1.5h}, {@code 7d}; none longer than a peer counts.
   *
   * @param text as it was given
   * @return the duration
   */
  public static Duration parse(String text) {
    Matcher matcher = TEXT.matcher(text.strip().toLowerCase(Locale.ROOT));
    if (matcher.matches()) {
      long unitMs = switch (matcher.group(2)) {
        case "ms" -> 1;
        case "s" -> 1_000;
        case "m" -> 60_000;
        case "h" -> 3_600_000;
        default -> 86_400_000;
      };
      BigDecimal ms = new BigDecimal(matcher.group(1)).multiply(BigDecimal.valueOf(unitMs));
      if (ms.compareTo(BigDecimal.ONE) >= 0 && ms.compareTo(LONGEST_MS) <= 0) {
        return Duration.ofMillis(ms.longValue());
      }
    }
    throw new IllegalArgumentException("Cannot use \"" + text
        + "\" as a duration; write such as 500ms, 90s, 10m, 2h or 7d, more than 0 and at most "
        + AcquireRequest.MAX_DURATION.toDays() + "d");
  }

  /**
   * At most two digits or so: {@code 12ms}, {@code 3.4s}, {@code 59s}, {@code 12m}, {@code 5h}, {@code 9d}.
   *
   * @param duration how long
   * @return such as {@code 1.5h}
   */
  public static String format(Duration duration) {
    long ms = duration.toMillis();
    if (ms < 1_000) {
      return ms + "ms";
    }
    if (ms < 9_950) {
      return String.format(Locale.ROOT, "%.1fs", ms / 1e3);
    }
    if (ms < 120_000) {
      return Math.round(ms / 1e3) + "s";
    }
    if (ms < 7_200_000) {
      return Math.round(ms / 6e4) + "m";
    }
    return duration.toHours() < 48 ? duration.toHours() + "h" : duration.toDays() + "d";
  }

  /**
   * The same, not rounded beyond a millisecond, as {@link #parse} reads it: {@code 90s}, {@code 2h}, {@code 1500ms}.
   *
   * @param duration how long
   * @return a text that parses to the same duration
   */
  public static String exact(Duration duration) {
    long ms = duration.toMillis();
    for (String unit : new String[] {"d", "h", "m", "s"}) {
      long unitMs = parse(1 + unit).toMillis();
      if (ms % unitMs == 0) {
        return ms / unitMs + unit;
      }
    }
    return ms + "ms";
  }

  /**
   * The same as a number.
   *
   * @param duration how long
   * @return in seconds
   */
  public static double seconds(Duration duration) {
    return duration.toNanos() / 1e9;
  }
}
