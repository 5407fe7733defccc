package io.packice.djl;

import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.packice.djl.tensor.ElementType;
import io.packice.djl.tensor.TensorTypes;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * How the elements of a column's row become those of a tensor, in the one pass that copies them: unchanged, of another type, multiplied and
 * shifted (each channel by its own numbers), channels brought to the front, or one-hot. Immutable; safe from any thread.
 */
final class Conversion {
  /**
   * What a column asks for.
   *
   * @param type the tensor's type; null for the column's own, or FLOAT32 where a fraction can arise
   * @param ownScale factor before {@code mean} and {@code std} are applied; null where none is asked for, which is 1
   * @param mean is taken off, one number for each channel; empty for none
   * @param std divides then, one number for each channel; empty for none
   * @param order whether channels are moved
   * @param classes length of a one-hot vector; 0 for none
   */
  @SuppressWarnings("ArrayRecordComponent") // never handed out
  record Wish(@Nullable DataType type, @Nullable Double ownScale, float[] mean, float[] std, Order order,
      int classes) {
    static final Wish NOTHING = new Wish(null, null, new float[0], new float[0], Order.KEPT, 0);

    double scale() {
      return ownScale == null ? 1 : ownScale;
    }

    boolean changesValues() {
      return scale() != 1 || mean.length > 0;
    }

    boolean wantsIntegers() {
      return type != null && !type.isFloating();
    }

    boolean wantsFractions() {
      return changesValues() || (type != null && type.isFloating());
    }

    /** With a type, if none is asked for, and none follows from the rest. */
    Wish orType(@Nullable DataType own) {
      return type == null && !changesValues() && classes == 0 ? new Wish(own, ownScale, mean, std, order, classes)
          : this;
    }

    @Override
    public String toString() {
      return type + " " + scale() + " " + Arrays.toString(mean) + Arrays.toString(std) + " " + order + " " + classes;
    }
  }

  /** What happens to the last dimension. */
  enum Order {
    KEPT, CHANNELS_FIRST
  }

  private final String column;
  private final ElementType source;
  private final ElementType target;
  private final Shape shape;
  private final Channels channels;
  private final int classes;
  private final boolean identity;

  private Conversion(String column, ElementType source, ElementType target, Shape shape, Channels channels, int classes,
      boolean identity) {
    this.column = column;
    this.source = source;
    this.target = target;
    this.shape = shape;
    this.channels = channels;
    this.classes = classes;
    this.identity = identity;
  }

  /**
   * Decides on a conversion, before any native code sees the type.
   *
   * @throws IllegalArgumentException if the engine has no such type, or we no such conversion
   */
  static Conversion of(String column, ElementType source, Shape rowShape, Wish wish) {
    DataType type = targetType(column, source, wish);
    ElementType target = ElementType.of(type).orElseThrow();
    if (wish.classes > 0) {
      requireOneHot(column, source, rowShape, wish);
      return new Conversion(column, source, target, new Shape(wish.classes), Channels.of(column, rowShape, wish),
          wish.classes, false);
    }
    Channels channels = Channels.of(column, rowShape, wish);
    return new Conversion(column, source, target, channels.tensorShape(rowShape), channels, 0,
        source == target && !wish.changesValues() && channels.areKept());
  }

  private static DataType targetType(String column, ElementType source, Wish wish) {
    DataType type = wish.type;
    if (type == null) {
      type = wish.changesValues() || wish.classes > 0 ? DataType.FLOAT32 : source.tensorType();
    }
    if (type == null) {
      throw new IllegalArgumentException("Cannot make a tensor of column " + column + ": the engine has no type for "
          + source + "; convert it, for example to " + (source.byteSize() < 4 ? "INT32" : "INT64") + " or FLOAT32");
    }
    if (!TensorTypes.isSafe(type)) {
      throw new IllegalArgumentException("Cannot convert column " + column + " from " + source + " to " + type.name()
          + ": the engine would end the process; choose one of " + TensorTypes.SAFE);
    }
    if (wish.changesValues() && !type.isFloating()) {
      throw new IllegalArgumentException("Cannot scale column " + column + " by " + wish.scale() + " as " + type.name()
          + "; choose FLOAT32, FLOAT64 or FLOAT16");
    }
    return type;
  }

  private static void requireOneHot(String column, ElementType source, Shape rowShape, Wish wish) {
    if (rowShape.size() != 1 || source.isFloating() || wish.changesValues()) {
      throw new IllegalArgumentException("Cannot make column " + column + " one-hot: its rows are " + source
          + " of shape " + rowShape + (wish.changesValues() ? ", scaled" : "")
          + "; it takes single integers as they are");
    }
  }

  /** Whether the tensor's bytes are the column's. */
  boolean isIdentity() {
    return identity;
  }

  DataType type() {
    return Objects.requireNonNull(target.tensorType());
  }

  ElementType target() {
    return target;
  }

  /** What a number becomes, for messages. */
  String becomes() {
    return classes > 0 ? "a one-hot vector of " + classes : target.name();
  }

  /** The shape of one row of the tensor. */
  Shape shape() {
    return shape;
  }

  /** Copies one row of the table, converted; if it cannot be, the exception says which row. */
  void copyRow(long row, MemorySegment from, long fromOffset, MemorySegment to, long toOffset) {
    try {
      copyRow(from, fromOffset, to, toOffset);
    } catch (ArithmeticException | IllegalArgumentException why) {
      throw RowTrouble.of(column, row, why);
    }
  }

  /** Copies one row, converted. */
  void copyRow(MemorySegment from, long fromOffset, MemorySegment to, long toOffset) {
    if (classes > 0) {
      oneHot(source.integer(from, fromOffset), to, toOffset);
    } else if (identity) {
      MemorySegment.copy(from, fromOffset, to, toOffset, shape.size() * source.byteSize());
    } else {
      channels.copy(source, from, fromOffset, target, to, toOffset);
    }
  }

  /** {@link #copyElements} of a row of the table; if one cannot be converted, the exception says in which row. */
  void copyElements(long row, MemorySegment from, long fromOffset, MemorySegment to, long toOffset, long count) {
    try {
      copyElements(from, fromOffset, to, toOffset, count);
    } catch (ArithmeticException why) {
      throw RowTrouble.of(column, row, why);
    }
  }

  /** Copies some elements of a row of another length; only where there are no channels. */
  void copyElements(MemorySegment from, long fromOffset, MemorySegment to, long toOffset, long count) {
    if (identity) {
      MemorySegment.copy(from, fromOffset, to, toOffset, count * source.byteSize());
    } else {
      channels.copyPlain(source, from, fromOffset, target, to, toOffset, count);
    }
  }

  private void oneHot(long value, MemorySegment to, long toOffset) {
    if (value < 0 || value >= classes) {
      throw new IllegalArgumentException("Cannot make column " + column + " one-hot: its value " + value
          + " is none of 0 to " + (classes - 1) + "; give more classes");
    }
    to.asSlice(toOffset, (long) classes * target.byteSize()).fill((byte) 0);
    target.putInteger(to, toOffset + value * target.byteSize(), 1);
  }
}
