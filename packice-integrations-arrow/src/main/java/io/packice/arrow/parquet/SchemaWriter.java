package io.packice.arrow.parquet;

import io.packice.arrow.schema.TypeCheck;
import io.packice.arrow.schema.UuidField;
import java.math.BigInteger;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.arrow.vector.types.TimeUnit;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;
import org.apache.parquet.schema.ColumnOrder;
import org.apache.parquet.schema.GroupType;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.PrimitiveType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.apache.parquet.schema.Type;
import org.apache.parquet.schema.Type.Repetition;
import org.apache.parquet.schema.Types;
import org.jspecify.annotations.Nullable;

/** Parquet's schema for vectors: the way back of {@link SchemaReader}. */
final class SchemaWriter {
  static final String LIST = "list";
  static final String ELEMENT = "element";
  static final String KEY_VALUE = "key_value";

  private static final int INT32_DIGITS = 9;
  private static final int INT64_DIGITS = 18;
  private static final int INTERVAL_BYTES = 12;

  private SchemaWriter() {
  }

  static MessageType message(Schema schema) {
    if (schema.getFields().isEmpty()) {
      throw new IllegalArgumentException("Cannot write Parquet: there are no columns, and a file has at least one");
    }
    requireNames(schema.getFields(), "the table");
    return new MessageType("schema", schema.getFields().stream().map(SchemaWriter::type).toList());
  }

  private static void requireNames(List<Field> fields, String where) {
    Set<String> names = new HashSet<>();
    for (Field field : fields) {
      if (field.getName() == null || !names.add(field.getName())) {
        throw new IllegalArgumentException(
            "Cannot write Parquet: " + where + " has two columns called " + field.getName()
                + ", or one without a name; rename them");
      }
    }
  }

  private static IllegalArgumentException cannot(Field field, String advice) {
    return new IllegalArgumentException("Cannot write column " + field.getName() + " of type " + field.getType()
        + " to Parquet; " + advice);
  }

  /** A field under its own name. */
  private static Type type(Field field) {
    return type(field, field.getName());
  }

  private static Type type(Field field, String name) {
    if (field.getDictionary() != null) {
      throw cannot(field, "decode its dictionary first");
    }
    Repetition repetition = field.isNullable() ? Repetition.OPTIONAL : Repetition.REQUIRED;
    return switch (TypeCheck.storage(field.getType())) {
      case ArrowType.Struct _ -> {
        if (field.getChildren().isEmpty()) {
          throw cannot(field, "a struct needs a field");
        }
        requireNames(field.getChildren(), "column " + name);
        yield new GroupType(repetition, name, field.getChildren().stream().map(SchemaWriter::type).toList());
      }
      case ArrowType.List _,ArrowType.LargeList _,ArrowType.FixedSizeList _ -> {
        Type element = type(field.getChildren().getFirst(), ELEMENT);
        yield annotated(repetition, name, LogicalTypeAnnotation.listType(),
            new GroupType(Repetition.REPEATED, LIST, element));
      }
      case ArrowType.Map _ -> {
        List<Field> entry = field.getChildren().getFirst().getChildren();
        Type key = type(entry.get(0), "key");
        Type value = type(entry.get(1), "value");
        yield annotated(repetition, name, LogicalTypeAnnotation.mapType(),
            new GroupType(Repetition.REPEATED, KEY_VALUE, key, value));
      }
      case ArrowType type -> leaf(field, type, repetition, name);
    };
  }

  private static GroupType annotated(Repetition repetition, String name, LogicalTypeAnnotation logical, Type child) {
    return Types.buildGroup(repetition).as(logical).addField(child).named(name);
  }

  private static PrimitiveType primitive(PrimitiveTypeName physical, @Nullable LogicalTypeAnnotation logical,
      Repetition repetition, String name) {
    return fixed(physical, 0, logical, repetition, name);
  }

  private static PrimitiveType fixed(PrimitiveTypeName physical, int length, @Nullable LogicalTypeAnnotation logical,
      Repetition repetition, String name) {
    Types.PrimitiveBuilder<PrimitiveType> builder = Types.primitive(physical, repetition);
    if (length > 0) {
      builder = builder.length(length);
    }
    if (logical != null) {
      builder = builder.as(logical);
    }
    boolean floating = physical == PrimitiveTypeName.FLOAT || physical == PrimitiveTypeName.DOUBLE
        || logical instanceof LogicalTypeAnnotation.Float16LogicalTypeAnnotation;
    // Not the total order that parquet-java would choose: most readers do not know it yet.
    return (floating ? builder.columnOrder(ColumnOrder.typeDefined()) : builder).named(name);
  }

  private static PrimitiveType leaf(Field field, ArrowType type, Repetition repetition, String name) {
    return switch (type) {
      case ArrowType.Null _ ->
          primitive(PrimitiveTypeName.INT32, LogicalTypeAnnotation.unknownType(), Repetition.OPTIONAL, name);
      case ArrowType.Bool _ -> primitive(PrimitiveTypeName.BOOLEAN, null, repetition, name);
      case ArrowType.Int i -> {
        LogicalTypeAnnotation logical = i.getIsSigned() && i.getBitWidth() >= Integer.SIZE
            ? null
            : LogicalTypeAnnotation.intType(i.getBitWidth(), i.getIsSigned());
        yield primitive(i.getBitWidth() == Long.SIZE ? PrimitiveTypeName.INT64 : PrimitiveTypeName.INT32, logical,
            repetition, name);
      }
      case ArrowType.FloatingPoint f -> switch (f.getPrecision()) {
        case HALF -> fixed(PrimitiveTypeName.FIXED_LEN_BYTE_ARRAY, Short.BYTES, LogicalTypeAnnotation.float16Type(),
            repetition, name);
        case SINGLE -> primitive(PrimitiveTypeName.FLOAT, null, repetition, name);
        case DOUBLE -> primitive(PrimitiveTypeName.DOUBLE, null, repetition, name);
      };
      case ArrowType.Decimal d -> decimal(field, d, repetition, name);
      case ArrowType.Utf8 _,ArrowType.LargeUtf8 _,ArrowType.Utf8View _ ->
          primitive(PrimitiveTypeName.BINARY, LogicalTypeAnnotation.stringType(), repetition, name);
      case ArrowType.Binary _,ArrowType.LargeBinary _,ArrowType.BinaryView _ ->
          primitive(PrimitiveTypeName.BINARY, null, repetition, name);
      case ArrowType.FixedSizeBinary b when b.getByteWidth() > 0 -> fixed(PrimitiveTypeName.FIXED_LEN_BYTE_ARRAY,
          b.getByteWidth(), UuidField.is(field) ? LogicalTypeAnnotation.uuidType() : null, repetition, name);
      case ArrowType.Date _ ->
          primitive(PrimitiveTypeName.INT32, LogicalTypeAnnotation.dateType(), repetition, name);
      case ArrowType.Time t -> primitive(
          t.getBitWidth() == Long.SIZE ? PrimitiveTypeName.INT64 : PrimitiveTypeName.INT32,
          LogicalTypeAnnotation.timeType(false, unit(t.getUnit())), repetition, name);
      case ArrowType.Timestamp t -> primitive(PrimitiveTypeName.INT64,
          LogicalTypeAnnotation.timestampType(t.getTimezone() != null, unit(t.getUnit())), repetition, name);
      case ArrowType.Duration _ -> primitive(PrimitiveTypeName.INT64, null, repetition, name);
      case ArrowType.Interval _ -> fixed(PrimitiveTypeName.FIXED_LEN_BYTE_ARRAY, INTERVAL_BYTES,
          LogicalTypeAnnotation.IntervalLogicalTypeAnnotation.getInstance(), repetition, name);
      default -> throw cannot(field, "leave it out, or convert it");
    };
  }

  /** Parquet has no seconds: they are written as milliseconds. */
  private static LogicalTypeAnnotation.TimeUnit unit(TimeUnit unit) {
    return switch (unit) {
      case SECOND, MILLISECOND -> LogicalTypeAnnotation.TimeUnit.MILLIS;
      case MICROSECOND -> LogicalTypeAnnotation.TimeUnit.MICROS;
      case NANOSECOND -> LogicalTypeAnnotation.TimeUnit.NANOS;
    };
  }

  private static PrimitiveType decimal(Field field, ArrowType.Decimal type, Repetition repetition, String name) {
    int precision = type.getPrecision();
    if (type.getScale() < 0 || type.getScale() > precision) {
      throw cannot(field, "its scale must be 0 to " + precision);
    }
    LogicalTypeAnnotation logical = LogicalTypeAnnotation.decimalType(type.getScale(), precision);
    if (precision <= INT32_DIGITS) {
      return primitive(PrimitiveTypeName.INT32, logical, repetition, name);
    }
    return precision <= INT64_DIGITS
        ? primitive(PrimitiveTypeName.INT64, logical, repetition, name)
        : fixed(PrimitiveTypeName.FIXED_LEN_BYTE_ARRAY, decimalBytes(precision), logical, repetition, name);
  }

  /** The least bytes that hold so many digits and a sign. */
  static int decimalBytes(int precision) {
    return BigInteger.TEN.pow(precision).subtract(BigInteger.ONE).bitLength() / Byte.SIZE + 1;
  }
}
