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
  /** {@code 2025-01-31}. */
  DATE,
  /** {@code 2025-01-31T12:00:00.123456}, with T or a space, to the microsecond. */
  TIMESTAMP,
  /** The same with {@code Z} or an offset, which PostgreSQL writes without minutes, and others without the colon: kept in UTC. */
  INSTANT,
  /** Anything. */
  TEXT;

  private static final Pattern LOCAL =
      Pattern.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}(:[0-9]{2}(\\.[0-9]{1,9})?)?");
  private static final Pattern ZONED = Pattern.compile(LOCAL.pattern() + "(?:Z|[+-][0-9]{2}(:?[0-9]{2})?)");
  private static final Pattern NANOS = Pattern.compile("\\.[0-9]{7}");
  private static final Pattern DAY = Pattern.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}");
  private static final int DATE_CHARS = 10;
  private static final int HOURS = 2; // so many digits an offset has
  private static final int HOURS_AND_MINUTES = 4;

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
      case DATE -> value.length() == DATE_CHARS && DAY.matcher(value).matches() && exists(() -> LocalDate.parse(value));
      case TIMESTAMP -> isLocal(value) && !NANOS.matcher(value).find();
      case INSTANT -> isZoned(value) && !NANOS.matcher(value).find();
      case TEXT -> true;
    };
  }

  /** Whether it is a date and time without a zone, to the nanosecond. */
  static boolean isLocal(String value) {
    return value.length() > DATE_CHARS && LOCAL.matcher(value).matches() && exists(() -> local(value));
  }

  /** Whether it is a date and time with a zone, to the nanosecond. */
  static boolean isZoned(String value) {
    return value.length() > DATE_CHARS && ZONED.matcher(value).matches() && exists(() -> zoned(value));
  }

  /** Whether numbers are of this type. */
  boolean isNumber() {
    return this == INT64 || this == FLOAT64;
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
    String iso = iso(value);
    int sign = Math.max(iso.lastIndexOf('+'), iso.lastIndexOf('-')); // of the day's, if there is a Z
    String offset = sign < DATE_CHARS ? "" : iso.substring(sign + 1);
    return OffsetDateTime.parse(switch (offset.length()) {
      case HOURS -> iso + ":00";
      case HOURS_AND_MINUTES -> iso.substring(0, sign + 1 + HOURS) + ":" + offset.substring(HOURS);
      default -> iso;
    }).toInstant();
  }

  /** The narrowest of what all values may be. */
  static TextType narrowest(EnumSet<TextType> candidates) {
    return candidates.iterator().next();
  }
}
