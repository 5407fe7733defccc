package io.packice.arrow.parquet;

import io.packice.arrow.schema.DamageWords;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.Locale;
import java.util.UUID;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.vector.BaseFixedWidthVector;
import org.apache.arrow.vector.BaseLargeVariableWidthVector;
import org.apache.arrow.vector.BaseVariableWidthVector;
import org.apache.arrow.vector.BitVector;
import org.apache.arrow.vector.Decimal256Vector;
import org.apache.arrow.vector.DecimalVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.FixedSizeBinaryVector;
import org.apache.arrow.vector.Float2Vector;
import org.apache.arrow.vector.Float4Vector;
import org.apache.arrow.vector.Float8Vector;
import org.apache.arrow.vector.UInt8Vector;
import org.apache.arrow.vector.types.TimeUnit;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.parquet.column.statistics.Statistics;
import org.apache.parquet.io.api.Binary;
import org.jspecify.annotations.Nullable;

/** The constant of a comparison in the form of the column that it is compared with. */
sealed interface Comparand {
  /** Whether nothing compares with this value: NaN. */
  default boolean isUnordered(FieldVector vector, int row) {
    return false;
  }

  /** How the value of a row, which is not null, compares with the constant. */
  int compare(FieldVector vector, int row);

  /** How the least and the greatest value of a column chunk compare with it; null if they do not tell. */
  int @Nullable [] compareBounds(Statistics<?> statistics);

  /**
   * Makes one.
   *
   * @throws IllegalArgumentException if a column of this type cannot be compared with such a constant
   */
  static Comparand of(Field field, Object constant) {
    return switch (field.getType()) {
      case ArrowType.Int i when constant instanceof BigDecimal number ->
          i.getBitWidth() == Long.SIZE && !i.getIsSigned()
              ? new Exact(number, 0, true)
              : Whole.of(number, i.getIsSigned());
      case ArrowType.Decimal d when constant instanceof BigDecimal number -> new Exact(number, d.getScale(), false);
      case ArrowType.FloatingPoint _ when constant instanceof BigDecimal number ->
          Floating.of(number);
      case ArrowType.Bool _ when constant instanceof Boolean truth ->
          Whole.of(truth ? BigDecimal.ONE : BigDecimal.ZERO, true);
      case ArrowType.Utf8 _,ArrowType.LargeUtf8 _,ArrowType.Binary _,ArrowType.LargeBinary _ when constant instanceof String text ->
          new Text(text.getBytes(StandardCharsets.UTF_8));
      case ArrowType.FixedSizeBinary b when b.getByteWidth() == 16 && constant instanceof String text ->
          uuid(field, text);
      case ArrowType.Date _,ArrowType.Time _,ArrowType.Timestamp _ when constant instanceof String text ->
          time(field, text);
      default -> throw new IllegalArgumentException("Cannot compare column " + field.getName() + " of type "
          + field.getType() + " with " + DamageWords.shown(constant.toString()) + "; " + advice(field.getType()));
    };
  }

  private static String advice(ArrowType type) {
    return switch (type) {
      case ArrowType.Int _,ArrowType.Decimal _,ArrowType.FloatingPoint _ -> "give a number";
      case ArrowType.Bool _ -> "give TRUE or FALSE";
      case ArrowType.Utf8 _,ArrowType.LargeUtf8 _,ArrowType.Binary _,ArrowType.LargeBinary _ ->
          "give text in single quotes";
      case ArrowType.Date _ -> "give such as '2026-01-31'";
      case ArrowType.Time _ -> "give such as '12:30:00'";
      case ArrowType.Timestamp _ -> "give such as '2026-01-31 12:30:00'";
      default -> "only IS NULL and IS NOT NULL are possible";
    };
  }

  private static Comparand uuid(Field field, String text) {
    try {
      UUID uuid = UUID.fromString(text);
      return new Text(java.nio.ByteBuffer.allocate(16).putLong(uuid.getMostSignificantBits())
          .putLong(uuid.getLeastSignificantBits()).array());
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "Cannot compare column " + field.getName() + " with '" + DamageWords.shown(text)
              + "'; give a UUID such as '123e4567-e89b-12d3-a456-426614174000'",
          e);
    }
  }

  private static Comparand time(Field field, String text) {
    try {
      return switch (field.getType()) {
        case ArrowType.Date d -> {
          BigDecimal days = BigDecimal.valueOf(LocalDate.parse(text).toEpochDay());
          yield Whole.of(d.getUnit() == org.apache.arrow.vector.types.DateUnit.DAY
              ? days
              : days.multiply(BigDecimal.valueOf(86_400_000)), true);
        }
        case ArrowType.Time t ->
            Whole.of(BigDecimal.valueOf(LocalTime.parse(text).toNanoOfDay()).divide(nanos(t.getUnit())), true);
        case ArrowType.Timestamp t -> Whole.of(instant(text).divide(nanos(t.getUnit())), true);
        default -> throw new IllegalArgumentException("no time: " + field.getType());
      };
    } catch (DateTimeException e) {
      throw new IllegalArgumentException(
          "Cannot compare column " + field.getName() + " with '" + DamageWords.shown(text) + "'; "
              + advice(field.getType()),
          e);
    }
  }

  private static BigDecimal nanos(TimeUnit unit) {
    return switch (unit) {
      case SECOND -> BigDecimal.valueOf(1_000_000_000);
      case MILLISECOND -> BigDecimal.valueOf(1_000_000);
      case MICROSECOND -> BigDecimal.valueOf(1000);
      case NANOSECOND -> BigDecimal.ONE;
    };
  }

  /** Nanoseconds since 1970; text without a zone is in UTC, as Arrow keeps both kinds. */
  private static BigDecimal instant(String text) {
    String iso = text.strip().replaceFirst(" ", "T").toUpperCase(Locale.ROOT);
    Instant instant;
    if (iso.indexOf('T') < 0) {
      instant = LocalDate.parse(iso).atStartOfDay().toInstant(ZoneOffset.UTC);
    } else if (iso.endsWith("Z") || iso.matches(".*[+-]\\d\\d:?\\d\\d$")) {
      instant = OffsetDateTime.parse(iso).toInstant();
    } else {
      instant = LocalDateTime.parse(iso).toInstant(ZoneOffset.UTC);
    }
    return BigDecimal.valueOf(instant.getEpochSecond()).multiply(BigDecimal.valueOf(1_000_000_000))
        .add(BigDecimal.valueOf(instant.getNano()));
  }

  /**
   * For whatever is kept as a whole number of up to 64 bits.
   *
   * @param floor the greatest such number that is not above the constant
   * @param exact whether it is the constant
   * @param below whether the constant is below all numbers
   */
  record Whole(long floor, boolean exact, boolean below, boolean signed) implements Comparand {
    static Whole of(BigDecimal constant, boolean signed) {
      BigInteger floor = constant.setScale(0, RoundingMode.FLOOR).toBigInteger();
      if (floor.bitLength() < Long.SIZE) {
        return new Whole(floor.longValue(), constant.compareTo(new BigDecimal(floor)) == 0, false, signed);
      }
      return new Whole(Long.MAX_VALUE, false, floor.signum() < 0, signed);
    }

    private int compare(long value) {
      int comparison = Long.compare(value, floor);
      return below ? 1 : comparison == 0 && !exact ? -1 : comparison;
    }

    @Override
    public int compare(FieldVector vector, int row) {
      if (vector instanceof BitVector bits) {
        return compare(bits.get(row));
      }
      BaseFixedWidthVector fixed = (BaseFixedWidthVector) vector;
      ArrowBuf data = fixed.getDataBuffer();
      int width = fixed.getTypeWidth();
      long at = (long) row * width;
      return compare(switch (width) {
        case Byte.BYTES -> signed ? data.getByte(at) : data.getByte(at) & 0xFF;
        case Short.BYTES -> signed ? data.getShort(at) : data.getShort(at) & 0xFFFF;
        case Integer.BYTES -> signed ? data.getInt(at) : Integer.toUnsignedLong(data.getInt(at));
        default -> data.getLong(at);
      });
    }

    @Override
    public int @Nullable [] compareBounds(Statistics<?> statistics) {
      return new int[] {bound(statistics.genericGetMin()), bound(statistics.genericGetMax())};
    }

    private int bound(Object value) {
      return compare(switch (value) {
        case Integer i when !signed -> Integer.toUnsignedLong(i);
        case Number n -> n.longValue();
        case Boolean truth -> truth ? 1 : 0;
        default -> throw new IllegalArgumentException("no whole number: " + value);
      });
    }
  }

  /** For decimals, and whole numbers that 64 bits with a sign cannot hold. */
  record Exact(BigDecimal constant, int scale, boolean unsigned) implements Comparand {
    @Override
    public int compare(FieldVector vector, int row) {
      BigDecimal value = switch (vector) {
        case DecimalVector decimals -> decimals.getObject(row);
        case Decimal256Vector decimals -> decimals.getObject(row);
        case UInt8Vector longs -> new BigDecimal(longs.getObjectNoOverflow(row));
        default -> throw new IllegalArgumentException("no decimals: " + vector.getClass());
      };
      return value.compareTo(constant);
    }

    @Override
    public int @Nullable [] compareBounds(Statistics<?> statistics) {
      return new int[] {bound(statistics.genericGetMin()), bound(statistics.genericGetMax())};
    }

    private int bound(Object value) {
      BigInteger unscaled = switch (value) {
        case Long l when unsigned -> new BigInteger(Long.toUnsignedString(l));
        case Number n -> BigInteger.valueOf(n.longValue());
        case Binary binary -> new BigInteger(binary.getBytes());
        default -> throw new IllegalArgumentException("no decimal: " + value);
      };
      return new BigDecimal(unscaled, scale).compareTo(constant);
    }
  }

  /**
   * For numbers that are not exact: all of them are compared as doubles, and float32 is widened, as in SQL.
   *
   * @param constant the nearest double
   * @param beyond the sign of a constant that is larger than all doubles but infinity; else 0
   */
  record Floating(double constant, int beyond) implements Comparand {
    static Floating of(BigDecimal number) {
      double nearest = number.doubleValue();
      return new Floating(nearest, Double.isInfinite(nearest) ? number.signum() : 0);
    }

    private static double value(FieldVector vector, int row) {
      return switch (vector) {
        case Float8Vector doubles -> doubles.get(row);
        case Float4Vector floats -> floats.get(row);
        case Float2Vector halves -> halves.getValueAsFloat(row);
        default -> throw new IllegalArgumentException("no floats: " + vector.getClass());
      };
    }

    @Override
    public boolean isUnordered(FieldVector vector, int row) {
      return Double.isNaN(value(vector, row));
    }

    @Override
    public int compare(FieldVector vector, int row) {
      return compare(value(vector, row));
    }

    private int compare(double value) {
      int comparison = value < constant ? -1 : value > constant ? 1 : 0;
      return beyond != 0 && comparison == 0 ? beyond : comparison;
    }

    @Override
    public int @Nullable [] compareBounds(Statistics<?> statistics) {
      if (!(statistics.genericGetMin() instanceof Number least && statistics.genericGetMax() instanceof Number greatest)
          || Double.isNaN(least.doubleValue()) || Double.isNaN(greatest.doubleValue())) {
        return null;
      }
      return new int[] {compare(least.doubleValue()), compare(greatest.doubleValue())};
    }
  }

  /** For bytes, compared without sign; that is also the order of Unicode. */
  final class Text implements Comparand {
    private final byte[] constant;

    Text(byte[] constant) {
      this.constant = constant;
    }

    @Override
    public int compare(FieldVector vector, int row) {
      byte[] value = switch (vector) {
        case BaseVariableWidthVector strings -> bytes(strings.getDataBuffer(), strings.getStartOffset(row),
            strings.getEndOffset(row));
        case BaseLargeVariableWidthVector strings -> bytes(strings.getDataBuffer(),
            strings.getOffsetBuffer().getLong((long) row * Long.BYTES),
            strings.getOffsetBuffer().getLong((row + 1L) * Long.BYTES));
        case FixedSizeBinaryVector fixed -> fixed.get(row);
        default -> throw new IllegalArgumentException("no strings: " + vector.getClass());
      };
      return Arrays.compareUnsigned(value, constant);
    }

    private static byte[] bytes(ArrowBuf data, long start, long end) {
      byte[] bytes = new byte[(int) (end - start)];
      data.getBytes(start, bytes);
      return bytes;
    }

    @Override
    public int @Nullable [] compareBounds(Statistics<?> statistics) {
      if (!(statistics.genericGetMin() instanceof Binary least
          && statistics.genericGetMax() instanceof Binary greatest)) {
        return null;
      }
      return new int[] {Arrays.compareUnsigned(least.getBytes(), constant),
          Arrays.compareUnsigned(greatest.getBytes(), constant)};
    }
  }
}
