package io.packice.core;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/**
 * Text and its bytes, one for one: whatever would become a question mark on the way, and so the same as something else, is found here. Java's own
 * conversions say nothing of it.
 */
public final class Utf8 {
  /** What Java makes of bytes that are no UTF-8. */
  private static final char REPLACEMENT = '\ufffd';

  private Utf8() {
  }

  /**
   * Whether a text has a form in UTF-8, which one with half of a character beyond {@code \uffff} (a lone surrogate) has not.
   *
   * @param text any text
   * @return false if it has such a half
   */
  public static boolean hasForm(String text) {
    for (int at = 0; at < text.length(); at++) {
      if (Character.isSurrogate(text.charAt(at))) {
        boolean isPair = at + 1 < text.length() && Character.isSurrogatePair(text.charAt(at), text.charAt(at + 1));
        if (!isPair) {
          return false;
        }
        at++;
      }
    }
    return true;
  }

  /**
   * How long a text is in UTF-8.
   *
   * @param text a text that {@linkplain #hasForm has a form} in it
   * @return bytes
   */
  public static int byteSize(String text) {
    int bytes = text.length();
    for (int at = 0; at < text.length(); at++) {
      char c = text.charAt(at);
      bytes += c < 0x80 ? 0 : c < 0x800 || Character.isSurrogate(c) ? 1 : 2; // a pair has four bytes
    }
    return bytes;
  }

  /**
   * The text of bytes, none of which may be wrong.
   *
   * @param bytes a buffer
   * @param offset of the first
   * @param length how many
   * @return their text
   * @throws CharacterCodingException if they are not UTF-8, for example a character in more bytes than it needs
   */
  public static String decode(byte[] bytes, int offset, int length) throws CharacterCodingException {
    String text = new String(bytes, offset, length, StandardCharsets.UTF_8); // several times as fast as a decoder
    return text.indexOf(REPLACEMENT) < 0 ? text
        : StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes, offset, length)).toString();
  }

  /**
   * Any text in a form that can be sent, on one line: what does not print, halves of characters included, stands there as in {@code \\u0007}. For what people read.
   *
   * @param text any text
   * @param most the most characters; what is longer is cut between two
   * @return the text itself, if nothing is wrong with it
   */
  public static String legible(String text, int most) {
    if (text.length() <= most && text.codePoints().allMatch(ObjectId::isPrintable)) {
      return text;
    }
    StringBuilder out = new StringBuilder();
    text.codePoints().limit(most).forEach(c -> {
      if (ObjectId.isPrintable(c)) {
        out.appendCodePoint(c);
      } else {
        out.append(String.format("\\u%04x", c));
      }
    });
    return text.codePointCount(0, text.length()) > most ? out.append('…').toString() : out.toString();
  }
}
