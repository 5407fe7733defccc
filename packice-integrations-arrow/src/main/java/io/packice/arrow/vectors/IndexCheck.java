package io.packice.arrow.vectors;

import io.packice.arrow.schema.Damage;
import io.packice.arrow.schema.DamageWords;
import java.util.function.LongUnaryOperator;
import org.apache.arrow.vector.BaseIntVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.types.pojo.DictionaryEncoding;
import org.apache.arrow.vector.types.pojo.Field;

/** Looks whether each index, at whatever depth, is in its dictionary; Arrow's own decoder lets one pass that is just behind the last value. */
public final class IndexCheck {
  private IndexCheck() {
  }

  /**
   * Checks a vector and all inside of it.
   *
   * @param vector the vector
   * @param sizes how many values each dictionary has, by id
   * @throws Damage if an index leads out
   */
  public static void check(FieldVector vector, LongUnaryOperator sizes) {
    DictionaryEncoding encoding = vector.getField().getDictionary();
    if (encoding != null) {
      check((BaseIntVector) vector, sizes.applyAsLong(encoding.getId()));
    }
    vector.getChildrenFromFields().forEach(child -> check(child, sizes));
  }

  private static void check(BaseIntVector indices, long count) {
    boolean nulls = indices.getNullCount() > 0;
    for (int row = 0; row < indices.getValueCount(); row++) {
      if (!nulls || !indices.isNull(row)) {
        require(indices.getField(), row, indices.getValueAsLong(row), count);
      }
    }
  }

  /**
   * Checks one index.
   *
   * @param field whose it is
   * @param row where
   * @param index the index
   * @param count how many values the dictionary has
   * @throws Damage if it leads out
   */
  public static void require(Field field, long row, long index, long count) {
    if (index < 0 || index >= count) {
      throw new Damage("column " + DamageWords.name(field.getName()) + " has the index "
          + Long.toUnsignedString(index) + " in row " + row + " into a dictionary of " + count + " values");
    }
  }
}
