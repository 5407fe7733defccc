package io.packice.djl.weights;

import ai.djl.ndarray.types.DataType;
import io.packice.djl.tensor.ElementType;
import java.lang.foreign.MemorySegment;
import java.util.Optional;

/** Which wider type, that engines have, holds every number of a type that they do not have; and the copying. */
final class Widening {
  private static final int BF16_SHIFT = 16;

  private Widening() {
  }

  /** The wider type; empty if there is none. */
  static Optional<DataType> target(WeightType type) {
    return Optional.ofNullable(switch (type) {
      case BF16 -> DataType.FLOAT32;
      case I16, U16 -> DataType.INT32;
      case U32, U64 -> DataType.INT64;
      default -> null;
    });
  }

  /**
   * Copies elements.
   *
   * @param target as many elements of the {@link #target}
   * @throws ArithmeticException if a U64 is past 2^63 - 1
   */
  static void copy(WeightType type, MemorySegment source, MemorySegment target) {
    long count = source.byteSize() * Byte.SIZE / type.bits();
    if (type == WeightType.BF16) {
      for (long i = 0; i < count; i++) {
        int bits = source.get(ElementType.Layouts.SHORT, i * Short.BYTES) << BF16_SHIFT;
        target.set(ElementType.Layouts.INT, i * Integer.BYTES, bits);
      }
      return;
    }
    ElementType from = element(type);
    ElementType to = ElementType.of(target(type).orElseThrow()).orElseThrow();
    for (long i = 0; i < count; i++) {
      to.putInteger(target, i * to.byteSize(), from.integer(source, i * from.byteSize()));
    }
  }

  private static ElementType element(WeightType type) {
    ElementType element = type.element();
    if (element == null) {
      throw new IllegalArgumentException("Cannot read elements of " + type);
    }
    return element;
  }
}
