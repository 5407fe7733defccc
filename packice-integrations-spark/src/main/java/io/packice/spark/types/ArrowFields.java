package io.packice.spark.types;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.arrow.vector.complex.MapVector;
import org.apache.arrow.vector.types.DateUnit;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.IntervalUnit;
import org.apache.arrow.vector.types.TimeUnit;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.BinaryType;
import org.apache.spark.sql.types.BooleanType;
import org.apache.spark.sql.types.ByteType;
import org.apache.spark.sql.types.CalendarIntervalType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DateType;
import org.apache.spark.sql.types.DayTimeIntervalType;
import org.apache.spark.sql.types.DecimalType;
import org.apache.spark.sql.types.DoubleType;
import org.apache.spark.sql.types.FloatType;
import org.apache.spark.sql.types.IntegerType;
import org.apache.spark.sql.types.LongType;
import org.apache.spark.sql.types.MapType;
import org.apache.spark.sql.types.NullType;
import org.apache.spark.sql.types.ShortType;
import org.apache.spark.sql.types.StringType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.sql.types.TimeType;
import org.apache.spark.sql.types.TimestampNTZType;
import org.apache.spark.sql.types.TimestampType;
import org.apache.spark.sql.types.UserDefinedType;
import org.apache.spark.sql.types.VariantType;
import org.apache.spark.sql.types.YearMonthIntervalType;

/** Arrow fields for Spark's types: those that Spark itself gives to Python. */
final class ArrowFields {
  private static final int DECIMAL_BITS = 128;
  private static final int TIME_BITS = 64;

  private final String column;

  ArrowFields(String column) {
    this.column = column;
  }

  /** A field whose values have a type; what Arrow's type does not say of Spark's is lost. */
  Field field(String name, DataType type, boolean nullable, Map<String, String> metadata) {
    return new Field(name, new FieldType(nullable, arrow(type), null, metadata), children(type));
  }

  private static Field child(String name, ArrowType type, Map<String, String> metadata) {
    return new Field(name, new FieldType(false, type, null, metadata), null);
  }

  private Field child(StructField field) {
    Map<String, String> metadata = new HashMap<>();
    if (!field.metadata().isEmpty()) {
      metadata.put(SchemaMapping.METADATA_KEY, field.metadata().json());
    }
    return field(field.name(), field.dataType(), field.nullable(), metadata);
  }

  private List<Field> children(DataType type) {
    return switch (type) {
      case ArrayType array -> List.of(field("element", array.elementType(), array.containsNull(), Map.of()));
      case StructType struct -> {
        List<Field> children = new ArrayList<>();
        for (StructField field : struct.fields()) {
          children.add(child(field));
        }
        yield children;
      }
      case MapType map -> List.of(new Field(MapVector.DATA_VECTOR_NAME,
          new FieldType(false, ArrowType.Struct.INSTANCE, null), List.of(
              field(MapVector.KEY_NAME, map.keyType(), false, Map.of()),
              field(MapVector.VALUE_NAME, map.valueType(), map.valueContainsNull(), Map.of()))));
      case VariantType _ -> List.of(child("value", ArrowType.Binary.INSTANCE, Map.of()),
          child("metadata", ArrowType.Binary.INSTANCE, Map.of("variant", "true")));
      case UserDefinedType<?> udt -> children(udt.sqlType());
      default -> List.of();
    };
  }

  private ArrowType arrow(DataType type) {
    return switch (type) {
      case NullType _ -> ArrowType.Null.INSTANCE;
      case BooleanType _ -> ArrowType.Bool.INSTANCE;
      case ByteType _ -> new ArrowType.Int(Byte.SIZE, true);
      case ShortType _ -> new ArrowType.Int(Short.SIZE, true);
      case IntegerType _ -> new ArrowType.Int(Integer.SIZE, true);
      case LongType _ -> new ArrowType.Int(Long.SIZE, true);
      case FloatType _ -> new ArrowType.FloatingPoint(FloatingPointPrecision.SINGLE);
      case DoubleType _ -> new ArrowType.FloatingPoint(FloatingPointPrecision.DOUBLE);
      case DecimalType decimal when decimal.scale() >= 0 ->
          new ArrowType.Decimal(decimal.precision(), decimal.scale(), DECIMAL_BITS);
      case StringType _ -> ArrowType.Utf8.INSTANCE; // also char and varchar
      case BinaryType _ -> ArrowType.Binary.INSTANCE;
      case DateType _ -> new ArrowType.Date(DateUnit.DAY);
      case TimeType _ -> new ArrowType.Time(TimeUnit.NANOSECOND, TIME_BITS);
      case TimestampType _ -> new ArrowType.Timestamp(TimeUnit.MICROSECOND, "UTC");
      case TimestampNTZType _ -> new ArrowType.Timestamp(TimeUnit.MICROSECOND, null);
      case YearMonthIntervalType _ -> new ArrowType.Interval(IntervalUnit.YEAR_MONTH);
      case DayTimeIntervalType _ -> new ArrowType.Duration(TimeUnit.MICROSECOND);
      case CalendarIntervalType _ -> new ArrowType.Interval(IntervalUnit.MONTH_DAY_NANO);
      case ArrayType _ -> ArrowType.List.INSTANCE;
      case StructType _ -> ArrowType.Struct.INSTANCE;
      case VariantType _ -> ArrowType.Struct.INSTANCE;
      case MapType _ -> new ArrowType.Map(false);
      case UserDefinedType<?> udt -> arrow(udt.sqlType());
      default -> throw new UnsupportedTypeException("Cannot keep column " + column + ": its type " + type.sql()
          + " has no form in a table; cast it to another type, or leave it out");
    };
  }
}
