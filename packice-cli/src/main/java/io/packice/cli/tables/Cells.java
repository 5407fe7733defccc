package io.packice.cli.tables;

import io.packice.arrow.ScanOptions;
import io.packice.arrow.schema.UuidField;
import io.packice.arrow.text.PlainRows;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.Collectors;
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

  /** Such as {@code 3}, {@code [0, 0, 12, … 784 in all]}: as in CSV, but for what would be too long; nothing for null. */
  static String text(@Nullable Object value) {
    return shorten(value instanceof List<?> list ? list(list) : Objects.requireNonNullElse(PlainRows.text(value), ""));
  }

  private static String list(List<?> list) {
    String first = list.stream().limit(LISTED)
        .map(element -> element instanceof List<?> inner ? list(inner) : PlainRows.json(element))
        .collect(Collectors.joining(", "));
    return "[" + first + (list.size() > LISTED ? ", … " + list.size() + " in all]" : "]");
  }

  private static String shorten(String text) {
    String line = text.replaceAll("\\p{Cc}", " ");
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
      case ArrowType.List _,ArrowType.LargeList _,ArrowType.ListView _,ArrowType.LargeListView _ ->
          type(field.getChildren().getFirst()) + "[]";
      case ArrowType.Utf8 _,ArrowType.LargeUtf8 _,ArrowType.Utf8View _ -> "text";
      case ArrowType.Decimal type -> "decimal(" + type.getPrecision() + "," + type.getScale() + ")";
      case ArrowType.Timestamp type -> "timestamp(" + unit(type.getUnit())
          + (type.getTimezone() == null ? "" : "," + type.getTimezone()) + ")";
      case ArrowType.Time type -> "time(" + unit(type.getUnit()) + ")";
      case ArrowType.Duration type -> "duration(" + unit(type.getUnit()) + ")";
      case ArrowType.FixedSizeBinary type -> UuidField.is(field) ? "uuid" : "binary(" + type.getByteWidth() + ")";
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

  private static String shape(Field field, ArrowType.FixedSizeList type) {
    String shape = field.getMetadata().get(io.packice.arrow.schema.TensorField.SHAPE);
    return "[" + (shape == null ? type.getListSize() : shape) + "]";
  }
}
