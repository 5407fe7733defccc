package io.packice.arrow.text;

import java.util.Map;
import java.util.Set;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.jspecify.annotations.Nullable;

/**
 * What fields of a CSV file mean. Immutable.
 *
 * @param nulls which mean null, in every column; if null, {@link #USUAL} ones where they cannot be anything else
 * @param types of columns by their names, which are not found out
 */
record CsvValues(@Nullable Set<String> nulls, Map<String, ArrowType> types) {
  /** As R, pandas, Excel, MySQL, PostgreSQL and Python write it. */
  private static final Set<String> USUAL =
      Set.of("NA", "N/A", "n/a", "#N/A", "#NA", "<NA>", "NULL", "null", "None", "\\N");
  private static final int USUAL_CHARS = 4;

  static final CsvValues DEFAULT = new CsvValues(null, Map.of());

  CsvValues {
    nulls = nulls == null ? null : Set.copyOf(nulls);
    types = Map.copyOf(types);
  }

  /**
   * Whether a field is null.
   *
   * @param isText whether its column is of text, where an empty field, {@code NA} and {@code None} may also be meant as they are
   */
  boolean isNull(String field, boolean isText) {
    if (nulls != null) {
      return nulls.contains(field) || (!isText && field.isEmpty());
    }
    return field.isEmpty() || (!isText && isUsual(field));
  }

  private static boolean isUsual(String field) {
    char first = field.charAt(0);
    boolean mayBe = first > '9' || first == '#';
    return first <= ' ' ? field.isBlank() : mayBe && field.length() <= USUAL_CHARS
        && USUAL.contains(field);
  }
}
