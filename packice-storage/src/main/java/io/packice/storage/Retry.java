package io.packice.storage;

import java.time.Duration;
import java.util.function.DoubleSupplier;
import java.util.function.Supplier;

/** Repeats what failed and may pass: exponential backoff with full jitter, bounded. Safe from any thread. */
public final class Retry {
  /** How to wait: really, or by a test's clock. */
  @FunctionalInterface
  interface Pause {
    void of(Duration duration) throws InterruptedException;
  }

  private final RetryPolicy policy;
  private final Pause pause;
  private final DoubleSupplier random;

  Retry(RetryPolicy policy, Pause pause, DoubleSupplier random) {
    this.policy = policy;
    this.pause = pause;
    this.random = random;
  }

  /** How often in all. */
  int attempts() {
    return policy.attempts();
  }

  /**
   * Does something that is safe to repeat.
   *
   * @param <T> what it gives
   * @param action throws {@link UnavailableException} where it failed
   * @return what the first success gave
   * @throws UnavailableException as the last attempt threw it, or the first that will not pass, or if the thread was interrupted
   */
  public <T> T call(Supplier<T> action) {
    for (int attempt = 1;; attempt++) {
      try {
        return action.get();
      } catch (UnavailableException e) {
        if (!e.isPassing() || attempt >= policy.attempts()) {
          throw e;
        }
        pauseBefore(attempt + 1, e);
      }
    }
  }

  /** Waits before an attempt, from 2, because of what the one before met. */
  void pauseBefore(int attempt, UnavailableException why) {
    try {
      pause.of(Duration.ofNanos((long) (policy.bound(attempt).toNanos() * random.getAsDouble())));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      why.addSuppressed(e);
      throw why;
    }
  }
}
