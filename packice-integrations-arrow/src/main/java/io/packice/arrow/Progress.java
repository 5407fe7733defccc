package io.packice.arrow;

/** Hears how far long work has come, for a progress bar. Called now and then by the thread that works, so it had better be quick. */
@FunctionalInterface
public interface Progress {
  /** Nobody listens. */
  Progress NONE = (_, _) -> {
  };

  /**
   * The work has come this far. The numbers never go back; the last call has {@code doneBytes} equal to {@code totalBytes}.
   *
   * @param doneBytes bytes of input consumed so far, counted once for every time that they are read
   * @param totalBytes bytes of input to be consumed in all
   */
  void report(long doneBytes, long totalBytes);
}
