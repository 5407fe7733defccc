package io.packice.arrow.text;

import io.packice.arrow.imports.ImportException;
import io.packice.arrow.imports.ImportReader;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.jspecify.annotations.Nullable;

/** A CSV file as record batches of a known schema. */
final class CsvBatches implements ImportReader {
  private static final int BATCH_ROWS = 1 << 16;
  private static final int LEAST_BATCH_ROWS = 1 << 8;
  private static final int BATCH_CELLS = 1 << 24; // so that many columns do not take all memory
  private static final long BATCH_TEXT_CHARS = 1L << 26; // a text column has 31-bit offsets, and a char up to 3 bytes

  /** What is wrong within a field is told of the field. */
  private static final JsonCells.Advice NO_ADVICE = new JsonCells.Advice("", "");

  private final CsvFile.Reading reading;
  private final CsvFile csv;
  private final CsvValues values;
  private final VectorSchemaRoot root;
  private final List<Column> columns = new ArrayList<>();
  private final int batchRows;

  CsvBatches(CsvFile.Reading reading, CsvFile csv, CsvValues values, VectorSchemaRoot root) {
    this.reading = reading;
    this.csv = csv;
    this.values = values;
    this.root = root;
    this.batchRows = Math.clamp(BATCH_CELLS / Math.max(1, root.getFieldVectors().size()), LEAST_BATCH_ROWS, BATCH_ROWS);
    for (FieldVector vector : root.getFieldVectors()) {
      Field field = vector.getField();
      columns.add(new Column(vector, isText(field.getType()), isNumber(field.getType()),
          values.types().containsKey(field.getName()) ? TextValue.Fit.ASKED : TextValue.Fit.EXACT,
          JsonCells.isNested(field.getType()) ? new JsonCells(List.of(vector), Set.of(), NO_ADVICE) : null));
      if (batchRows < BATCH_ROWS) {
        vector.setInitialCapacity(LEAST_BATCH_ROWS);
      }
    }
  }

  /** {@code inside} is of lists and structs, which stand there as JSON. */
  private record Column(FieldVector vector, boolean isText, boolean isNumber, TextValue.Fit fit,
      @Nullable JsonCells inside) {
  }

  /** Whether values of a field can be written as CSV and read again. */
  static boolean supports(Field field) {
    return JsonCells.supports(field);
  }

  private static boolean isText(ArrowType type) {
    return type instanceof ArrowType.Utf8 || type instanceof ArrowType.LargeUtf8 || type instanceof ArrowType.Utf8View;
  }

  private static boolean isNumber(ArrowType type) {
    return type instanceof ArrowType.Int || type instanceof ArrowType.FloatingPoint
        || type instanceof ArrowType.Decimal;
  }

  @Override
  public @Nullable VectorSchemaRoot next() throws IOException {
    root.clear();
    for (Column column : columns) {
      if (column.inside != null) {
        column.inside.restart();
      }
    }
    int rows = 0;
    long chars = 0;
    while (rows < batchRows && chars < BATCH_TEXT_CHARS) {
      CsvFile.Row row = csv.next();
      if (row == null) {
        break;
      }
      chars += store(row, rows++);
    }
    root.setRowCount(rows);
    return rows == 0 ? null : root;
  }

  private void store(Column column, int row, String value) throws IOException {
    if (column.inside == null) {
      TextValue.store(column.vector, row, column.isNumber ? reading.number(value) : value, column.fit);
      return;
    }
    try (JsonFile json = JsonFile.ofField(reading.source(), value)) {
      column.inside.storeText(json, row);
    }
  }

  private long store(CsvFile.Row from, int row) throws IOException {
    long chars = 0;
    for (int i = 0; i < columns.size(); i++) {
      Column column = columns.get(i);
      String value = from.values().get(i);
      if (values.isNull(value, column.isText)) {
        continue; // null, as all is that nobody sets
      }
      try {
        store(column, row, value);
      } catch (IllegalArgumentException | ImportException e) {
        throw new ImportException("Cannot import " + reading.source() + ": line " + from.line() + ", column "
            + column.vector.getName() + ": \"" + TextValue.shortened(value) + "\" is no value of "
            + column.vector.getField().getType() + "; correct it, or make another table", e);
      }
      chars += value.length();
    }
    return chars;
  }

  @Override
  public void close() throws IOException {
    root.close();
    csv.close();
  }
}
