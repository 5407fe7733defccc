package io.packice.spark.write;

import org.apache.arrow.vector.BaseFixedWidthVector;
import org.apache.arrow.vector.BaseLargeVariableWidthVector;
import org.apache.arrow.vector.BaseVariableWidthVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.NullVector;
import org.apache.arrow.vector.complex.FixedSizeListVector;
import org.apache.arrow.vector.complex.ListVector;
import org.apache.arrow.vector.complex.MapVector;
import org.apache.arrow.vector.complex.StructVector;
import org.apache.arrow.vector.types.DateUnit;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.IntervalUnit;
import org.apache.arrow.vector.types.TimeUnit;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.MapType;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.sql.types.UserDefinedType;
import org.apache.spark.sql.types.VariantType;

/**
 * The writer for a vector and Spark's type of its values. The table decides what the vector is: one that another program made may have types that Spark reads and
 * cannot write.
 */
final class ValueWriters {
  private final String column;

  ValueWriters(String column) {
    this.column = column;
  }

  ValueWriter of(FieldVector vector, DataType given) {
    DataType type = given instanceof UserDefinedType<?> udt ? udt.sqlType() : given;
    return switch (vector) {
      case NullVector nulls -> new NestedWriter.Nulls(nulls);
      case MapVector maps when type instanceof MapType map -> map(maps, map);
      case ListVector lists when type instanceof ArrayType array ->
          new NestedWriter.Lists(lists, of(lists.getDataVector(), array.elementType()));
      case FixedSizeListVector lists when type instanceof ArrayType array ->
          new NestedWriter.FixedSizeLists(lists, of(lists.getDataVector(), array.elementType()));
      case StructVector structs when type instanceof VariantType -> variant(structs);
      case StructVector structs when type instanceof StructType struct -> struct(structs, struct);
      case BaseVariableWidthVector bytes when bytes.getField().getType() instanceof ArrowType.Utf8 ->
          new BytesWriter.Texts(bytes);
      case BaseVariableWidthVector bytes -> new BytesWriter.Binaries(bytes);
      case BaseLargeVariableWidthVector bytes -> new LargeBytesWriter(bytes);
      case BaseFixedWidthVector values when values.getField().getDictionary() == null -> fixed(values);
      default -> throw unsupported(vector);
    };
  }

  private IllegalArgumentException unsupported(FieldVector vector) {
    return new IllegalArgumentException("Cannot write column " + column + ": the table keeps it as "
        + (vector.getField().getDictionary() == null ? "" : "dictionary-encoded ") + vector.getField().getType()
        + ", which Spark can only read; write a new table instead");
  }

  private ValueWriter map(MapVector maps, MapType type) {
    StructVector entries = (StructVector) maps.getDataVector();
    return new NestedWriter.Maps(maps, of((FieldVector) entries.getChildByOrdinal(0), type.keyType()),
        of((FieldVector) entries.getChildByOrdinal(1), type.valueType()));
  }

  private ValueWriter struct(StructVector structs, StructType type) {
    ValueWriter[] fields = new ValueWriter[type.size()];
    for (int i = 0; i < fields.length; i++) {
      fields[i] = of((FieldVector) structs.getChildByOrdinal(i), type.fields()[i].dataType());
    }
    return new NestedWriter.Structs(structs, fields);
  }

  private static ValueWriter variant(StructVector structs) {
    return new NestedWriter.Variants(structs,
        new BytesWriter.Binaries((BaseVariableWidthVector) structs.getChildByOrdinal(0)),
        new BytesWriter.Binaries((BaseVariableWidthVector) structs.getChildByOrdinal(1)));
  }

  private ValueWriter fixed(BaseFixedWidthVector vector) {
    return switch (vector.getField().getType()) {
      case ArrowType.Bool _ -> new FixedWriter.Bools(vector);
      case ArrowType.Int type when type.getIsSigned() -> switch (type.getBitWidth()) {
        case Byte.SIZE -> new FixedWriter.Bytes(vector);
        case Short.SIZE -> new FixedWriter.Shorts(vector);
        case Integer.SIZE -> new FixedWriter.Ints(vector);
        default -> new FixedWriter.Longs(vector);
      };
      case ArrowType.FloatingPoint type when type.getPrecision() == FloatingPointPrecision.SINGLE ->
          new FixedWriter.Floats(vector);
      case ArrowType.FloatingPoint type when type.getPrecision() == FloatingPointPrecision.DOUBLE ->
          new FixedWriter.Doubles(vector);
      case ArrowType.Decimal type when type.getBitWidth() == 2 * Long.SIZE ->
          new FixedWriter.Decimals(vector, type.getPrecision(), type.getScale());
      case ArrowType.Date type when type.getUnit() == DateUnit.DAY -> new FixedWriter.Ints(vector);
      case ArrowType.Time type when type.getUnit() == TimeUnit.NANOSECOND -> new FixedWriter.Longs(vector);
      case ArrowType.Timestamp type when type.getUnit() == TimeUnit.MICROSECOND -> new FixedWriter.Longs(vector);
      case ArrowType.Duration type when type.getUnit() == TimeUnit.MICROSECOND -> new FixedWriter.Longs(vector);
      case ArrowType.Interval type when type.getUnit() == IntervalUnit.YEAR_MONTH -> new FixedWriter.Ints(vector);
      default -> throw unsupported(vector);
    };
  }
}
