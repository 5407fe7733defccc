package io.packice.core;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * The name of an object: 1 to 255 bytes of UTF-8, printable, without leading or trailing space.
 *
 * <p>Any such id is safe on every backend: {@code ../x} names an ordinary object, a slash is a character like any other. Ids are
 * compared byte for byte; there is no case folding and no Unicode normalisation. Immutable, safe from any thread.
 *
 * @param value the id as text
 */
public record ObjectId(String value) implements Comparable<ObjectId> {
  /** The longest id, in bytes of UTF-8. */
  public static final int MAX_BYTES = 255;

  private static final int MOST_SHOWN = 80;

  private static final SecureRandom RANDOM = new SecureRandom();

  /**
   * Checks the id.
   *
   * @throws IllegalArgumentException if the id is empty, longer than {@value #MAX_BYTES} bytes, has a character that does not print
   *     (control and format characters, line separators, lone surrogates), or starts or ends with a space; choose another id
   */
  public ObjectId {
    requireName(value, "an object id", "object id");
  }

  /** Refuses what is no name: as of objects, so of groups, for names stand in listings, logs and messages of others. */
  static void requireName(String value, String one, String what) {
    boolean isPlain = isPlain(value);
    int bytes = isPlain ? value.length() : value.getBytes(StandardCharsets.UTF_8).length;
    if (bytes < 1 || bytes > MAX_BYTES) {
      throw new IllegalArgumentException(
          "Cannot use " + one + " of " + bytes + " bytes; it has 1 to " + MAX_BYTES + " bytes of UTF-8");
    }
    if (!isPlain && !isPrintable(value)) {
      throw new IllegalArgumentException(
          "Cannot use " + what + " " + quoted(value)
              + ": it has a character that does not print; use letters, digits, punctuation");
    }
    if (Character.isSpaceChar(value.codePointAt(0)) || Character.isSpaceChar(value.codePointBefore(value.length()))) {
      throw new IllegalArgumentException(
          "Cannot use " + what + " " + quoted(value) + ": it starts or ends with a space; trim it");
    }
  }

  /**
   * A new id that nobody else has: 128 random bits as 32 hexadecimal digits.
   *
   * @return an id for an object whose creator did not name it
   */
  public static ObjectId random() {
    return new ObjectId(randomHex());
  }

  /** 128 bits from a secure source as 32 hexadecimal digits. */
  static String randomHex() {
    byte[] bits = new byte[16];
    RANDOM.nextBytes(bits);
    return HexFormat.of().formatHex(bits);
  }

  /** Whether all of it is ASCII that prints, as of most ids, which are checked the fastest so: a start makes one for every object. */
  private static boolean isPlain(String text) {
    for (int at = 0; at < text.length(); at++) {
      char c = text.charAt(at);
      if (c < ' ' || c > '~') {
        return false;
      }
    }
    return true;
  }

  /** A loop, because a start makes an id for every object: a stream is several times as slow until it is compiled. */
  private static boolean isPrintable(String text) {
    for (int at = 0; at < text.length();) {
      int codePoint = text.codePointAt(at);
      if (!isPrintable(codePoint)) {
        return false;
      }
      at += Character.charCount(codePoint);
    }
    return true;
  }

  static boolean isPrintable(int codePoint) {
    return switch (Character.getType(codePoint)) {
      case Character.CONTROL, Character.FORMAT, Character.SURROGATE, Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR -> false;
      default -> true;
    };
  }

  /** A text of somebody's in a message. */
  static String quoted(String text) {
    return "\"" + Utf8.legible(text, MOST_SHOWN) + "\"";
  }

  /** Orders ids by their UTF-16 code units, as {@link String#compareTo} does; pages of a listing follow this order. */
  @Override
  public int compareTo(ObjectId other) {
    return value.compareTo(other.value);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof ObjectId id && value.equals(id.value);
  }

  /** Written out, as {@link #equals} is, because what the JVM makes for a record is slow until it is compiled. */
  @Override
  public int hashCode() {
    return value.hashCode();
  }

  /** The id itself. */
  @Override
  public String toString() {
    return value;
  }
}
