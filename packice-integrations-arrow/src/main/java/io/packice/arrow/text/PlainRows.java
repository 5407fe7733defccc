package io.packice.arrow.text;

import io.packice.arrow.ArrowBatches;
import io.packice.arrow.ArrowTable;
import io.packice.arrow.Progress;
import io.packice.arrow.ScanOptions;
import java.io.IOException;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.ValueVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.Field;
import org.jspecify.annotations.Nullable;

/** The values of a table as text and JSON have them: null, booleans, numbers, text, lists and maps of these. */
public final class PlainRows {
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
      for (int column = 0; column < batch.getFieldVectors().size(); column++) {
        texts.add(text(value(batch, column, index, number)));
      }
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

  /**
   * A value as a field of CSV.
   *
   * @param value as {@link #value(Field, ValueVector, int)} gives it
   * @return its text, where there are others inside of it as JSON; null for null
   */
  public static @Nullable String text(@Nullable Object value) {
    return switch (value) {
      case null -> null;
      case List<?> nested -> json(nested);
      case Map<?, ?> nested -> json(nested);
      case BigDecimal decimal -> PlainJson.digits(decimal);
      default -> value.toString();
    };
  }

  /**
   * A value as JSON.
   *
   * @param value as {@link #value(Field, ValueVector, int)} gives it, or a row of such
   * @return one line; infinities and NaN, which JSON has no numbers for, are text
   */
  public static String json(@Nullable Object value) {
    return PlainJson.MAPPER.writeValueAsString(value);
  }

  /**
   * One row.
   *
   * @param batch where it is; its columns have different names, and are not dictionary-encoded
   * @param row its place there
   * @param number its place in the table, for messages
   * @return the columns' values by their names, as {@link #value(Field, ValueVector, int)} has them
   * @throws IllegalArgumentException if a text has bytes that are no UTF-8
   */
  public static Map<String, @Nullable Object> fields(VectorSchemaRoot batch, int row, long number) {
    Map<String, @Nullable Object> fields = new LinkedHashMap<>();
    for (int column = 0; column < batch.getFieldVectors().size(); column++) {
      fields.put(batch.getVector(column).getName(), value(batch, column, row, number));
    }
    return fields;
  }

  /**
   * One value of a column of a table.
   *
   * @param batch where it is
   * @param column its column's place there; not dictionary-encoded
   * @param row its place in that
   * @param number its place in the table, for messages
   * @return as {@link #value(Field, ValueVector, int)}
   * @throws IllegalArgumentException if a text has bytes that are no UTF-8
   */
  public static @Nullable Object value(VectorSchemaRoot batch, int column, int row, long number) {
    try {
      return value(batch.getSchema().getFields().get(column), batch.getVector(column), row);
    } catch (PlainValues.NoTextException e) {
      throw new IllegalArgumentException("Cannot write row " + number + " as text: column "
          + batch.getVector(column).getName() + " " + e.what()
          + "; export it as Arrow, which keeps it, and correct it there",
          e);
    }
  }

  /**
   * One value. Bytes are hexadecimal digits; dates, times and what lies between them ISO 8601.
   *
   * @param field the vector's field as its schema has it: a sparse union's own vector does not know its members
   * @param vector where it is; not dictionary-encoded
   * @param row which
   * @return null, a boolean, a number, text, a list or a map of these
   * @throws IllegalArgumentException if a text has bytes that are no UTF-8
   */
  public static @Nullable Object value(Field field, ValueVector vector, int row) {
    return PlainValues.of(field, vector, row);
  }

  /**
   * What a number means in a column: a date or a time may be meant, as in {@link io.packice.arrow.statistics.ColumnStatistics}.
   *
   * @param field the column
   * @param value the number
   * @return text for dates, times, timestamps and durations, a float for float16 and float32, else the number
   */
  public static Object value(Field field, Number value) {
    return PlainValues.of(field, value);
  }
}
