package io.packice.core;

/** Text of strangers, for logs and messages that others read: what would control a terminal, or is no character, is written out. */
public final class Printable {
  private static final int MOST_QUOTED = 80;

  private Printable() {
  }

  /** Whether all of it prints. A loop, because a start makes an id for every object: a stream is several times as slow until it is compiled. */
  static boolean isAllOf(String text) {
    for (int at = 0; at < text.length();) {
      int codePoint = text.codePointAt(at);
      if (!isPrintable(codePoint)) {
        return false;
      }
      at += Character.charCount(codePoint);
    }
    return true;
  }

  private static boolean isPrintable(int codePoint) {
    return switch (Character.getType(codePoint)) {
      case Character.CONTROL, Character.FORMAT, Character.SURROGATE, Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR -> false;
      default -> true;
    };
  }

  /**
   * The text, with the others written as in Java.
   *
   * @param text any text
   * @return text on one line that prints
   */
  public static String escaped(String text) {
    if (isAllOf(text)) {
      return text;
    }
    StringBuilder out = new StringBuilder();
    text.codePoints().forEach(c -> {
      if (isPrintable(c)) {
        out.appendCodePoint(c);
      } else {
        out.append(String.format("\\u%04x", c));
      }
    });
    return out.toString();
  }

  /**
   * The beginning of a text, in quotes.
   *
   * @param text any text
   * @return its first 80 characters, escaped
   */
  public static String quoted(String text) {
    int end = text.codePointCount(0, text.length()) <= MOST_QUOTED ? text.length()
        : text.offsetByCodePoints(0, MOST_QUOTED);
    return '"' + escaped(text.substring(0, end)) + '"';
  }
}
