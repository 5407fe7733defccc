package io.packice.transport.http;

/**
 * Joins the CRC32C of two neighbours to that of both, so that the parts of a blob may be checked by several threads as they arrive. The
 * arithmetic is zlib's {@code crc32_combine}: appending n zero bytes to a message is a linear map of its checksum, found by repeated squaring.
 */
final class Crc32cCombine {
  /** The Castagnoli polynomial, bits reversed. */
  private static final int POLYNOMIAL = 0x82F63B78;
  private static final int BITS = 32;

  private Crc32cCombine() {
  }

  /**
   * The checksum of both.
   *
   * @param first checksum of the first part
   * @param second checksum of the second part
   * @param secondBytes length of the second part, at least 0
   */
  static int combine(int first, int second, long secondBytes) {
    int[] map = oneZeroByte();
    int crc = first;
    for (long rest = secondBytes; rest != 0; rest >>>= 1) {
      if ((rest & 1) != 0) {
        crc = times(map, crc);
      }
      map = square(map);
    }
    return crc ^ second;
  }

  private static int[] oneZeroByte() {
    int[] bit = new int[BITS];
    bit[0] = POLYNOMIAL;
    for (int n = 1; n < BITS; n++) {
      bit[n] = 1 << (n - 1);
    }
    return square(square(square(bit)));
  }

  private static int times(int[] matrix, int vector) {
    int sum = 0;
    for (int n = 0; n < BITS; n++) {
      if ((vector >>> n & 1) != 0) {
        sum ^= matrix[n];
      }
    }
    return sum;
  }

  private static int[] square(int[] matrix) {
    int[] result = new int[BITS];
    for (int n = 0; n < BITS; n++) {
      result[n] = times(matrix, matrix[n]);
    }
    return result;
  }
}
