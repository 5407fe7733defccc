package io.packice.arrow.schema;

/** Numbers of things, as people say them. */
public final class Counts {
  private Counts() {
  }

  /**
   * Such as {@code 1 row}, {@code 2 rows}.
   *
   * @param number how many
   * @param one what one of them is called
   * @return the number and the word
   */
  public static String of(long number, String one) {
    return number + " " + one + (number == 1 ? "" : one.endsWith("ch") ? "es" : "s");
  }
}
