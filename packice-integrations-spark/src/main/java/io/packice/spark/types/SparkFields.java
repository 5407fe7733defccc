package io.packice.spark.types;

import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.vector.types.IntervalUnit;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.DecimalType;
import org.apache.spark.sql.types.Metadata;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.sql.types.TimeType;

/** Spark's types for Arrow's fields; those that it has no like of become the next wider one. */
final class SparkFields {
  private static final int UNSIGNED_LONG_DIGITS = 20;

  private final String column;

  SparkFields(String column) {
    this.column = column;
  }

  /** The type of a field's values. Its children may have hints of their own, which count for nothing. */
  DataType type(Field field) {
    return switch (field.getType()) {
      case ArrowType.Null _ -> DataTypes.NullType;
      case ArrowType.Bool _ -> DataTypes.BooleanType;
      case ArrowType.Int integer -> integer(integer);
      case ArrowType.FloatingPoint number -> switch (number.getPrecision()) {
        case HALF, SINGLE -> DataTypes.FloatType;
        case DOUBLE -> DataTypes.DoubleType;
      };
      case ArrowType.Decimal decimal -> decimal(decimal);
      case ArrowType.Utf8 _ -> DataTypes.StringType;
      case ArrowType.LargeUtf8 _ -> DataTypes.StringType;
      case ArrowType.Utf8View _ -> DataTypes.StringType;
      case ArrowType.Binary _ -> DataTypes.BinaryType;
      case ArrowType.LargeBinary _ -> DataTypes.BinaryType;
      case ArrowType.BinaryView _ -> DataTypes.BinaryType;
      case ArrowType.FixedSizeBinary _ -> DataTypes.BinaryType;
      case ArrowType.Date _ -> DataTypes.DateType;
      case ArrowType.Time time -> new TimeType(switch (time.getUnit()) {
        case SECOND -> 0;
        case MILLISECOND -> 3;
        case MICROSECOND, NANOSECOND -> 6;
      });
      case ArrowType.Timestamp timestamp ->
          timestamp.getTimezone() == null ? DataTypes.TimestampNTZType : DataTypes.TimestampType;
      case ArrowType.Duration _ -> DataTypes.createDayTimeIntervalType();
      case ArrowType.Interval interval -> interval.getUnit() == IntervalUnit.YEAR_MONTH
          ? DataTypes.createYearMonthIntervalType()
          : DataTypes.CalendarIntervalType;
      case ArrowType.List _ -> array(field);
      case ArrowType.LargeList _ -> array(field);
      case ArrowType.FixedSizeList _ -> array(field);
      case ArrowType.Struct _ -> isVariant(field) ? DataTypes.VariantType : struct(field.getChildren());
      case ArrowType.Map _ -> {
        List<Field> entries = field.getChildren().getFirst().getChildren();
        yield DataTypes.createMapType(type(entries.getFirst()), type(entries.getLast()),
            isNullable(entries.getLast()));
      }
      default -> throw unsupported(field.getType());
    };
  }

  private UnsupportedTypeException unsupported(ArrowType type) {
    return new UnsupportedTypeException("Cannot read column " + column + ": Spark has no type for Arrow's " + type
        + "; write the table with another type, or without the column");
  }

  private static DataType integer(ArrowType.Int type) {
    return switch (type.getBitWidth()) {
      case Byte.SIZE -> type.getIsSigned() ? DataTypes.ByteType : DataTypes.ShortType;
      case Short.SIZE -> type.getIsSigned() ? DataTypes.ShortType : DataTypes.IntegerType;
      case Integer.SIZE -> type.getIsSigned() ? DataTypes.IntegerType : DataTypes.LongType;
      default -> type.getIsSigned() ? DataTypes.LongType : DataTypes.createDecimalType(UNSIGNED_LONG_DIGITS, 0);
    };
  }

  private DataType decimal(ArrowType.Decimal type) {
    if (type.getPrecision() > DecimalType.MAX_PRECISION() || type.getScale() < 0
        || type.getScale() > type.getPrecision()) {
      throw unsupported(type);
    }
    return DataTypes.createDecimalType(type.getPrecision(), type.getScale());
  }

  private DataType array(Field field) {
    Field element = field.getChildren().getFirst();
    return DataTypes.createArrayType(type(element), isNullable(element));
  }

  private StructType struct(List<Field> children) {
    List<StructField> fields = new ArrayList<>();
    for (Field child : children) {
      fields.add(new StructField(child.getName(), type(child), isNullable(child), metadata(child)));
    }
    return DataTypes.createStructType(fields);
  }

  /** A value in a dictionary may be null, whatever the index may be. */
  static boolean isNullable(Field field) {
    return field.isNullable() || field.getDictionary() != null || field.getType() instanceof ArrowType.Null;
  }

  static Metadata metadata(Field field) {
    String json = field.getMetadata().get(SchemaMapping.METADATA_KEY);
    return json == null ? Metadata.empty() : Metadata.fromJson(json);
  }

  private static boolean isVariant(Field field) {
    return field.getChildren().size() == 2 && field.getChildren().getFirst().getName().equals("value")
        && field.getChildren().getLast().getName().equals("metadata")
        && "true".equals(field.getChildren().getLast().getMetadata().get("variant"));
  }
}
