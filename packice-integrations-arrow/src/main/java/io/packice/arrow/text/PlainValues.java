package io.packice.arrow.text;

import io.packice.arrow.schema.UuidField;
import io.packice.arrow.vectors.UnionMembers;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.vector.BaseFixedWidthVector;
import org.apache.arrow.vector.DateDayVector;
import org.apache.arrow.vector.DateMilliVector;
import org.apache.arrow.vector.DurationVector;
import org.apache.arrow.vector.ExtensionTypeVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.FixedSizeBinaryVector;
import org.apache.arrow.vector.Float2Vector;
import org.apache.arrow.vector.IntervalDayVector;
import org.apache.arrow.vector.IntervalMonthDayNanoVector;
import org.apache.arrow.vector.IntervalYearVector;
import org.apache.arrow.vector.TimeMicroVector;
import org.apache.arrow.vector.TimeMilliVector;
import org.apache.arrow.vector.TimeNanoVector;
import org.apache.arrow.vector.TimeSecVector;
import org.apache.arrow.vector.TimeStampVector;
import org.apache.arrow.vector.UInt1Vector;
import org.apache.arrow.vector.UInt2Vector;
import org.apache.arrow.vector.UInt4Vector;
import org.apache.arrow.vector.UInt8Vector;
import org.apache.arrow.vector.ValueVector;
import org.apache.arrow.vector.complex.DenseUnionVector;
import org.apache.arrow.vector.complex.FixedSizeListVector;
import org.apache.arrow.vector.complex.LargeListVector;
import org.apache.arrow.vector.complex.LargeListViewVector;
import org.apache.arrow.vector.complex.ListVector;
import org.apache.arrow.vector.complex.ListViewVector;
import org.apache.arrow.vector.complex.RunEndEncodedVector;
import org.apache.arrow.vector.complex.StructVector;
import org.apache.arrow.vector.complex.UnionVector;
import org.apache.arrow.vector.types.DateUnit;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.IntervalUnit;
import org.apache.arrow.vector.types.TimeUnit;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.util.Text;
import org.jspecify.annotations.Nullable;

/**
 * What a value of each type of Arrow is as null, true or false, a number, text, a list or a map of these: {@link TextValue} takes it back. docs/values.md has
 * the table, which a test compares with this.
 */
final class PlainValues {
  private static final char REPLACED = '\uFFFD';
  private static final int SHOWN_BYTES = 16;
  private static final long MILLIS_PER_DAY = 86_400_000;
  private static final long NANOS_PER_MILLI = 1_000_000;

  private PlainValues() {
  }

  /**
   * One value.
   *
   * @param field as the schema has it, whose unions the vector does not tell of itself; not dictionary-encoded
   */
  static @Nullable Object of(Field field, ValueVector vector, int row) {
    return switch (vector) { // of these, what is inside may be null, and they themselves say so or not
      case UnionVector union -> {
        int member = UnionMembers.place(field, union.getTypeValue(row));
        yield of(field.getChildren().get(member), union.getChildrenFromFields().get(member), row);
      }
      case DenseUnionVector union -> {
        int member = UnionMembers.place(field, union.getTypeId(row));
        yield of(field.getChildren().get(member), union.getChildrenFromFields().get(member), union.getOffset(row));
      }
      case RunEndEncodedVector runs ->
          of(field.getChildren().getLast(), runs.getValuesVector(), runs.getPhysicalIndex(row));
      case ExtensionTypeVector<?> extension -> of(field, extension.getUnderlyingVector(), row);
      default -> row < vector.getValueCount() && vector.isNull(row) ? null : present(field, vector, row);
    };
  }

  private static Object present(Field field, ValueVector vector, int row) {
    return switch (vector) {
      case UInt1Vector unsigned -> unsigned.getObjectNoOverflow(row); // Arrow's getObject gives -1 for 255
      case UInt2Vector unsigned -> (int) unsigned.getObject(row);
      case UInt4Vector unsigned -> unsigned.getObjectNoOverflow(row);
      case UInt8Vector unsigned -> unsigned.getObjectNoOverflow(row);
      case Float2Vector half -> half.getValueAsFloat(row); // Arrow's getObject gives its bits
      case TimeSecVector time -> time(TimeUnit.SECOND, time.get(row));
      case TimeMilliVector time -> time(TimeUnit.MILLISECOND, time.get(row));
      case TimeMicroVector time -> time(TimeUnit.MICROSECOND, time.get(row));
      case TimeNanoVector time -> time(TimeUnit.NANOSECOND, time.get(row));
      case DateDayVector days -> IsoTimes.day(days.get(row));
      case DateMilliVector millis -> dayOfMillis(millis.get(row));
      case TimeStampVector instants -> instant((ArrowType.Timestamp) instants.getField().getType(), instants.get(row));
      case DurationVector duration -> IsoTimes.duration(duration.getDataBuffer().getLong((long) row * Long.BYTES),
          ((ArrowType.Duration) duration.getField().getType()).getUnit());
      case IntervalYearVector _,IntervalDayVector _,IntervalMonthDayNanoVector _ ->
          interval((BaseFixedWidthVector) vector, row);
      case FixedSizeBinaryVector bytes when UuidField.is(field) -> uuid(bytes.get(row));
      case StructVector struct -> map(field, struct, row);
      case FixedSizeListVector _,ListVector _,LargeListVector _,ListViewVector _,LargeListViewVector _ ->
          list(field.getChildren().getFirst(), vector, row);
      default -> plain(Objects.requireNonNull(vector.getObject(row), "it is not null"));
    };
  }

  /**
   * What a number means in a column: a date or a time may be meant, as in {@link io.packice.arrow.statistics.ColumnStatistics}.
   *
   * @return as values of the column are
   */
  static Object of(Field field, Number value) {
    return switch (field.getType()) {
      case ArrowType.Timestamp type -> instant(type, value.longValue());
      case ArrowType.Time type -> time(type.getUnit(), value.longValue());
      case ArrowType.Date type when type.getUnit() == DateUnit.DAY -> IsoTimes.day(value.longValue());
      case ArrowType.Date _ -> dayOfMillis(value.longValue());
      case ArrowType.Duration type -> IsoTimes.duration(value.longValue(), type.getUnit());
      case ArrowType.FloatingPoint type when type.getPrecision() != FloatingPointPrecision.DOUBLE -> value.floatValue();
      default -> value;
    };
  }

  // ---- Times

  /** A time of the day; a number that is none, as it is. */
  private static Object time(TimeUnit unit, long value) {
    String time = IsoTimes.time(value, unit);
    return time == null ? value : time;
  }

  /** Dates in milliseconds are whole days; what others have stored may not be. */
  private static String dayOfMillis(long millis) {
    return millis % MILLIS_PER_DAY == 0
        ? IsoTimes.day(millis / MILLIS_PER_DAY)
        : IsoTimes.dayAndTime(millis, TimeUnit.MILLISECOND);
  }

  /** A timestamp: with a Z if the column has a time zone, which Arrow keeps in UTC; without if it is local. */
  private static String instant(ArrowType.Timestamp type, long value) {
    return IsoTimes.dayAndTime(value, type.getUnit()) + (type.getTimezone() == null ? "" : "Z");
  }

  private static String interval(BaseFixedWidthVector vector, int row) {
    ArrowBuf data = vector.getDataBuffer();
    long at = (long) row * vector.getTypeWidth();
    IntervalUnit unit = ((ArrowType.Interval) vector.getField().getType()).getUnit();
    return switch (unit) {
      case YEAR_MONTH -> IsoTimes.interval(data.getInt(at), 0, 0);
      case DAY_TIME -> IsoTimes.interval(0, data.getInt(at), data.getInt(at + Integer.BYTES) * NANOS_PER_MILLI);
      case MONTH_DAY_NANO ->
          IsoTimes.interval(data.getInt(at), data.getInt(at + Integer.BYTES), data.getLong(at + Long.BYTES));
    };
  }

  // ---- What is inside others

  private static List<@Nullable Object> list(Field element, ValueVector vector, int row) {
    return switch (vector) {
      case FixedSizeListVector list ->
          list(element, list.getDataVector(), (long) row * list.getListSize(), list.getListSize());
      case ListVector list -> list(element, list.getDataVector(), list.getElementStartIndex(row),
          list.getElementEndIndex(row) - list.getElementStartIndex(row));
      case LargeListVector list -> list(element, list.getDataVector(), list.getElementStartIndex(row),
          list.getElementEndIndex(row) - list.getElementStartIndex(row));
      case ListViewVector list -> list(element, list.getDataVector(), list.getElementStartIndex(row),
          list.getElementEndIndex(row) - list.getElementStartIndex(row));
      case LargeListViewVector list ->
          list(element, list.getDataVector(), list.getOffsetBuffer().getLong((long) row * Long.BYTES),
              list.getSizeBuffer().getLong((long) row * Long.BYTES)); // its own methods take 32 bits of them, or sizes for ends
      default -> throw new IllegalArgumentException("no list is " + vector.getClass());
    };
  }

  private static List<@Nullable Object> list(Field element, ValueVector data, long from, long count) {
    List<@Nullable Object> values = new ArrayList<>();
    for (long i = from; i < from + count; i++) {
      values.add(of(element, data, Math.toIntExact(i)));
    }
    return values;
  }

  private static Map<String, @Nullable Object> map(Field field, StructVector struct, int row) {
    Map<String, @Nullable Object> values = new LinkedHashMap<>();
    List<FieldVector> children = struct.getChildrenFromFields();
    for (int i = 0; i < children.size(); i++) {
      values.put(children.get(i).getName(), of(field.getChildren().get(i), children.get(i), row));
    }
    return values;
  }

  // ---- Text and bytes

  private static String uuid(byte[] bytes) {
    ByteBuffer halves = ByteBuffer.wrap(bytes);
    return new UUID(halves.getLong(), halves.getLong()).toString();
  }

  private static Object plain(Object value) {
    return switch (value) {
      case Boolean _,Number _ -> value;
      case byte[] bytes -> HexFormat.of().formatHex(bytes);
      case Text text -> string(text);
      default -> value.toString();
    };
  }

  /** What says U+FFFD may have it, or stand for bytes that are no text. */
  private static String string(Text stored) {
    String text = stored.toString();
    if (text.indexOf(REPLACED) < 0) {
      return text;
    }
    int length = Math.toIntExact(stored.getLength());
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(stored.getBytes(), 0, length)).toString();
    } catch (CharacterCodingException _) {
      throw new NoTextException(stored.getBytes(), length);
    }
  }

  /** Of a foreign table: every text in Java would have another one in their place. */
  static final class NoTextException extends IllegalArgumentException {
    private static final long serialVersionUID = 1;

    private final String what;

    NoTextException(byte[] bytes, int length) {
      this.what = "has a text with bytes that are no UTF-8 ("
          + HexFormat.ofDelimiter(" ").formatHex(bytes, 0, Math.min(length, SHOWN_BYTES))
          + (length > SHOWN_BYTES ? " …)" : ")");
    }

    String what() {
      return what;
    }

    @Override
    public String getMessage() {
      return "Cannot read a value: it " + what + "; export it as Arrow, which keeps it, and correct it there";
    }
  }
}
