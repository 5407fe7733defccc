package io.packice.arrow.text;

import java.util.Locale;

/** Halves of characters beyond U+FFFF that stand alone: JSON can write them, UTF-8 cannot. */
final class Surrogates {
  private Surrogates() {
  }

  /** Where the first one is; -1 if a text has none. */
  static int lone(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (Character.isSurrogate(c)) {
        if (Character.isLowSurrogate(c) || i + 1 == text.length() || !Character.isLowSurrogate(text.charAt(i + 1))) {
          return i;
        }
        i++;
      }
    }
    return -1;
  }

  /** As it can be printed. */
  static String escaped(String text) {
    StringBuilder shown = new StringBuilder();
    text.codePoints().forEach(c -> {
      if (c <= Character.MAX_VALUE && Character.isSurrogate((char) c)) {
        shown.append(String.format(Locale.ROOT, "\\u%04x", c));
      } else {
        shown.appendCodePoint(c);
      }
    });
    return shown.toString();
  }
}
