package io.packice.arrow.parquet;

import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;

/** The distinct values of a column chunk. */
final class Dictionary {
  private static final int LENGTH_BYTES = 4;

  final int size;
  int[] ints = {};
  long[] longs = {};
  byte[] fixed = {};
  final VarBytes binary = new VarBytes();

  /** Reads a dictionary page, whose bytes must be at least as many as its values need. */
  Dictionary(Bytes in, int size, PrimitiveTypeName type, int width) {
    int leastBytes = type == PrimitiveTypeName.BINARY ? LENGTH_BYTES : width;
    if (size < 0 || (type != PrimitiveTypeName.BOOLEAN && (long) size * leastBytes > in.remaining())) {
      throw new DamageException("a dictionary has " + size + " values in " + in.remaining() + " bytes");
    }
    this.size = size;
    PlainDecoder plain = new PlainDecoder(in, type, width);
    switch (type) {
      case INT32, FLOAT -> {
        ints = new int[size];
        plain.ints(ints, 0, size);
      }
      case INT64, DOUBLE -> {
        longs = new long[size];
        plain.longs(longs, 0, size);
      }
      case INT96, FIXED_LEN_BYTE_ARRAY -> {
        fixed = new byte[size * width];
        plain.fixed(fixed, 0, size);
      }
      case BINARY -> plain.binary(binary, size);
      case BOOLEAN -> throw new DamageException("a column of BOOLEAN has a dictionary");
    }
  }
}
