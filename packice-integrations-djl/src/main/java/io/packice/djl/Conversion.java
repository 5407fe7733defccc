package io.packice.djl;

import ai.djl.ndarray.types.DataType;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How the elements of a column become those of a tensor: unchanged, or of another type, floating-point ones multiplied on the way.
 *
 * @param source what the column has
 * @param target what the tensor gets
 * @param scale the factor; 1 unless the target is a floating-point type
 */
record Conversion(ElementType source, DataType target, double scale) {
  private static final Set<DataType> TARGETS =
      EnumSet.of(DataType.FLOAT32, DataType.FLOAT64, DataType.INT32, DataType.INT64);

  /**
   * Decides on a conversion, before any native code sees the type.
   *
   * @param wanted the tensor's type; null for the column's own, or FLOAT32 if it is scaled
   * @throws IllegalArgumentException if the engine has no such type, or we no such conversion
   */
  static Conversion of(ElementType source, @Nullable DataType wanted, double scale, String column) {
    DataType own = source.tensorType();
    DataType target = wanted != null ? wanted : scale == 1 ? own : DataType.FLOAT32;
    if (target == null) {
      throw new IllegalArgumentException(
          "Cannot make a tensor of column " + column + ": the engine has no type for " + source
              + "; convert it, for example to " + (source.byteSize() < 4 ? "INT32" : "INT64") + " or FLOAT32");
    }
    if (target != own && !TARGETS.contains(target)) {
      throw new IllegalArgumentException(
          "Cannot convert column " + column + " from " + source + " to " + target.name()
              + "; choose FLOAT32, FLOAT64, INT32 or INT64");
    }
    if (scale != 1 && target != DataType.FLOAT32 && target != DataType.FLOAT64) {
      throw new IllegalArgumentException(
          "Cannot scale column " + column + " by " + scale + " as " + target.name() + "; choose FLOAT32 or FLOAT64");
    }
    return new Conversion(source, target, scale);
  }

  /** Whether the tensor's bytes are the column's. */
  boolean isIdentity() {
    return target == source.tensorType() && scale == 1;
  }

  /** Copies {@code count} elements, converted. */
  void copy(MemorySegment from, long fromOffset, MemorySegment to, long toOffset, long count) {
    if (isIdentity()) {
      MemorySegment.copy(from, fromOffset, to, toOffset, count * source.byteSize());
    } else if (source == ElementType.UINT8 && target == DataType.FLOAT32) {
      bytesToFloats(from, fromOffset, to, toOffset, count);
    } else if (target.isFloating()) {
      toReals(from, fromOffset, to, toOffset, count);
    } else {
      toIntegers(from, fromOffset, to, toOffset, count);
    }
  }

  /** The one that images take; C2 makes vector code of it. */
  private void bytesToFloats(MemorySegment from, long fromOffset, MemorySegment to, long toOffset, long count) {
    float factor = (float) scale;
    for (long i = 0; i < count; i++) {
      int value = from.get(ValueLayout.JAVA_BYTE, fromOffset + i) & 0xff;
      to.set(ElementType.Layouts.FLOAT, toOffset + i * Float.BYTES, value * factor);
    }
  }

  private void toReals(MemorySegment from, long fromOffset, MemorySegment to, long toOffset, long count) {
    int step = source.byteSize();
    for (long i = 0; i < count; i++) {
      double value = source.real(from, fromOffset + i * step) * scale;
      if (target == DataType.FLOAT32) {
        to.set(ElementType.Layouts.FLOAT, toOffset + i * Float.BYTES, (float) value);
      } else {
        to.set(ElementType.Layouts.DOUBLE, toOffset + i * Double.BYTES, value);
      }
    }
  }

  private void toIntegers(MemorySegment from, long fromOffset, MemorySegment to, long toOffset, long count) {
    int step = source.byteSize();
    for (long i = 0; i < count; i++) {
      long value = source.integer(from, fromOffset + i * step);
      if (target == DataType.INT64) {
        to.set(ElementType.Layouts.LONG, toOffset + i * Long.BYTES, value);
      } else {
        to.set(ElementType.Layouts.INT, toOffset + i * Integer.BYTES, Math.toIntExact(value));
      }
    }
  }
}
