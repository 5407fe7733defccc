package io.packice.core;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/** The pauses of who asks again and again because nobody tells it when: longer each time, up to a second. */
public final class Backoff {
  private static final long FIRST_PAUSE_MILLIS = 20;
  private static final long MOST_PAUSE_MILLIS = 1_000;

  private Backoff() {
  }

  /**
   * Waits before the next question.
   *
   * @param refusals how many there were in a row, at least 1
   * @param left the longest pause
   * @param refusal the last of them, thrown if this thread is interrupted
   */
  public static void pause(int refusals, Duration left, RuntimeException refusal) {
    try {
      long most = Math.clamp(FIRST_PAUSE_MILLIS << Math.min(refusals, 10), 1, MOST_PAUSE_MILLIS);
      long millis = ThreadLocalRandom.current().nextLong(most / 2, most + 1); // not all at the same moment
      Thread.sleep(Math.min(millis, left.toMillis() + 1));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw refusal;
    }
  }
}
