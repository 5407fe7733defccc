package io.packice.spark.write;

import org.apache.spark.unsafe.Platform;

/** Bitmaps of Arrow, by address. */
final class Bits {
  private Bits() {
  }

  static void set(long bitmap, int index) {
    long address = bitmap + (index >> 3);
    Platform.putByte(null, address, (byte) (Platform.getByte(null, address) | 1 << (index & 7)));
  }
}
