package io.packice.arrow.schema;

import java.util.Arrays;
import org.apache.arrow.vector.types.TimeUnit;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.jspecify.annotations.Nullable;

/** What cannot be, or cannot be held, of one field's type: its numbers, and the fields that it has inside of it. */
public final class TypeCheck {
  /** More digits behind the point, or zeros before it, would be minutes of work for each value. */
  private static final int MAX_SCALE = 1000;
  private static final int MAX_DIGITS_128 = 38;
  private static final int MAX_DIGITS_256 = 76;
  private static final int WIDE_BITS = 256;
  private static final int MAX_FIXED_BYTES = Integer.MAX_VALUE / Byte.SIZE;

  private TypeCheck() {
  }

  /**
   * What is wrong with a field of itself; not with those inside of it.
   *
   * @return such as {@code is an integer of 34 bits, and …}; null if nothing is
   */
  static @Nullable String problem(Field field) {
    ArrowType type = storage(field.getType());
    String own = ofNumbers(type);
    return own == null ? ofChildren(field, type) : own;
  }

  /**
   * What values of a type are stored as.
   *
   * @param type a type, of an extension or not
   * @return the type below the extension, or the same
   */
  public static ArrowType storage(ArrowType type) {
    return type instanceof ArrowType.ExtensionType extension ? extension.storageType() : type;
  }

  private static @Nullable String ofNumbers(ArrowType type) {
    return switch (type) {
      case ArrowType.Int integer -> ofInteger(integer);
      case ArrowType.Decimal decimal -> ofDecimal(decimal);
      case ArrowType.Time time -> ofTime(time);
      case ArrowType.FixedSizeBinary bytes when bytes.getByteWidth() < 1 || bytes.getByteWidth() > MAX_FIXED_BYTES ->
          "has values of " + bytes.getByteWidth() + " bytes, and 1 to " + MAX_FIXED_BYTES + " are supported";
      case ArrowType.FixedSizeList list when list.getListSize() < 0 ->
          "has lists of " + list.getListSize() + " elements";
      case ArrowType.Union union -> ofIds(union.getTypeIds());
      default -> null;
    };
  }

  /** What is wrong with the type of a column of integers, or of indices into a dictionary. */
  static @Nullable String ofInteger(ArrowType.Int type) {
    return switch (type.getBitWidth()) {
      case Byte.SIZE, Short.SIZE, Integer.SIZE, Long.SIZE -> null;
      default -> "has integers of " + type.getBitWidth() + " bits, and there are such of 8, 16, 32 and 64";
    };
  }

  private static @Nullable String ofDecimal(ArrowType.Decimal type) {
    int most = type.getBitWidth() == WIDE_BITS ? MAX_DIGITS_256 : MAX_DIGITS_128;
    if (type.getPrecision() < 1 || type.getPrecision() > most) {
      return "has decimals of " + type.getPrecision() + " digits, and " + type.getBitWidth() + " bits hold 1 to "
          + most;
    }
    return Math.abs((long) type.getScale()) <= MAX_SCALE ? null
        : "has decimals of the scale " + type.getScale() + ", and " + -MAX_SCALE + " to " + MAX_SCALE
            + " are supported";
  }

  private static @Nullable String ofTime(ArrowType.Time type) {
    boolean coarse = type.getUnit() == TimeUnit.SECOND || type.getUnit() == TimeUnit.MILLISECOND;
    int bits = coarse ? Integer.SIZE : Long.SIZE;
    return type.getBitWidth() == bits ? null
        : "has times of " + type.getBitWidth() + " bits in the unit " + type.getUnit() + ", which have " + bits;
  }

  private static @Nullable String ofIds(int @Nullable [] ids) {
    if (ids == null) {
      return null;
    }
    boolean possible = Arrays.stream(ids).allMatch(id -> id >= 0 && id <= Byte.MAX_VALUE)
        && Arrays.stream(ids).distinct().count() == ids.length;
    return possible ? null : "is a union whose fields have impossible numbers";
  }

  private static @Nullable String ofChildren(Field field, ArrowType type) {
    int count = field.getChildren().size();
    return switch (type) {
      case ArrowType.List _,ArrowType.LargeList _,ArrowType.FixedSizeList _,ArrowType.ListView _,ArrowType.LargeListView _ ->
          count == 1 ? null : "is a list of " + count + " fields instead of one";
      case ArrowType.Map _ -> ofMap(field);
      case ArrowType.Struct _ -> null;
      case ArrowType.Union union -> ofUnion(union, count);
      case ArrowType.RunEndEncoded _ -> ofRuns(field);
      default -> count == 0 ? null : "has fields inside of it, which its type has not";
    };
  }

  private static @Nullable String ofMap(Field field) {
    if (field.getChildren().size() != 1 || !(field.getChildren().getFirst().getType() instanceof ArrowType.Struct)
        || field.getChildren().getFirst().getChildren().size() != 2) {
      return "is a map without keys and values";
    }
    Field entries = field.getChildren().getFirst();
    return entries.isNullable() || entries.getChildren().getFirst().isNullable()
        ? "is a map that may have keys or entries that are missing"
        : null;
  }

  private static @Nullable String ofUnion(ArrowType.Union union, int count) {
    int[] ids = union.getTypeIds();
    boolean numbered = ids != null && ids.length > 0;
    return count <= Byte.MAX_VALUE + 1 && (!numbered || ids.length == count) ? null
        : "is a union of " + count + " fields, and says numbers of " + (numbered ? ids.length : Byte.MAX_VALUE + 1);
  }

  private static @Nullable String ofRuns(Field field) {
    boolean possible = field.getChildren().size() == 2
        && field.getChildren().getFirst().getType() instanceof ArrowType.Int ends && ends.getIsSigned()
        && ends.getBitWidth() >= Short.SIZE;
    return possible ? null : "has other fields than run ends of 16, 32 or 64 bits, and values";
  }
}
