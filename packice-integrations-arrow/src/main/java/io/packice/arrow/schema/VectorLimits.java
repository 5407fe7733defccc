package io.packice.arrow.schema;

import java.util.HashSet;
import java.util.Set;
import org.apache.arrow.vector.types.Types;
import org.apache.arrow.vector.types.Types.MinorType;
import org.apache.arrow.vector.types.UnionMode;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;

/**
 * What Arrow's format can say and Arrow's vectors cannot hold, without a word: those of structs and dense unions know their children by their names, and of
 * two of one name keep one; those of sparse unions know them by their types, and read one for the other. Those of fixed-size lists find a union's members to be others than it has.
 */
final class VectorLimits {
  private VectorLimits() {
  }

  /**
   * Refuses a field that cannot be held; what is inside of it is not looked at.
   *
   * @param path its name, behind those of what it is in
   * @throws Damage if it is such a field
   */
  static void require(Field field, String path) {
    switch (TypeCheck.storage(field.getType())) {
      case ArrowType.Struct _ -> requireNames(field, path);
      case ArrowType.Union union when union.getMode() == UnionMode.Dense -> requireNames(field, path);
      case ArrowType.Union _ -> requireTypes(field, path);
      case ArrowType.FixedSizeList _ -> requireNoUnions(field, path);
      default -> {
        // by their places
      }
    }
  }

  private static void requireNames(Field field, String path) {
    ColumnNames.repeated(field.getChildren()).ifPresent(name -> {
      throw Damage.unsupported(
          "column " + path + " has several fields called " + DamageWords.name(name) + ", which is not supported",
          "rename them");
    });
  }

  private static void requireNoUnions(Field field, String path) {
    for (Field element : field.getChildren()) {
      if (TypeCheck.storage(element.getType()) instanceof ArrowType.Union) {
        throw Damage.unsupported("column " + path + " is a fixed-size list of unions, which is not supported",
            "make it a list");
      }
    }
  }

  private static void requireTypes(Field field, String path) {
    Set<MinorType> seen = new HashSet<>();
    for (Field child : field.getChildren()) {
      if (!seen.add(Types.getMinorTypeForArrowType(child.getType()))) {
        throw Damage.unsupported("column " + path + " is a sparse union of several fields of type " + child.getType()
            + ", which cannot be told apart, so that it is not supported", "make it a dense one");
      }
    }
  }
}
