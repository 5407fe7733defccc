package io.packice.arrow.schema;

import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.arrow.vector.types.pojo.Field;

/** Names of columns, of which Arrow allows several to be the same. */
public final class ColumnNames {
  private ColumnNames() {
  }

  /**
   * A name that several fields have.
   *
   * @param fields columns, or the fields of one
   * @return the first that stands there again; empty if all differ
   */
  public static Optional<String> repeated(List<Field> fields) {
    Set<String> seen = new HashSet<>();
    return fields.stream().map(Field::getName).filter(name -> !seen.add(name)).findFirst();
  }
}
