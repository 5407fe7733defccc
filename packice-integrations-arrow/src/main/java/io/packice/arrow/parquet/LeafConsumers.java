package io.packice.arrow.parquet;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.vector.BaseFixedWidthVector;
import org.apache.arrow.vector.BaseLargeVariableWidthVector;
import org.apache.arrow.vector.BaseVariableWidthVector;
import org.apache.arrow.vector.BaseVariableWidthViewVector;
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
import org.apache.arrow.vector.NullVector;
import org.apache.arrow.vector.TimeMicroVector;
import org.apache.arrow.vector.TimeMilliVector;
import org.apache.arrow.vector.TimeNanoVector;
import org.apache.arrow.vector.TimeSecVector;
import org.apache.arrow.vector.TimeStampSecTZVector;
import org.apache.arrow.vector.TimeStampSecVector;
import org.apache.arrow.vector.UInt1Vector;
import org.apache.arrow.vector.UInt2Vector;
import org.apache.arrow.vector.types.TimeUnit;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.parquet.io.api.Binary;

/** Consumers of vectors of plain values, each as {@link SchemaWriter} has said. */
final class LeafConsumers {
  private static final long MILLIS_OF_DAY = 86_400_000L;
  private static final long SECONDS_OF_DAY = 86_400L;
  private static final int MILLIS_OF_SECOND = 1000;
  private static final long NANOS_OF_MILLI = 1_000_000L;
  private static final int INTERVAL_BYTES = 12;
  private static final int INT32_DIGITS = 9;
  private static final int INT64_DIGITS = 18;

  private LeafConsumers() {
  }

  static VectorConsumer of(String column, FieldVector vector) {
    return switch (vector) {
      case NullVector _ -> (_, _) -> {
      };
      case BitVector bits -> (to, row) -> to.addBoolean(bits.get(row) != 0);
      case Float4Vector floats -> (to, row) -> to.addFloat(floats.get(row));
      case Float8Vector doubles -> (to, row) -> to.addDouble(doubles.get(row));
      case Float2Vector halves -> (to, row) -> to.addBinary(Binary.fromConstantByteArray(bytes(halves, row)));
      case FixedSizeBinaryVector fixed -> (to, row) -> to.addBinary(Binary.fromConstantByteArray(fixed.get(row)));
      case DecimalVector decimals -> decimal(column, decimals.getPrecision(), decimals.getScale(), decimals::getObject);
      case Decimal256Vector decimals ->
          decimal(column, decimals.getPrecision(), decimals.getScale(), decimals::getObject);
      case DateDayVector days -> (to, row) -> to.addInteger(days.get(row));
      case DateMilliVector millis -> (to, row) -> to.addInteger(days(column, millis.get(row)));
      case TimeSecVector seconds -> time(column, seconds, seconds::get);
      case TimeMilliVector millis -> time(column, millis, millis::get);
      case TimeMicroVector micros -> time(column, micros, micros::get);
      case TimeNanoVector nanos -> time(column, nanos, nanos::get);
      case TimeStampSecVector seconds -> (to, row) -> to.addLong(millis(column, seconds.get(row)));
      case TimeStampSecTZVector seconds -> (to, row) -> to.addLong(millis(column, seconds.get(row)));
      case DurationVector durations ->
          (to, row) -> to.addLong(durations.getDataBuffer().getLong((long) row * Long.BYTES));
      case IntervalYearVector _,IntervalDayVector _,IntervalMonthDayNanoVector _ ->
          interval(column, (BaseFixedWidthVector) vector);
      case BaseVariableWidthVector strings -> bytes(column, strings, row -> bytes(strings.getDataBuffer(),
          strings.getStartOffset(row), strings.getEndOffset(row)));
      case BaseLargeVariableWidthVector strings -> bytes(column, strings, row -> bytes(strings.getDataBuffer(),
          strings.getOffsetBuffer().getLong((long) row * Long.BYTES),
          strings.getOffsetBuffer().getLong((row + 1L) * Long.BYTES)));
      case BaseVariableWidthViewVector strings -> bytes(column, strings, strings::get);
      case BaseFixedWidthVector numbers -> number(numbers);
      default -> throw new IllegalArgumentException("Cannot write column " + column + " of type "
          + vector.getField().getType() + " to Parquet; leave it out, or convert it");
    };
  }

  private static VectorConsumer number(BaseFixedWidthVector vector) {
    ArrowBuf data = vector.getDataBuffer();
    return switch (vector.getTypeWidth()) {
      case Byte.BYTES -> vector instanceof UInt1Vector
          ? (to, row) -> to.addInteger(data.getByte(row) & 0xFF)
          : (to, row) -> to.addInteger(data.getByte(row));
      case Short.BYTES -> vector instanceof UInt2Vector
          ? (to, row) -> to.addInteger(data.getShort((long) row * Short.BYTES) & 0xFFFF)
          : (to, row) -> to.addInteger(data.getShort((long) row * Short.BYTES));
      case Integer.BYTES -> (to, row) -> to.addInteger(data.getInt((long) row * Integer.BYTES));
      default -> (to, row) -> to.addLong(data.getLong((long) row * Long.BYTES));
    };
  }

  private static byte[] bytes(BaseFixedWidthVector vector, int row) {
    byte[] bytes = new byte[vector.getTypeWidth()];
    vector.getDataBuffer().getBytes((long) row * bytes.length, bytes);
    return bytes;
  }

  private static byte[] bytes(ArrowBuf data, long start, long end) {
    byte[] bytes = new byte[Math.toIntExact(end - start)];
    data.getBytes(start, bytes);
    return bytes;
  }

  private interface ByteValues {
    byte[] get(int row);
  }

  /** Bytes, or text, which readers may rely on to be UTF-8. */
  private static VectorConsumer bytes(String column, FieldVector vector, ByteValues values) {
    boolean isText = switch (vector.getField().getType()) {
      case ArrowType.Utf8 _,ArrowType.LargeUtf8 _,ArrowType.Utf8View _ -> true;
      default -> false;
    };
    return (to, row) -> {
      byte[] bytes = values.get(row);
      int wrong = isText ? Utf8.firstWrong(bytes, 0, bytes.length) : -1;
      if (wrong >= 0) {
        throw beyond(column, String.format("the byte %02x at %d of a text", bytes[wrong], wrong), "which is no UTF-8");
      }
      to.addBinary(Binary.fromConstantByteArray(bytes));
    };
  }

  private static DamageException beyond(String column, Object value, String limit) {
    return new DamageException("column " + column + " has " + value + ", " + limit);
  }

  private static int days(String column, long millis) {
    if (millis % MILLIS_OF_DAY != 0) {
      throw beyond(column, millis + " ms", "and a date is whole days");
    }
    long days = millis / MILLIS_OF_DAY;
    if (days != (int) days) {
      throw beyond(column, days + " days", "more than 32 bits hold");
    }
    return (int) days;
  }

  private interface Times {
    long get(int row);
  }

  /** Readers take what is beyond the day for a time of another one, or refuse the file. */
  private static VectorConsumer time(String column, FieldVector vector, Times times) {
    ArrowType.Time type = (ArrowType.Time) vector.getField().getType();
    long end = SECONDS_OF_DAY * switch (type.getUnit()) {
      case SECOND -> 1L;
      case MILLISECOND -> 1_000L;
      case MICROSECOND -> 1_000_000L;
      case NANOSECOND -> 1_000_000_000L;
    };
    int factor = type.getUnit() == TimeUnit.SECOND ? MILLIS_OF_SECOND : 1;
    return (to, row) -> {
      long time = times.get(row);
      if (time < 0 || time >= end) {
        throw beyond(column, "the time " + time + " of " + end + " in a day", "which is none of any day");
      }
      if (type.getBitWidth() == Integer.SIZE) {
        to.addInteger((int) time * factor);
      } else {
        to.addLong(time);
      }
    };
  }

  private static long millis(String column, long seconds) {
    if (Math.abs(seconds) > Long.MAX_VALUE / 1000 || seconds == Long.MIN_VALUE) {
      throw beyond(column, seconds + " s", "which 64 bits of milliseconds cannot hold");
    }
    return seconds * 1000;
  }

  // ---- Decimals

  private interface Decimals {
    BigDecimal get(int row);
  }

  private static VectorConsumer decimal(String column, int precision, int scale, Decimals values) {
    int width = SchemaWriter.decimalBytes(precision);
    return (to, row) -> {
      BigInteger unscaled = values.get(row).setScale(scale).unscaledValue();
      if (unscaled.abs().compareTo(BigInteger.TEN.pow(precision)) >= 0) {
        throw beyond(column, values.get(row), "more than " + precision + " digits");
      }
      if (precision <= INT32_DIGITS) {
        to.addInteger(unscaled.intValueExact());
      } else if (precision <= INT64_DIGITS) {
        to.addLong(unscaled.longValueExact());
      } else {
        to.addBinary(Binary.fromConstantByteArray(bigEndian(unscaled, width)));
      }
    };
  }

  private static byte[] bigEndian(BigInteger value, int width) {
    byte[] bytes = value.toByteArray();
    byte[] padded = new byte[width];
    Arrays.fill(padded, 0, width - bytes.length, (byte) (value.signum() < 0 ? -1 : 0));
    System.arraycopy(bytes, 0, padded, width - bytes.length, bytes.length);
    return padded;
  }

  // ---- Intervals: months, days and milliseconds, 32 bits each, none of them below zero

  private static VectorConsumer interval(String column, BaseFixedWidthVector vector) {
    ArrowBuf data = vector.getDataBuffer();
    return switch (((ArrowType.Interval) vector.getField().getType()).getUnit()) {
      case YEAR_MONTH -> (to, row) -> to.addBinary(interval(column, data.getInt(row * 4L), 0, 0));
      case DAY_TIME -> (to, row) -> to.addBinary(interval(column, 0, data.getInt(row * 8L), data.getInt(row * 8L + 4)));
      case MONTH_DAY_NANO -> (to, row) -> {
        long nanos = data.getLong(row * 16L + 8);
        if (nanos % NANOS_OF_MILLI != 0) {
          throw beyond(column, nanos + " ns", "and an interval of Parquet has whole milliseconds");
        }
        to.addBinary(
            interval(column, data.getInt(row * 16L), data.getInt(row * 16L + 4), nanos / NANOS_OF_MILLI));
      };
    };
  }

  private static Binary interval(String column, int months, int days, long millis) {
    if (months < 0 || days < 0 || millis < 0 || millis >>> Integer.SIZE != 0) {
      throw beyond(column, "an interval of " + months + " months, " + days + " days and " + millis + " ms",
          "and Parquet has none below zero, or of more milliseconds than 32 bits hold");
    }
    return Binary.fromConstantByteArray(ByteBuffer.allocate(INTERVAL_BYTES).order(ByteOrder.LITTLE_ENDIAN)
        .putInt(months).putInt(days).putInt((int) millis).array());
  }
}
