package io.packice.jmh;

/** Says whether a benchmark did its work. */
final class Answer {
  private Answer() {
  }

  /**
   * Compares what a benchmark has computed with what it must.
   *
   * @throws IllegalStateException if they differ, which ends the benchmark without a figure
   */
  static long mustBe(long expected, long actual) {
    if (actual != expected) {
      throw new IllegalStateException(
          "Cannot count this benchmark: it computed " + actual + " instead of " + expected + "; mend it");
    }
    return actual;
  }
}
