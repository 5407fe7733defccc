package io.packice.arrow.text;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import org.apache.arrow.vector.BaseIntVector;
import org.apache.arrow.vector.BitVector;
import org.apache.arrow.vector.DateDayVector;
import org.apache.arrow.vector.Decimal256Vector;
import org.apache.arrow.vector.DecimalVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.Float4Vector;
import org.apache.arrow.vector.Float8Vector;
import org.apache.arrow.vector.LargeVarCharVector;
import org.apache.arrow.vector.TimeStampVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.types.DateUnit;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.TimeUnit;
import org.apache.arrow.vector.types.pojo.ArrowType;

/** Stores a value that stands somewhere as text, if its vector's type can keep what the text says. */
final class TextValue {
  private static final int MAX_SHOWN = 80;

  private TextValue() {
  }

  /** As much of a value as fits a message. */
  static String shortened(String text) {
    return text.length() <= MAX_SHOWN ? text : text.substring(0, text.offsetByCodePoints(0, MAX_SHOWN / 2)) + "…";
  }

  /** Whether there are texts for values of a type. */
  static boolean supports(ArrowType type) {
    return switch (type) {
      case ArrowType.Int _,ArrowType.Bool _,ArrowType.Utf8 _,ArrowType.LargeUtf8 _,ArrowType.Timestamp _,ArrowType.Decimal _ ->
          true;
      case ArrowType.FloatingPoint floating -> floating.getPrecision() != FloatingPointPrecision.HALF;
      case ArrowType.Date date -> date.getUnit() == DateUnit.DAY;
      default -> false;
    };
  }

  /** How much a text may say that its type does not keep. */
  enum Fit {
    /** Nothing: what an import would make another type of is none of this one. */
    EXACT,
    /** Somebody asked for this type: zeros in front are dropped, digits are rounded, and a day is its midnight. */
    ASKED
  }

  /**
   * Stores a value.
   *
   * @throws IllegalArgumentException if the text is not one of this type, or says more than it can keep
   */
  static void store(FieldVector vector, int row, String text, Fit fit) {
    try {
      storeChecked(vector, row, text, fit == Fit.ASKED);
    } catch (ArithmeticException | DateTimeException e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    }
  }

  private static void storeChecked(FieldVector vector, int row, String text, boolean asked) {
    switch (vector) {
      case BaseIntVector numbers -> numbers.setWithPossibleTruncate(row, integer(numbers, text, asked));
      case Float8Vector numbers -> numbers.setSafe(row, floating(text, asked));
      case Float4Vector numbers -> numbers.setSafe(row, single(text, asked));
      case BitVector bits -> bits.setSafe(row, truth(text));
      case DateDayVector days -> days.setSafe(row, Math.toIntExact(day(text)));
      case TimeStampVector times -> times.setSafe(row, time(times, text, asked));
      case DecimalVector decimals ->
          decimals.setSafe(row, decimal(text, decimals.getPrecision(), decimals.getScale(), asked));
      case Decimal256Vector decimals ->
          decimals.setSafe(row, decimal(text, decimals.getPrecision(), decimals.getScale(), asked));
      case VarCharVector texts -> texts.setSafe(row, text.getBytes(StandardCharsets.UTF_8));
      case LargeVarCharVector texts -> texts.setSafe(row, text.getBytes(StandardCharsets.UTF_8));
      default -> throw new IllegalArgumentException("no text is " + vector.getField().getType());
    }
  }

  private static long integer(BaseIntVector vector, String text, boolean asked) {
    require(text, TextNumber.kind(text, asked) == TextNumber.Kind.WHOLE);
    ArrowType.Int type = (ArrowType.Int) vector.getField().getType();
    int bits = type.getBitWidth();
    if (!type.getIsSigned()) {
      long value = Long.parseUnsignedLong(text.strip());
      require(text, bits == Long.SIZE || value >>> bits == 0);
      return value;
    }
    long value = Long.parseLong(text.strip());
    require(text, bits == Long.SIZE || value == value << (Long.SIZE - bits) >> (Long.SIZE - bits));
    return value;
  }

  private static void require(String text, boolean condition) {
    if (!condition) {
      throw new IllegalArgumentException("no room for " + text);
    }
  }

  private static double floating(String text, boolean asked) {
    TextNumber.Kind kind = TextNumber.kind(text, asked);
    require(text, asked ? kind != TextNumber.Kind.NONE : TextNumber.isDouble(text));
    double value = TextNumber.parseDouble(text);
    require(text, Double.isFinite(value) || kind == TextNumber.Kind.SPECIAL);
    return value;
  }

  /** Rounded, as all that has a fraction is; but never to infinity. */
  private static float single(String text, boolean asked) {
    double value = floating(text, asked);
    require(text, Float.isFinite((float) value) || !Double.isFinite(value));
    return (float) value;
  }

  private static int truth(String text) {
    require(text, TextType.BOOL.accepts(text));
    return text.equalsIgnoreCase("true") ? 1 : 0;
  }

  private static long day(String text) {
    require(text, TextType.DATE.accepts(text));
    return LocalDate.parse(text).toEpochDay();
  }

  private static long time(TimeStampVector vector, String text, boolean asked) {
    ArrowType.Timestamp type = (ArrowType.Timestamp) vector.getField().getType();
    Instant instant = instant(text, type.getTimezone() == null, asked);
    ChronoUnit unit = unit(type.getUnit());
    long value = unit.between(Instant.EPOCH, instant);
    require(text, Instant.EPOCH.plus(value, unit).equals(instant));
    return value;
  }

  private static Instant instant(String text, boolean local, boolean asked) {
    if (asked && local && TextType.DATE.accepts(text)) {
      return LocalDate.parse(text).atStartOfDay().toInstant(ZoneOffset.UTC);
    }
    require(text, local ? TextType.isLocal(text) : TextType.isZoned(text));
    return local ? TextType.local(text) : TextType.zoned(text);
  }

  private static ChronoUnit unit(TimeUnit unit) {
    return switch (unit) {
      case SECOND -> ChronoUnit.SECONDS;
      case MILLISECOND -> ChronoUnit.MILLIS;
      case MICROSECOND -> ChronoUnit.MICROS;
      case NANOSECOND -> ChronoUnit.NANOS;
    };
  }

  private static BigDecimal decimal(String text, int precision, int scale, boolean asked) {
    TextNumber.Kind kind = TextNumber.kind(text, asked);
    require(text, kind == TextNumber.Kind.WHOLE || kind == TextNumber.Kind.FRACTION);
    BigDecimal value = new BigDecimal(text.strip()).stripTrailingZeros();
    // Of 1e999999999 and 1e-999999999 nobody should write out the digits to see that they are too many.
    require(text, value.signum() == 0
        || (value.scale() <= scale && value.precision() - (long) value.scale() <= precision - (long) scale));
    return value.signum() == 0 ? BigDecimal.ZERO.setScale(scale) : value.setScale(scale, RoundingMode.UNNECESSARY);
  }
}
