package io.packice.arrow;

import java.lang.foreign.MemorySegment;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.apache.arrow.vector.BaseIntVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.dictionary.DictionaryProvider;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.DictionaryEncoding;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * Gathers {@link ColumnStatistics} while batches are written: one pass over the columns whose order is cheap. Of dictionary-encoded columns nulls
 * are counted, whether the index or the value is null; the least and greatest index would say nothing.
 */
final class StatisticsCollector {
  private static final ColumnStatistics NOTHING = new ColumnStatistics(0, null, null);

  private final List<ColumnStatistics> columns;

  StatisticsCollector(Schema schema) {
    this.columns = new ArrayList<>(Collections.nCopies(schema.getFields().size(), NOTHING));
  }

  void add(VectorSchemaRoot batch, DictionaryProvider dictionaries) {
    for (int i = 0; i < columns.size(); i++) {
      FieldVector vector = batch.getVector(i);
      DictionaryEncoding encoding = vector.getField().getDictionary();
      add(i, encoding == null ? of(vector)
          : ofIndices((BaseIntVector) vector, dictionaries.lookup(encoding.getId()).getVector()));
    }
  }

  private static ColumnStatistics ofIndices(BaseIntVector indices, FieldVector values) {
    long nulls = indices.getNullCount();
    for (int row = 0; values.getNullCount() > 0 && row < indices.getValueCount(); row++) {
      nulls += !indices.isNull(row) && values.isNull((int) indices.getValueAsLong(row)) ? 1 : 0;
    }
    return new ColumnStatistics(nulls, null, null);
  }

  void add(int column, ColumnStatistics more) {
    columns.set(column, columns.get(column).and(more));
  }

  List<ColumnStatistics> columns() {
    return List.copyOf(columns);
  }

  private interface LongValues {
    long at(long row);
  }

  private interface DoubleValues {
    double at(long row);
  }

  private static ColumnStatistics of(FieldVector vector) {
    int rows = vector.getValueCount();
    if (rows == vector.getNullCount()) {
      return new ColumnStatistics(rows, null, null);
    }
    return switch (vector.getField().getType()) {
      case ArrowType.Int type -> ofIntegers(vector, type.getBitWidth(), type.getIsSigned());
      case ArrowType.FloatingPoint type when type.getPrecision() != FloatingPointPrecision.HALF ->
          ofFloats(vector, type.getPrecision());
      case ArrowType.Date type -> ofIntegers(vector, FixedWidth.bits(type), true);
      case ArrowType.Time type -> ofIntegers(vector, FixedWidth.bits(type), true);
      case ArrowType.Timestamp type -> ofIntegers(vector, FixedWidth.bits(type), true);
      case ArrowType.Duration type -> ofIntegers(vector, FixedWidth.bits(type), true);
      default -> new ColumnStatistics(vector.getNullCount(), null, null);
    };
  }

  private static ColumnStatistics ofIntegers(FieldVector vector, int bits, boolean signed) {
    MemorySegment values = values(vector, bits / 8);
    LongValues reader = switch (bits) {
      case 8 -> signed
          ? row -> values.get(NativeMemory.BYTE, row)
          : row -> Byte.toUnsignedLong(values.get(NativeMemory.BYTE, row));
      case 16 -> signed
          ? row -> values.get(NativeMemory.SHORT, row * 2)
          : row -> Short.toUnsignedLong(values.get(NativeMemory.SHORT, row * 2));
      case 32 -> signed
          ? row -> values.get(NativeMemory.INT, row * 4)
          : row -> Integer.toUnsignedLong(values.get(NativeMemory.INT, row * 4));
      default -> row -> values.get(NativeMemory.LONG, row * 8);
    };
    long flip = bits == 64 && !signed ? Long.MIN_VALUE : 0; // turns the unsigned order into the signed one
    if (vector.getNullCount() == 0 && signed && bits == Integer.SIZE) {
      return ofInts(values, vector.getValueCount());
    } else if (vector.getNullCount() == 0 && signed && bits == Long.SIZE) {
      return ofLongs(values, vector.getValueCount());
    }
    long min = Long.MAX_VALUE;
    long max = Long.MIN_VALUE;
    boolean nulls = vector.getNullCount() > 0;
    for (int row = 0; row < vector.getValueCount(); row++) {
      if (!nulls || !vector.isNull(row)) {
        long value = reader.at(row) ^ flip;
        min = Math.min(min, value);
        max = Math.max(max, value);
      }
    }
    return new ColumnStatistics(vector.getNullCount(), number(min, flip), number(max, flip));
  }

  /** As above, for what is most common: a loop that the compiler can do on vectors. */
  private static ColumnStatistics ofInts(MemorySegment values, int rows) {
    int min = Integer.MAX_VALUE;
    int max = Integer.MIN_VALUE;
    for (int row = 0; row < rows; row++) {
      int value = values.get(NativeMemory.INT, (long) row * Integer.BYTES);
      min = Math.min(min, value);
      max = Math.max(max, value);
    }
    return new ColumnStatistics(0, (long) min, (long) max);
  }

  private static ColumnStatistics ofLongs(MemorySegment values, int rows) {
    long min = Long.MAX_VALUE;
    long max = Long.MIN_VALUE;
    for (int row = 0; row < rows; row++) {
      long value = values.get(NativeMemory.LONG, (long) row * Long.BYTES);
      min = Math.min(min, value);
      max = Math.max(max, value);
    }
    return new ColumnStatistics(0, min, max);
  }

  private static Number number(long value, long flip) {
    long raw = value ^ flip;
    return flip == 0 || raw >= 0 ? (Number) raw : new BigInteger(Long.toUnsignedString(raw));
  }

  private static ColumnStatistics ofFloats(FieldVector vector, FloatingPointPrecision precision) {
    boolean single = precision == FloatingPointPrecision.SINGLE;
    MemorySegment values = values(vector, single ? Float.BYTES : Double.BYTES);
    DoubleValues reader = single
        ? row -> Float.intBitsToFloat(values.get(NativeMemory.INT, row * Float.BYTES))
        : row -> Double.longBitsToDouble(values.get(NativeMemory.LONG, row * Double.BYTES));
    if (vector.getNullCount() == 0 && !single) {
      return ofDoubles(values, vector.getValueCount());
    }
    double min = Double.POSITIVE_INFINITY;
    double max = Double.NEGATIVE_INFINITY;
    boolean some = false;
    boolean nulls = vector.getNullCount() > 0;
    for (int row = 0; row < vector.getValueCount(); row++) {
      double value = reader.at(row);
      if (!Double.isNaN(value) && (!nulls || !vector.isNull(row))) {
        some = true;
        min = Math.min(min, value);
        max = Math.max(max, value);
      }
    }
    return new ColumnStatistics(vector.getNullCount(), some ? (Number) min : null, some ? (Number) max : null);
  }

  /** As above. */
  private static ColumnStatistics ofDoubles(MemorySegment values, int rows) {
    double min = Double.POSITIVE_INFINITY;
    double max = Double.NEGATIVE_INFINITY;
    boolean some = false;
    for (int row = 0; row < rows; row++) {
      double value = Double.longBitsToDouble(values.get(NativeMemory.LONG, (long) row * Double.BYTES));
      if (!Double.isNaN(value)) {
        some = true;
        min = Math.min(min, value);
        max = Math.max(max, value);
      }
    }
    return new ColumnStatistics(0, some ? (Number) min : null, some ? (Number) max : null);
  }

  private static MemorySegment values(FieldVector vector, int width) {
    return NativeMemory.of(vector.getDataBuffer(), (long) vector.getValueCount() * width);
  }
}
