package io.packice.cli.tables;

/**
 * What stands between the fields of a CSV file.
 *
 * @param character the one character
 */
public record Separator(char character) {
  private static final String NEVER = "\"\r\n";

  /**
   * Reads one character, or {@code tab}, which is awkward to type.
   *
   * @param text as it was given
   * @return the character
   */
  public static Separator parse(String text) {
    if (text.equals("tab") || text.equals("\\t")) {
      return new Separator('\t');
    }
    if (text.length() != 1 || NEVER.contains(text) || Character.isLetterOrDigit(text.charAt(0))) {
      throw new IllegalArgumentException("Cannot use \"" + text
          + "\" between fields; give one character such as ';' or '|', or tab, but no letter, digit, quote or line end");
    }
    return new Separator(text.charAt(0));
  }
}
