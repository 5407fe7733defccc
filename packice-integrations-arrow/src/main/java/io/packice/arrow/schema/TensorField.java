package io.packice.arrow.schema;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;

/**
 * Columns whose rows are tensors of one shape: one flat fixed-size list of elements, and the shape in the field's metadata under
 * {@value #SHAPE}, such as {@code 28,28}. Tools that do not know the key see a list of 784.
 */
public final class TensorField {
  /** The key of a field's metadata under which its shape stands, as dimensions with commas between them. */
  public static final String SHAPE = "packice.shape";

  private TensorField() {
  }

  /**
   * A column of tensors that are never null.
   *
   * @param name the column's name
   * @param elementType the type of one element
   * @param shape the dimensions of one row, each at least 1; none for scalars
   * @return the field
   * @throws IllegalArgumentException if a dimension is not positive, or a row has more than 2^31 - 1 elements
   */
  public static Field of(String name, ArrowType elementType, long... shape) {
    if (shape.length == 0) {
      return new Field(name, FieldType.notNullable(elementType), null);
    }
    Field element = new Field("item", FieldType.notNullable(elementType), null);
    String dimensions = LongStream.of(shape).mapToObj(Long::toString).collect(Collectors.joining(","));
    return new Field(name, new FieldType(false, new ArrowType.FixedSizeList(elements(name, shape)), null,
        Map.of(SHAPE, dimensions)), List.of(element));
  }

  private static int elements(String name, long... shape) {
    long elements = 1;
    for (long dimension : shape) {
      if (dimension < 1 || dimension > Integer.MAX_VALUE || elements * dimension > Integer.MAX_VALUE) {
        throw new IllegalArgumentException("Cannot make column " + name + " of shape " + Arrays.toString(shape)
            + "; give dimensions from 1 and at most " + Integer.MAX_VALUE + " elements a row");
      }
      elements *= dimension;
    }
    return (int) elements;
  }
}
