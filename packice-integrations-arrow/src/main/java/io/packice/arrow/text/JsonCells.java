package io.packice.arrow.text;

import io.packice.arrow.imports.ImportException;
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
import org.apache.arrow.vector.Float2Vector;
import org.apache.arrow.vector.Float4Vector;
import org.apache.arrow.vector.Float8Vector;
import org.apache.arrow.vector.NullVector;
import org.apache.arrow.vector.complex.FixedSizeListVector;
import org.apache.arrow.vector.complex.LargeListVector;
import org.apache.arrow.vector.complex.LargeListViewVector;
import org.apache.arrow.vector.complex.ListVector;
import org.apache.arrow.vector.complex.ListViewVector;
import org.apache.arrow.vector.complex.StructVector;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonToken;

/** Stores values of JSON in vectors, whatever is inside of them; rows in ascending order. For one thread at a time. */
final class JsonCells {
  private final Map<String, Column> columns;
  private final Advice advice;

  /** {@code asked} are columns whose types somebody gave. */
  JsonCells(List<FieldVector> vectors, Set<String> asked, Advice advice) {
    this.advice = advice;
    this.columns = columns("", vectors, asked);
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
  private static final class Column {
    private final String name;
    private final FieldVector vector;
    private final boolean asked;
    private final Map<String, Column> fields;
    private final List<Column> elements;
    /** Of list views: how many elements there are. Arrow counts them by a number of rows that is not known yet. */
    private int viewed;

    Column(String name, FieldVector vector, boolean asked, Map<String, Column> fields, List<Column> elements) {
      this.name = name;
      this.vector = vector;
      this.asked = asked;
      this.fields = fields;
      this.elements = elements;
    }

    void restart() {
      viewed = 0;
      fields.values().forEach(Column::restart);
      elements.forEach(Column::restart);
    }
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
      case ArrowType type when isNested(type) -> field.getChildren().stream().allMatch(JsonCells::supports);
      default -> field.getDictionary() == null && TextValue.supports(field.getType());
    };
  }

  /** Whether values are objects or lists. */
  static boolean isNested(ArrowType type) {
    return switch (type) {
      case ArrowType.Struct _,ArrowType.Map _ -> true;
      case ArrowType.List _,ArrowType.LargeList _,ArrowType.FixedSizeList _ -> true;
      case ArrowType.ListView _,ArrowType.LargeListView _ -> true;
      default -> false;
    };
  }

  /** The vectors are empty again. */
  void restart() {
    columns.values().forEach(Column::restart);
  }

  /** Stores the object that the file is in, field by field. */
  void storeRow(JsonFile file, int row) throws IOException {
    store(file, columns, row);
  }

  /** Stores the value that a text is, in the only vector. */
  void storeText(JsonFile text, int row) throws IOException {
    store(text, columns.values().iterator().next(), text.next(), row);
    if (text.next() != null) {
      throw text.problem("", "something behind the value");
    }
  }

  private void store(JsonFile file, Map<String, Column> into, int row) throws IOException {
    while (file.next() == JsonToken.PROPERTY_NAME) {
      String name = file.text();
      Column column = into.get(name);
      if (column == null) {
        throw file.problem(name, advice.column);
      }
      store(file, column, file.next(), row);
    }
  }

  /** What is never stored is null. */
  private void store(JsonFile file, Column column, @Nullable JsonToken token, int row) throws IOException {
    if (token == JsonToken.VALUE_NULL) {
      return;
    }
    switch (column.vector) {
      case NullVector _ -> throw mismatch(file, column, token);
      case StructVector struct -> {
        require(file, column, token, JsonToken.START_OBJECT);
        struct.setIndexDefined(row);
        store(file, column.fields, row);
      }
      case ListVector _,LargeListVector _,FixedSizeListVector _,ListViewVector _,LargeListViewVector _ -> {
        require(file, column, token, JsonToken.START_ARRAY);
        list(file, column, row);
      }
      default -> scalar(file, column, token, row);
    }
  }

  private void list(JsonFile file, Column column, int row) throws IOException {
    switch (column.vector) {
      case ListVector list -> list.endValue(row, elements(file, column, list.startNewValue(row)));
      case LargeListVector list ->
          list.endValue(row, elements(file, column, Math.toIntExact(list.startNewValue(row))));
      case FixedSizeListVector list -> {
        int count = elements(file, column, list.startNewValue(row));
        if (count != list.getListSize()) {
          throw file.problem(column.name, "a list of " + count + " elements instead of " + list.getListSize());
        }
      }
      case ListViewVector list -> {
        list.setNull(row); // which makes room
        list.setValidity(row, 1);
        list.getOffsetBuffer().setInt((long) row * Integer.BYTES, column.viewed);
        list.getSizeBuffer().setInt((long) row * Integer.BYTES, viewed(file, column));
      }
      case LargeListViewVector list -> {
        list.setNull(row);
        list.setValidity(row, 1);
        list.getOffsetBuffer().setLong((long) row * Long.BYTES, column.viewed);
        list.getSizeBuffer().setLong((long) row * Long.BYTES, viewed(file, column));
      }
      default -> throw new IllegalArgumentException("no list is " + column.vector.getField());
    }
  }

  private int viewed(JsonFile file, Column column) throws IOException {
    int count = elements(file, column, column.viewed);
    column.viewed += count;
    return count;
  }

  private int elements(JsonFile file, Column column, int start) throws IOException {
    int count = 0;
    for (JsonToken token = file.next(); token != JsonToken.END_ARRAY; token = file.next()) {
      store(file, column.elements.getFirst(), token, start + count++);
    }
    return count;
  }

  private void require(JsonFile file, Column column, @Nullable JsonToken token, JsonToken wanted) throws IOException {
    if (token != wanted) {
      throw mismatch(file, column, token);
    }
  }

  private void scalar(JsonFile file, Column column, @Nullable JsonToken token, int row) throws IOException {
    if (!fits(file, column, token)) {
      throw mismatch(file, column, token);
    }
    try {
      TextValue.store(column.vector, row, file.text(), column.asked ? TextValue.Fit.ASKED : TextValue.Fit.EXACT);
    } catch (IllegalArgumentException _) {
      throw mismatch(file, column, token);
    }
  }

  private static boolean fits(JsonFile file, Column column, @Nullable JsonToken token) throws IOException {
    if (column.asked && token != null && token.isScalarValue()) {
      return true; // numbers in quotes, and text without
    }
    return switch (column.vector) {
      case BitVector _ -> token == JsonToken.VALUE_TRUE || token == JsonToken.VALUE_FALSE;
      case BaseIntVector _ -> token == JsonToken.VALUE_NUMBER_INT;
      case Float2Vector _,Float4Vector _,Float8Vector _ -> token == JsonToken.VALUE_NUMBER_INT
          || token == JsonToken.VALUE_NUMBER_FLOAT
          || (token == JsonToken.VALUE_STRING && JsonShape.NOT_FINITE.contains(file.text()));
      case DecimalVector _,Decimal256Vector _ -> token == JsonToken.VALUE_NUMBER_INT
          || token == JsonToken.VALUE_NUMBER_FLOAT || token == JsonToken.VALUE_STRING;
      default -> token == JsonToken.VALUE_STRING;
    };
  }

  private ImportException mismatch(JsonFile file, Column column, @Nullable JsonToken token) throws IOException {
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
}
