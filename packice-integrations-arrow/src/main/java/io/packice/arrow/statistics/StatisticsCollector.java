package io.packice.arrow.statistics;

import io.packice.arrow.schema.FixedWidth;
import io.packice.arrow.vectors.NativeMemory;
import java.lang.foreign.MemorySegment;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.vector.BaseIntVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.dictionary.DictionaryProvider;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.DictionaryEncoding;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * Gathers {@link ColumnStatistics} while batches are written: one pass over the columns whose order is cheap. Of dictionary-encoded columns nulls
 * are counted, whether the index or the value is null; the least and greatest index would say nothing.
 */
public final class StatisticsCollector {
  /** The widest decimals that have extremes and sums: wider ones are rare, and would take another loop. */
  public static final int MOST_DECIMAL_BITS = 128;
  /** Selects the lower 32 bits. */
  static final long LOW_HALF = 0xFFFF_FFFFL;

  private final List<ColumnStatistics> columns;

  /**
   * Of no rows yet.
   *
   * @param schema the columns, as vectors have them
   */
  public StatisticsCollector(Schema schema) {
    this.columns = new ArrayList<>(schema.getFields().stream().map(field -> ofNulls(field, 0)).toList());
  }

  /**
   * Adds the rows of a batch.
   *
   * @param batch of this schema
   * @param dictionaries what its indices stand for
   */
  public void add(VectorSchemaRoot batch, DictionaryProvider dictionaries) {
    for (int i = 0; i < columns.size(); i++) {
      FieldVector vector = batch.getVector(i);
      DictionaryEncoding encoding = vector.getField().getDictionary();
      add(i, encoding == null ? of(vector)
          : ofIndices((BaseIntVector) vector, dictionaries.lookup(encoding.getId()).getVector()));
    }
  }

  /**
   * Of nothing but nulls, whose sum is 0 if there can be one at all.
   *
   * @param field the column
   * @param nulls how many
   * @return its statistics
   */
  public static ColumnStatistics ofNulls(Field field, long nulls) {
    Number none = field.getDictionary() != null ? null : switch (field.getType()) {
      case ArrowType.Int _ -> 0L;
      case ArrowType.Decimal decimal when decimal.getBitWidth() <= MOST_DECIMAL_BITS ->
          BigDecimal.valueOf(0, decimal.getScale());
      default -> null;
    };
    return new ColumnStatistics(nulls, null, null, none);
  }

  private static ColumnStatistics ofIndices(BaseIntVector indices, FieldVector values) {
    long nulls = indices.getNullCount();
    for (int row = 0; values.getNullCount() > 0 && row < indices.getValueCount(); row++) {
      nulls += !indices.isNull(row) && values.isNull((int) indices.getValueAsLong(row)) ? 1 : 0;
    }
    return new ColumnStatistics(nulls, null, null);
  }

  /**
   * Adds rows of which the statistics are known.
   *
   * @param column which, from 0
   * @param more of these rows
   */
  public void add(int column, ColumnStatistics more) {
    columns.set(column, columns.get(column).and(more));
  }

  /**
   * What was gathered.
   *
   * @return one entry for each column
   */
  public List<ColumnStatistics> columns() {
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
      return ofNulls(vector.getField(), rows);
    }
    return switch (vector.getField().getType()) {
      case ArrowType.Int type -> ofIntegers(vector, type.getBitWidth(), type.getIsSigned());
      case ArrowType.Decimal type when type.getBitWidth() <= MOST_DECIMAL_BITS ->
          DecimalStatistics.of(vector, type);
      case ArrowType.FloatingPoint type -> ofFloats(vector, type.getPrecision());
      case ArrowType.Date type -> withoutSum(ofIntegers(vector, FixedWidth.bits(type), true));
      case ArrowType.Time type -> withoutSum(ofIntegers(vector, FixedWidth.bits(type), true));
      case ArrowType.Timestamp type -> withoutSum(ofIntegers(vector, FixedWidth.bits(type), true));
      case ArrowType.Duration type -> withoutSum(ofIntegers(vector, FixedWidth.bits(type), true));
      default -> new ColumnStatistics(vector.getNullCount(), null, null);
    };
  }

  /** Instants do not add up. */
  private static ColumnStatistics withoutSum(ColumnStatistics statistics) {
    return new ColumnStatistics(statistics.nullCount(), statistics.min(), statistics.max());
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
      BulkStatistics.OfLongs all = BulkStatistics.ofLongs(values, vector.getValueCount());
      return new ColumnStatistics(0, all.least(), all.greatest(),
          ColumnStatistics.integer(sum(all.lowHalves(), all.highHalves())));
    }
    long min = Long.MAX_VALUE;
    long max = Long.MIN_VALUE;
    long low = 0;
    long high = 0;
    boolean nulls = vector.getNullCount() > 0;
    for (int row = 0; row < vector.getValueCount(); row++) {
      if (!nulls || !vector.isNull(row)) {
        long value = reader.at(row) ^ flip;
        min = Math.min(min, value);
        max = Math.max(max, value);
        low += value & LOW_HALF;
        high += value >> Integer.SIZE;
      }
    }
    // each flipped value was less by 2^63 than it is
    BigInteger added = flip == 0 ? BigInteger.ZERO
        : BigInteger.valueOf(vector.getValueCount() - vector.getNullCount()).shiftLeft(Long.SIZE - 1);
    return new ColumnStatistics(vector.getNullCount(), number(min, flip), number(max, flip),
        ColumnStatistics.integer(sum(low, high).add(added)));
  }

  /** As above, for what is most common: a loop that the compiler can do on vectors. */
  private static ColumnStatistics ofInts(MemorySegment values, int rows) {
    int min = Integer.MAX_VALUE;
    int max = Integer.MIN_VALUE;
    long sum = 0; // 2^31 rows of 32 bits do not reach 64
    for (int row = 0; row < rows; row++) {
      int value = values.get(NativeMemory.INT, (long) row * Integer.BYTES);
      min = Math.min(min, value);
      max = Math.max(max, value);
      sum += value;
    }
    return new ColumnStatistics(0, (long) min, (long) max, sum);
  }

  /** What sums of the lower 32 bits, and of the upper ones, come to. */
  private static BigInteger sum(long low, long high) {
    return BigInteger.valueOf(high).shiftLeft(Integer.SIZE).add(BigInteger.valueOf(low));
  }

  private static Number number(long value, long flip) {
    long raw = value ^ flip;
    return flip == 0 || raw >= 0 ? (Number) raw : new BigInteger(Long.toUnsignedString(raw));
  }

  private static ColumnStatistics ofFloats(FieldVector vector, FloatingPointPrecision precision) {
    MemorySegment values = values(vector, switch (precision) {
      case HALF -> Short.BYTES;
      case SINGLE -> Float.BYTES;
      case DOUBLE -> Double.BYTES;
    });
    DoubleValues reader = switch (precision) {
      case HALF -> row -> Float.float16ToFloat(values.get(NativeMemory.SHORT, row * Short.BYTES));
      case SINGLE -> row -> Float.intBitsToFloat(values.get(NativeMemory.INT, row * Float.BYTES));
      case DOUBLE -> row -> Double.longBitsToDouble(values.get(NativeMemory.LONG, row * Double.BYTES));
    };
    if (vector.getNullCount() == 0 && precision == FloatingPointPrecision.DOUBLE) {
      double[] extremes = BulkStatistics.extremes(values, vector.getValueCount());
      if (!Double.isNaN(extremes[0])) {
        return new ColumnStatistics(0, extremes[0], extremes[1]);
      }
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

  private static MemorySegment values(FieldVector vector, int width) {
    return NativeMemory.of(vector.getDataBuffer(), (long) vector.getValueCount() * width);
  }
}
