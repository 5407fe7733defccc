package io.packice.arrow.text;

/** How long what stands in one place of a text file may be: a quote that is never closed should not take all memory. */
final class TextLimits {
  /** Characters of a value, unless somebody says otherwise. */
  static final int MAX_CELL = 64_000_000;
  /** More than this could not be kept: a batch's text has offsets of 31 bits, and a character up to 3 bytes. */
  static final int HIGHEST_MAX_CELL = 500_000_000;

  private TextLimits() {
  }

  /** Refuses a limit that is none. */
  static int requireMaxCell(int characters) {
    if (characters < 1 || characters > HIGHEST_MAX_CELL) {
      throw new IllegalArgumentException(
          "Cannot read values of up to " + characters + " characters; give 1 to " + HIGHEST_MAX_CELL);
    }
    return characters;
  }
}
