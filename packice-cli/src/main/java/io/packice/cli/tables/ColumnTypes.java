package io.packice.cli.tables;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.arrow.vector.types.DateUnit;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.TimeUnit;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.jspecify.annotations.Nullable;

/**
 * Types of columns as people write them, and {@link Cells} shows them: {@code id=uint64,price=decimal(10,2)}.
 *
 * @param byName each column's
 */
public record ColumnTypes(Map<String, ArrowType> byName) {
  private static final Pattern INTEGER = Pattern.compile("(u?)int(8|16|32|64)");
  private static final Pattern DECIMAL = Pattern.compile("decimal\\( *(\\d{1,2}) *, *(\\d{1,2}) *\\)");
  private static final Pattern TIME = Pattern.compile("(time|duration)(?:\\( *(s|ms|us|ns) *\\))?");
  private static final Pattern TIMESTAMP =
      Pattern.compile("(?i)timestamp(?:\\( *(s|ms|us|ns) *(?:, *([\\w/+:-]+) *)?\\))?");
  private static final int SMALL_DECIMAL = 38;
  private static final int LARGE_DECIMAL = 76;

  /** Keeps a copy. */
  public ColumnTypes {
    byName = Map.copyOf(byName);
  }

  /**
   * Types by the names of columns.
   *
   * @param text as it was given
   * @return the types
   */
  public static ColumnTypes parse(String text) {
    Map<String, ArrowType> types = new LinkedHashMap<>();
    String before = "";
    for (String piece : pieces(text)) {
      int equals = piece.lastIndexOf('=');
      if (equals < 0) {
        before += piece + ","; // of a name that has a comma
        continue;
      }
      String name = before + piece.substring(0, equals);
      before = "";
      if (name.isEmpty() || types.put(name, type(piece.substring(equals + 1).strip())) != null) {
        throw refused(text, name.isEmpty() ? "a column has no name" : "column " + name + " is there twice");
      }
    }
    if (!before.isEmpty() || types.isEmpty()) {
      throw refused(text, "a column has no type");
    }
    return new ColumnTypes(types);
  }

  private static IllegalArgumentException refused(String text, String why) {
    return new IllegalArgumentException("Cannot use \"" + text + "\" as types of columns: " + why
        + "; write such as id=uint64,price=decimal(10,2)");
  }

  /** Between commas, but for those in parentheses. */
  private static List<String> pieces(String text) {
    List<String> pieces = new ArrayList<>();
    int depth = 0;
    int start = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      depth += c == '(' ? 1 : c == ')' ? -1 : 0;
      if (c == ',' && depth == 0) {
        pieces.add(text.substring(start, i));
        start = i + 1;
      }
    }
    pieces.add(text.substring(start));
    return pieces;
  }

  private static ArrowType type(String text) {
    Matcher integer = INTEGER.matcher(text.toLowerCase(Locale.ROOT));
    if (integer.matches()) {
      return new ArrowType.Int(Integer.parseInt(integer.group(2)), integer.group(1).isEmpty());
    }
    Matcher decimal = DECIMAL.matcher(text.toLowerCase(Locale.ROOT));
    if (decimal.matches()) {
      return decimal(text, Integer.parseInt(decimal.group(1)), Integer.parseInt(decimal.group(2)));
    }
    Matcher timestamp = TIMESTAMP.matcher(text);
    if (timestamp.matches()) {
      return new ArrowType.Timestamp(unit(timestamp.group(1)), timestamp.group(2));
    }
    Matcher time = TIME.matcher(text.toLowerCase(Locale.ROOT));
    if (time.matches()) {
      TimeUnit unit = unit(time.group(2));
      boolean isShort = unit == TimeUnit.SECOND || unit == TimeUnit.MILLISECOND;
      return time.group(1).equals("time")
          ? new ArrowType.Time(unit, isShort ? Integer.SIZE : Long.SIZE)
          : new ArrowType.Duration(unit);
    }
    return switch (text.toLowerCase(Locale.ROOT)) {
      case "float16" -> new ArrowType.FloatingPoint(FloatingPointPrecision.HALF);
      case "float32" -> new ArrowType.FloatingPoint(FloatingPointPrecision.SINGLE);
      case "float64" -> new ArrowType.FloatingPoint(FloatingPointPrecision.DOUBLE);
      case "bool" -> new ArrowType.Bool();
      case "text" -> new ArrowType.Utf8();
      case "binary" -> new ArrowType.Binary();
      case "date" -> new ArrowType.Date(DateUnit.DAY);
      default -> throw unknown(text);
    };
  }

  private static ArrowType decimal(String text, int precision, int scale) {
    if (precision < 1 || precision > LARGE_DECIMAL || scale > precision) {
      throw unknown(text);
    }
    return new ArrowType.Decimal(precision, scale, precision <= SMALL_DECIMAL ? 128 : 256);
  }

  private static TimeUnit unit(@Nullable String text) {
    return switch (text == null ? "us" : text.toLowerCase(Locale.ROOT)) {
      case "s" -> TimeUnit.SECOND;
      case "ms" -> TimeUnit.MILLISECOND;
      case "us" -> TimeUnit.MICROSECOND;
      default -> TimeUnit.NANOSECOND;
    };
  }

  private static IllegalArgumentException unknown(String text) {
    return new IllegalArgumentException("Cannot use \"" + text
        + "\" as the type of a column; choose among int8 to int64,"
        + " uint8 to uint64, float16, float32, float64, decimal(DIGITS,FRACTION) of up to 76 digits, bool, text, binary,"
        + " date, time, timestamp and duration, these three also of (s|ms|us|ns), and timestamp(us,UTC)");
  }
}
