package io.packice.arrow.text;

import java.time.Duration;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.arrow.vector.types.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Dates, times and what lies between two of them as ISO 8601 has them, for all that 64 bits of any unit hold: seconds reach years of twelve digits, which are
 * beyond the calendar of Java. Years of more than four digits have a sign, times always have seconds, and fractions have three, six or nine digits.
 */
final class IsoTimes {
  private static final long NANOS_PER_SECOND = 1_000_000_000;
  private static final long SECONDS_PER_DAY = 86_400;
  private static final int CYCLE_YEARS = 400; // after which the calendar begins anew
  private static final long CYCLE_DAYS = 146_097;
  private static final long FIRST_SHORT = LocalDate.of(0, 1, 1).toEpochDay(); // of those whose years have no sign
  private static final long LAST_SHORT = LocalDate.of(9999, 12, 31).toEpochDay();
  private static final int YEAR_CHARS = 4;
  private static final int MONTH_AND_DAY_CHARS = 6; // as in -01-31
  private static final int MINUTE_CHARS = 5; // as in 12:00
  private static final int SECOND_CHARS = 8;
  private static final int NANO_DIGITS = 9;

  private static final Pattern LONG_YEAR = Pattern.compile("-(?!0000)[0-9]{4}|[+-][1-9][0-9]{4,11}");
  private static final Pattern ZONE = Pattern.compile("Z|[+-][0-9]{2}(:?[0-9]{2})?");
  private static final Pattern INTERVAL = Pattern.compile(
      "P(?:(?<y>[+-]?[0-9]{1,10})Y)?(?:(?<m>[+-]?[0-9]{1,10})M)?(?:(?<w>[+-]?[0-9]{1,10})W)?(?:(?<d>[+-]?[0-9]{1,10})D)?(?<t>T.+)?");

  private IsoTimes() {
  }

  /**
   * A point in time, or a length of it.
   *
   * @param second since the beginning of 1970
   * @param nano since that second, less than a second
   */
  record Moment(long second, int nano) {
    static Moment of(long value, TimeUnit unit) {
      long perSecond = perSecond(unit);
      return new Moment(Math.floorDiv(value, perSecond),
          (int) (Math.floorMod(value, perSecond) * (NANOS_PER_SECOND / perSecond)));
    }

    static Moment of(Duration duration) {
      return new Moment(duration.getSeconds(), duration.getNano());
    }

    /**
     * As a number of a unit.
     *
     * @throws ArithmeticException if it is none, or one beyond 64 bits
     */
    long in(TimeUnit unit) {
      long perSecond = perSecond(unit);
      long nanosPerUnit = NANOS_PER_SECOND / perSecond;
      if (nano % nanosPerUnit != 0) {
        throw new ArithmeticException("a fraction of " + unit);
      }
      return joined(second, perSecond, nano / nanosPerUnit);
    }

    Moment minus(long seconds) {
      return new Moment(Math.subtractExact(second, seconds), nano);
    }
  }

  /** So many wholes and a part of one; a whole less than the least number that 64 bits have is beyond them, and the number is not. */
  private static long joined(long wholes, long partsPerWhole, long parts) {
    return wholes < 0
        ? Math.addExact(Math.multiplyExact(wholes + 1, partsPerWhole), parts - partsPerWhole)
        : Math.addExact(Math.multiplyExact(wholes, partsPerWhole), parts);
  }

  static long perSecond(TimeUnit unit) {
    return switch (unit) {
      case SECOND -> 1;
      case MILLISECOND -> 1_000;
      case MICROSECOND -> 1_000_000;
      case NANOSECOND -> NANOS_PER_SECOND;
    };
  }

  // ---- Days

  static String day(long epochDay) {
    if (epochDay >= FIRST_SHORT && epochDay <= LAST_SHORT) {
      return LocalDate.ofEpochDay(epochDay).toString();
    }
    LocalDate inCycle = LocalDate.ofEpochDay(Math.floorMod(epochDay, CYCLE_DAYS));
    long year = inCycle.getYear() + CYCLE_YEARS * Math.floorDiv(epochDay, CYCLE_DAYS);
    return (year < 0 ? "-" : "+") + String.format("%04d", Math.abs(year)) + inCycle.toString().substring(YEAR_CHARS);
  }

  /** Whether it is a date, be there such a day or not. */
  static boolean looksLikeDay(String text) {
    return looksLikeDay(text, text.length());
  }

  private static boolean looksLikeDay(String text, int end) {
    int year = end - MONTH_AND_DAY_CHARS;
    return year >= YEAR_CHARS && text.charAt(year) == '-' && digits(text, year + 1, 2) >= 0
        && text.charAt(year + 3) == '-' && digits(text, year + 4, 2) >= 0
        && (year == YEAR_CHARS
            ? digits(text, 0, YEAR_CHARS) >= 0
            : LONG_YEAR.matcher(text).region(0, year).matches());
  }

  /** The number that so many digits are; -1 if they are none. */
  private static int digits(String text, int at, int count) {
    int value = 0;
    for (int i = at; i < at + count; i++) {
      char c = text.charAt(i);
      if (c < '0' || c > '9') {
        return -1;
      }
      value = 10 * value + (c - '0');
    }
    return value;
  }

  /**
   * The day of a date, since the first of 1970.
   *
   * @throws java.time.DateTimeException if the calendar has no such day
   * @throws IllegalArgumentException if it is no date
   */
  static long parseDay(String text) {
    if (!looksLikeDay(text)) {
      throw new IllegalArgumentException("no date");
    }
    return day(text, text.length());
  }

  /** Of what looks like one. */
  private static long day(String text, int end) {
    int yearEnd = end - MONTH_AND_DAY_CHARS;
    long year = Long.parseLong(text, 0, yearEnd, 10);
    LocalDate inCycle = LocalDate.of(Math.floorMod(year, CYCLE_YEARS), digits(text, yearEnd + 1, 2),
        digits(text, yearEnd + 4, 2));
    return inCycle.toEpochDay() + CYCLE_DAYS * Math.floorDiv(year, CYCLE_YEARS);
  }

  // ---- Times of the day

  /** A time of the day; null if the number is none. */
  static @Nullable String time(long value, TimeUnit unit) {
    Moment moment = Moment.of(value, unit);
    return moment.second < 0 || moment.second >= SECONDS_PER_DAY ? null : time(moment);
  }

  private static String time(Moment ofDay) {
    String text = LocalTime.ofNanoOfDay(ofDay.second * NANOS_PER_SECOND + ofDay.nano).toString();
    return text.length() == MINUTE_CHARS ? text + ":00" : text;
  }

  /**
   * How much of the day has gone.
   *
   * @throws java.time.DateTimeException if it is none of any day
   * @throws IllegalArgumentException if it is no time
   */
  static Moment parseTime(String text) {
    if (!looksLikeTime(text, 0, text.length())) {
      throw new IllegalArgumentException("no time");
    }
    return time(text, 0, text.length());
  }

  private static boolean looksLikeTime(String text, int from, int end) {
    int length = end - from;
    int fraction = length - SECOND_CHARS - 1;
    return (length == MINUTE_CHARS || length == SECOND_CHARS || (fraction > 0 && fraction <= NANO_DIGITS))
        && digits(text, from, 2) >= 0 && text.charAt(from + 2) == ':' && digits(text, from + 3, 2) >= 0
        && (length == MINUTE_CHARS
            || (text.charAt(from + MINUTE_CHARS) == ':' && digits(text, from + MINUTE_CHARS + 1, 2) >= 0))
        && (fraction <= 0
            || (text.charAt(from + SECOND_CHARS) == '.' && digits(text, from + SECOND_CHARS + 1, fraction) >= 0));
  }

  /** Of what looks like one. */
  private static Moment time(String text, int from, int end) {
    int length = end - from;
    int second = length == MINUTE_CHARS ? 0 : digits(text, from + MINUTE_CHARS + 1, 2);
    int nano = 0;
    if (length > SECOND_CHARS) {
      int fraction = length - SECOND_CHARS - 1;
      nano = digits(text, from + SECOND_CHARS + 1, fraction);
      for (int i = fraction; i < NANO_DIGITS; i++) {
        nano *= 10;
      }
    }
    LocalTime time = LocalTime.of(digits(text, from, 2), digits(text, from + 3, 2), second, nano);
    return Moment.of(time.toNanoOfDay(), TimeUnit.NANOSECOND);
  }

  // ---- Both

  static String dayAndTime(long value, TimeUnit unit) {
    Moment moment = Moment.of(value, unit);
    long day = Math.floorDiv(moment.second, SECONDS_PER_DAY);
    return day(day) + "T" + time(new Moment(Math.floorMod(moment.second, SECONDS_PER_DAY), moment.nano));
  }

  /**
   * Whether it is a date and a time with T or a space between them, be there such a day or not.
   *
   * @param zoned whether an offset or a Z is behind it
   */
  static boolean looksLikeDayAndTime(String text, boolean zoned) {
    int time = timeStart(text);
    int zone = time < 0 ? -1 : zoneStart(text, time);
    return time > 0 && zoned == zone < text.length()
        && looksLikeTime(text, time, zone)
        && (!zoned || ZONE.matcher(text).region(zone, text.length()).matches());
  }

  private static int timeStart(String text) {
    int at = Math.max(text.indexOf('T'), text.indexOf(' '));
    return at > 0 && looksLikeDay(text, at) ? at + 1 : -1;
  }

  private static int zoneStart(String text, int time) {
    int at = time;
    while (at < text.length() && "Z+-".indexOf(text.charAt(at)) < 0) {
      at++;
    }
    return at;
  }

  /**
   * The moment of a date and a time.
   *
   * @throws java.time.DateTimeException if the calendar has no such day, no day such a time, or no place such an offset
   * @throws ArithmeticException if it is beyond 64 bits of seconds
   * @throws IllegalArgumentException if it is none
   */
  static Moment parseDayAndTime(String text, boolean zoned) {
    if (!looksLikeDayAndTime(text, zoned)) {
      throw new IllegalArgumentException("no date and time");
    }
    int time = timeStart(text);
    int zone = zoneStart(text, time);
    Moment ofDay = time(text, time, zone);
    Moment local = new Moment(joined(day(text, time - 1), SECONDS_PER_DAY, ofDay.second), ofDay.nano);
    return zoned ? local.minus(ZoneOffset.of(text.substring(zone)).getTotalSeconds()) : local;
  }

  // ---- What lies between

  static String duration(long value, TimeUnit unit) {
    Moment moment = Moment.of(value, unit);
    return Duration.ofSeconds(moment.second, moment.nano).toString();
  }

  /** Months, days and nanoseconds, each of them apart: a day may have 23 hours, and a month 28 days. */
  static String interval(int months, int days, long nanos) {
    if (months == 0 && days == 0 && nanos == 0) {
      return "P0D";
    }
    return "P" + (months == 0 ? "" : months + "M") + (days == 0 ? "" : days + "D")
        + (nanos == 0 ? "" : Duration.ofNanos(nanos).toString().substring(1));
  }

  /** What {@link #interval} says. */
  record Interval(int months, int days, long nanos) {
    /**
     * Of a text.
     *
     * @throws ArithmeticException if it is too long
     * @throws java.time.DateTimeException if its time is none
     * @throws IllegalArgumentException if it is none
     */
    static Interval parse(String text) {
      Matcher matcher = INTERVAL.matcher(text);
      if (!matcher.matches() || text.length() < "P0D".length()) {
        throw new IllegalArgumentException("no interval");
      }
      String time = matcher.group("t");
      return new Interval(Math.toIntExact(12 * number(matcher, "y") + number(matcher, "m")),
          Math.toIntExact(7 * number(matcher, "w") + number(matcher, "d")),
          time == null ? 0 : Duration.parse("P" + time).toNanos());
    }

    private static long number(Matcher matcher, String group) {
      String digits = matcher.group(group);
      return digits == null ? 0 : Long.parseLong(digits);
    }
  }
}
