package io.packice.djl.weights;

import ai.djl.ndarray.types.Shape;
import java.util.List;

/**
 * Where one tensor lies, and as what: row-major, little-endian. The length is what type and shape make, which the constructor sees to.
 *
 * @param name its name, as its writer chose it
 * @param type what its elements are
 * @param shape its dimensions, from the outermost; none for a single number
 * @param offset where its bytes begin, counted from the first byte that any tensor may have
 * @param byteSize its length in bytes
 */
public record WeightTensor(String name, WeightType type, List<Long> shape, long offset, long byteSize) {
  /** The most dimensions that a tensor may have: what PyTorch's operations take. */
  public static final int MAX_RANK = 64;

  /**
   * Checks and copies.
   *
   * @throws IllegalArgumentException if there are too many or negative dimensions, or the length is not what they and the type make
   */
  public WeightTensor {
    shape = List.copyOf(shape);
    try {
      long wanted = byteSize(type, shape);
      if (wanted != byteSize) {
        throw new IllegalArgumentException("Cannot have tensor " + quoted(name) + " of " + byteSize + " bytes: "
            + type + " " + shape + " has " + wanted);
      }
    } catch (DamagedException e) {
      throw new IllegalArgumentException("Cannot have tensor " + quoted(name) + ": " + e.reason(), e);
    }
    if (offset < 0) {
      throw new IllegalArgumentException("Cannot have tensor " + quoted(name) + " at " + offset);
    }
  }

  /**
   * The bytes that a type and a shape make.
   *
   * @throws DamagedException if they cannot be: too many dimensions, negative ones, more bytes than can be counted, or a part of a byte
   */
  static long byteSize(WeightType type, List<Long> shape) throws DamagedException {
    if (shape.size() > MAX_RANK) {
      throw new DamagedException("it has " + shape.size() + " dimensions; at most " + MAX_RANK);
    }
    long elements = 1;
    boolean empty = false;
    try {
      for (long length : shape) {
        if (length < 0) {
          throw new DamagedException("its shape " + shape + " has a negative dimension");
        }
        empty |= length == 0;
        elements = Math.multiplyExact(elements, Math.max(1, length)); // also of empty ones: engines multiply these, too
      }
      long bits = Math.multiplyExact(elements, type.bits());
      if (!empty && bits % Byte.SIZE != 0) {
        throw new DamagedException("its " + elements + " elements of " + type.bits() + " bits do not fill whole bytes");
      }
      return empty ? 0 : bits / Byte.SIZE;
    } catch (ArithmeticException overflow) {
      throw new DamagedException("its shape " + shape + " has more bytes than can be counted", overflow);
    }
  }

  /** The end of its bytes, counted like its offset. */
  long end() {
    return Math.addExact(offset, byteSize);
  }

  /** The same tensor elsewhere. */
  WeightTensor at(long newOffset) {
    return new WeightTensor(name, type, shape, newOffset, byteSize);
  }

  Shape engineShape() {
    return new Shape(shape.stream().mapToLong(Long::longValue).toArray());
  }

  /** A name that a stranger chose, for a message: cut, on one line. */
  static String quoted(String name) {
    String printable = name.codePoints().limit(MAX_SHOWN)
        .map(c -> Character.isISOControl(c) || Character.getType(c) == Character.SURROGATE ? '?' : c)
        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append).toString();
    return '"' + printable + (name.codePointCount(0, name.length()) > MAX_SHOWN ? "…" : "") + '"';
  }

  private static final int MAX_SHOWN = 120;
}
