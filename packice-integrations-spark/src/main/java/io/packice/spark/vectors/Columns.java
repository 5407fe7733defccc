package io.packice.spark.vectors;

import io.packice.arrow.batch.StoredColumn;
import org.apache.arrow.vector.types.DateUnit;
import org.apache.arrow.vector.types.IntervalUnit;
import org.apache.arrow.vector.types.TimeUnit;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.MapType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.sql.types.UserDefinedType;
import org.apache.spark.sql.types.VariantType;
import org.apache.spark.sql.vectorized.ColumnVector;
import org.apache.spark.unsafe.Platform;

/** Makes Spark's column vectors over columns in memory. */
public final class Columns {
  private static final long NANOS = 1_000_000_000;
  private static final long NANOS_PER_MICRO = 1_000;

  private Columns() {
  }

  /**
   * Some rows of a column.
   *
   * @param column the column; its memory must stay as long as the result is used
   * @param wanted Spark's type of it, of which structs may have lost fields
   * @param from the first row
   * @param rows how many rows
   * @return the column; it needs no closing
   */
  public static ColumnVector of(StoredColumn column, DataType wanted, long from, int rows) {
    DataType type = wanted instanceof UserDefinedType<?> udt ? udt.sqlType() : wanted;
    StoredColumn values = column.dictionary();
    if (values != null) {
      int width = ((ArrowType.Int) column.field().getType()).getBitWidth() / Byte.SIZE;
      return new DictionaryColumn(type, column, width, of(values, type, 0, values.length()), from, rows);
    }
    return switch (column.field().getType()) {
      case ArrowType.Null _ -> new NullColumn(type, rows);
      case ArrowType.Bool _ -> new FixedColumns.Booleans(type, column, from, rows);
      case ArrowType.Int integer -> integers(type, column, integer, from, rows);
      case ArrowType.FloatingPoint number -> switch (number.getPrecision()) {
        case HALF -> new ConvertedColumns.HalfFloats(type, column, from, rows);
        case SINGLE -> new FixedColumns.Floats(type, column, from, rows);
        case DOUBLE -> new FixedColumns.Doubles(type, column, from, rows);
      };
      case ArrowType.Decimal decimal ->
          new ConvertedColumns.Decimals(type, column, decimal.getBitWidth() / Byte.SIZE, from, rows);
      case ArrowType.Date date -> date.getUnit() == DateUnit.DAY
          ? new FixedColumns.Ints(type, column, from, rows)
          : new ConvertedColumns.MillisecondDates(type, column, from, rows);
      case ArrowType.Time time when time.getUnit() == TimeUnit.NANOSECOND -> // Spark's times have microseconds
          new ConvertedColumns.Units(type, column, Long.BYTES, NANOS_PER_MICRO, NANOS_PER_MICRO, from, rows);
      case ArrowType.Time time ->
          units(type, column, time.getUnit(), NANOS, time.getBitWidth() / Byte.SIZE, from, rows);
      case ArrowType.Timestamp stamp ->
          units(type, column, stamp.getUnit(), perSecond(TimeUnit.MICROSECOND), Long.BYTES, from, rows);
      case ArrowType.Duration duration ->
          units(type, column, duration.getUnit(), perSecond(TimeUnit.MICROSECOND), Long.BYTES, from, rows);
      case ArrowType.Interval interval -> interval(type, column, interval.getUnit(), from, rows);
      case ArrowType.Utf8 _ -> new ByteColumns.Small(type, column, from, rows);
      case ArrowType.Binary _ -> new ByteColumns.Small(type, column, from, rows);
      case ArrowType.LargeUtf8 _ -> new ByteColumns.Large(type, column, from, rows);
      case ArrowType.LargeBinary _ -> new ByteColumns.Large(type, column, from, rows);
      case ArrowType.Utf8View _ -> new ByteColumns.Views(type, column, from, rows);
      case ArrowType.BinaryView _ -> new ByteColumns.Views(type, column, from, rows);
      case ArrowType.FixedSizeBinary bytes ->
          new ByteColumns.Fixed(type, column, bytes.getByteWidth(), from, rows);
      default -> nested(type, column, from, rows);
    };
  }

  private static ColumnVector integers(DataType type, StoredColumn column, ArrowType.Int integer, long from, int rows) {
    return switch (integer.getBitWidth()) {
      case Byte.SIZE -> integer.getIsSigned()
          ? new FixedColumns.Bytes(type, column, from, rows)
          : new ConvertedColumns.UnsignedBytes(type, column, from, rows);
      case Short.SIZE -> integer.getIsSigned()
          ? new FixedColumns.Shorts(type, column, from, rows)
          : new ConvertedColumns.UnsignedShorts(type, column, from, rows);
      case Integer.SIZE -> integer.getIsSigned()
          ? new FixedColumns.Ints(type, column, from, rows)
          : new ConvertedColumns.UnsignedInts(type, column, from, rows);
      default -> integer.getIsSigned()
          ? new FixedColumns.Longs(type, column, from, rows)
          : new ConvertedColumns.UnsignedLongs(type, column, from, rows);
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

  private static ColumnVector units(DataType type, StoredColumn column, TimeUnit unit, long wantedPerSecond, int width,
      long from, int rows) {
    long perSecond = perSecond(unit);
    if (perSecond == wantedPerSecond) {
      return new FixedColumns.Longs(type, column, from, rows);
    }
    return new ConvertedColumns.Units(type, column, width, Math.max(1, wantedPerSecond / perSecond),
        Math.max(1, perSecond / wantedPerSecond), from, rows);
  }

  private static ColumnVector interval(DataType type, StoredColumn column, IntervalUnit unit, long from, int rows) {
    return switch (unit) {
      case YEAR_MONTH -> new FixedColumns.Ints(type, column, from, rows);
      case DAY_TIME -> new NestedColumns.Intervals(type, column, NestedColumns.Intervals.Layout.DAY_TIME, from, rows);
      case MONTH_DAY_NANO ->
          new NestedColumns.Intervals(type, column, NestedColumns.Intervals.Layout.MONTH_DAY_NANO, from, rows);
    };
  }

  private static ColumnVector nested(DataType type, StoredColumn column, long from, int rows) {
    return switch (column.field().getType()) {
      case ArrowType.Map _ -> {
        StoredColumn entries = column.children().getFirst();
        MapType wanted = (MapType) type;
        yield new NestedColumns.Maps(type, column,
            of(entries.children().getFirst(), wanted.keyType(), 0, entries.length()),
            of(entries.children().getLast(), wanted.valueType(), 0, entries.length()), from, rows);
      }
      case ArrowType.List _ -> {
        StoredColumn elements = column.children().getFirst();
        yield new NestedColumns.Lists(type, column,
            of(elements, ((ArrayType) type).elementType(), 0, elements.length()), from, rows);
      }
      case ArrowType.LargeList _ -> largeLists((ArrayType) type, column, from, rows);
      case ArrowType.FixedSizeList list -> new NestedColumns.FixedLists(type, column, list.getListSize(),
          of(column.children().getFirst(), ((ArrayType) type).elementType(), from * list.getListSize(),
              Math.multiplyExact(rows, list.getListSize())),
          from, rows);
      case ArrowType.Struct _ ->
          new NestedColumns.Structs(type, column, children(type, column, from, rows), from, rows);
      default -> throw new UnsupportedOperationException(
          "Cannot read column " + column.field().getName() + ": Spark has no type for " + column.field().getType());
    };
  }

  private static ColumnVector largeLists(ArrayType type, StoredColumn column, long from, int rows) {
    long first = 0;
    long end = 0;
    if (rows > 0) {
      long offsets = NestedColumns.LargeLists.offsets(column, from);
      first = Platform.getLong(null, offsets);
      end = Platform.getLong(null, offsets + (long) rows * Long.BYTES);
    }
    return new NestedColumns.LargeLists(type, column,
        of(column.children().getFirst(), type.elementType(), first, Math.toIntExact(end - first)), first, from, rows);
  }

  private static ColumnVector[] children(DataType type, StoredColumn struct, long from, int rows) {
    if (type instanceof VariantType) {
      return new ColumnVector[] {of(child(struct, "value"), DataTypes.BinaryType, from, rows),
          of(child(struct, "metadata"), DataTypes.BinaryType, from, rows)};
    }
    StructField[] fields = ((StructType) type).fields();
    ColumnVector[] children = new ColumnVector[fields.length];
    for (int i = 0; i < fields.length; i++) {
      children[i] = of(child(struct, fields[i].name()), fields[i].dataType(), from, rows);
    }
    return children;
  }

  private static StoredColumn child(StoredColumn struct, String name) {
    return struct.children().stream().filter(child -> child.field().getName().equals(name)).findFirst()
        .orElseThrow(() -> new IllegalStateException("Cannot read field " + name + " of column "
            + struct.field().getName() + ": it has no such field"));
  }
}
