package io.packice.spark;

import java.util.Arrays;
import java.util.stream.Collectors;
import org.apache.spark.sql.connector.catalog.Identifier;

/**
 * Names of tables. The object of a table {@code t} in the namespace {@code a.b} is {@code a.b.t}: what stands before the last dot is the namespace, and
 * there is nothing else to a namespace.
 */
final class TableNames {
  private static final char DOT = '.';

  private TableNames() {
  }

  /** One object has one name: where a level has a dot, it is another's. */
  static String object(Identifier identifier) {
    return prefix(identifier.namespace()) + requireLevel(identifier.name());
  }

  /** What all objects of tables in a namespace begin with. */
  static String prefix(String... namespace) {
    for (String level : namespace) {
      requireLevel(level);
    }
    return namespace.length == 0 ? "" : String.join(".", namespace) + DOT;
  }

  private static String requireLevel(String level) {
    if (level.indexOf(DOT) >= 0) {
      throw new IllegalArgumentException("Cannot use the name `" + level
          + "`: a dot ends a namespace here, so it is not one name but several; write " + Arrays.stream(levels(level))
              .map(each -> "`" + each + "`").collect(Collectors.joining(".")));
    }
    return level;
  }

  static Identifier identifier(String object) {
    int dot = object.lastIndexOf(DOT);
    return Identifier.of(dot < 0 ? new String[0] : levels(object.substring(0, dot)), object.substring(dot + 1));
  }

  private static String[] levels(String namespace) {
    return namespace.split("\\.", -1);
  }

  /** The namespaces that a table's own lies in, itself included, the outermost first; none if the table lies in none. */
  static String[][] namespaces(String object) {
    return upTo(identifier(object).namespace());
  }

  /** A namespace and those that it lies in, the outermost first. */
  static String[][] upTo(String... levels) {
    String[][] namespaces = new String[levels.length][];
    for (int i = 0; i < levels.length; i++) {
      namespaces[i] = Arrays.copyOf(levels, i + 1);
    }
    return namespaces;
  }
}
