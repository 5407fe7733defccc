package io.packice.core;

/** What is done with threads in more than one place. */
public final class Threads {
  private Threads() {
  }

  /**
   * Waits for a thread's end, also when this one is interrupted meanwhile, which it is afterwards then: a close that is cut short would leak.
   *
   * @param thread which ends soon
   */
  public static void join(Thread thread) {
    boolean interrupted = false;
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
