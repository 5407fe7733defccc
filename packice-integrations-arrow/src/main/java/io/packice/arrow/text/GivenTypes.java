package io.packice.arrow.text;

import io.packice.arrow.imports.ImportException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;

/** Types that somebody has given for columns of text files. */
final class GivenTypes {
  private GivenTypes() {
  }

  /** Refuses types that no text stands for. */
  static void requireSupported(Map<String, ArrowType> types, String format) {
    types.forEach((name, type) -> {
      if (!TextValue.supports(type)) {
        throw new IllegalArgumentException("Cannot import column " + name + " of type " + type + " from " + format
            + ", which has no form for it; import it from another format");
      }
    });
  }

  /** Refuses names that no column has. */
  static void requireKnown(Map<String, ArrowType> types, Set<String> columns, String file) throws ImportException {
    for (String name : new TreeSet<>(types.keySet())) {
      if (!columns.contains(name)) {
        throw new ImportException("Cannot import " + file + " with a type for column " + name
            + ": there is none of that name, only " + new TreeSet<>(columns) + "; choose among these (--types)");
      }
    }
  }

  /** Refuses other types than those of the table that rows are appended to. */
  static void requireSame(Map<String, ArrowType> types, Schema table, String file) throws ImportException {
    Map<String, ArrowType> known = new LinkedHashMap<>();
    table.getFields().forEach(field -> collect(field.getName(), field, known));
    requireKnown(types, known.keySet(), file);
    for (Map.Entry<String, ArrowType> given : types.entrySet()) {
      ArrowType type = known.get(given.getKey());
      if (!given.getValue().equals(type)) {
        throw new ImportException("Cannot append " + file + " with " + given.getValue() + " for column "
            + given.getKey() + ", which is " + type + " in the table; leave its type out (--types)");
      }
    }
  }

  /** As messages name them: {@code a}, {@code a.b}, {@code a[]}. */
  private static void collect(String name, Field field, Map<String, ArrowType> into) {
    into.put(name, field.getType());
    boolean isStruct = field.getType() instanceof ArrowType.Struct;
    field.getChildren().forEach(child -> collect(isStruct ? name + "." + child.getName() : name + "[]", child, into));
  }
}
