package io.packice.arrow.parquet;

/** Gives integers one after the other. */
@FunctionalInterface
interface IntDecoder {
  /** Reads so many integers; throws {@link DamageException} if there are fewer. */
  void read(int[] out, int offset, int count);

  /** Gives zeros for ever: the levels of a column that has none. */
  static IntDecoder zeros() {
    return (out, offset, count) -> java.util.Arrays.fill(out, offset, offset + count, 0);
  }

  /** Parquet's oldest encoding of levels: bits from the highest to the lowest, without runs. */
  static IntDecoder bitPacked(Bytes in, int bitWidth) {
    return new IntDecoder() {
      private long bits;
      private int held;

      @Override
      public void read(int[] out, int offset, int count) {
        for (int i = offset; i < offset + count; i++) {
          while (held < bitWidth) {
            bits = bits << Byte.SIZE | in.unsignedByte();
            held += Byte.SIZE;
          }
          held -= bitWidth;
          out[i] = (int) (bits >>> held) & ((1 << bitWidth) - 1);
        }
      }
    };
  }
}
