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
   * Any text in a form that can be sent, on one line: what does not print, halves of characters included, stands there as in {@code \\u0007}.
   *
   * @param text any text
   * @param most the most characters; what is longer is cut between two
   * @return the text itself, if nothing is wrong with it
   */
  public static String legible(String text, int most) {
    if (text.length() <= most && isAllOf(text)) {
      return text;
    }
    StringBuilder out = new StringBuilder();
    text.codePoints().limit(most).forEach(c -> {
      if (isPrintable(c)) {
        out.appendCodePoint(c);
      } else {
        out.append(String.format("\\u%04x", c));
      }
    });
    return text.codePointCount(0, text.length()) > most ? out.append('…').toString() : out.toString();
  }

  /**
   * The whole text, with what does not print written as in Java.
   *
   * @param text any text
   * @return text on one line that prints
   */
  public static String escaped(String text) {
    return legible(text, Integer.MAX_VALUE);
  }

  /**
   * The beginning of a text, in quotes.
   *
   * @param text any text
   * @return its first 80 characters, escaped
   */
  public static String quoted(String text) {
    return '"' + legible(text, MOST_QUOTED) + '"';
  }
}
