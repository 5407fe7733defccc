package io.packice.arrow.parquet;

/** Arrow's text is UTF-8, and its readers rely on it. */
final class Utf8 {
  private Utf8() {
  }

  static void requireValid(VarBytes strings) {
    byte[] bytes = strings.bytes();
    if (isAscii(bytes, strings.byteSize())) {
      return;
    }
    for (int i = 0; i < strings.count(); i++) {
      int wrong = firstWrong(bytes, strings.start(i), strings.start(i) + strings.length(i));
      if (wrong >= 0) {
        throw new DamageException("a text is not UTF-8, it has the byte " + String.format("%02x", bytes[wrong])
            + " at " + (wrong - strings.start(i)));
      }
    }
  }

  /** Where the first byte stands that is no character's; -1 if there is none. */
  static int firstWrong(byte[] bytes, int start, int end) {
    for (int at = start; at < end;) {
      int length = bytes[at] >= 0 ? 1 : sequence(bytes, at, end);
      if (length == 0) {
        return at;
      }
      at += length;
    }
    return -1;
  }

  private static boolean isAscii(byte[] bytes, int length) {
    byte any = 0;
    for (int i = 0; i < length; i++) {
      any |= bytes[i];
    }
    return any >= 0;
  }

  /** Length of a character of more than one byte; 0 if it is none, too long for what it says, or half of a pair. */
  private static int sequence(byte[] bytes, int at, int end) {
    int first = bytes[at] & 0xFF;
    int length = first < 0xC2 ? 0 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : first < 0xF5 ? 4 : 0;
    if (length == 0 || at + length > end) {
      return 0;
    }
    for (int i = 1; i < length; i++) {
      if ((bytes[at + i] & 0xC0) != 0x80) {
        return 0;
      }
    }
    int second = bytes[at + 1] & 0xFF;
    int least = first == 0xE0 ? 0xA0 : first == 0xF0 ? 0x90 : 0x80;
    int most = first == 0xED ? 0x9F : first == 0xF4 ? 0x8F : 0xBF;
    return second >= least && second <= most ? length : 0;
  }
}
