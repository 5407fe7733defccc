package io.packice.djl;

import ai.djl.ndarray.types.Shape;
import io.packice.djl.tensor.ElementType;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * The affine part of a conversion, {@code value * factor + addend} with numbers of each channel, and where channels lie in a row of the column
 * and of the tensor. A row without channels is one.
 */
final class Channels {
  private static final double NOTHING = -0.0; // added to any number, it is that number; 0.0 makes 0.0 of -0.0
  private static final int INFINITE = 0x7f80_0000; // the exponent of an infinite float, or of none

  private final int count;
  private final long positions;
  private final long sourceStep; // from one position to the next, in elements
  private final long sourceChannelStep;
  private final long targetStep;
  private final long targetChannelStep;
  private final boolean moved;
  private final double[] factors;
  private final double[] addends;

  private Channels(long elements, int count, boolean last, boolean moved, double[] factors, double[] addends) {
    this.count = count;
    this.positions = elements / count;
    this.sourceStep = last ? count : 1;
    this.sourceChannelStep = last ? 1 : positions;
    this.targetStep = moved ? 1 : sourceStep;
    this.targetChannelStep = moved ? positions : sourceChannelStep;
    this.moved = moved;
    this.factors = factors;
    this.addends = addends;
  }

  /**
   * Finds the channels: the last dimension if there is a number for each of its elements, else the first.
   *
   * @throws IllegalArgumentException if neither fits
   */
  static Channels of(String column, Shape rowShape, Conversion.Wish wish) {
    float[] mean = wish.mean();
    float[] std = wish.std();
    boolean moved = wish.order() == Conversion.Order.CHANNELS_FIRST;
    int dimensions = rowShape.dimension();
    if (moved && dimensions < 2) {
      throw new IllegalArgumentException(
          "Cannot bring the channels of column " + column + " to the front: its rows have the shape "
              + rowShape + "; it takes height, width, channels");
    }
    int given = mean.length;
    boolean last = moved || given <= 1 || (dimensions > 0 && rowShape.get(dimensions - 1) == given);
    int count = moved ? Math.toIntExact(rowShape.get(dimensions - 1)) : Math.max(given, 1);
    if (given > 1 && (last ? rowShape.get(dimensions - 1) != given : dimensions == 0 || rowShape.get(0) != given)) {
      throw new IllegalArgumentException("Cannot normalise column " + column + " with " + given
          + " means: its rows have the shape " + rowShape + "; give one, or one for each channel, first or last");
    }
    double[] factors = new double[count];
    double[] addends = new double[count];
    for (int c = 0; c < count; c++) {
      double divisor = given == 0 ? 1 : std[given == 1 ? 0 : c];
      factors[c] = wish.scale() / divisor;
      addends[c] = given == 0 ? NOTHING : -mean[given == 1 ? 0 : c] / divisor;
    }
    return new Channels(rowShape.size(), count, last, moved, factors, addends);
  }

  boolean areKept() {
    return !moved;
  }

  Shape tensorShape(Shape rowShape) {
    int last = rowShape.dimension() - 1;
    return moved ? new Shape(rowShape.get(last)).addAll(rowShape.slice(0, last)) : rowShape;
  }

  void copy(ElementType source, MemorySegment from, long fromOffset, ElementType target, MemorySegment to,
      long toOffset) {
    for (int c = 0; c < count; c++) {
      run(source, from, fromOffset + c * sourceChannelStep * source.byteSize(), sourceStep, target, to,
          toOffset + c * targetChannelStep * target.byteSize(), targetStep, positions, c);
    }
  }

  void copyPlain(ElementType source, MemorySegment from, long fromOffset, ElementType target, MemorySegment to,
      long toOffset, long elements) {
    run(source, from, fromOffset, 1, target, to, toOffset, 1, elements, 0);
  }

  private void run(ElementType source, MemorySegment from, long fromOffset, long fromStep, ElementType target,
      MemorySegment to, long toOffset, long toStep, long elements, int channel) {
    float factor = (float) factors[channel];
    float addend = (float) addends[channel];
    if (source == ElementType.UINT8 && target == ElementType.FLOAT32
        && Float.isFinite(0xff * Math.abs(factor) + Math.abs(addend))) {
      bytesToFloats(from, fromOffset, fromStep, to, toOffset, toStep, elements, factor, addend);
      return;
    }
    if (source == ElementType.FLOAT32 && target == ElementType.FLOAT32) {
      floatsToFloats(from, fromOffset, fromStep, to, toOffset, toStep, elements, factor, addend);
      if (!areFinite(to, toOffset, toStep, elements)) {
        infinite(from, fromOffset, fromStep, to, toOffset, toStep, elements, channel);
      }
      return;
    }
    for (long i = 0; i < elements; i++) {
      element(source, from, fromOffset + i * fromStep * source.byteSize(), target, to,
          toOffset + i * toStep * target.byteSize(), channel);
    }
  }

  /** Those that became infinite, or no number, again: they may have been so before. The others are what they are without such beside them. */
  private void infinite(MemorySegment from, long fromOffset, long fromStep, MemorySegment to, long toOffset,
      long toStep, long elements, int channel) {
    for (long i = 0; i < elements; i++) {
      long place = toOffset + i * toStep * Float.BYTES;
      if (!Float.isFinite(to.get(ElementType.Layouts.FLOAT, place))) {
        element(ElementType.FLOAT32, from, fromOffset + i * fromStep * Float.BYTES, ElementType.FLOAT32, to, place,
            channel);
      }
    }
  }

  private void element(ElementType source, MemorySegment from, long fromOffset, ElementType target, MemorySegment to,
      long toOffset, int channel) {
    if (target.isFloating()) {
      target.putReal(to, toOffset, affine(source.real(from, fromOffset), factors[channel], addends[channel]));
    } else if (source.isFloating()) {
      target.putReal(to, toOffset, source.real(from, fromOffset));
    } else {
      target.putInteger(to, toOffset, source.integer(from, fromOffset));
    }
  }

  private static double affine(double value, double factor, double addend) {
    double result = value * factor + addend;
    if (Double.isInfinite(result) && !Double.isInfinite(value)) {
      throw new ArithmeticException("Cannot multiply " + value + " by " + factor
          + ": no floating-point type holds the result; choose a smaller scale");
    }
    return result;
  }

  /** The exponents alone, and the largest of them; with a step of 1, C2 makes vector code of it. */
  private static boolean areFinite(MemorySegment floats, long offset, long step, long elements) {
    int largest = 0;
    if (step == 1) {
      for (long i = 0; i < elements; i++) {
        largest = Math.max(largest, floats.get(ElementType.Layouts.INT, offset + i * Float.BYTES) & INFINITE);
      }
      return largest < INFINITE;
    }
    for (long i = 0; i < elements; i++) {
      int exponent = floats.get(ElementType.Layouts.INT, offset + i * step * Float.BYTES) & INFINITE;
      largest = Math.max(largest, exponent);
    }
    return largest < INFINITE;
  }

  /** The one that images take; with steps of 1, C2 makes vector code of it. */
  private static void bytesToFloats(MemorySegment from, long fromOffset, long fromStep, MemorySegment to, long toOffset,
      long toStep, long elements, float factor, float addend) {
    if (fromStep == 1 && toStep == 1) {
      for (long i = 0; i < elements; i++) {
        int value = from.get(ValueLayout.JAVA_BYTE, fromOffset + i) & 0xff;
        to.set(ElementType.Layouts.FLOAT, toOffset + i * Float.BYTES, value * factor + addend);
      }
      return;
    }
    for (long i = 0; i < elements; i++) {
      int value = from.get(ValueLayout.JAVA_BYTE, fromOffset + i * fromStep) & 0xff;
      to.set(ElementType.Layouts.FLOAT, toOffset + i * toStep * Float.BYTES, value * factor + addend);
    }
  }

  private static void floatsToFloats(MemorySegment from, long fromOffset, long fromStep, MemorySegment to,
      long toOffset,
      long toStep, long elements, float factor, float addend) {
    if (fromStep == 1 && toStep == 1) {
      for (long i = 0; i < elements; i++) {
        float value = from.get(ElementType.Layouts.FLOAT, fromOffset + i * Float.BYTES);
        to.set(ElementType.Layouts.FLOAT, toOffset + i * Float.BYTES, value * factor + addend);
      }
      return;
    }
    for (long i = 0; i < elements; i++) {
      float value = from.get(ElementType.Layouts.FLOAT, fromOffset + i * fromStep * Float.BYTES);
      to.set(ElementType.Layouts.FLOAT, toOffset + i * toStep * Float.BYTES, value * factor + addend);
    }
  }
}
