package io.packice.arrow.text;

import io.packice.arrow.ArrowBatches;
import io.packice.arrow.ArrowTable;
import io.packice.arrow.Progress;
import io.packice.arrow.ScanOptions;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.DateDayVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.FixedSizeBinaryVector;
import org.apache.arrow.vector.Float2Vector;
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
import org.apache.arrow.vector.VectorSchemaRoot;
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
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.util.Text;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/** The values of a table as text and JSON have them: null, booleans, numbers, text, lists and maps of these. */
public final class PlainRows {
  private static final char REPLACED = '\uFFFD';
  private static final int SHOWN_BYTES = 16;
  private static final ScanOptions VALUES = ScanOptions.all().withDictionaries(ScanOptions.Dictionaries.DECODED);

  private PlainRows() {
  }

  /**
   * A row of a batch.
   *
   * @param batch what it is in
   * @param index its place there
   * @param number its place in the table, for messages
   */
  record Row(VectorSchemaRoot batch, int index, long number) {
    /** As JSON has it: the columns by their names. */
    Map<String, @Nullable Object> fields() {
      return PlainRows.fields(batch, index, number);
    }

    /** As CSV has it, in the order of the columns; null for null. */
    List<@Nullable String> texts() {
      List<@Nullable String> texts = new ArrayList<>();
      batch.getFieldVectors().forEach(column -> texts.add(text(value(column, index, number))));
      return texts;
    }
  }

  /** What is done with each row. */
  @FunctionalInterface
  interface RowConsumer {
    void accept(Row row) throws IOException;
  }

  static void forEach(ArrowTable table, Progress progress, RowConsumer consumer) throws IOException {
    long done = 0;
    progress.report(0, table.rowCount());
    try (RootAllocator allocator = new RootAllocator(Long.MAX_VALUE);
        ArrowBatches batches = table.batches(allocator, VALUES)) {
      while (batches.hasNext()) {
        VectorSchemaRoot batch = batches.next();
        for (int row = 0; row < batch.getRowCount(); row++) {
          consumer.accept(new Row(batch, row, done + row));
        }
        done += batch.getRowCount();
        progress.report(done, table.rowCount());
      }
    }
  }

  /** As a field of CSV; null for null. */
  private static @Nullable String text(@Nullable Object value) {
    return switch (value) {
      case null -> null;
      case List<?> nested -> JsonMapper.shared().writeValueAsString(nested);
      case Map<?, ?> nested -> JsonMapper.shared().writeValueAsString(nested);
      default -> value.toString();
    };
  }

  /**
   * One row.
   *
   * @param batch where it is; its columns have different names, and are not dictionary-encoded
   * @param row its place there
   * @param number its place in the table, for messages
   * @return the columns' values by their names, as {@link #value(ValueVector, int)} has them
   * @throws IllegalArgumentException if a text has bytes that are no UTF-8
   */
  public static Map<String, @Nullable Object> fields(VectorSchemaRoot batch, int row, long number) {
    Map<String, @Nullable Object> fields = new LinkedHashMap<>();
    batch.getFieldVectors().forEach(column -> fields.put(column.getName(), value(column, row, number)));
    return fields;
  }

  /**
   * One value of a column of a table.
   *
   * @param column where it is; not dictionary-encoded
   * @param row its place there
   * @param number its place in the table, for messages
   * @return as {@link #value(ValueVector, int)}
   * @throws IllegalArgumentException if a text has bytes that are no UTF-8
   */
  public static @Nullable Object value(FieldVector column, int row, long number) {
    try {
      return value(column, row);
    } catch (NoTextException e) {
      throw new IllegalArgumentException("Cannot write row " + number + " as text: column " + column.getName() + " "
          + e.what + "; export it as Arrow, which keeps it, and correct it there", e);
    }
  }

  /** Of a foreign table: every text in Java would have another one in their place. */
  private static final class NoTextException extends IllegalArgumentException {
    private static final long serialVersionUID = 1;

    private final String what;

    NoTextException(byte[] bytes, int length) {
      this.what = "has a text with bytes that are no UTF-8 ("
          + HexFormat.ofDelimiter(" ").formatHex(bytes, 0, Math.min(length, SHOWN_BYTES))
          + (length > SHOWN_BYTES ? " …)" : ")");
    }

    @Override
    public String getMessage() {
      return "Cannot read a value: it " + what + "; export it as Arrow, which keeps it, and correct it there";
    }
  }

  /**
   * One value. Bytes are hexadecimal digits, dates and times ISO 8601.
   *
   * @param vector where it is; not dictionary-encoded
   * @param row which
   * @return null, a boolean, a number, text, a list or a map of these
   * @throws IllegalArgumentException if a text has bytes that are no UTF-8
   */
  public static @Nullable Object value(ValueVector vector, int row) {
    return switch (vector) { // of these, what is inside may be null, and they themselves say so or not
      case UnionVector union -> value(union.getVector(row), row);
      case DenseUnionVector union -> value(union.getVectorByType(union.getTypeId(row)), union.getOffset(row));
      case RunEndEncodedVector runs -> value(runs.getValuesVector(), runs.getPhysicalIndex(row));
      default -> row < vector.getValueCount() && vector.isNull(row) ? null : present(vector, row);
    };
  }

  private static @Nullable Object present(ValueVector vector, int row) {
    return switch (vector) {
      case UInt1Vector unsigned -> unsigned.getObjectNoOverflow(row); // Arrow's getObject gives -1 for 255
      case UInt2Vector unsigned -> (int) unsigned.getObject(row);
      case UInt4Vector unsigned -> unsigned.getObjectNoOverflow(row);
      case UInt8Vector unsigned -> unsigned.getObjectNoOverflow(row);
      case Float2Vector half -> half.getValueAsFloat(row); // Arrow's getObject gives its bits
      case TimeSecVector time -> time(time.getField(), time.get(row));
      case TimeMilliVector time -> time(time.getField(), time.get(row));
      case TimeMicroVector time -> time(time.getField(), time.get(row));
      case TimeNanoVector time -> time(time.getField(), time.get(row));
      case DateDayVector days -> LocalDate.ofEpochDay(days.get(row)).toString();
      case TimeStampVector instants -> time((ArrowType.Timestamp) instants.getField().getType(), instants.get(row));
      case FixedSizeBinaryVector bytes when isUuid(bytes.getField()) -> uuid(bytes.get(row));
      case FixedSizeListVector list -> list(list.getDataVector(), (long) row * list.getListSize(), list.getListSize());
      case ListVector list -> list(list.getDataVector(), list.getElementStartIndex(row),
          list.getElementEndIndex(row) - list.getElementStartIndex(row));
      case LargeListVector list -> list(list.getDataVector(), list.getElementStartIndex(row),
          list.getElementEndIndex(row) - list.getElementStartIndex(row));
      case ListViewVector list -> list(list.getDataVector(), list.getElementStartIndex(row),
          list.getElementEndIndex(row) - list.getElementStartIndex(row));
      case LargeListViewVector list ->
          list(list.getDataVector(), list.getOffsetBuffer().getLong((long) row * Long.BYTES),
              list.getSizeBuffer().getLong((long) row * Long.BYTES)); // its own methods take 32 bits of them, or sizes for ends
      case StructVector struct -> map(struct, row);
      default -> plain(vector.getObject(row));
    };
  }

  private static String uuid(byte[] bytes) {
    ByteBuffer halves = ByteBuffer.wrap(bytes);
    return new UUID(halves.getLong(), halves.getLong()).toString();
  }

  /** A time of the day as ISO 8601 has it; a number that is none, as it is. */
  private static Object time(Field field, long value) {
    long unitNanos = switch (((ArrowType.Time) field.getType()).getUnit()) {
      case SECOND -> 1_000_000_000;
      case MILLISECOND -> 1_000_000;
      case MICROSECOND -> 1_000;
      case NANOSECOND -> 1;
    };
    return value < 0 || value >= Duration.ofDays(1).toNanos() / unitNanos ? value
        : LocalTime.ofNanoOfDay(value * unitNanos).toString();
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

  /**
   * What a number means in a column: a date or a time may be meant, as in {@link io.packice.arrow.ColumnStatistics}.
   *
   * @param field the column
   * @param value the number
   * @return text for dates, times and timestamps, else the number
   */
  public static Object value(Field field, Number value) {
    return switch (field.getType()) {
      case ArrowType.Timestamp type -> time(type, value.longValue());
      case ArrowType.Time _ -> time(field, value.longValue());
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

  private static boolean isUuid(Field field) {
    return "arrow.uuid".equals(field.getMetadata().get("ARROW:extension:name"));
  }
}
