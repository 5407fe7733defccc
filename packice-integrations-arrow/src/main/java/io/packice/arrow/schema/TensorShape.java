package io.packice.arrow.schema;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.apache.arrow.vector.types.pojo.Field;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What a field says of the dimensions of a row: by {@link TensorField#SHAPE}, as a fixed-shape tensor, which is an extension type of Arrow's, or by the sizes of
 * its nested lists.
 *
 * @param dimensions as they lie in memory, the last one densest
 * @param permuted whether the writer means them in another order
 */
@SuppressWarnings("ArrayRecordComponent") // nobody compares it, and it is not copied
public record TensorShape(long[] dimensions, boolean permuted) {
  private static final String EXTENSION = "ARROW:extension:name";
  private static final String FIXED_SHAPE = "arrow.fixed_shape_tensor";
  private static final String PARAMETERS = "ARROW:extension:metadata";

  /**
   * The shape of a field's rows.
   *
   * @param field the field
   * @param lists the sizes of its nested lists
   * @return the shape
   * @throws IllegalArgumentException if its metadata contradict those, or themselves
   */
  public static TensorShape of(Field field, long... lists) {
    Map<String, String> metadata = field.getMetadata();
    String own = metadata.get(TensorField.SHAPE);
    if (own != null) {
      return new TensorShape(requireFit(field, TensorField.SHAPE + "=" + own, dimensions(field, own), lists), false);
    }
    return FIXED_SHAPE.equals(metadata.get(EXTENSION)) && lists.length > 0
        ? fixedShape(field, metadata.getOrDefault(PARAMETERS, ""), lists)
        : new TensorShape(lists, false);
  }

  private static long[] dimensions(Field field, String text) {
    try {
      return text.isBlank()
          ? new long[0]
          : Arrays.stream(text.split(",")).map(String::strip).mapToLong(Long::parseLong).toArray();
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("Cannot read column " + field.getName() + ": its metadata has "
          + TensorField.SHAPE + "=" + text + "; give dimensions with commas between them", e);
    }
  }

  /** The list has all elements of a tensor; its own elements may be lists again. */
  private static TensorShape fixedShape(Field field, String parameters, long... lists) {
    String what = FIXED_SHAPE + " " + parameters;
    JsonNode parsed;
    try {
      parsed = JsonMapper.shared().readTree(parameters);
    } catch (JacksonException e) {
      throw contradiction(field, what, "that is not JSON", e);
    }
    long[] shape = requireFit(field, what, integers(field, what, parsed.path("shape")), lists[0]);
    long[] permutation = parsed.path("permutation").isArray()
        ? integers(field, what, parsed.path("permutation"))
        : LongStream.range(0, shape.length).toArray();
    if (!Arrays.equals(LongStream.of(permutation).sorted().toArray(), LongStream.range(0, shape.length).toArray())) {
      throw contradiction(field, what, "it does not name each dimension once", null);
    }
    long[] all = LongStream.concat(LongStream.of(shape), Arrays.stream(lists, 1, lists.length)).toArray();
    boolean inOrder = IntStream.range(0, permutation.length).allMatch(i -> permutation[i] == i);
    return new TensorShape(all, !inOrder);
  }

  private static long[] integers(Field field, String what, JsonNode array) {
    List<JsonNode> nodes = List.copyOf(array.values());
    if (!array.isArray() || !nodes.stream().allMatch(JsonNode::isIntegralNumber)) {
      throw contradiction(field, what, "a shape is an array of integers", null);
    }
    return nodes.stream().mapToLong(JsonNode::asLong).toArray();
  }

  private static IllegalArgumentException contradiction(Field field, String what, String why,
      @Nullable Throwable cause) {
    return new IllegalArgumentException(
        "Cannot read column " + field.getName() + " as " + what + ": " + why + "; correct its metadata", cause);
  }

  private static long[] requireFit(Field field, String what, long[] shape, long... lists) {
    long elements = product(lists);
    boolean fits = LongStream.of(shape).allMatch(n -> n >= 1);
    long left = elements;
    for (int i = 0; fits && i < shape.length; i++) { // by division, so that nothing overflows
      fits = left % shape[i] == 0;
      left /= shape[i];
    }
    if (!fits || left != 1) {
      throw new IllegalArgumentException(
          "Cannot read column " + field.getName() + " as " + what + ": a row has " + elements + " elements");
    }
    return shape;
  }

  private static long product(long... factors) {
    return LongStream.of(factors).reduce(1, Math::multiplyExact);
  }
}
