package io.packice.arrow;

/** Numbers of things, as people say them. */
final class Counts {
  private Counts() {
  }

  /** Such as {@code 1 row}, {@code 2 rows}. */
  static String of(long number, String one) {
    return number + " " + one + (number == 1 ? "" : one.endsWith("ch") ? "es" : "s");
  }
}
