package io.packice.djl;

import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * How one column of a table becomes an array of a batch. Start with one of the {@code of…} methods, which say how the column is read, and refine
 * by the {@code with…} methods, each of which returns a changed copy. Immutable, safe from any thread if the functions given are.
 *
 * {@snippet :
 * Column.of("image").withChannelsFirst().withScale(1f / 255).withMeanAndStd(new float[] {0.49f, 0.48f, 0.45f}, new float[] {0.2f, 0.2f, 0.2f}),
 * Column.ofText("city", cities).withOneHot(12),
 * Column.ofLists("tokens", 128).withMask()
 * }
 *
 * <p>What is asked for is done in this order, in the pass that copies the rows: read, scale, take off the mean, divide by the deviation, convert
 * to the type, bring channels to the front. A column that asks for nothing is not copied at all where rows lie together.
 *
 * <p>Types that the engine does not survive are refused when the dataset is prepared; what a single value cannot be (a null, a number that the
 * type does not hold) is an {@link IllegalArgumentException} or {@link ArithmeticException} from the batch that it is in.
 */
public final class Column {
  /** How values are read. */
  sealed interface Reading {
    /** Numbers, booleans, fixed-size lists of numbers, bytes of one width. */
    record Numbers() implements Reading {
    }

    /** Lists; 0 for as long as the longest. */
    record Lists(int maxLength) implements Reading {
    }

    /** Text that a function makes a number of. */
    record Categories(ToLongFunction<String> ids) implements Reading {
    }

    /** Text that a function makes several numbers of. */
    record Tokens(int maxLength, Function<String, long[]> tokenizer) implements Reading {
    }

    /** Bytes that are elements already. */
    record Raw() implements Reading {
    }

    /** Encoded pictures. */
    record Pictures(int height, int width, int channels) implements Reading {
    }
  }

  private final String name;
  private final Reading reading;
  private final @Nullable Shape shape;
  private final Conversion.Wish wish;
  private final double padding;
  private final boolean mask;
  private final @Nullable Double nullsAs;

  private Column(String name, Reading reading, @Nullable Shape shape, Conversion.Wish wish, double padding,
      boolean mask,
      @Nullable Double nullsAs) {
    this.name = Objects.requireNonNull(name);
    this.reading = reading;
    this.shape = shape;
    this.wish = wish;
    this.padding = padding;
    this.mask = mask;
    this.nullsAs = nullsAs;
  }

  private static Column reading(String name, Reading reading, @Nullable Shape shape) {
    return new Column(name, reading, shape, Conversion.Wish.NOTHING, 0, false, null);
  }

  /**
   * Numbers of any type, booleans, decimals, dates and times as their number, fixed-size lists of numbers in whatever nesting, fixed-size binary
   * as unsigned bytes. The shape of a row is that of the lists, or of the field's metadata: {@link io.packice.arrow.schema.TensorField#SHAPE}, or
   * that of an {@code arrow.fixed_shape_tensor}. One whose permutation changes the order of dimensions is refused, unless {@link #withShape} says in which shape
   * its memory shall be read.
   *
   * @param name the column's name
   * @return the column as it is
   */
  public static Column of(String name) {
    return reading(name, new Reading.Numbers(), null);
  }

  /**
   * Lists of numbers of different lengths, list views too, padded at their end to that of the longest of the table.
   *
   * @param name the column's name
   * @return the column, padded with 0, without mask
   */
  public static Column ofLists(String name) {
    return reading(name, new Reading.Lists(0), null);
  }

  /**
   * Lists of numbers of different lengths, list views too, padded at their end, or cut there. A null list is all padding.
   *
   * @param name the column's name
   * @param maxLength how long each row becomes, at least 1
   * @return the column, padded with 0, without mask
   * @throws IllegalArgumentException if the length is not positive
   */
  public static Column ofLists(String name, int maxLength) {
    requirePositive("a row of", name, maxLength);
    return reading(name, new Reading.Lists(maxLength), null);
  }

  /**
   * Text that stands for a number, such as a class: an INT64 for each row.
   *
   * @param name the column's name
   * @param ids gives the number; called for each row of each batch, from loading threads, several at once
   * @return the column
   */
  public static Column ofText(String name, ToLongFunction<String> ids) {
    return reading(name, new Reading.Categories(Objects.requireNonNull(ids)), null);
  }

  /**
   * Text that stands for a number in a vocabulary. A word that is not in it is an {@link IllegalArgumentException} from its batch.
   *
   * @param name the column's name
   * @param vocabulary the number of each word
   * @return the column
   */
  public static Column ofText(String name, Map<String, ? extends Number> vocabulary) {
    Map<String, Number> words = Map.copyOf(vocabulary);
    return ofText(name, word -> {
      Number id = words.get(word);
      if (id == null) {
        throw new IllegalArgumentException("Cannot look up a word of column " + name + ": \"" + word
            + "\" is none of the vocabulary's " + words.size() + "; add it, or give a function");
      }
      return id.longValue();
    });
  }

  /**
   * Text that becomes several numbers, such as the ids of its tokens: INT64, padded at the end, or cut there. Null text is all padding.
   *
   * @param name the column's name
   * @param maxLength how long each row becomes, at least 1
   * @param tokenizer gives the numbers; called for each row of each batch, from loading threads, several at once
   * @return the column, padded with 0, without mask
   * @throws IllegalArgumentException if the length is not positive
   */
  public static Column ofTokens(String name, int maxLength, Function<String, long[]> tokenizer) {
    requirePositive("a row of", name, maxLength);
    return reading(name, new Reading.Tokens(maxLength, Objects.requireNonNull(tokenizer)), null);
  }

  /**
   * Binary values, each exactly the unsigned bytes of one shape, such as pictures that are not encoded.
   *
   * @param name the column's name
   * @param dimensions the shape, such as height, width, channels
   * @return the column
   */
  public static Column ofBytes(String name, long... dimensions) {
    return reading(name, new Reading.Raw(), new Shape(dimensions));
  }

  /**
   * Encoded pictures: PNG, JPEG, GIF, BMP, WBMP, TIFF, and what plug-ins for the JDK's Image I/O add. They become unsigned bytes of shape
   * (height, width, channels), scaled (bilinear) if a picture has another size.
   *
   * @param name the column's name
   * @param height pixels
   * @param width pixels
   * @param channels 1 for grey, 3 for red, green and blue, 4 with alpha
   * @return the column
   * @throws IllegalArgumentException if a number is not positive, or the channels are others
   */
  public static Column ofImages(String name, int height, int width, int channels) {
    requirePositive("pictures with the height", name, height);
    requirePositive("pictures with the width", name, width);
    if (channels != 1 && channels != 3 && channels != 4) {
      throw new IllegalArgumentException(
          "Cannot decode column " + name + " into " + channels + " channels; choose 1, 3 or 4");
    }
    return reading(name, new Reading.Pictures(height, width, channels), new Shape(height, width, channels));
  }

  /** Refuses to make what is no number of every number. */
  static void requireFinite(double factor, String what) {
    if (!Double.isFinite(factor)) {
      throw new IllegalArgumentException("Cannot scale " + what + " by " + factor + "; give a finite number");
    }
  }

  private static void requirePositive(String what, String name, int number) {
    if (number < 1) {
      throw new IllegalArgumentException(
          "Cannot make " + what + " " + number + " of column " + name + "; give at least 1");
    }
  }

  private Column with(@Nullable Shape newShape, Conversion.Wish newWish) {
    return new Column(name, reading, newShape, newWish, padding, mask, nullsAs);
  }

  /**
   * In another shape with as many elements, whatever the table says.
   *
   * @param dimensions the shape of one row; none for a scalar
   * @return a changed copy
   */
  public Column withShape(long... dimensions) {
    return with(new Shape(dimensions), wish);
  }

  /**
   * As another type. A number may be rounded to one that a floating-point type has; what the type does not hold, because it is too large or has a
   * fraction, is an {@link ArithmeticException} from its batch.
   *
   * @param type FLOAT16, FLOAT32, FLOAT64, INT8, UINT8, INT32, INT64 or BOOLEAN
   * @return a changed copy
   */
  public Column withType(DataType type) {
    return with(shape,
        new Conversion.Wish(Objects.requireNonNull(type), wish.ownScale(), wish.mean(), wish.std(), wish.order(),
            wish.classes()));
  }

  /**
   * Multiplied, as FLOAT32 unless another type is asked for.
   *
   * @param factor such as {@code 1f / 255} for the bytes of pictures; 1 for numbers as they are, whatever {@code optScale} says
   * @return a changed copy
   * @throws IllegalArgumentException if it is infinite or not a number
   */
  public Column withScale(double factor) {
    requireFinite(factor, "column " + name);
    return with(shape,
        new Conversion.Wish(wish.type(), factor, wish.mean(), wish.std(), wish.order(), wish.classes()));
  }

  /**
   * Normalised, after the scaling: the mean is taken off, then divided by the standard deviation. FLOAT32 unless another type is asked for.
   *
   * @param mean one number for all elements, or one for each channel: of the last dimension if it has so many elements, else of the first
   * @param std as many numbers, none of them 0
   * @return a changed copy
   * @throws IllegalArgumentException if they are none, unequally many, or a deviation is not a positive number
   */
  public Column withMeanAndStd(float[] mean, float[] std) {
    if (mean.length == 0 || mean.length != std.length) {
      throw new IllegalArgumentException("Cannot normalise column " + name + " with " + mean.length + " means and "
          + std.length + " deviations; give one, or one for each channel, of both");
    }
    for (float deviation : std) {
      if (!(deviation > 0)) {
        throw new IllegalArgumentException(
            "Cannot divide column " + name + " by a deviation of " + deviation + "; give numbers above 0");
      }
    }
    return with(shape,
        new Conversion.Wish(wish.type(), wish.ownScale(), mean.clone(), std.clone(), wish.order(), wish.classes()));
  }

  /**
   * With the last dimension brought to the front: from (height, width, channels), as files have pictures, to (channels, height, width), as
   * PyTorch wants them.
   *
   * @return a changed copy
   */
  public Column withChannelsFirst() {
    return with(shape,
        new Conversion.Wish(wish.type(), wish.ownScale(), wish.mean(), wish.std(), Conversion.Order.CHANNELS_FIRST,
            wish.classes()));
  }

  /**
   * One-hot: each integer from 0 on becomes a vector with a 1 in its place; FLOAT32 unless another type is asked for.
   *
   * @param classes the length of the vector
   * @return a changed copy
   * @throws IllegalArgumentException if it is not positive
   */
  public Column withOneHot(int classes) {
    requirePositive("one-hot vectors of length", name, classes);
    return with(shape,
        new Conversion.Wish(wish.type(), wish.ownScale(), wish.mean(), wish.std(), wish.order(), classes));
  }

  /**
   * Padded with another value than 0. One that the array's type does not hold is refused when the dataset is prepared.
   *
   * @param value in the array's type, after conversion
   * @return a changed copy
   */
  public Column withPadding(double value) {
    return new Column(name, reading, shape, wish, value, mask, nullsAs);
  }

  /**
   * With a second array behind the first, of the same shape and type INT64: 1 where a value is, 0 where padding is. For lists and tokens.
   *
   * @return a changed copy
   */
  public Column withMask() {
    return new Column(name, reading, shape, wish, padding, true, nullsAs);
  }

  /**
   * With a number in the place of nulls, which are refused otherwise, by the batch that has one. For columns of single numbers, and for text with a
   * number. With one that is no integer of 64 bits, such as NaN, a column of integers becomes FLOAT64 unless another type is asked for. One that the array's
   * type does not hold is refused when the dataset is prepared.
   *
   * @param value what a null becomes, before scaling and conversion
   * @return a changed copy
   */
  public Column withNullsAs(double value) {
    return new Column(name, reading, shape, wish, padding, mask, value);
  }

  /** What the dataset's own options add, where this column does not say; numbers that are names are not scaled. */
  Column withDefaults(@Nullable DataType type, @Nullable Double scale) {
    DataType ownType = wish.type();
    Double ownScale = wish.ownScale();
    return with(shape, new Conversion.Wish(ownType == null ? type : ownType,
        ownScale == null && !isOfIds() ? scale : ownScale, wish.mean(), wish.std(), wish.order(), wish.classes()));
  }

  private boolean isOfIds() {
    return reading instanceof Reading.Categories || reading instanceof Reading.Tokens || wish.classes() > 0;
  }

  String name() {
    return name;
  }

  Reading reading() {
    return reading;
  }

  @Nullable
  Shape shape() {
    return shape;
  }

  Conversion.Wish wish() {
    return wish;
  }

  double padding() {
    return padding;
  }

  boolean hasMask() {
    return mask;
  }

  @Nullable
  Double nullsAs() {
    return nullsAs;
  }

  /** What it does to the data, functions left out. */
  String describe() {
    String how = switch (reading) {
      case Reading.Numbers _ -> "numbers";
      case Reading.Lists(int length) -> "lists " + length;
      case Reading.Categories _ -> "categories";
      case Reading.Tokens(int length, Function<String, long[]> _) -> "tokens " + length;
      case Reading.Raw _ -> "bytes";
      case Reading.Pictures(int height, int width, int channels) -> "images " + height + " " + width + " " + channels;
    };
    return name + ": " + how + " " + shape + " " + wish + " " + padding + " " + mask + " " + nullsAs;
  }

  /** Such as {@code image: numbers null FLOAT32 0.004 …}. */
  @Override
  public String toString() {
    return describe();
  }
}
