package io.packice.spark.vectors;

import java.util.List;
import org.apache.arrow.vector.BaseVariableWidthViewVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.complex.FixedSizeListVector;
import org.apache.arrow.vector.complex.LargeListVector;
import org.apache.arrow.vector.complex.ListVector;
import org.apache.arrow.vector.complex.MapVector;
import org.apache.arrow.vector.complex.StructVector;
import org.apache.arrow.vector.dictionary.DictionaryProvider;
import org.apache.arrow.vector.types.DateUnit;
import org.apache.arrow.vector.types.IntervalUnit;
import org.apache.arrow.vector.types.TimeUnit;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.DictionaryEncoding;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.MapType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.sql.types.UserDefinedType;
import org.apache.spark.sql.types.VariantType;
import org.apache.spark.sql.vectorized.ColumnVector;
import org.apache.spark.unsafe.Platform;

/** Makes Spark's column vectors over Arrow's; both see the same memory. */
public final class Columns {
  private static final long NANOS = 1_000_000_000;
  private static final long NANOS_PER_MICRO = 1_000;

  private final DictionaryProvider dictionaries;

  /**
   * Columns of one batch.
   *
   * @param dictionaries what indices stand for
   */
  public Columns(DictionaryProvider dictionaries) {
    this.dictionaries = dictionaries;
  }

  /**
   * Some rows of a column.
   *
   * @param vector the column; it must stay open as long as the result is used
   * @param wanted Spark's type of it, of which structs may have lost fields
   * @param from the first row
   * @param rows how many rows
   * @return the column; it needs no closing
   */
  public ColumnVector of(FieldVector vector, DataType wanted, long from, int rows) {
    DataType type = wanted instanceof UserDefinedType<?> udt ? udt.sqlType() : wanted;
    DictionaryEncoding encoding = vector.getField().getDictionary();
    if (encoding != null) {
      FieldVector values = dictionaries.lookup(encoding.getId()).getVector();
      return new DictionaryColumn(type, vector, encoding.getIndexType().getBitWidth() / Byte.SIZE,
          of(values, type, 0, values.getValueCount()), from, rows);
    }
    return switch (vector.getField().getType()) {
      case ArrowType.Null _ -> new NullColumn(type, rows);
      case ArrowType.Bool _ -> new FixedColumns.Booleans(type, vector, from, rows);
      case ArrowType.Int integer -> integers(type, vector, integer, from, rows);
      case ArrowType.FloatingPoint number -> switch (number.getPrecision()) {
        case HALF -> new ConvertedColumns.HalfFloats(type, vector, from, rows);
        case SINGLE -> new FixedColumns.Floats(type, vector, from, rows);
        case DOUBLE -> new FixedColumns.Doubles(type, vector, from, rows);
      };
      case ArrowType.Decimal decimal ->
          new ConvertedColumns.Decimals(type, vector, decimal.getBitWidth() / Byte.SIZE, from, rows);
      case ArrowType.Date date -> date.getUnit() == DateUnit.DAY
          ? new FixedColumns.Ints(type, vector, from, rows)
          : new ConvertedColumns.MillisecondDates(type, vector, from, rows);
      case ArrowType.Time time when time.getUnit() == TimeUnit.NANOSECOND -> // Spark's times have microseconds
          new ConvertedColumns.Units(type, vector, Long.BYTES, NANOS_PER_MICRO, NANOS_PER_MICRO, from, rows);
      case ArrowType.Time time ->
          units(type, vector, time.getUnit(), NANOS, time.getBitWidth() / Byte.SIZE, from, rows);
      case ArrowType.Timestamp stamp ->
          units(type, vector, stamp.getUnit(), perSecond(TimeUnit.MICROSECOND), Long.BYTES, from, rows);
      case ArrowType.Duration duration ->
          units(type, vector, duration.getUnit(), perSecond(TimeUnit.MICROSECOND), Long.BYTES, from, rows);
      case ArrowType.Interval interval -> interval(type, vector, interval.getUnit(), from, rows);
      case ArrowType.Utf8 _ -> new ByteColumns.Small(type, vector, from, rows);
      case ArrowType.Binary _ -> new ByteColumns.Small(type, vector, from, rows);
      case ArrowType.LargeUtf8 _ -> new ByteColumns.Large(type, vector, from, rows);
      case ArrowType.LargeBinary _ -> new ByteColumns.Large(type, vector, from, rows);
      case ArrowType.Utf8View _ -> views(type, vector, from, rows);
      case ArrowType.BinaryView _ -> views(type, vector, from, rows);
      case ArrowType.FixedSizeBinary bytes ->
          new ByteColumns.Fixed(type, vector, bytes.getByteWidth(), from, rows);
      default -> nested(type, vector, from, rows);
    };
  }

  private static ColumnVector integers(DataType type, FieldVector vector, ArrowType.Int integer, long from, int rows) {
    return switch (integer.getBitWidth()) {
      case Byte.SIZE -> integer.getIsSigned()
          ? new FixedColumns.Bytes(type, vector, from, rows)
          : new ConvertedColumns.UnsignedBytes(type, vector, from, rows);
      case Short.SIZE -> integer.getIsSigned()
          ? new FixedColumns.Shorts(type, vector, from, rows)
          : new ConvertedColumns.UnsignedShorts(type, vector, from, rows);
      case Integer.SIZE -> integer.getIsSigned()
          ? new FixedColumns.Ints(type, vector, from, rows)
          : new ConvertedColumns.UnsignedInts(type, vector, from, rows);
      default -> integer.getIsSigned()
          ? new FixedColumns.Longs(type, vector, from, rows)
          : new ConvertedColumns.UnsignedLongs(type, vector, from, rows);
    };
  }

  private static long perSecond(TimeUnit unit) {
    return switch (unit) {
      case SECOND -> 1;
      case MILLISECOND -> 1_000;
      case MICROSECOND -> 1_000_000;
      case NANOSECOND -> NANOS;
    };
  }

  private static ColumnVector units(DataType type, FieldVector vector, TimeUnit unit, long wantedPerSecond, int width,
      long from, int rows) {
    long perSecond = perSecond(unit);
    if (perSecond == wantedPerSecond) {
      return new FixedColumns.Longs(type, vector, from, rows);
    }
    return new ConvertedColumns.Units(type, vector, width, Math.max(1, wantedPerSecond / perSecond),
        Math.max(1, perSecond / wantedPerSecond), from, rows);
  }

  private static ColumnVector interval(DataType type, FieldVector vector, IntervalUnit unit, long from, int rows) {
    return switch (unit) {
      case YEAR_MONTH -> new FixedColumns.Ints(type, vector, from, rows);
      case DAY_TIME -> new NestedColumns.Intervals(type, vector, NestedColumns.Intervals.Layout.DAY_TIME, from, rows);
      case MONTH_DAY_NANO ->
          new NestedColumns.Intervals(type, vector, NestedColumns.Intervals.Layout.MONTH_DAY_NANO, from, rows);
    };
  }

  private static ColumnVector views(DataType type, FieldVector vector, long from, int rows) {
    return new ByteColumns.Views(type, vector, ((BaseVariableWidthViewVector) vector).getDataBuffers(), from, rows);
  }

  private ColumnVector nested(DataType type, FieldVector vector, long from, int rows) {
    return switch (vector) {
      case MapVector map -> {
        List<FieldVector> entries = map.getDataVector().getChildrenFromFields();
        MapType wanted = (MapType) type;
        int count = map.getDataVector().getValueCount();
        yield new NestedColumns.Maps(type, vector, of(entries.getFirst(), wanted.keyType(), 0, count),
            of(entries.getLast(), wanted.valueType(), 0, count), from, rows);
      }
      case ListVector list -> new NestedColumns.Lists(type, vector,
          of(list.getDataVector(), ((ArrayType) type).elementType(), 0, list.getDataVector().getValueCount()), from,
          rows);
      case LargeListVector list -> largeLists((ArrayType) type, list, from, rows);
      case FixedSizeListVector list -> {
        int elements = Math.multiplyExact(rows, list.getListSize());
        yield new NestedColumns.FixedLists(type, vector, list.getListSize(),
            of(list.getDataVector(), ((ArrayType) type).elementType(), from * list.getListSize(), elements), from,
            rows);
      }
      case StructVector struct -> new NestedColumns.Structs(type, vector, children(type, struct, from, rows), from,
          rows);
      default -> throw new UnsupportedOperationException(
          "Cannot read column " + vector.getName() + ": Spark has no type for " + vector.getField().getType());
    };
  }

  private ColumnVector largeLists(ArrayType type, LargeListVector list, long from, int rows) {
    long offsets = NestedColumns.LargeLists.offsets(list, from);
    long first = rows == 0 ? 0 : Platform.getLong(null, offsets);
    long end = rows == 0 ? 0 : Platform.getLong(null, offsets + (long) rows * Long.BYTES);
    FieldVector elements = list.getDataVector();
    return new NestedColumns.LargeLists(type, list,
        of(elements, type.elementType(), first, Math.toIntExact(end - first)), first, from, rows);
  }

  private ColumnVector[] children(DataType type, StructVector struct, long from, int rows) {
    if (type instanceof VariantType) {
      return new ColumnVector[] {
          of(struct.getChild("value"), org.apache.spark.sql.types.DataTypes.BinaryType, from, rows),
          of(struct.getChild("metadata"), org.apache.spark.sql.types.DataTypes.BinaryType, from, rows)};
    }
    StructField[] fields = ((StructType) type).fields();
    ColumnVector[] children = new ColumnVector[fields.length];
    for (int i = 0; i < fields.length; i++) {
      children[i] = of(struct.getChild(fields[i].name()), fields[i].dataType(), from, rows);
    }
    return children;
  }
}
