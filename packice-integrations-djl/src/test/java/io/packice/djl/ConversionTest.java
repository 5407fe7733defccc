package io.packice.djl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.packice.djl.tensor.ElementType;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.function.Consumer;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class ConversionTest {
  @Test
  void everyByteBecomesItsShareOfOne() {
    byte[] all = new byte[256];
    for (int i = 0; i < all.length; i++) {
      all[i] = (byte) i;
    }
    float[] floats = new float[256];
    conversion(ElementType.UINT8, null, 1f / 255)
        .copyElements(MemorySegment.ofArray(all), 0, MemorySegment.ofArray(floats), 0, 256);
    for (int i = 0; i < all.length; i++) {
      assertThat(floats[i]).isEqualTo(i * (1f / 255));
    }
  }

  @Test
  void extremesOfEveryIntegerTypeBecomeTheSameNumbers() {
    assertThat(integer(ElementType.INT8, b -> b.put((byte) -128))).isEqualTo(-128);
    assertThat(integer(ElementType.UINT8, b -> b.put((byte) 255))).isEqualTo(255);
    assertThat(integer(ElementType.INT16, b -> b.putShort(Short.MIN_VALUE))).isEqualTo(Short.MIN_VALUE);
    assertThat(integer(ElementType.UINT16, b -> b.putShort((short) -1))).isEqualTo(65_535);
    assertThat(integer(ElementType.INT32, b -> b.putInt(Integer.MIN_VALUE))).isEqualTo(Integer.MIN_VALUE);
    assertThat(integer(ElementType.UINT32, b -> b.putInt(-1))).isEqualTo(4_294_967_295L);
    assertThat(integer(ElementType.UINT64, b -> b.putLong(Long.MAX_VALUE))).isEqualTo(Long.MAX_VALUE);
    assertThat(integer(ElementType.FLOAT64, b -> b.putDouble(-3))).isEqualTo(-3);
  }

  @Test
  void realNumbersKeepWhatTheTargetCanHold() {
    assertThat(real(ElementType.FLOAT16, b -> b.putShort(Float.floatToFloat16(1.5f)))).isEqualTo(1.5);
    assertThat(real(ElementType.FLOAT32, b -> b.putFloat(Float.MIN_VALUE))).isEqualTo(Float.MIN_VALUE);
    assertThat(real(ElementType.INT64, b -> b.putLong(-5))).isEqualTo(-5);
    assertThat(real(ElementType.UINT64, b -> b.putLong(-1))).isEqualTo(0x1p64);
  }

  @Test
  void whatDoesNotFitIsRefusedNotWrapped() {
    Conversion toInt = conversion(ElementType.INT64, DataType.INT32, 1);
    assertThatThrownBy(
        () -> toInt.copyElements(MemorySegment.ofArray(new long[] {1L << 31}), 0, MemorySegment.ofArray(new int[1]), 0,
            1))
        .isInstanceOf(ArithmeticException.class);
    assertThatThrownBy(() -> integer(ElementType.UINT64, b -> b.putLong(-1))).isInstanceOf(ArithmeticException.class)
        .hasMessageContaining("18446744073709551615");
  }

  @ParameterizedTest
  @ValueSource(doubles = {Double.NaN, Double.POSITIVE_INFINITY, 1e30, 0x1p63, -0x1.0000000000001p63})
  void whatIsNoIntegerIsRefusedNotCut(double value) {
    Conversion toLong = conversion(ElementType.FLOAT64, DataType.INT64, 1);
    assertThatThrownBy(() -> toLong.copyElements(MemorySegment.ofArray(new double[] {value}), 0,
        MemorySegment.ofArray(new long[1]), 0, 1)).isInstanceOf(ArithmeticException.class)
        .hasMessageContaining("Cannot convert " + value);
  }

  @ParameterizedTest
  @CsvSource({"INT64, 3.9, it has a fraction", "INT32, -0.5, it has a fraction", "UINT8, 1e-9, it has a fraction",
      "BOOLEAN, 0.5, it has a fraction", "INT8, 128, which holds -128 to 127", "UINT8, -1, which holds 0 to 255",
      "BOOLEAN, 2, which holds 0 to 1", "FLOAT32, 1e300, which holds up to 3.4028234663852886E38",
      "FLOAT32, -3.5e38, which holds up to", "FLOAT16, 65520, which holds up to 65504.0",
      "FLOAT16, -1e9, which holds up to"})
  void aNumberThatItsTypeDoesNotHoldIsRefusedNotChanged(DataType type, double value, String why) {
    Conversion conversion = conversion(ElementType.FLOAT64, type, 1);
    assertThatThrownBy(() -> conversion.copyElements(MemorySegment.ofArray(new double[] {0, value}), 0,
        MemorySegment.ofArray(new byte[16]), 0, 2)).isInstanceOf(ArithmeticException.class)
        .hasMessageStartingWith("Cannot convert ").hasMessageContaining(why);
  }

  @ParameterizedTest
  @ValueSource(doubles = {Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY, 0.1, 1e-300, -0.0, 65_504})
  void whatAFloatHasOrIsNearToStays(double value) {
    for (DataType type : new DataType[] {DataType.FLOAT64, DataType.FLOAT32, DataType.FLOAT16}) {
      ElementType element = ElementType.of(type).orElseThrow();
      byte[] to = new byte[8];
      conversion(ElementType.FLOAT64, type, 1).copyElements(MemorySegment.ofArray(new double[] {value}), 0,
          MemorySegment.ofArray(to), 0, 1);
      assertThat(element.real(MemorySegment.ofArray(to), 0)).as(type.name())
          .isEqualTo(Double.valueOf(type == DataType.FLOAT64 ? value : type == DataType.FLOAT32 ? (float) value
              : Float.float16ToFloat(Float.floatToFloat16((float) value))));
    }
  }

  @Test
  void integersTooLargeForAFloatAreRefusedToo() {
    assertThatThrownBy(() -> conversion(ElementType.INT32, DataType.FLOAT16, 1).copyElements(
        MemorySegment.ofArray(new int[] {70_000}), 0, MemorySegment.ofArray(new short[1]), 0, 1))
        .isInstanceOf(ArithmeticException.class).hasMessageContaining("Cannot convert 70000.0 to FLOAT16");
  }

  @ParameterizedTest
  @EnumSource(names = {"UINT8", "FLOAT32", "FLOAT64", "INT64"})
  void whatScalingMakesTooLargeIsRefused(ElementType source) {
    byte[] one = new byte[3 * source.byteSize()];
    source.putInteger(MemorySegment.ofArray(one), source.byteSize(), 100);
    for (DataType target : new DataType[] {DataType.FLOAT32, DataType.FLOAT64}) {
      ElementType element = ElementType.of(target).orElseThrow();
      double tooMuch = target == DataType.FLOAT32 ? 1e37 : 1e307;
      byte[] to = new byte[24];
      assertThatThrownBy(() -> conversion(source, target, tooMuch).copyElements(MemorySegment.ofArray(one), 0,
          MemorySegment.ofArray(to), 0, 3)).as(source + " to " + target).isInstanceOf(ArithmeticException.class);
      conversion(source, target, tooMuch / 10).copyElements(MemorySegment.ofArray(one), 0, MemorySegment.ofArray(to), 0,
          3);
      assertThat(element.real(MemorySegment.ofArray(to), element.byteSize()))
          .isCloseTo(tooMuch * 10, Percentage.withPercentage(0.01));
    }
  }

  @Test
  void floatsThatAreInfiniteOrNoneAreScaledAsTheyAre() {
    float[] to = new float[4];
    conversion(ElementType.FLOAT32, null, 2).copyElements(
        MemorySegment.ofArray(new float[] {1, Float.NaN, Float.NEGATIVE_INFINITY, 4}), 0, MemorySegment.ofArray(to), 0,
        4);
    assertThat(to).containsExactly(2, Float.NaN, Float.NEGATIVE_INFINITY, 8);
  }

  @ParameterizedTest
  @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY})
  void floatsBesideOneThatIsInfiniteOrNoneAreWhatTheyAreWithout(float beside) {
    float[] from = new float[101];
    for (int i = 0; i < from.length; i++) {
      from[i] = 1 + i / 3f;
    }
    Conversion.Wish wish =
        new Conversion.Wish(null, 0.1, new float[] {0.7f}, new float[] {0.3f}, Conversion.Order.KEPT, 0);
    Conversion conversion = Conversion.of("x", ElementType.FLOAT32, new Shape(from.length), wish);
    float[] without = new float[from.length];
    conversion.copyRow(MemorySegment.ofArray(from), 0, MemorySegment.ofArray(without), 0);
    from[100] = beside;
    float[] with = new float[from.length];
    conversion.copyRow(MemorySegment.ofArray(from), 0, MemorySegment.ofArray(with), 0);
    assertThat(with[100]).isEqualTo(Float.valueOf(beside)); // NaN too
    with[100] = without[100];
    assertThat(with).isEqualTo(without);
  }

  @Test
  void aNumberOfWhichOnlyAPartOfTheSumIsTooLargeIsComputedAllTheSame() {
    Conversion.Wish wish =
        new Conversion.Wish(null, 2.0, new float[] {3e38f}, new float[] {1}, Conversion.Order.KEPT, 0);
    float[] to = new float[1];
    Conversion.of("x", ElementType.FLOAT32, new Shape(), wish).copyRow(MemorySegment.ofArray(new float[] {3e38f}), 0,
        MemorySegment.ofArray(to), 0);
    assertThat(to[0]).isEqualTo(3e38f);
  }

  @ParameterizedTest
  @EnumSource(names = {"INT16", "UINT16", "UINT32", "UINT64"})
  void typesThatEndTheProcessAreRefusedBeforeAnyNativeCall(ElementType type) {
    assertThatThrownBy(() -> conversion(type, null, 1)).isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("Cannot make a tensor of column x").hasMessageContaining(type.name())
        .hasMessageContaining("convert it");
  }

  @ParameterizedTest
  @EnumSource(value = DataType.class,
      names = {"INT16", "UINT16", "UINT32", "UINT64", "BFLOAT16", "COMPLEX64", "STRING", "UNKNOWN"})
  void suchTypesAreRefusedAsTargetsToo(DataType type) {
    assertThatThrownBy(() -> conversion(ElementType.FLOAT32, type, 1))
        .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("from FLOAT32 to " + type.name());
  }

  @Test
  void onlyFloatingPointNumbersAreScaled() {
    assertThatThrownBy(() -> conversion(ElementType.UINT8, DataType.INT64, 0.5))
        .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("Cannot scale column x by 0.5 as INT64");
  }

  @Test
  void everyChannelIsNormalisedByItsOwnNumbersAndBroughtToTheFront() {
    byte[] pixels = {0, 10, 20, 1, 11, 21, 2, 12, 22, 3, 13, 23, 4, 14, 24, 5, 15, 25}; // 2 by 3, red green blue
    Conversion.Wish wish = new Conversion.Wish(null, 2.0, new float[] {0, 20, 40}, new float[] {1, 2, 4},
        Conversion.Order.CHANNELS_FIRST, 0);
    Conversion conversion = Conversion.of("x", ElementType.UINT8, new Shape(2, 3, 3), wish);
    assertThat(conversion.shape()).isEqualTo(new Shape(3, 2, 3));
    float[] floats = new float[18];
    conversion.copyRow(MemorySegment.ofArray(pixels), 0, MemorySegment.ofArray(floats), 0);
    assertThat(floats).containsExactly(0, 2, 4, 6, 8, 10, 0, 1, 2, 3, 4, 5, 0, .5f, 1, 1.5f, 2, 2.5f);
  }

  @Test
  void channelsThatAreFirstAlreadyStayThere() {
    Conversion.Wish wish =
        new Conversion.Wish(null, null, new float[] {1, 2}, new float[] {1, 1}, Conversion.Order.KEPT, 0);
    float[] floats = new float[6];
    Conversion.of("x", ElementType.FLOAT32, new Shape(2, 3), wish)
        .copyRow(MemorySegment.ofArray(new float[] {1, 2, 3, 4, 5, 6}), 0, MemorySegment.ofArray(floats), 0);
    assertThat(floats).containsExactly(0, 1, 2, 2, 3, 4);
  }

  @Test
  void meansThatFitNoDimensionAreRefused() {
    Conversion.Wish wish =
        new Conversion.Wish(null, null, new float[] {1, 2}, new float[] {1, 1}, Conversion.Order.KEPT, 0);
    assertThatThrownBy(() -> Conversion.of("x", ElementType.UINT8, new Shape(28, 28), wish))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("with 2 means: its rows have the shape (28, 28)");
    Conversion.Wish front =
        new Conversion.Wish(null, null, new float[0], new float[0], Conversion.Order.CHANNELS_FIRST, 0);
    assertThatThrownBy(() -> Conversion.of("x", ElementType.UINT8, new Shape(28), front))
        .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("it takes height, width, channels");
  }

  @Test
  void aNumberBecomesAVectorWithAOneInItsPlace() {
    Conversion.Wish wish = new Conversion.Wish(null, null, new float[0], new float[0], Conversion.Order.KEPT, 4);
    Conversion conversion = Conversion.of("x", ElementType.INT16, new Shape(), wish);
    float[] floats = {9, 9, 9, 9};
    conversion.copyRow(MemorySegment.ofArray(new short[] {2}), 0, MemorySegment.ofArray(floats), 0);
    assertThat(floats).containsExactly(0, 0, 1, 0);
    assertThatThrownBy(
        () -> conversion.copyRow(MemorySegment.ofArray(new short[] {4}), 0, MemorySegment.ofArray(floats), 0))
        .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("its value 4 is none of 0 to 3");
    assertThatThrownBy(() -> Conversion.of("x", ElementType.FLOAT32, new Shape(), wish))
        .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("single integers");
  }

  @ParameterizedTest
  @EnumSource(names = {"BOOL", "INT8", "UINT8", "INT32", "INT64", "FLOAT16", "FLOAT32", "FLOAT64"})
  void everyTypeOfTheEngineCanBeMadeOfEveryOther(ElementType target) {
    for (ElementType source : ElementType.values()) {
      byte[] from = new byte[2 * source.byteSize()];
      source.putInteger(MemorySegment.ofArray(from), source.byteSize(), 1);
      byte[] to = new byte[2 * target.byteSize()];
      conversion(source, target.tensorType(), 1).copyElements(MemorySegment.ofArray(from), 0,
          MemorySegment.ofArray(to), 0, 2);
      assertThat(target.real(MemorySegment.ofArray(to), 0)).as(source + " to " + target).isZero();
      assertThat(target.real(MemorySegment.ofArray(to), target.byteSize())).as(source + " to " + target).isEqualTo(1);
    }
  }

  private static Conversion conversion(ElementType source, DataType type, double scale) {
    return Conversion.of("x", source, new Shape(),
        new Conversion.Wish(type, scale, new float[0], new float[0], Conversion.Order.KEPT, 0));
  }

  private static long integer(ElementType type, Consumer<ByteBuffer> value) {
    long[] result = new long[1];
    conversion(type, DataType.INT64, 1).copyElements(element(value), 0, MemorySegment.ofArray(result), 0, 1);
    return result[0];
  }

  private static double real(ElementType type, Consumer<ByteBuffer> value) {
    double[] result = new double[1];
    conversion(type, DataType.FLOAT64, 1).copyElements(element(value), 0, MemorySegment.ofArray(result), 0, 1);
    return result[0];
  }

  private static MemorySegment element(Consumer<ByteBuffer> value) {
    ByteBuffer buffer = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    value.accept(buffer);
    return MemorySegment.ofArray(buffer.array());
  }
}
