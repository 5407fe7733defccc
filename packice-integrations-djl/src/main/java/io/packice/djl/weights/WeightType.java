package io.packice.djl.weights;

import ai.djl.ndarray.types.DataType;
import io.packice.djl.tensor.ElementType;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What a tensor's elements are, by the names of the safetensors format. */
public enum WeightType {
  /** Bytes of 0 and 1. */
  BOOL(8, ElementType.BOOL),
  /** Four bits: a float of 2 exponent bits and 1 of mantissa. */
  F4(4, null),
  /** Six bits: a float of 2 exponent bits and 3 of mantissa. */
  F6_E2M3(6, null),
  /** Six bits: a float of 3 exponent bits and 2 of mantissa. */
  F6_E3M2(6, null),
  /** Unsigned bytes. */
  U8(8, ElementType.UINT8),
  /** Signed bytes. */
  I8(8, ElementType.INT8),
  /** A float of 5 exponent bits and 2 of mantissa. */
  F8_E5M2(8, null),
  /** A float of 4 exponent bits and 3 of mantissa. */
  F8_E4M3(8, null),
  /** An exponent alone, for scales. */
  F8_E8M0(8, null),
  /** A float of 4 exponent bits and 3 of mantissa, without infinities and negative zero, as AMD has it. */
  F8_E4M3FNUZ(8, null),
  /** A float of 5 exponent bits and 2 of mantissa, without infinities and negative zero. */
  F8_E5M2FNUZ(8, null),
  /** Signed, two bytes. */
  I16(16, ElementType.INT16),
  /** Unsigned, two bytes. */
  U16(16, ElementType.UINT16),
  /** IEEE 754 binary16. */
  F16(16, ElementType.FLOAT16),
  /** The upper half of a binary32. */
  BF16(16, null),
  /** Signed, four bytes. */
  I32(32, ElementType.INT32),
  /** Unsigned, four bytes. */
  U32(32, ElementType.UINT32),
  /** IEEE 754 binary32. */
  F32(32, ElementType.FLOAT32),
  /** Two binary32: real and imaginary part. */
  C64(64, null),
  /** IEEE 754 binary64. */
  F64(64, ElementType.FLOAT64),
  /** Signed, eight bytes. */
  I64(64, ElementType.INT64),
  /** Unsigned, eight bytes. */
  U64(64, ElementType.UINT64);

  private final int bits;
  private final @Nullable ElementType element;

  WeightType(int bits, @Nullable ElementType element) {
    this.bits = bits;
    this.element = element;
  }

  /**
   * The length of one element; not always whole bytes.
   *
   * @return bits
   */
  public int bits() {
    return bits;
  }

  /**
   * The type that DJL's arrays over the very same bytes have.
   *
   * @return the type; empty where DJL has none, or its PyTorch engine would end the process
   */
  public Optional<DataType> arrayType() {
    return Optional.ofNullable(element).map(ElementType::tensorType);
  }

  /** How one is read; null for what only {@link Widening} or nobody reads. */
  @Nullable
  ElementType element() {
    return element;
  }

  /** The type of a name in a file. */
  static Optional<WeightType> named(String name) {
    return Arrays.stream(values()).filter(type -> type.name().equals(name)).findFirst();
  }

  /** The type of DJL's arrays of a type. */
  static Optional<WeightType> of(DataType type) {
    return Arrays.stream(values()).filter(each -> each.arrayType().filter(type::equals).isPresent()).findFirst();
  }
}
