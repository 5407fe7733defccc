package io.packice.djl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.types.DataType;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.function.Consumer;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ConversionTest {
  @Test
  void everyByteBecomesItsShareOfOne() {
    byte[] all = new byte[256];
    for (int i = 0; i < all.length; i++) {
      all[i] = (byte) i;
    }
    float[] floats = new float[256];
    Conversion.of(ElementType.UINT8, null, 1f / 255, "pixels")
        .copy(MemorySegment.ofArray(all), 0, MemorySegment.ofArray(floats), 0, 256);
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
    assertThat(integer(ElementType.FLOAT64, b -> b.putDouble(-3.9))).isEqualTo(-3);
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
    Conversion toInt = Conversion.of(ElementType.INT64, DataType.INT32, 1, "x");
    assertThatThrownBy(
        () -> toInt.copy(MemorySegment.ofArray(new long[] {1L << 31}), 0, MemorySegment.ofArray(new int[1]), 0, 1))
        .isInstanceOf(ArithmeticException.class);
    assertThatThrownBy(() -> integer(ElementType.UINT64, b -> b.putLong(-1))).isInstanceOf(ArithmeticException.class)
        .hasMessageContaining("18446744073709551615");
  }

  @ParameterizedTest
  @EnumSource(names = {"INT16", "UINT16", "UINT32", "UINT64"})
  void typesThatEndTheProcessAreRefusedBeforeAnyNativeCall(ElementType type) {
    assertThatThrownBy(() -> Conversion.of(type, null, 1, "height")).isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("Cannot make a tensor of column height").hasMessageContaining(type.name())
        .hasMessageContaining("convert it");
  }

  @ParameterizedTest
  @EnumSource(value = DataType.class,
      names = {"INT16", "UINT16", "UINT32", "UINT64", "BFLOAT16", "COMPLEX64", "STRING", "BOOLEAN", "UNKNOWN"})
  void suchTypesAreRefusedAsTargetsToo(DataType type) {
    assertThatThrownBy(() -> Conversion.of(ElementType.FLOAT32, type, 1, "height"))
        .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("from FLOAT32 to " + type.name());
  }

  @Test
  void onlyFloatingPointNumbersAreScaled() {
    assertThatThrownBy(() -> Conversion.of(ElementType.UINT8, DataType.INT64, 0.5, "x"))
        .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("Cannot scale column x by 0.5 as INT64");
  }

  @Test
  void columnsThatAreNoNumbersAreRefused() {
    assertThatThrownBy(() -> ElementType.of(new ArrowType.Utf8(), "name")).isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("Cannot make a tensor of column name");
    assertThat(ElementType.of(new ArrowType.Int(16, false), "x")).isEqualTo(ElementType.UINT16);
    assertThat(ElementType.of(new ArrowType.FloatingPoint(FloatingPointPrecision.HALF), "x"))
        .isEqualTo(ElementType.FLOAT16);
  }

  private static long integer(ElementType type, Consumer<ByteBuffer> value) {
    long[] result = new long[1];
    Conversion.of(type, DataType.INT64, 1, "x").copy(element(value), 0, MemorySegment.ofArray(result), 0, 1);
    return result[0];
  }

  private static double real(ElementType type, Consumer<ByteBuffer> value) {
    double[] result = new double[1];
    Conversion.of(type, DataType.FLOAT64, 1, "x").copy(element(value), 0, MemorySegment.ofArray(result), 0, 1);
    return result[0];
  }

  private static MemorySegment element(Consumer<ByteBuffer> value) {
    ByteBuffer buffer = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    value.accept(buffer);
    return MemorySegment.ofArray(buffer.array());
  }
}
