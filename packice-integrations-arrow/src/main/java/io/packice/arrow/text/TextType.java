package io.packice.arrow.text;

import java.time.DateTimeException;
import java.util.EnumSet;
import java.util.regex.Pattern;
import org.apache.arrow.vector.types.DateUnit;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.TimeUnit;
import org.apache.arrow.vector.types.pojo.ArrowType;

/**
 * What the values of a column of text may be, the narrowest first. A type accepts a value only if it keeps what the value says: {@code 007} is text, and
 * so is an integer that a double would round. Only the digits past the 17th of a decimal fraction are given up, and what says nothing: a plus, and spaces
 * around a number.
 */
enum TextType {
  /** Digits without leading zeros, with or without a sign, that fit 64 bits. */
  INT64,
  /** Decimal fractions, with or without exponent, NaN and infinities in every spelling; integers up to 2^53. */
  FLOAT64,
  /** true and false, in either case. */
  BOOL,
  /** {@code 2025-01-31}; years of more than four digits have a sign. */
  DATE,
  /** {@code 2025-01-31T12:00:00.123456}, with T or a space, to the microsecond. */
  TIMESTAMP,
  /** The same with {@code Z} or an offset, which PostgreSQL writes without minutes, and others without the colon: kept in UTC. */
  INSTANT,
  /** Anything. */
  TEXT;

  private static final Pattern NANOS = Pattern.compile("\\.[0-9]{7}");
  private static final int DATE_CHARS = 10;

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
      case INT64 -> TextNumber.isLong(value);
      case FLOAT64 -> TextNumber.isDouble(value);
      case BOOL -> value.equalsIgnoreCase("true") || value.equalsIgnoreCase("false");
      case DATE -> value.length() >= DATE_CHARS && IsoTimes.looksLikeDay(value)
          && exists(() -> Math.toIntExact(IsoTimes.parseDay(value)));
      case TIMESTAMP -> isMicros(value, false);
      case INSTANT -> isMicros(value, true);
      case TEXT -> true;
    };
  }

  private static boolean isMicros(String value, boolean zoned) {
    return value.length() > DATE_CHARS && IsoTimes.looksLikeDayAndTime(value, zoned) && !NANOS.matcher(value).find()
        && exists(() -> IsoTimes.parseDayAndTime(value, zoned).in(TimeUnit.MICROSECOND));
  }

  /** Whether numbers are of this type. */
  boolean isNumber() {
    return this == INT64 || this == FLOAT64;
  }

  private interface Parser {
    Object parse();
  }

  /** Whether the calendar has such a day and time, and the type room for it: 2025-02-30 looks like a date, and is text. */
  private static boolean exists(Parser parser) {
    try {
      Object _ = parser.parse();
      return true;
    } catch (DateTimeException | ArithmeticException _) {
      return false;
    }
  }

  /** The narrowest of what all values may be. */
  static TextType narrowest(EnumSet<TextType> candidates) {
    return candidates.iterator().next();
  }
}
