package io.packice.arrow.imports;

import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.DateDayVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.types.DateUnit;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.jspecify.annotations.Nullable;

/** The columns that folders say: int64 or dates where all values are, else text. Immutable. */
final class KeyColumns {
  private static final Pattern INTEGER = Pattern.compile("-?(0|[1-9][0-9]{0,17})");
  private static final Pattern DAY = Pattern.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}");

  private final List<ImportFile> files;
  private final List<Field> fields = new ArrayList<>();

  /**
   * @throws ImportException if files differ in their keys
   */
  KeyColumns(List<ImportFile> files) throws ImportException {
    this.files = files;
    List<String> names = List.copyOf(files.getFirst().keys().keySet());
    for (ImportFile file : files) {
      if (!names.equals(List.copyOf(file.keys().keySet()))) {
        throw new ImportException(
            "Cannot import " + file.source().name() + " together with " + files.getFirst().source().name()
                + ": its folders say the columns " + file.keys().keySet() + ", the other's " + names
                + "; make two tables, or leave the folders' columns out");
      }
    }
    names.forEach(name -> fields.add(Field.nullable(name, type(name))));
  }

  private ArrowType type(String name) {
    if (all(name, value -> INTEGER.matcher(value).matches() && !value.equals("-0"))) {
      return new ArrowType.Int(64, true);
    }
    return all(name, KeyColumns::isDay) ? new ArrowType.Date(DateUnit.DAY) : new ArrowType.Utf8();
  }

  private boolean all(String name, Predicate<String> predicate) {
    List<String> values = files.stream().map(file -> file.keys().get(name)).filter(Objects::nonNull).toList();
    return !values.isEmpty() && values.stream().allMatch(predicate);
  }

  private static boolean isDay(String value) {
    try {
      return DAY.matcher(value).matches() && LocalDate.parse(value).toString().equals(value);
    } catch (DateTimeException _) {
      return false;
    }
  }

  List<Field> fields() {
    return fields;
  }

  /** As a table has them already: a year that looks like a number may be text there. */
  KeyColumns withTypesOf(List<Field> columns) throws ImportException {
    KeyColumns typed = new KeyColumns(files);
    typed.fields.replaceAll(field -> columns.stream()
        .filter(column -> column.getName().equals(field.getName()) && column.getType() instanceof ArrowType.Utf8)
        .findFirst().orElse(field));
    return typed;
  }

  /** One value for all rows; the caller closes it. */
  FieldVector vector(int column, int file, int rows, BufferAllocator allocator) {
    Field field = fields.get(column);
    FieldVector vector = field.createVector(allocator);
    try {
      fill(vector, files.get(file).keys().get(field.getName()), rows);
      vector.setValueCount(rows);
      return vector;
    } catch (Throwable failure) {
      vector.close();
      throw failure;
    }
  }

  private static void fill(FieldVector vector, @Nullable String value, int rows) {
    vector.setInitialCapacity(rows);
    vector.allocateNew();
    for (int row = 0; value != null && row < rows; row++) {
      switch (vector) {
        case BigIntVector numbers -> numbers.setSafe(row, Long.parseLong(value));
        case DateDayVector days -> days.setSafe(row, (int) LocalDate.parse(value).toEpochDay());
        default -> ((VarCharVector) vector).setSafe(row, value.getBytes(StandardCharsets.UTF_8));
      }
    }
  }
}
