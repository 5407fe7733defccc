package io.packice.arrow.parquet;

import io.packice.arrow.schema.UuidField;
import java.util.Map;
import org.apache.arrow.vector.types.DateUnit;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.IntervalUnit;
import org.apache.arrow.vector.types.TimeUnit;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.DateLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.DecimalLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.EnumLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.Float16LogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.IntLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.IntervalLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.JsonLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.StringLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.TimeLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.TimestampLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.UUIDLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.UnknownLogicalTypeAnnotation;
import org.apache.parquet.schema.PrimitiveType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.jspecify.annotations.Nullable;

/** Which Arrow type a leaf column of Parquet has by itself. The table of them stands in the package's javadoc. */
final class LeafTypes {
  private static final Map<String, String> UUID =
      Map.of(ArrowType.ExtensionType.EXTENSION_METADATA_KEY_NAME, UuidField.NAME,
          ArrowType.ExtensionType.EXTENSION_METADATA_KEY_METADATA, "");

  /** Longer values of one length are no data; they would be an attack on memory. */
  private static final int MAX_FIXED_BYTES = 1 << 20;
  private static final int MAX_PRECISION_128 = 38;
  private static final int MAX_PRECISION_256 = 76;

  private LeafTypes() {
  }

  static ArrowType natural(PrimitiveType type) {
    requireSaneLength(type);
    LogicalTypeAnnotation logical = type.getLogicalTypeAnnotation();
    return switch (logical) {
      case UnknownLogicalTypeAnnotation _ -> new ArrowType.Null();
      case DecimalLogicalTypeAnnotation decimal -> decimal(type, decimal);
      case null, default -> switch (type.getPrimitiveTypeName()) {
        case BOOLEAN -> new ArrowType.Bool();
        case INT32 -> int32(logical);
        case INT64 -> int64(logical);
        case INT96 -> new ArrowType.Timestamp(TimeUnit.MICROSECOND, "UTC");
        case FLOAT -> new ArrowType.FloatingPoint(FloatingPointPrecision.SINGLE);
        case DOUBLE -> new ArrowType.FloatingPoint(FloatingPointPrecision.DOUBLE);
        case BINARY -> binary(logical);
        case FIXED_LEN_BYTE_ARRAY -> fixed(type, logical);
      };
    };
  }

  static Map<String, String> metadata(PrimitiveType type) {
    return type.getLogicalTypeAnnotation() instanceof UUIDLogicalTypeAnnotation ? UUID : Map.of();
  }

  private static void requireSaneLength(PrimitiveType type) {
    if (type.getPrimitiveTypeName() == PrimitiveTypeName.FIXED_LEN_BYTE_ARRAY
        && (type.getTypeLength() < 1 || type.getTypeLength() > MAX_FIXED_BYTES)) {
      throw new DamageException("column " + type.getName() + " has values of " + type.getTypeLength() + " bytes");
    }
  }

  private static ArrowType decimal(PrimitiveType type, DecimalLogicalTypeAnnotation decimal) {
    int precision = decimal.getPrecision();
    boolean possible = switch (type.getPrimitiveTypeName()) {
      case INT32, INT64, BINARY, FIXED_LEN_BYTE_ARRAY -> true;
      default -> false;
    };
    if (!possible || precision < 1 || precision > MAX_PRECISION_256) {
      throw new DamageException("column " + type.getName() + " is " + type.getPrimitiveTypeName() + " and "
          + decimal + "; Arrow has at most " + MAX_PRECISION_256 + " digits");
    }
    return new ArrowType.Decimal(precision, decimal.getScale(), precision <= MAX_PRECISION_128 ? 128 : 256);
  }

  private static ArrowType int32(@Nullable LogicalTypeAnnotation logical) {
    return switch (logical) {
      case IntLogicalTypeAnnotation integer -> integer(integer, Integer.SIZE);
      case DateLogicalTypeAnnotation _ -> new ArrowType.Date(DateUnit.DAY);
      case TimeLogicalTypeAnnotation _ -> new ArrowType.Time(TimeUnit.MILLISECOND, Integer.SIZE);
      case null, default -> new ArrowType.Int(Integer.SIZE, true);
    };
  }

  private static ArrowType integer(IntLogicalTypeAnnotation integer, int most) {
    return new ArrowType.Int(Math.min(integer.getBitWidth(), most), integer.isSigned());
  }

  private static ArrowType int64(@Nullable LogicalTypeAnnotation logical) {
    return switch (logical) {
      case IntLogicalTypeAnnotation integer when integer.getBitWidth() == Long.SIZE -> integer(integer, Long.SIZE);
      case TimeLogicalTypeAnnotation time -> new ArrowType.Time(unit(time.getUnit()), Long.SIZE);
      case TimestampLogicalTypeAnnotation timestamp ->
          new ArrowType.Timestamp(unit(timestamp.getUnit()), timestamp.isAdjustedToUTC() ? "UTC" : null);
      case null, default -> new ArrowType.Int(Long.SIZE, true);
    };
  }

  static TimeUnit unit(LogicalTypeAnnotation.TimeUnit unit) {
    return switch (unit) {
      case MILLIS -> TimeUnit.MILLISECOND;
      case MICROS -> TimeUnit.MICROSECOND;
      case NANOS -> TimeUnit.NANOSECOND;
    };
  }

  private static ArrowType binary(@Nullable LogicalTypeAnnotation logical) {
    return switch (logical) {
      case StringLogicalTypeAnnotation _,EnumLogicalTypeAnnotation _,JsonLogicalTypeAnnotation _ ->
          new ArrowType.Utf8();
      case null, default -> new ArrowType.Binary();
    };
  }

  private static ArrowType fixed(PrimitiveType type, @Nullable LogicalTypeAnnotation logical) {
    int length = type.getTypeLength();
    return switch (logical) {
      case Float16LogicalTypeAnnotation _ when length == 2 -> new ArrowType.FloatingPoint(FloatingPointPrecision.HALF);
      case IntervalLogicalTypeAnnotation _ when length == 12 -> new ArrowType.Interval(IntervalUnit.MONTH_DAY_NANO);
      case null, default -> new ArrowType.FixedSizeBinary(length);
    };
  }
}
