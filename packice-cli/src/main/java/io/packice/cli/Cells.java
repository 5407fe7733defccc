package io.packice.cli;

import io.packice.arrow.ScanOptions;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import org.apache.arrow.vector.DateDayVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.FixedSizeBinaryVector;
import org.apache.arrow.vector.TimeStampVector;
import org.apache.arrow.vector.UInt1Vector;
import org.apache.arrow.vector.UInt2Vector;
import org.apache.arrow.vector.UInt4Vector;
import org.apache.arrow.vector.UInt8Vector;
import org.apache.arrow.vector.ValueVector;
import org.apache.arrow.vector.complex.FixedSizeListVector;
import org.apache.arrow.vector.complex.LargeListVector;
import org.apache.arrow.vector.complex.ListVector;
import org.apache.arrow.vector.complex.StructVector;
import org.apache.arrow.vector.types.DateUnit;
import org.apache.arrow.vector.types.TimeUnit;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.jspecify.annotations.Nullable;

/** What stands in one row of one column of a table: as a plain value, and as text short enough for a screen. */
final class Cells {
  private static final int LISTED = 6;
  private static final int MAX_TEXT = 60;

  /** What people want to see of a table: values, also where indices into dictionaries are kept. */
  static final ScanOptions VALUES = ScanOptions.all().withDictionaries(ScanOptions.Dictionaries.DECODED);

  private Cells() {
  }

  /** Null, a boolean, a number, text, a list or a map of these. */
  static @Nullable Object value(ValueVector vector, int row) {
    return row < vector.getValueCount() && vector.isNull(row) ? null : present(vector, row);
  }

  private static @Nullable Object present(ValueVector vector, int row) {
    return switch (vector) {
      case UInt1Vector unsigned -> unsigned.getObjectNoOverflow(row); // Arrow's getObject gives -1 for 255
      case UInt2Vector unsigned -> (int) unsigned.getObject(row);
      case UInt4Vector unsigned -> unsigned.getObjectNoOverflow(row);
      case UInt8Vector unsigned -> unsigned.getObjectNoOverflow(row);
      case DateDayVector days -> LocalDate.ofEpochDay(days.get(row)).toString();
      case TimeStampVector instants -> time((ArrowType.Timestamp) instants.getField().getType(), instants.get(row));
      case FixedSizeBinaryVector bytes when isUuid(bytes.getField()) -> uuid(bytes.get(row));
      case FixedSizeListVector list -> list(list.getDataVector(), (long) row * list.getListSize(), list.getListSize());
      case ListVector list -> list(list.getDataVector(), list.getElementStartIndex(row),
          list.getElementEndIndex(row) - list.getElementStartIndex(row));
      case LargeListVector list -> list(list.getDataVector(), list.getElementStartIndex(row),
          list.getElementEndIndex(row) - list.getElementStartIndex(row));
      case StructVector struct -> map(struct, row);
      default -> plain(vector.getObject(row));
    };
  }

  private static String uuid(byte[] bytes) {
    ByteBuffer halves = ByteBuffer.wrap(bytes);
    return new UUID(halves.getLong(), halves.getLong()).toString();
  }

  /** A timestamp as ISO 8601 has it: with a Z if the column has a time zone, which Arrow keeps in UTC; without if it is local. */
  private static String time(ArrowType.Timestamp type, long value) {
    Instant instant = Instant.EPOCH.plus(value, switch (type.getUnit()) {
      case SECOND -> ChronoUnit.SECONDS;
      case MILLISECOND -> ChronoUnit.MILLIS;
      case MICROSECOND -> ChronoUnit.MICROS;
      case NANOSECOND -> ChronoUnit.NANOS;
    });
    return type.getTimezone() == null ? LocalDateTime.ofInstant(instant, ZoneOffset.UTC).toString()
        : instant.toString();
  }

  /** What a number is in a column: a date or a time may be meant. */
  static Object plain(Field field, Number value) {
    return switch (field.getType()) {
      case ArrowType.Timestamp type -> time(type, value.longValue());
      case ArrowType.Date type when type.getUnit() == DateUnit.DAY ->
          LocalDate.ofEpochDay(value.longValue()).toString();
      default -> value;
    };
  }

  private static List<@Nullable Object> list(ValueVector data, long from, long count) {
    List<@Nullable Object> values = new ArrayList<>();
    for (long i = from; i < from + count; i++) {
      values.add(value(data, Math.toIntExact(i)));
    }
    return values;
  }

  private static Map<String, @Nullable Object> map(StructVector struct, int row) {
    Map<String, @Nullable Object> values = new LinkedHashMap<>();
    for (FieldVector child : struct.getChildrenFromFields()) {
      values.put(child.getName(), value(child, row));
    }
    return values;
  }

  private static Object plain(Object value) {
    return switch (value) {
      case Boolean _,Number _ -> value;
      case byte[] bytes -> HexFormat.of().formatHex(bytes);
      default -> value.toString();
    };
  }

  /** Such as {@code 3}, {@code [0, 0, 12, … 784 in all]}; nothing for null. */
  static String text(ValueVector vector, int row) {
    return shorten(text(value(vector, row)));
  }

  private static String text(@Nullable Object value) {
    return switch (value) {
      case null -> "";
      case List<?> list when list.size() > LISTED -> {
        String first = text(list.subList(0, LISTED));
        yield first.substring(0, first.length() - 1) + ", … " + list.size() + " in all]";
      }
      case List<?> list -> list.stream().map(Cells::text).toList().toString();
      default -> value.toString();
    };
  }

  private static String shorten(String text) {
    String line = text.replaceAll("\\p{Cntrl}", " ");
    int end =
        line.codePointCount(0, line.length()) > MAX_TEXT ? line.offsetByCodePoints(0, MAX_TEXT - 1) : line.length();
    return end < line.length() ? line.substring(0, end) + "…" : line;
  }

  /** A column's heading: its name and type; that of numbers is aligned right. */
  static String heading(Field field) {
    boolean number = field.getType() instanceof ArrowType.Int || field.getType() instanceof ArrowType.FloatingPoint;
    return (number ? ">" : "") + describe(field);
  }

  /** Such as {@code label:int64}, {@code image:uint8[784]}. */
  static String describe(Field field) {
    return field.getName() + ":" + type(field);
  }

  /** Such as {@code int64}, {@code decimal(10,2)}, {@code struct(a:text, b:int32[])}. */
  static String type(Field field) {
    return switch (field.getType()) {
      case ArrowType.Int type -> (type.getIsSigned() ? "int" : "uint") + type.getBitWidth();
      case ArrowType.FloatingPoint type -> switch (type.getPrecision()) {
        case HALF -> "float16";
        case SINGLE -> "float32";
        case DOUBLE -> "float64";
      };
      case ArrowType.FixedSizeList type -> type(field.getChildren().getFirst()) + shape(field, type);
      case ArrowType.List _,ArrowType.LargeList _ -> type(field.getChildren().getFirst()) + "[]";
      case ArrowType.Utf8 _,ArrowType.LargeUtf8 _,ArrowType.Utf8View _ -> "text";
      case ArrowType.Decimal type -> "decimal(" + type.getPrecision() + "," + type.getScale() + ")";
      case ArrowType.Timestamp type -> "timestamp(" + unit(type.getUnit())
          + (type.getTimezone() == null ? "" : "," + type.getTimezone()) + ")";
      case ArrowType.Time type -> "time(" + unit(type.getUnit()) + ")";
      case ArrowType.FixedSizeBinary type -> isUuid(field) ? "uuid" : "binary(" + type.getByteWidth() + ")";
      case ArrowType.Map _ -> "map(" + children(field.getChildren().getFirst()) + ")";
      case ArrowType.Struct _ -> "struct(" + children(field) + ")";
      case ArrowType type -> type.getTypeID().name().toLowerCase(Locale.ROOT);
    };
  }

  private static String unit(TimeUnit unit) {
    return switch (unit) {
      case SECOND -> "s";
      case MILLISECOND -> "ms";
      case MICROSECOND -> "us";
      case NANOSECOND -> "ns";
    };
  }

  private static String children(Field field) {
    return field.getChildren().stream().map(Cells::describe).collect(Collectors.joining(", "));
  }

  private static boolean isUuid(Field field) {
    return "arrow.uuid".equals(field.getMetadata().get("ARROW:extension:name"));
  }

  private static String shape(Field field, ArrowType.FixedSizeList type) {
    String shape = field.getMetadata().get(io.packice.arrow.TensorField.SHAPE);
    return "[" + (shape == null ? type.getListSize() : shape) + "]";
  }
}
