package io.packice.arrow.text;

import java.util.Locale;

/**
 * Numbers as text has them: ASCII digits, with a sign, a point at either end and an exponent if wanted, NaN and infinities however they are spelt, and
 * spaces around all that, which say nothing. What begins with zeros, as {@code 007} does, is no number unless somebody asked for one.
 */
final class TextNumber {
  private static final long EXACT_DOUBLE = 1L << 53;
  private static final int LONG_DIGITS = 18; // a long has all numbers of so many
  private static final int DOUBLE_DIGITS = 16; // of 2^53
  private static final int FINITE_CHARS = 300; // a double goes to 10^308

  private TextNumber() {
  }

  /** What a text is. */
  enum Kind {
    /** No number. */
    NONE,
    /** Digits. */
    WHOLE,
    /** With a point or an exponent; and -0, which no integer is. */
    FRACTION,
    /** NaN, or infinite. */
    SPECIAL
  }

  static Kind kind(String text, boolean asked) {
    int start = start(text);
    int end = end(text, start);
    int first = start < end && isSign(text.charAt(start)) ? start + 1 : start;
    int point = digits(text, first, end);
    int behind = point < end && text.charAt(point) == '.' ? digits(text, point + 1, end) : point;
    int count = point - first + Math.max(behind - point - 1, 0);
    if (count == 0) {
      return behind == first && isSpecial(text.substring(first, end)) ? Kind.SPECIAL : Kind.NONE;
    }
    if (!asked && point - first > 1 && text.charAt(first) == '0') {
      return Kind.NONE;
    }
    int last = exponent(text, behind, end);
    if (last != end) {
      return Kind.NONE;
    }
    boolean negativeZero = !asked && text.charAt(start) == '-' && text.charAt(first) == '0';
    return last > point || negativeZero ? Kind.FRACTION : Kind.WHOLE;
  }

  private static int start(String text) {
    int start = 0;
    while (start < text.length() && isBlank(text.charAt(start))) {
      start++;
    }
    return start;
  }

  private static int end(String text, int start) {
    int end = text.length();
    while (end > start && isBlank(text.charAt(end - 1))) {
      end--;
    }
    return end;
  }

  private static boolean isBlank(char c) {
    return c == ' ' || c == '\t';
  }

  private static boolean isSign(char c) {
    return c == '-' || c == '+';
  }

  private static int digits(String text, int from, int end) {
    int at = from;
    while (at < end && text.charAt(at) >= '0' && text.charAt(at) <= '9') {
      at++;
    }
    return at;
  }

  /** Where it ends, if there is one; -1 if it is none, but begins like one. */
  private static int exponent(String text, int from, int end) {
    if (from == end || (text.charAt(from) | 0x20) != 'e') {
      return from;
    }
    int first = from + 1 < end && isSign(text.charAt(from + 1)) ? from + 2 : from + 1;
    int last = digits(text, first, end);
    return last == first ? -1 : last;
  }

  private static boolean isSpecial(String unsigned) {
    return unsigned.equalsIgnoreCase("nan") || isInfinity(unsigned);
  }

  private static boolean isInfinity(String unsigned) {
    return unsigned.equalsIgnoreCase("inf") || unsigned.equalsIgnoreCase("infinity");
  }

  /** Whether it is a whole number of 64 bits. */
  static boolean isLong(String text) {
    if (kind(text, false) != Kind.WHOLE) {
      return false;
    }
    String digits = text.strip();
    if (digits.length() <= LONG_DIGITS) {
      return true;
    }
    try {
      long _ = Long.parseLong(digits);
      return true;
    } catch (NumberFormatException _) {
      return false; // nineteen digits or more that are too many
    }
  }

  /** Whether a double keeps what it says, but for digits past the 17th of a fraction. */
  static boolean isDouble(String text) {
    return switch (kind(text, false)) {
      case NONE -> false;
      case SPECIAL -> true;
      case WHOLE -> isExact(text.strip());
      case FRACTION -> {
        boolean isSmall = text.length() < FINITE_CHARS && text.indexOf('e') < 0 && text.indexOf('E') < 0;
        yield isSmall || Double.isFinite(Double.parseDouble(text));
      }
    };
  }

  private static boolean isExact(String digits) {
    return digits.length() < DOUBLE_DIGITS
        || (digits.length() <= DOUBLE_DIGITS + 1 && Math.abs(Long.parseLong(digits)) <= EXACT_DOUBLE);
  }

  /** The number of a text that is one. */
  static double parseDouble(String text) {
    if (kind(text, true) != Kind.SPECIAL) {
      return Double.parseDouble(text);
    }
    String special = text.strip().toLowerCase(Locale.ROOT);
    if (special.endsWith("nan")) {
      return Double.NaN;
    }
    return special.startsWith("-") ? Double.NEGATIVE_INFINITY : Double.POSITIVE_INFINITY;
  }
}
