package io.packice.arrow.batch;

import io.packice.arrow.schema.Damage;
import io.packice.arrow.schema.DamageWords;
import io.packice.arrow.schema.TypeCheck;
import java.util.List;
import org.apache.arrow.vector.TypeLayout;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;

/**
 * Goes through the fields of a record batch, depth first, and says where each has its node and its buffers. IPC puts those of all fields into one list each,
 * without a word on where a field begins, and a view has as many data buffers as this very batch says. So whoever looks for a buffer must count, and counts
 * here.
 *
 * <p>It trusts nothing: every method throws {@link Damage} where the batch has less than the fields ask for.
 */
public final class BatchCursor {
  private final int nodes;
  private final int buffers;
  private final List<Long> variadicCounts;
  private int node;
  private int buffer;
  private int variadic;

  /**
   * At the first field of a batch.
   *
   * @param nodes how many nodes the batch has
   * @param buffers how many buffers
   * @param variadicCounts how many data buffers each of its views has
   */
  BatchCursor(int nodes, int buffers, List<Long> variadicCounts) {
    this.nodes = nodes;
    this.buffers = buffers;
    this.variadicCounts = variadicCounts;
  }

  /**
   * What belongs to a field itself; its children's follows.
   *
   * @param node its node
   * @param buffer the first of its buffers
   * @param fixedBuffers how many its type has
   * @param dataBuffers how many a view has behind those, else 0
   */
  public record Own(int node, int buffer, int fixedBuffers, int dataBuffers) {
  }

  /**
   * Goes on to the next field, which is the given one.
   *
   * @param field the next field
   * @return where it has its own
   * @throws Damage if the batch ends before
   */
  public Own next(Field field) {
    require(node < nodes, field, "is missing");
    int fixed = TypeLayout.getTypeBufferCount(field.getType());
    require(fixed <= buffers - buffer, field, "lacks a buffer");
    int data = isView(field.getType()) ? dataBuffers(field, buffers - buffer - fixed) : 0;
    Own own = new Own(node, buffer, fixed, data);
    node++;
    buffer += fixed + data;
    return own;
  }

  private int dataBuffers(Field field, int most) {
    require(variadic < variadicCounts.size(), field, "lacks its buffer count");
    long count = variadicCounts.get(variadic);
    require(count >= 0 && count <= most, field, "has " + count + " data buffers");
    variadic++;
    return (int) count;
  }

  private static boolean isView(ArrowType type) {
    ArrowType storage = TypeCheck.storage(type);
    return storage instanceof ArrowType.Utf8View || storage instanceof ArrowType.BinaryView;
  }

  private static void require(boolean condition, Field field, String otherwise) {
    if (!condition) {
      throw new Damage("column " + DamageWords.name(field.getName()) + " " + otherwise);
    }
  }

  /** Goes past a field and all that is inside of it. */
  void skip(Field field) {
    Own _ = next(field);
    field.getChildren().forEach(this::skip);
  }

  /** Where the next field has its node. */
  int node() {
    return node;
  }

  /** Where the next field has its first buffer. */
  int buffer() {
    return buffer;
  }

  /** Where the next view has its count of data buffers. */
  int variadic() {
    return variadic;
  }

  /** Throws if the batch has more than was gone through. */
  void requireEnd() {
    if (node != nodes || buffer != buffers || variadic != variadicCounts.size()) {
      throw new Damage("it has " + nodes + " nodes and " + buffers
          + " buffers, its schema asks for " + node + " and " + buffer);
    }
  }
}
