package io.packice.arrow.text;

import io.packice.arrow.ImportException;
import io.packice.arrow.ImportReader;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.arrow.vector.BaseIntVector;
import org.apache.arrow.vector.BitVector;
import org.apache.arrow.vector.Decimal256Vector;
import org.apache.arrow.vector.DecimalVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.Float4Vector;
import org.apache.arrow.vector.Float8Vector;
import org.apache.arrow.vector.NullVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.complex.FixedSizeListVector;
import org.apache.arrow.vector.complex.LargeListVector;
import org.apache.arrow.vector.complex.ListVector;
import org.apache.arrow.vector.complex.StructVector;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonToken;

/** A file of JSON objects as record batches of a known schema. */
final class JsonRows implements ImportReader {
  private static final int BATCH_ROWS = 1 << 16;
  private static final long BATCH_CHARS = 1L << 26; // text has 31-bit offsets, and a char up to 3 bytes

  private final JsonFile file;
  private final VectorSchemaRoot root;
  private final Advice advice;
  private final Map<String, Column> columns;

  /** {@code asked} are columns whose types somebody gave. */
  JsonRows(JsonFile file, VectorSchemaRoot root, Set<String> asked, Advice advice) {
    this.file = file;
    this.root = root;
    this.advice = advice;
    this.columns = columns("", root.getFieldVectors(), asked);
  }

  /**
   * What to do about what the schema did not expect.
   *
   * @param column that there is a field which it lacks
   * @param value that a value is of another type
   */
  record Advice(String column, String value) {
  }

  /** A vector, and those inside by the names of their fields. */
  private record Column(String name, FieldVector vector, boolean asked, Map<String, Column> fields,
      List<Column> elements) {
  }

  private static Map<String, Column> columns(String prefix, List<FieldVector> vectors, Set<String> asked) {
    Map<String, Column> columns = new HashMap<>();
    vectors.forEach(vector -> columns.put(vector.getName(), column(prefix + vector.getName(), vector, asked)));
    return columns;
  }

  private static Column column(String name, FieldVector vector, Set<String> asked) {
    List<FieldVector> children = vector.getChildrenFromFields();
    return vector instanceof StructVector
        ? new Column(name, vector, false, columns(name + ".", children, asked), List.of())
        : new Column(name, vector, asked.contains(name), Map.of(),
            children.stream().map(child -> column(name + "[]", child, asked)).toList());
  }

  /** Whether values of a field can be written as JSON and read again. */
  static boolean supports(Field field) {
    return switch (field.getType()) {
      case ArrowType.Null _ -> true;
      case ArrowType.Struct _,ArrowType.List _,ArrowType.LargeList _,ArrowType.FixedSizeList _,ArrowType.Map _ ->
          field.getChildren().stream().allMatch(JsonRows::supports);
      default -> field.getDictionary() == null && TextValue.supports(field.getType());
    };
  }

  @Override
  public @Nullable VectorSchemaRoot next() throws IOException {
    root.clear();
    int rows = 0;
    long start = file.position();
    while (rows < BATCH_ROWS && file.position() - start < BATCH_CHARS && file.nextRow()) {
      store(columns, rows++);
    }
    root.setRowCount(rows);
    return rows == 0 ? null : root;
  }

  private void store(Map<String, Column> into, int row) throws IOException {
    while (file.next() == JsonToken.PROPERTY_NAME) {
      String name = file.text();
      Column column = into.get(name);
      if (column == null) {
        throw file.problem(name, advice.column);
      }
      store(column, file.next(), row);
    }
  }

  /** What is never stored is null. */
  private void store(Column column, @Nullable JsonToken token, int row) throws IOException {
    if (token == JsonToken.VALUE_NULL) {
      return;
    }
    switch (column.vector) {
      case NullVector _ -> throw mismatch(column, token);
      case StructVector struct -> {
        require(column, token, JsonToken.START_OBJECT);
        struct.setIndexDefined(row);
        store(column.fields, row);
      }
      case ListVector list -> {
        require(column, token, JsonToken.START_ARRAY);
        list.endValue(row, elements(column, list.startNewValue(row)));
      }
      case LargeListVector list -> {
        require(column, token, JsonToken.START_ARRAY);
        list.endValue(row, elements(column, Math.toIntExact(list.startNewValue(row))));
      }
      case FixedSizeListVector list -> {
        require(column, token, JsonToken.START_ARRAY);
        int count = elements(column, list.startNewValue(row));
        if (count != list.getListSize()) {
          throw file.problem(column.name, "a list of " + count + " elements instead of " + list.getListSize());
        }
      }
      default -> scalar(column, token, row);
    }
  }

  private int elements(Column column, int start) throws IOException {
    int count = 0;
    for (JsonToken token = file.next(); token != JsonToken.END_ARRAY; token = file.next()) {
      store(column.elements.getFirst(), token, start + count++);
    }
    return count;
  }

  private void require(Column column, @Nullable JsonToken token, JsonToken wanted) throws IOException {
    if (token != wanted) {
      throw mismatch(column, token);
    }
  }

  private void scalar(Column column, @Nullable JsonToken token, int row) throws IOException {
    if (!fits(column, token)) {
      throw mismatch(column, token);
    }
    try {
      TextValue.store(column.vector, row, file.text(), column.asked ? TextValue.Fit.ASKED : TextValue.Fit.EXACT);
    } catch (IllegalArgumentException _) {
      throw mismatch(column, token);
    }
  }

  private boolean fits(Column column, @Nullable JsonToken token) throws IOException {
    if (column.asked && token != null && token.isScalarValue()) {
      return true; // numbers in quotes, and text without
    }
    return switch (column.vector) {
      case BitVector _ -> token == JsonToken.VALUE_TRUE || token == JsonToken.VALUE_FALSE;
      case BaseIntVector _ -> token == JsonToken.VALUE_NUMBER_INT;
      case Float4Vector _,Float8Vector _ -> token == JsonToken.VALUE_NUMBER_INT || token == JsonToken.VALUE_NUMBER_FLOAT
          || (token == JsonToken.VALUE_STRING && JsonShape.NOT_FINITE.contains(file.text()));
      case DecimalVector _,Decimal256Vector _ -> token == JsonToken.VALUE_NUMBER_INT
          || token == JsonToken.VALUE_NUMBER_FLOAT || token == JsonToken.VALUE_STRING;
      default -> token == JsonToken.VALUE_STRING;
    };
  }

  private ImportException mismatch(Column column, @Nullable JsonToken token) throws IOException {
    String found = switch (token) {
      case START_OBJECT -> "an object";
      case START_ARRAY -> "a list";
      case VALUE_STRING -> "\"" + TextValue.shortened(file.text()) + "\"";
      case null -> "nothing";
      default -> TextValue.shortened(file.text());
    };
    return file.problem(column.name, found + " is no value of " + column.vector.getField().getType()
        + "; correct it, or " + advice.value);
  }

  @Override
  public void close() {
    root.close();
    file.close();
  }
}
