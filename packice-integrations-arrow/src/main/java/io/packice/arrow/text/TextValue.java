package io.packice.arrow.text;

import io.packice.arrow.schema.UuidField;
import io.packice.arrow.text.IsoTimes.Interval;
import io.packice.arrow.text.IsoTimes.Moment;
import io.packice.arrow.vectors.ViewRoom;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.UUID;
import java.util.regex.Pattern;
import org.apache.arrow.vector.BaseIntVector;
import org.apache.arrow.vector.BitVector;
import org.apache.arrow.vector.DateDayVector;
import org.apache.arrow.vector.DateMilliVector;
import org.apache.arrow.vector.Decimal256Vector;
import org.apache.arrow.vector.DecimalVector;
import org.apache.arrow.vector.DurationVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.FixedSizeBinaryVector;
import org.apache.arrow.vector.Float2Vector;
import org.apache.arrow.vector.Float4Vector;
import org.apache.arrow.vector.Float8Vector;
import org.apache.arrow.vector.IntervalDayVector;
import org.apache.arrow.vector.IntervalMonthDayNanoVector;
import org.apache.arrow.vector.IntervalYearVector;
import org.apache.arrow.vector.LargeVarBinaryVector;
import org.apache.arrow.vector.LargeVarCharVector;
import org.apache.arrow.vector.TimeMicroVector;
import org.apache.arrow.vector.TimeMilliVector;
import org.apache.arrow.vector.TimeNanoVector;
import org.apache.arrow.vector.TimeSecVector;
import org.apache.arrow.vector.TimeStampVector;
import org.apache.arrow.vector.VarBinaryVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.ViewVarBinaryVector;
import org.apache.arrow.vector.ViewVarCharVector;
import org.apache.arrow.vector.types.TimeUnit;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;

/** Stores a value that stands somewhere as text, if its vector's type can keep what the text says: the way back of {@link PlainValues}. */
final class TextValue {
  private static final int MAX_SHOWN = 80;
  private static final long MILLIS_PER_DAY = 86_400_000;
  private static final long NANOS_PER_MILLI = 1_000_000;
  private static final Pattern UUID_TEXT = Pattern.compile("[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}");

  private TextValue() {
  }

  /** As much of a value as fits a message. */
  static String shortened(String text) {
    return text.length() <= MAX_SHOWN ? text : text.substring(0, text.offsetByCodePoints(0, MAX_SHOWN / 2)) + "…";
  }

  /** Whether there are texts for values of a type. */
  static boolean supports(ArrowType type) {
    return switch (type) {
      case ArrowType.Int _,ArrowType.Bool _,ArrowType.FloatingPoint _,ArrowType.Decimal _ -> true;
      case ArrowType.Utf8 _,ArrowType.LargeUtf8 _,ArrowType.Utf8View _ -> true;
      case ArrowType.Binary _,ArrowType.LargeBinary _,ArrowType.BinaryView _,ArrowType.FixedSizeBinary _ -> true;
      case ArrowType.Date _,ArrowType.Time _,ArrowType.Timestamp _ -> true;
      case ArrowType.Duration _,ArrowType.Interval _ -> true;
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
      case Float2Vector numbers -> numbers.setSafe(row, half(text, asked));
      case BitVector bits -> bits.setSafe(row, truth(text));
      case DecimalVector decimals ->
          decimals.setSafe(row, decimal(text, decimals.getPrecision(), decimals.getScale(), asked));
      case Decimal256Vector decimals ->
          decimals.setSafe(row, decimal(text, decimals.getPrecision(), decimals.getScale(), asked));
      case VarCharVector texts -> texts.setSafe(row, text.getBytes(StandardCharsets.UTF_8));
      case LargeVarCharVector texts -> texts.setSafe(row, text.getBytes(StandardCharsets.UTF_8));
      case ViewVarCharVector texts -> {
        ViewRoom.make(texts, row);
        texts.setSafe(row, text.getBytes(StandardCharsets.UTF_8));
      }
      case VarBinaryVector bytes -> bytes.setSafe(row, HexFormat.of().parseHex(text));
      case LargeVarBinaryVector bytes -> bytes.setSafe(row, HexFormat.of().parseHex(text));
      case ViewVarBinaryVector bytes -> {
        ViewRoom.make(bytes, row);
        bytes.setSafe(row, HexFormat.of().parseHex(text));
      }
      case FixedSizeBinaryVector bytes -> bytes.setSafe(row, fixed(bytes.getField(), bytes.getByteWidth(), text));
      default -> storeTime(vector, row, text, asked);
    }
  }

  private static void storeTime(FieldVector vector, int row, String text, boolean asked) {
    switch (vector) {
      case DateDayVector days -> days.setSafe(row, Math.toIntExact(IsoTimes.parseDay(text)));
      case DateMilliVector millis -> millis.setSafe(row, dayInMillis(text));
      case TimeStampVector times -> times.setSafe(row, time(times, text, asked));
      case TimeSecVector times -> times.setSafe(row, (int) IsoTimes.parseTime(text).in(TimeUnit.SECOND));
      case TimeMilliVector times -> times.setSafe(row, (int) IsoTimes.parseTime(text).in(TimeUnit.MILLISECOND));
      case TimeMicroVector times -> times.setSafe(row, IsoTimes.parseTime(text).in(TimeUnit.MICROSECOND));
      case TimeNanoVector times -> times.setSafe(row, IsoTimes.parseTime(text).in(TimeUnit.NANOSECOND));
      case DurationVector durations -> durations.setSafe(row, Moment.of(Duration.parse(text))
          .in(((ArrowType.Duration) durations.getField().getType()).getUnit()));
      case IntervalYearVector _,IntervalDayVector _,IntervalMonthDayNanoVector _ ->
          interval(vector, row, Interval.parse(text));
      default -> throw new IllegalArgumentException("no text is " + vector.getField().getType());
    }
  }

  private static void require(String text, boolean condition) {
    if (!condition) {
      throw new IllegalArgumentException("no room for " + text);
    }
  }

  // ---- Numbers

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

  private static double floating(String text, boolean asked) {
    TextNumber.Kind kind = TextNumber.kind(text, asked);
    require(text, asked ? kind != TextNumber.Kind.NONE : TextNumber.isDouble(text));
    double value = TextNumber.parseDouble(text);
    require(text, Double.isFinite(value) || kind == TextNumber.Kind.SPECIAL);
    return value;
  }

  /** Rounded, as all that has a fraction is; but once, not to a double first, and never to infinity. */
  private static float single(String text, boolean asked) {
    double value = floating(text, asked);
    if (!Double.isFinite(value)) {
      return (float) value;
    }
    float single = Float.parseFloat(text);
    require(text, Float.isFinite(single));
    return single;
  }

  private static short half(String text, boolean asked) {
    float single = single(text, asked);
    short half = Float.floatToFloat16(single);
    require(text, Float.isFinite(Float.float16ToFloat(half)) || !Float.isFinite(single));
    return half;
  }

  private static int truth(String text) {
    require(text, TextType.BOOL.accepts(text));
    return text.equalsIgnoreCase("true") ? 1 : 0;
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

  // ---- Bytes

  private static byte[] fixed(Field field, int width, String text) {
    if (UuidField.is(field)) {
      require(text, UUID_TEXT.matcher(text).matches());
      UUID uuid = UUID.fromString(text);
      return ByteBuffer.allocate(2 * Long.BYTES).putLong(uuid.getMostSignificantBits())
          .putLong(uuid.getLeastSignificantBits()).array();
    }
    byte[] bytes = HexFormat.of().parseHex(text);
    require(text, bytes.length == width);
    return bytes;
  }

  // ---- Times

  private static long dayInMillis(String text) {
    return IsoTimes.looksLikeDay(text)
        ? Math.multiplyExact(IsoTimes.parseDay(text), MILLIS_PER_DAY)
        : IsoTimes.parseDayAndTime(text, false).in(TimeUnit.MILLISECOND); // no whole day, which others may have stored
  }

  private static long time(TimeStampVector vector, String text, boolean asked) {
    ArrowType.Timestamp type = (ArrowType.Timestamp) vector.getField().getType();
    boolean zoned = type.getTimezone() != null;
    Moment moment = asked && !zoned && IsoTimes.looksLikeDay(text)
        ? IsoTimes.parseDayAndTime(text + "T00:00", false)
        : IsoTimes.parseDayAndTime(text, zoned);
    return moment.in(type.getUnit());
  }

  private static void interval(FieldVector vector, int row, Interval interval) {
    boolean hasTime = interval.nanos() != 0;
    switch (vector) {
      case IntervalYearVector months -> {
        require("days", interval.days() == 0 && !hasTime);
        months.setSafe(row, interval.months());
      }
      case IntervalDayVector days -> {
        require("months", interval.months() == 0);
        require("parts of a millisecond", interval.nanos() % NANOS_PER_MILLI == 0);
        days.setSafe(row, interval.days(), Math.toIntExact(interval.nanos() / NANOS_PER_MILLI));
      }
      case IntervalMonthDayNanoVector all ->
          all.setSafe(row, interval.months(), interval.days(), interval.nanos());
      default -> throw new IllegalArgumentException("no interval is " + vector.getField().getType());
    }
  }
}
