package io.packice.arrow.vectors;

import java.util.Arrays;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;

/**
 * Which member of a union has a row's value. A sparse union's own vector knows only some types of members: it gives null for one of nulls, fails for large and
 * fixed-size lists, and adds a new, empty member for a struct or a list; and the field that it tells of itself has other type ids than it was made with.
 */
public final class UnionMembers {
  private UnionMembers() {
  }

  /**
   * A member's place among the children of the vector, and of the field.
   *
   * @param union the field as the schema has it, not as its vector tells it
   * @param type what the vector's buffer of types says in the row
   * @return the place
   * @throws IllegalArgumentException if the union has no such member
   */
  public static int place(Field union, int type) {
    int[] ids = ((ArrowType.Union) union.getType()).getTypeIds();
    int place = ids == null || ids.length == 0 ? type : position(ids, type);
    if (place < 0 || place >= union.getChildren().size()) {
      throw new IllegalArgumentException("Cannot read a value of column " + union.getName() + ": it is of type " + type
          + ", and the union has " + (ids == null ? union.getChildren().size() + " members" : Arrays.toString(ids))
          + "; import the table anew");
    }
    return place;
  }

  /** What the buffer of types says in a row of a member. */
  static int type(Field union, int place) {
    int[] ids = ((ArrowType.Union) union.getType()).getTypeIds();
    return ids == null || ids.length == 0 ? place : ids[place];
  }

  private static int position(int[] ids, int type) {
    for (int i = 0; i < ids.length; i++) {
      if (ids[i] == type) {
        return i;
      }
    }
    return -1;
  }
}
