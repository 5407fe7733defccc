package io.packice.arrow.parquet;

/** Gives the values of a page one after the other, in the form of the column's physical type; nulls are not among them. */
abstract class ValueDecoder {
  private final String encoding;

  ValueDecoder(String encoding) {
    this.encoding = encoding;
  }

  /** BOOLEAN as 0 and 1, INT32, and the bits of FLOAT. */
  void ints(int[] out, int offset, int count) {
    throw cannot("INT32");
  }

  /** INT64, and the bits of DOUBLE. */
  void longs(long[] out, int offset, int count) {
    throw cannot("INT64");
  }

  /** INT96 and FIXED_LEN_BYTE_ARRAY, one value behind the other; offset and count are in values. */
  void fixed(byte[] out, int offset, int count) {
    throw cannot("FIXED_LEN_BYTE_ARRAY");
  }

  /** BYTE_ARRAY. */
  void binary(VarBytes out, int count) {
    throw cannot("BYTE_ARRAY");
  }

  private DamageException cannot(String type) {
    return new DamageException("a page of " + type + " is said to be encoded as " + encoding);
  }
}
