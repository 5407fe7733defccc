package io.packice.djl;

import ai.djl.ndarray.types.Shape;
import io.packice.arrow.FixedWidthColumn;
import io.packice.djl.Column.Reading;
import io.packice.djl.PaddedSource.Elements;
import io.packice.djl.VectorColumn.Numbers;
import io.packice.djl.tensor.ElementType;
import java.lang.foreign.MemorySegment;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.ToLongFunction;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.jspecify.annotations.Nullable;

/** Finds, for a column of an open table, what reads it as it is wanted. */
final class ColumnSources {
  private static final Shape SCALAR = new Shape();

  private final OpenTable table;
  private final Column column;
  private final Field field; // of the values, if they are dictionary-encoded
  private final boolean encoded;

  private ColumnSources(OpenTable table, Column column) {
    this.table = table;
    this.column = column;
    Field stored = table.field(column.name());
    this.encoded = isEncoded(stored);
    this.field = encoded ? table.vectors(column.name()).field() : stored;
  }

  private static boolean isEncoded(Field field) {
    return field.getDictionary() != null || field.getChildren().stream().anyMatch(ColumnSources::isEncoded);
  }

  /**
   * What reads a column.
   *
   * @throws IllegalArgumentException if there is no such column, or it cannot be read so
   */
  static ColumnSource of(OpenTable table, Column column) {
    ColumnSources sources = new ColumnSources(table, column);
    sources.requireMaskable();
    return switch (column.reading()) {
      case Reading.Numbers _ -> sources.numbers();
      case Reading.Lists(int maxLength) -> sources.lists(maxLength);
      case Reading.Categories(ToLongFunction<String> ids) -> sources.categories(ids);
      case Reading.Tokens(int maxLength, Function<String, long[]> tokenizer) -> sources.tokens(maxLength, tokenizer);
      case Reading.Raw _ -> sources.raw();
      case Reading.Pictures(int height, int width, int channels) -> sources.pictures(
          new PictureDecoder(column.name(), height, width, channels));
    };
  }

  private void requireMaskable() {
    if (column.hasMask()
        && !(column.reading() instanceof Reading.Lists || column.reading() instanceof Reading.Tokens)) {
      throw refuse("mask", "its rows are all of one length; masks are for Column.ofLists and ofTokens");
    }
  }

  private IllegalArgumentException refuse(String verb, String why) {
    return refuse(verb, why, null);
  }

  private IllegalArgumentException refuse(String verb, String why, @Nullable Throwable cause) {
    return new IllegalArgumentException(
        "Cannot " + verb + " column " + column.name() + " of table " + table.name() + ": " + why, cause);
  }

  private Conversion conversion(ElementType source, Shape rowShape) {
    return Conversion.of(column.name(), source, rowShape, column.wish());
  }

  private ColumnSource numbers() {
    ArrowType leaf = leaf(field);
    Optional<ElementType> element = ElementType.of(leaf);
    Numbers numbers = Numbers.of(field.getType());
    boolean hasNulls = numbers != Numbers.NONE && !encoded && table.nullCount(column.name()) > 0; // one by one: rows without may be chosen
    if (element.isPresent() && column.nullsAs() == null && !encoded && !hasNulls) {
      return fixed(element.get());
    }
    if (numbers == Numbers.NONE) {
      throw refuse("make a tensor of", "its values are " + field.getType()
          + (column.nullsAs() == null ? "; " + adviceForNumbers()
              : ", and only nulls among single numbers can be filled"));
    }
    return scalars(numbers, field.getType() instanceof ArrowType.Bool ? Optional.of(ElementType.BOOL) : element);
  }

  private static ArrowType leaf(Field field) {
    return field.getType() instanceof ArrowType.FixedSizeList ? leaf(field.getChildren().getFirst()) : field.getType();
  }

  private ColumnSource fixed(ElementType element) {
    FixedWidthColumn values = table.plain(column.name());
    Shape shape = FixedSource.rowShape(values, column.shape(), element.byteSize());
    return new FixedSource(column.name(), values.chunks(), values.rowBytes(), conversion(element, shape));
  }

  /** Numbers as the type that they have, as far as it is one of the engine's. */
  private ColumnSource scalars(Numbers numbers, Optional<ElementType> own) {
    VectorColumn values = table.vectors(column.name());
    Double fill = column.nullsAs();
    boolean fractions = column.wish().wantsFractions() || (fill != null && !isInteger(fill))
        || (numbers == Numbers.FRACTIONS && !column.wish().wantsIntegers());
    ElementType source = RowSource.element(fractions ? Numbers.FRACTIONS : Numbers.WHOLE);
    Conversion.Wish wish = own.isPresent() && (own.get().isFloating() || !fractions)
        ? column.wish().orType(own.get().tensorType())
        : column.wish();
    Conversion conversion = Conversion.of(column.name(), source, scalarShape(), wish);
    requireFill(conversion, fractions ? RowSource.reals(_ -> nullsAs()) : RowSource.integers(_ -> (long) nullsAs()));
    return new RowSource(column.name(), conversion, fractions
        ? RowSource.reals(row -> fill != null && values.isNull(row) ? fill : values.real(row))
        : RowSource.integers(row -> fill != null && values.isNull(row) ? fill.longValue() : values.whole(row)));
  }

  /** Whether a number is one of INT64's. */
  private static boolean isInteger(double number) {
    return number == Math.rint(number) && number >= -0x1p63 && number < 0x1p63;
  }

  private double nullsAs() {
    return Objects.requireNonNull(column.nullsAs());
  }

  /** Converts what nulls shall be once, now rather than with the first null. */
  private void requireFill(Conversion conversion, RowSource.Maker fill) {
    if (column.nullsAs() == null) {
      return;
    }
    MemorySegment target =
        MemorySegment
            .ofArray(new byte[Math.toIntExact(new TensorSpec("", conversion.type(), conversion.shape()).rowBytes())]);
    try {
      conversion.copyRow(fill.row(0), 0, target, 0);
    } catch (ArithmeticException | IllegalArgumentException doesNotFit) {
      throw refuse("fill the nulls of", column.nullsAs() + " cannot become " + conversion.becomes()
          + "; give another number, or choose another type by withType", doesNotFit);
    }
  }

  /** A scalar may be asked for as (1), or (1, 1). */
  private Shape scalarShape() {
    Shape shape = column.shape();
    if (shape != null && shape.size() != 1) {
      throw refuse("shape", "a row is one number, not " + shape);
    }
    return shape == null ? SCALAR : shape;
  }

  private String adviceForNumbers() {
    return switch (field.getType()) {
      case ArrowType _ when isList() -> "read lists by Column.ofLists";
      case ArrowType.Utf8 _,ArrowType.LargeUtf8 _,ArrowType.Utf8View _ ->
          "read text by Column.ofText or Column.ofTokens";
      case ArrowType.Binary _,ArrowType.LargeBinary _,ArrowType.BinaryView _ ->
          "read bytes by Column.ofBytes or Column.ofImages";
      default -> "choose a column of numbers, lists, text, bytes or images";
    };
  }

  private boolean isList() {
    return field.getType() instanceof ArrowType.List || field.getType() instanceof ArrowType.LargeList
        || field.getType() instanceof ArrowType.ListView || field.getType() instanceof ArrowType.LargeListView;
  }

  private ColumnSource lists(int maxLength) {
    if (!isList()) {
      throw refuse("pad",
          "its values are " + field.getType() + ", not lists of different lengths; read it by Column.of");
    }
    ArrowType leaf = field.getChildren().getFirst().getType();
    ElementType element = ElementType.of(leaf).filter(_ -> !(leaf instanceof ArrowType.FixedSizeBinary))
        .orElseThrow(() -> refuse("pad", "its lists are of " + leaf + "; only lists of numbers are padded"));
    ListFinder finder = new ListFinder(table.vectors(column.name()), element);
    long length = maxLength > 0 ? maxLength : Math.max(finder.longest(), 1);
    if (length > Integer.MAX_VALUE - 8) {
      throw refuse("pad", "its longest row has " + length + " elements; give a length to cut at");
    }
    return padded(finder, element, (int) length);
  }

  private ColumnSource padded(PaddedSource.Finder finder, ElementType element, int length) {
    if (column.wish().classes() > 0 || column.wish().mean().length > 1 || column.shape() != null
        || column.wish().order() != Conversion.Order.KEPT) {
      throw refuse("pad", "a row of one dimension has neither channels, shape nor one-hot form");
    }
    Conversion conversion = conversion(element, new Shape(length));
    requirePadding(conversion.target());
    return new PaddedSource(column, finder, conversion, length);
  }

  private void requirePadding(ElementType target) {
    try {
      target.putReal(MemorySegment.ofArray(new byte[target.byteSize()]), 0, column.padding());
    } catch (ArithmeticException doesNotFit) {
      throw refuse("pad", column.padding() + " is none of the numbers of " + target.name()
          + "; give another to withPadding, or choose another type by withType", doesNotFit);
    }
  }

  private VectorColumn text() {
    if (!(field.getType() instanceof ArrowType.Utf8 || field.getType() instanceof ArrowType.LargeUtf8
        || field.getType() instanceof ArrowType.Utf8View)) {
      throw refuse("read", "its values are " + field.getType() + ", not text; read numbers by Column.of");
    }
    return table.vectors(column.name());
  }

  private ColumnSource categories(ToLongFunction<String> ids) {
    VectorColumn values = text();
    Double fill = column.nullsAs();
    if (fill != null && !isInteger(fill)) {
      throw refuse("fill the nulls of", fill + " is no integer, as the numbers of its text are; give one");
    }
    Conversion conversion = conversion(ElementType.INT64, scalarShape());
    requireFill(conversion, RowSource.integers(_ -> (long) nullsAs()));
    return new RowSource(column.name(), conversion, RowSource.integers(row -> {
      String text = values.text(row);
      if (text != null) {
        return ids.applyAsLong(text);
      }
      if (fill == null) {
        throw nullAt(row);
      }
      return fill.longValue();
    }));
  }

  private IllegalArgumentException nullAt(long row) {
    return refuse("read", "row " + row + " is null; say what nulls shall be (Column.withNullsAs), or filter such rows");
  }

  private ColumnSource tokens(int maxLength, Function<String, long[]> tokenizer) {
    VectorColumn values = text();
    return padded(row -> {
      String text = values.text(row);
      if (text == null) {
        return Elements.NONE;
      }
      long @Nullable [] tokens = tokenizer.apply(text);
      if (tokens == null) { // it is somebody else's function
        throw refuse("read",
            "its tokenizer gave null for the text of row " + row + "; return an array, empty for no tokens");
      }
      return new Elements(MemorySegment.ofArray(tokens), 0, tokens.length);
    }, ElementType.INT64, maxLength);
  }

  private VectorColumn binary() {
    return switch (field.getType()) {
      case ArrowType.Binary _,ArrowType.LargeBinary _,ArrowType.BinaryView _,ArrowType.FixedSizeBinary _ -> table
          .vectors(column.name());
      default -> throw refuse("read",
          "its values are " + field.getType() + ", not bytes of each row; read numbers, pixels too, by Column.of");
    };
  }

  private byte[] bytes(VectorColumn values, long row) {
    byte @Nullable [] bytes = values.bytes(row);
    if (bytes == null) {
      throw nullAt(row);
    }
    return bytes;
  }

  private Shape requireShape() {
    Shape shape = column.shape();
    return shape == null ? SCALAR : shape;
  }

  private ColumnSource raw() {
    Shape shape = requireShape();
    VectorColumn values = binary();
    return new RowSource(column.name(), conversion(ElementType.UINT8, shape), row -> {
      byte[] bytes = bytes(values, row);
      if (bytes.length != shape.size()) {
        throw refuse("read", "row " + row + " has " + bytes.length + " bytes, the shape " + shape + " " + shape.size());
      }
      return MemorySegment.ofArray(bytes);
    });
  }

  private ColumnSource pictures(PictureDecoder decoder) {
    Shape shape = requireShape();
    if (shape.size() != (long) decoder.height() * decoder.width() * decoder.channels()) {
      throw refuse("shape", "its pictures have " + decoder.height() + " by " + decoder.width() + " pixels of "
          + decoder.channels() + " bytes, not " + shape);
    }
    VectorColumn values = binary();
    return new RowSource(column.name(), conversion(ElementType.UINT8, shape),
        row -> MemorySegment.ofArray(decoder.decode(bytes(values, row), row)));
  }
}
