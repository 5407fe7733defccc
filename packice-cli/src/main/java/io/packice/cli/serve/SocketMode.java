package io.packice.cli.serve;

import java.util.regex.Pattern;

/**
 * Permissions of a socket file, as in chmod.
 *
 * @param bits the permissions
 */
public record SocketMode(int bits) {
  static final int FOR_OTHERS = 0666;

  private static final Pattern OCTAL = Pattern.compile("0?[0-7]{3}");
  private static final int OWNER_READS_AND_WRITES = 0600;
  private static final int OTHERS_WRITE = 0022;

  /**
   * Reads {@code 0660} or {@code 660}.
   *
   * @param text as it was given
   * @return what it names
   */
  public static SocketMode parse(String text) {
    if (OCTAL.matcher(text).matches()) {
      int bits = Integer.parseInt(text, 8);
      if ((bits & OWNER_READS_AND_WRITES) == OWNER_READS_AND_WRITES) {
        return new SocketMode(bits);
      }
    }
    throw new IllegalArgumentException("Cannot use \"" + text
        + "\" as a socket's mode; write such as 0600, 0660 or 0666, in octal, with read and write for the owner");
  }

  /** Whether anybody but the owner may connect, as far as the file goes. */
  static boolean letsOthersIn(int bits) {
    return (bits & OTHERS_WRITE) != 0;
  }

  /** Such as {@code 0660}. */
  static String format(int bits) {
    return "0" + Integer.toOctalString(bits);
  }
}
