package io.packice.djl;

import io.packice.arrow.schema.UuidField;
import io.packice.arrow.text.PlainRows;
import io.packice.arrow.vectors.UnionMembers;
import io.packice.djl.tensor.ElementType;
import java.lang.foreign.MemorySegment;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.vector.BaseIntVector;
import org.apache.arrow.vector.BitVector;
import org.apache.arrow.vector.DateDayVector;
import org.apache.arrow.vector.DateMilliVector;
import org.apache.arrow.vector.Decimal256Vector;
import org.apache.arrow.vector.DecimalVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.FloatingPointVector;
import org.apache.arrow.vector.TimeStampVector;
import org.apache.arrow.vector.UInt8Vector;
import org.apache.arrow.vector.complex.UnionVector;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.util.Text;
import org.jspecify.annotations.Nullable;

/** A column read value by value through Arrow vectors over the mapping: for whatever is not plain memory. Safe from any thread. */
final class VectorColumn {
  private final Field field;
  private final List<FieldVector> vectors;
  private final RowLocator locator;

  VectorColumn(Field field, List<FieldVector> vectors) {
    this.field = field;
    this.vectors = vectors;
    this.locator = RowLocator.of(vectors, FieldVector::getValueCount);
  }

  Field field() {
    return field;
  }

  List<FieldVector> vectors() {
    return vectors;
  }

  RowLocator locator() {
    return locator;
  }

  /** Whether {@link #integer} and {@link #real} understand a type, and whether its numbers have fractions. */
  enum Numbers {
    NONE, WHOLE, FRACTIONS;

    static Numbers of(ArrowType type) {
      return switch (type) {
        case ArrowType.Int _,ArrowType.Bool _,ArrowType.Date _,ArrowType.Timestamp _ -> WHOLE;
        case ArrowType.FloatingPoint _,ArrowType.Decimal _ -> FRACTIONS;
        default -> NONE;
      };
    }
  }

  boolean isNull(long row) {
    int chunk = locator.chunkOf(row, 0);
    return vectors.get(chunk).isNull(index(row, chunk));
  }

  private int index(long row, int chunk) {
    return (int) (row - locator.firstRow(chunk));
  }

  long integer(long row) {
    int chunk = locator.chunkOf(row, 0);
    FieldVector vector = vectors.get(chunk);
    int index = requireValue(vector, row, index(row, chunk));
    try {
      return integer(vector, index);
    } catch (ArithmeticException why) {
      throw RowTrouble.of(field.getName(), row, why);
    }
  }

  private long integer(FieldVector vector, int index) {
    return switch (vector) {
      case BitVector bits -> bits.get(index);
      case UInt8Vector unsigned when unsigned.get(index) < 0 -> throw new ArithmeticException("Cannot convert "
          + Long.toUnsignedString(unsigned.get(index)) + " to a signed integer; convert the column to FLOAT64");
      case BaseIntVector whole -> whole.getValueAsLong(index);
      case DateDayVector days -> days.get(index);
      case DateMilliVector millis -> millis.get(index);
      case TimeStampVector stamps -> stamps.get(index);
      case DecimalVector decimal -> integer(decimal.getObject(index).toBigInteger());
      case Decimal256Vector decimal -> integer(decimal.getObject(index).toBigInteger());
      default -> ElementType.whole(real(vector, index));
    };
  }

  private static long integer(BigInteger number) {
    if (number.bitLength() >= Long.SIZE) {
      throw new ArithmeticException(
          "Cannot convert " + number + " to an integer of 64 bits; convert the column to FLOAT64");
    }
    return number.longValue();
  }

  /** Like {@link #integer}, of a number that has no fraction. */
  long whole(long row) {
    int chunk = locator.chunkOf(row, 0);
    FieldVector vector = vectors.get(chunk);
    int index = requireValue(vector, row, index(row, chunk));
    try {
      return whole(vector, index);
    } catch (ArithmeticException why) {
      throw RowTrouble.of(field.getName(), row, why);
    }
  }

  private long whole(FieldVector vector, int index) {
    return switch (vector) {
      case FloatingPointVector real -> ElementType.exact(real.getValueAsDouble(index));
      case DecimalVector decimal -> whole(decimal.getObject(index));
      case Decimal256Vector decimal -> whole(decimal.getObject(index));
      default -> integer(vector, index);
    };
  }

  private static long whole(BigDecimal number) {
    if (number.stripTrailingZeros().scale() > 0) {
      throw new ArithmeticException("Cannot convert " + number.toPlainString()
          + " to an integer: it has a fraction; choose FLOAT32 or FLOAT64, or round the column before");
    }
    return integer(number.toBigInteger());
  }

  double real(long row) {
    int chunk = locator.chunkOf(row, 0);
    FieldVector vector = vectors.get(chunk);
    return real(vector, requireValue(vector, row, index(row, chunk)));
  }

  private double real(FieldVector vector, int index) {
    return switch (vector) {
      case FloatingPointVector real -> real.getValueAsDouble(index);
      case DecimalVector decimal -> number(decimal.getObject(index));
      case Decimal256Vector decimal -> number(decimal.getObject(index));
      case UInt8Vector unsigned when unsigned.get(index) < 0 -> {
        long bits = unsigned.get(index);
        yield ((bits >>> 1) | (bits & 1)) * 2.0;
      }
      case BaseIntVector whole -> whole.getValueAsLong(index);
      case BitVector bits -> bits.get(index);
      case DateDayVector days -> days.get(index);
      case DateMilliVector millis -> millis.get(index);
      case TimeStampVector stamps -> stamps.get(index);
      default -> throw new IllegalArgumentException(
          "Cannot read column " + field.getName() + " as numbers: its values are " + field.getType());
    };
  }

  private static double number(BigDecimal decimal) {
    return decimal.doubleValue();
  }

  private int requireValue(FieldVector vector, long row, int index) {
    if (vector.isNull(index)) {
      throw new IllegalArgumentException("Cannot read column " + field.getName() + ": row " + row
          + " is null; say what nulls shall be (Column.withNullsAs), or filter such rows");
    }
    return index;
  }

  /** A value as Arrow's Java objects have it, text as a string; null for null. */
  @Nullable
  Object value(long row) {
    int chunk = locator.chunkOf(row, 0);
    FieldVector vector = vectors.get(chunk);
    int index = index(row, chunk);
    if (vector instanceof UnionVector union) { // which itself knows some types of members only
      vector = union.getChildrenFromFields().get(UnionMembers.place(field, union.getTypeValue(index)));
    }
    Object value = vector.getObject(index);
    return value instanceof Text text ? text.toString() : value;
  }

  /** A value of text, or bytes that are text, or another value as it prints; null for null. */
  @Nullable
  String text(long row) {
    int chunk = locator.chunkOf(row, 0);
    FieldVector vector = vectors.get(chunk);
    int index = index(row, chunk);
    if (vector.isNull(index)) {
      return null;
    }
    return switch (field.getType()) {
      case ArrowType.Utf8 _,ArrowType.LargeUtf8 _,ArrowType.Utf8View _ -> vector.getObject(index).toString();
      case ArrowType.Binary _,ArrowType.LargeBinary _,ArrowType.BinaryView _ -> text((byte[]) vector.getObject(index));
      case ArrowType.FixedSizeBinary _ when !UuidField.is(field) -> text((byte[]) vector.getObject(index));
      default -> PlainRows.text(PlainRows.value(field, vector, index));
    };
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }

  /** Stands for a value: the same for equal values, in every process. */
  String key(long row) {
    Object value = value(row);
    return value instanceof byte[] bytes ? HexFormat.of().formatHex(bytes) : String.valueOf(value);
  }

  /** The bytes of a value of text or bytes; null for null. */
  byte @Nullable [] bytes(long row) {
    return switch (value(row)) {
      case null -> null;
      case byte[] bytes -> bytes;
      case String text -> text.getBytes(StandardCharsets.UTF_8);
      default -> throw new IllegalArgumentException(
          "Cannot read column " + field.getName() + " as bytes: its values are " + field.getType());
    };
  }

  /** The bytes of a buffer of a vector; they end with the table. */
  static MemorySegment memory(ArrowBuf buffer) {
    return MemorySegment.ofAddress(buffer.memoryAddress()).reinterpret(buffer.capacity());
  }
}
