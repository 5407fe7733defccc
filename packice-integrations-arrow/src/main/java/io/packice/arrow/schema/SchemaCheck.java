package io.packice.arrow.schema;

import java.util.List;
import org.apache.arrow.vector.types.pojo.DictionaryEncoding;
import org.apache.arrow.vector.types.pojo.Field;
import org.jspecify.annotations.Nullable;

/**
 * Whether there can be such columns, and vectors can hold them. It is asked where an {@link EncodedSchema} is made, by which every schema comes in: of a
 * file, of a table that somebody else wrote, of a program.
 */
public final class SchemaCheck {
  private static final int MAX_DEPTH = 100;
  private static final String OTHERWISE = "get the data anew, or give the column a type that there is";

  private SchemaCheck() {
  }

  /**
   * Refuses columns that cannot be, or cannot be held.
   *
   * @param fields as messages have them: a dictionary-encoded one has the type of its values
   * @throws Damage if there is such a field, at whatever depth
   */
  public static void require(List<Field> fields) {
    fields.forEach(field -> require(field, DamageWords.name(field.getName()), 1));
  }

  private static void require(Field field, String path, int depth) {
    if (field.getName() == null) {
      throw Damage.of("a column, or a field in one, has no name", "give it one");
    }
    if (depth > MAX_DEPTH) {
      throw Damage.unsupported("column " + path.substring(0, path.indexOf('.')) + " has fields that lie more than "
          + MAX_DEPTH + " deep within each other, which is not supported", "make it flatter");
    }
    String problem = ofIndex(field.getDictionary());
    problem = problem == null ? TypeCheck.problem(field) : problem;
    if (problem != null) {
      throw Damage.of("column " + path + " " + problem, OTHERWISE);
    }
    for (Field child : field.getChildren()) {
      require(child, path + "." + DamageWords.name(child.getName()), depth + 1);
    }
    VectorLimits.require(field, path); // which takes the types of what is inside for such as there are
  }

  private static @Nullable String ofIndex(@Nullable DictionaryEncoding encoding) {
    String problem = encoding == null ? null : TypeCheck.ofInteger(encoding.getIndexType());
    return problem == null ? null : problem + ", as the indices of its dictionary";
  }
}
