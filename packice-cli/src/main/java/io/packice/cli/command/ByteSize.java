package io.packice.cli.command;

import java.math.BigDecimal;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A number of bytes as people write and read it, in powers of 1024: {@code 512m}, {@code 4 GiB}.
 *
 * @param bytes the number
 */
public record ByteSize(long bytes) {
  private static final String UNITS = "KMGTP";
  private static final Pattern TEXT = Pattern.compile("(\\d{1,19}(?:\\.\\d{1,9})?)\\s*(?:([KMGTP])(?:I?B)?|B)?");

  /**
   * Reads {@code 4096}, {@code 64k}, {@code 512MiB}, {@code 1.5g}.
   *
   * @param text as it was given
   * @return the number
   */
  public static ByteSize parse(String text) {
    Matcher matcher = TEXT.matcher(text.strip().toUpperCase(Locale.ROOT));
    if (matcher.matches()) {
      int power = matcher.group(2) == null ? 0 : UNITS.indexOf(matcher.group(2)) + 1;
      BigDecimal bytes = new BigDecimal(matcher.group(1)).multiply(BigDecimal.valueOf(1L << (10 * power)));
      if (bytes.compareTo(BigDecimal.ONE) >= 0 && bytes.compareTo(BigDecimal.valueOf(1L << 62)) <= 0) {
        return new ByteSize(bytes.longValue());
      }
    }
    throw new IllegalArgumentException(
        "Cannot use \"" + text + "\" as a number of bytes; write such as 4096, 512m or 4g, more than 0");
  }

  /**
   * Such as {@code 5 B}, {@code 1.5 KiB}, {@code 179 MiB}.
   *
   * @return such as {@code 1.5 GiB}
   */
  public static String format(long bytes) {
    if (bytes < 1024) {
      return bytes + " B";
    }
    double value = bytes;
    int unit = -1;
    while (value >= 999.5 && unit < UNITS.length() - 1) {
      value /= 1024;
      unit++;
    }
    return String.format(Locale.ROOT, value < 9.95 ? "%.1f %siB" : "%.0f %siB", value, UNITS.charAt(unit));
  }

  /**
   * The same number, not rounded, as {@link #parse} reads it: {@code 4g}, {@code 4097}.
   *
   * @return a text that parses to the same number
   */
  public String exact() {
    int power = 0;
    while (power < UNITS.length() && bytes % (1L << (10 * (power + 1))) == 0) {
      power++;
    }
    return power == 0 ? String.valueOf(bytes)
        : (bytes >> (10 * power)) + UNITS.substring(power - 1, power).toLowerCase(Locale.ROOT);
  }

  @Override
  public String toString() {
    return format(bytes);
  }
}
