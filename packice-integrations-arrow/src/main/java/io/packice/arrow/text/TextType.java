package io.packice.arrow.text;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.EnumSet;
import java.util.regex.Pattern;
import org.apache.arrow.vector.types.DateUnit;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.TimeUnit;
import org.apache.arrow.vector.types.pojo.ArrowType;

/**
 * What the values of a column of text may be, the narrowest first. A type accepts a value only if it keeps what the value says: {@code 007} is text, and
 * so is an integer that a double would round. Only the digits past the 17th of a decimal fraction are given up.
 */
enum TextType {
  /** Digits without leading zeros, with or without a minus, that fit 64 bits. */
  INT64,
  /** Decimal fractions, with or without exponent, NaN and Infinity; integers up to 2^53. */
  FLOAT64,
  /** true and false, in either case. */
  BOOL,
  /** {@code 2025-01-31}. */
  DATE,
  /** {@code 2025-01-31T12:00:00.123456}, with T or a space, to the microsecond. */
  TIMESTAMP,
  /** The same with {@code Z} or an offset: kept in UTC. */
  INSTANT,
  /** Anything. */
  TEXT;

  private static final Pattern INTEGER = Pattern.compile("-?(0|[1-9][0-9]{0,18})");
  private static final Pattern FRACTION =
      Pattern.compile("-?((0|[1-9][0-9]*)(\\.[0-9]+)?|\\.[0-9]+)([eE][+-]?[0-9]+)?|NaN|-?Infinity");
  private static final Pattern DIGITS = Pattern.compile("-?[0-9]+");
  private static final Pattern LOCAL =
      Pattern.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}(:[0-9]{2}(\\.[0-9]{1,6})?)?");
  private static final Pattern ZONED = Pattern.compile(LOCAL.pattern() + "(Z|[+-][0-9]{2}:[0-9]{2})");
  private static final Pattern DAY = Pattern.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}");
  private static final long EXACT_DOUBLE = 1L << 53;
  private static final int EXACT_DIGITS = 17; // of 2^53 and a minus
  private static final int DATE_CHARS = 10;
  private static final int SHORT_DIGITS = 15;
  private static final int FINITE_CHARS = 300; // a double goes to 10^308

  ArrowType arrow() {
    return switch (this) {
      case INT64 -> new ArrowType.Int(64, true);
      case FLOAT64 -> new ArrowType.FloatingPoint(FloatingPointPrecision.DOUBLE);
      case BOOL -> new ArrowType.Bool();
      case DATE -> new ArrowType.Date(DateUnit.DAY);
      case TIMESTAMP -> new ArrowType.Timestamp(TimeUnit.MICROSECOND, null);
      case INSTANT -> new ArrowType.Timestamp(TimeUnit.MICROSECOND, "UTC");
      case TEXT -> new ArrowType.Utf8();
    };
  }

  boolean accepts(String value) {
    return switch (this) {
      case INT64 -> isInteger(value);
      case FLOAT64 -> isDouble(value);
      case BOOL -> value.equalsIgnoreCase("true") || value.equalsIgnoreCase("false");
      case DATE -> value.length() == DATE_CHARS && DAY.matcher(value).matches() && exists(() -> LocalDate.parse(value));
      case TIMESTAMP -> value.length() > DATE_CHARS && LOCAL.matcher(value).matches() && exists(() -> local(value));
      case INSTANT -> value.length() > DATE_CHARS && ZONED.matcher(value).matches() && exists(() -> zoned(value));
      case TEXT -> true;
    };
  }

  /** Digits that a long and a double keep as they are; most integers are, and need no look at patterns. */
  private static boolean isShortInteger(String value) {
    int start = !value.isEmpty() && value.charAt(0) == '-' ? 1 : 0;
    int digits = value.length() - start;
    if (digits == 0 || digits > SHORT_DIGITS || (value.charAt(start) == '0' && value.length() > 1)) {
      return false;
    }
    for (int i = start; i < value.length(); i++) {
      if (value.charAt(i) < '0' || value.charAt(i) > '9') {
        return false;
      }
    }
    return true;
  }

  private static boolean isInteger(String value) {
    if (isShortInteger(value)) {
      return true;
    }
    if (!INTEGER.matcher(value).matches() || value.equals("-0")) {
      return false;
    }
    try {
      long _ = Long.parseLong(value);
      return true;
    } catch (NumberFormatException _) {
      return false; // nineteen digits that are too many
    }
  }

  private static boolean isDouble(String value) {
    if (isShortInteger(value)) {
      return true;
    }
    if (!FRACTION.matcher(value).matches()) {
      return false;
    }
    if (DIGITS.matcher(value).matches()) {
      return value.length() <= EXACT_DIGITS && Math.abs(Long.parseLong(value)) <= EXACT_DOUBLE;
    }
    boolean isSmall = value.length() < FINITE_CHARS && value.indexOf('e') < 0 && value.indexOf('E') < 0;
    return isSmall || !Double.isInfinite(Double.parseDouble(value)) || value.endsWith("Infinity");
  }

  private interface Parser {
    Object parse();
  }

  /** Whether the calendar has such a day and time: 2025-02-30 looks like a date, and is text. */
  private static boolean exists(Parser parser) {
    try {
      Object _ = parser.parse();
      return true;
    } catch (DateTimeException _) {
      return false;
    }
  }

  private static String iso(String value) {
    return value.charAt(DATE_CHARS) == ' '
        ? value.substring(0, DATE_CHARS) + 'T' + value.substring(DATE_CHARS + 1)
        : value;
  }

  static Instant local(String value) {
    return LocalDateTime.parse(iso(value)).toInstant(ZoneOffset.UTC);
  }

  static Instant zoned(String value) {
    return OffsetDateTime.parse(iso(value)).toInstant();
  }

  /** The narrowest of what all values may be. */
  static TextType narrowest(EnumSet<TextType> candidates) {
    return candidates.iterator().next();
  }
}
