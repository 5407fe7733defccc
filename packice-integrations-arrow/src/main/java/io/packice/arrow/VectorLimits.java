package io.packice.arrow;

import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.arrow.vector.types.Types;
import org.apache.arrow.vector.types.Types.MinorType;
import org.apache.arrow.vector.types.UnionMode;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;

/**
 * What Arrow's format can say and Arrow's vectors cannot hold, without a word: those of structs and dense unions know their children by their names, and of
 * two of one name keep one; those of sparse unions know them by their types, and read one for the other.
 */
final class VectorLimits {
  private VectorLimits() {
  }

  /**
   * Refuses columns that cannot be held.
   *
   * @param action what cannot be done then, such as "write table t"
   * @throws IllegalArgumentException if there is such a field
   */
  static void require(List<Field> fields, String action) {
    problem(fields).ifPresent(problem -> {
      throw new IllegalArgumentException("Cannot " + action + ": " + problem);
    });
  }

  /** What is wrong with a field of some columns, at whatever depth, and what to do about it. */
  static Optional<String> problem(List<Field> fields) {
    return fields.stream().flatMap(field -> problem(field, field.getName()).stream()).findFirst();
  }

  private static Optional<String> problem(Field field, String path) {
    return Stream.concat(own(field, path).stream(), field.getChildren().stream()
        .flatMap(child -> problem(child, path + "." + child.getName()).stream())).findFirst();
  }

  private static Optional<String> own(Field field, String path) {
    return switch (field.getType()) {
      case ArrowType.Struct _ -> names(field, path);
      case ArrowType.Union union when union.getMode() == UnionMode.Dense -> names(field, path);
      case ArrowType.Union _ -> types(field, path);
      default -> Optional.empty();
    };
  }

  private static Optional<String> names(Field field, String path) {
    return ColumnNames.repeated(field.getChildren())
        .map(name -> "column " + path + " has several fields called " + name + "; rename them");
  }

  private static Optional<String> types(Field field, String path) {
    Set<MinorType> seen = new HashSet<>();
    return field.getChildren().stream().map(Field::getType)
        .filter(type -> !seen.add(Types.getMinorTypeForArrowType(type))).findFirst()
        .map(type -> "column " + path + " is a sparse union of several fields of type " + type
            + ", which cannot be told apart; make it a dense one");
  }
}
