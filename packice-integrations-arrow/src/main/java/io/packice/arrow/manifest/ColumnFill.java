package io.packice.arrow.manifest;

import io.packice.arrow.schema.FixedWidth;
import io.packice.arrow.statistics.ColumnStatistics;
import io.packice.arrow.statistics.StatisticsCollector;
import io.packice.arrow.vectors.NativeMemory;
import java.lang.foreign.MemorySegment;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.apache.arrow.vector.BaseFixedWidthVector;
import org.apache.arrow.vector.BaseLargeVariableWidthVector;
import org.apache.arrow.vector.BaseVariableWidthVector;
import org.apache.arrow.vector.BitVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.IntervalUnit;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/**
 * What a column is in the rows of parts that were written before it was added, where that is not null. Immutable.
 *
 * @param field the column
 * @param value a {@link Boolean}, {@link String}, {@link Long}, {@link BigInteger} (uint64), {@link Double} or {@link BigDecimal} that is a value of its type
 */
public record ColumnFill(Field field, Object value) {
  /**
   * A fill as somebody has given it.
   *
   * @throws IllegalArgumentException if it is not a value of the column, or the column's type has no fills
   */
  static ColumnFill of(Field field, Object value) {
    ArrowType type = field.getType();
    Object checked = switch (type) {
      case ArrowType.Bool _ when value instanceof Boolean -> value;
      case ArrowType.Utf8 _,ArrowType.LargeUtf8 _ when value instanceof String text -> text(field, text);
      case ArrowType.FloatingPoint number when number.getPrecision() != FloatingPointPrecision.HALF
          && value instanceof Number given ->
          floating(field, number.getPrecision(), given);
      case ArrowType.Decimal decimal when value instanceof BigDecimal given -> decimal(field, decimal, given);
      case ArrowType.Int integer when value instanceof Number given -> integer(field, given, integer.getBitWidth(),
          integer.getIsSigned());
      default -> {
        if (isCount(type) && value instanceof Number given) {
          yield integer(field, given, FixedWidth.bits(type), true);
        }
        throw refuse(field, value, "give a boolean, number or text that is of its type, or fill it with nulls");
      }
    };
    return new ColumnFill(field, checked);
  }

  private static IllegalArgumentException refuse(Field field, Object value, String why) {
    return new IllegalArgumentException("column " + field.getName() + " of type " + field.getType()
        + " cannot be filled with " + value + "; " + why);
  }

  /** Half a character would become a question mark. */
  private static String text(Field field, String text) {
    if (!StandardCharsets.UTF_8.newEncoder().canEncode(text)) {
      throw refuse(field, text, "give text that UTF-8 can write, it has half of a character");
    }
    return text;
  }

  /** Rounded, but never to infinity. */
  private static double floating(Field field, FloatingPointPrecision precision, Number given) {
    double value = precision == FloatingPointPrecision.SINGLE ? given.floatValue() : given.doubleValue();
    boolean isMeant = (given instanceof Double number && number.isInfinite())
        || (given instanceof Float single && single.isInfinite());
    if (Double.isInfinite(value) && !isMeant) {
      throw refuse(field, given, "give one that it has room for");
    }
    return value;
  }

  private static boolean isCount(ArrowType type) {
    return type instanceof ArrowType.Date || type instanceof ArrowType.Time || type instanceof ArrowType.Timestamp
        || type instanceof ArrowType.Duration
        || (type instanceof ArrowType.Interval interval && interval.getUnit() == IntervalUnit.YEAR_MONTH);
  }

  private static Number integer(Field field, Number given, int bits, boolean signed) {
    boolean isInteger = given instanceof Integer || given instanceof Long || given instanceof Short
        || given instanceof Byte || given instanceof BigInteger;
    BigInteger value = isInteger ? new BigInteger(given.toString()) : BigInteger.ZERO;
    boolean fits = signed ? value.bitLength() < bits : value.signum() >= 0 && value.bitLength() <= bits;
    if (!isInteger || !fits) {
      throw refuse(field, given, "give an integer of its " + bits + " bits");
    }
    return ColumnStatistics.integer(value);
  }

  private static BigDecimal decimal(Field field, ArrowType.Decimal type, BigDecimal given) {
    if (given.precision() - given.scale() > type.getPrecision() - type.getScale()
        || given.stripTrailingZeros().scale() > type.getScale()) {
      throw refuse(field, given, "give at most " + type.getPrecision() + " digits, " + type.getScale()
          + " of them behind the point");
    }
    return given.setScale(type.getScale());
  }

  /**
   * Reads what {@link #toJson} gave.
   *
   * @throws IllegalArgumentException if it is not a value of the column
   */
  static ColumnFill parse(Field field, JsonNode json) {
    Object value;
    if (json.isBoolean()) {
      value = json.booleanValue();
    } else if (json.isIntegralNumber()) {
      value = json.bigIntegerValue();
    } else if (json.isNumber()) {
      value = json.doubleValue();
    } else {
      value = switch (field.getType()) {
        case ArrowType.FloatingPoint _ -> Double.valueOf(json.stringValue()); // what JSON has no number for
        case ArrowType.Decimal _ -> ManifestJson.decimal(json.stringValue());
        default -> json.stringValue();
      };
    }
    return of(field, value);
  }

  JsonNode toJson() {
    JsonNodeFactory nodes = JsonNodeFactory.instance;
    return switch (value) {
      case Boolean flag -> nodes.booleanNode(flag);
      case Long number -> nodes.numberNode(number);
      case BigInteger number -> nodes.numberNode(number);
      case Double number when Double.isFinite(number) -> nodes.numberNode(number);
      case BigDecimal number -> nodes.stringNode(number.toPlainString());
      default -> nodes.stringNode(value.toString());
    };
  }

  /** What is known of so many rows. */
  ColumnStatistics statistics(long rows) {
    ArrowType type = field.getType();
    return switch (value) {
      case Double number when number.isNaN() -> new ColumnStatistics(0, null, null);
      case Double number -> new ColumnStatistics(0, number, number);
      case BigDecimal number when type instanceof ArrowType.Decimal decimal
          && decimal.getBitWidth() <= StatisticsCollector.MOST_DECIMAL_BITS ->
          new ColumnStatistics(0, number, number, number.multiply(BigDecimal.valueOf(rows)));
      case Long number when type instanceof ArrowType.Int -> integers(number, BigInteger.valueOf(number), rows);
      case BigInteger number -> integers(number, number, rows);
      case Long number when !(type instanceof ArrowType.Interval) -> new ColumnStatistics(0, number, number);
      default -> new ColumnStatistics(0, null, null);
    };
  }

  private static ColumnStatistics integers(Number value, BigInteger exact, long rows) {
    return new ColumnStatistics(0, value, value, ColumnStatistics.integer(exact.multiply(BigInteger.valueOf(rows))));
  }

  /**
   * Fills a vector of the column, which the caller closes.
   *
   * @param vector a new one
   * @param rows how many
   * @throws IllegalArgumentException if so many rows of text have more than 2 GiB
   */
  public void fill(FieldVector vector, int rows) {
    switch (vector) {
      case BitVector bits -> {
        bits.allocateNew(rows);
        bits.setRangeToOne(0, value.equals(true) ? rows : 0);
        setValid(bits, rows);
      }
      case BaseFixedWidthVector fixed -> {
        fixed.allocateNew(rows);
        repeat(NativeMemory.of(fixed.getDataBuffer(), (long) rows * fixed.getTypeWidth()), bytes(fixed.getTypeWidth()));
        setValid(fixed, rows);
      }
      case BaseVariableWidthVector text -> {
        byte[] utf8 = value.toString().getBytes(StandardCharsets.UTF_8);
        long total = (long) utf8.length * rows;
        if (total > Integer.MAX_VALUE) {
          throw new IllegalArgumentException("Cannot fill column " + field.getName() + ": " + rows + " rows of "
              + utf8.length + " bytes are more than 2 GiB; write the table anew");
        }
        text.allocateNew(total, rows);
        for (int row = 0; row < rows; row++) {
          text.set(row, utf8);
        }
        text.setValueCount(rows);
      }
      case BaseLargeVariableWidthVector text -> {
        byte[] utf8 = value.toString().getBytes(StandardCharsets.UTF_8);
        text.allocateNew((long) utf8.length * rows, rows);
        for (int row = 0; row < rows; row++) {
          text.set(row, utf8);
        }
        text.setValueCount(rows);
      }
      default -> throw new IllegalStateException("Cannot fill a " + vector.getClass());
    }
  }

  private static void setValid(BaseFixedWidthVector vector, int rows) {
    vector.getValidityBuffer().setOne(0, (rows + Byte.SIZE - 1L) / Byte.SIZE);
    vector.setValueCount(rows);
  }

  /** One value in little-endian order. */
  private byte[] bytes(int width) {
    ByteBuffer bytes = ByteBuffer.allocate(width).order(ByteOrder.LITTLE_ENDIAN);
    switch (value) {
      case Double number when width == Float.BYTES -> bytes.putFloat(number.floatValue());
      case Double number -> bytes.putDouble(number);
      default -> {
        BigInteger whole =
            value instanceof BigDecimal decimal ? decimal.unscaledValue() : new BigInteger(value.toString());
        byte[] bigEndian = whole.toByteArray();
        Arrays.fill(bytes.array(), (byte) (whole.signum() < 0 ? -1 : 0));
        for (int i = 0; i < Math.min(width, bigEndian.length); i++) {
          bytes.put(i, bigEndian[bigEndian.length - 1 - i]);
        }
      }
    }
    return bytes.array();
  }

  /** Doubles what is there until it is full. */
  private static void repeat(MemorySegment values, byte... one) {
    if (values.byteSize() == 0) {
      return;
    }
    MemorySegment.copy(MemorySegment.ofArray(one), 0, values, 0, one.length);
    for (long filled = one.length; filled < values.byteSize(); filled *= 2) {
      MemorySegment.copy(values, 0, values, filled, Math.min(filled, values.byteSize() - filled));
    }
  }
}
