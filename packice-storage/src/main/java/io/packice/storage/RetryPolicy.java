package io.packice.storage;

import java.time.Duration;

/**
 * How often and how patiently what may pass is tried again.
 *
 * @param attempts how often in all, at least 1
 * @param first the pause before the second attempt; each further one is twice as long
 * @param longest no pause is longer
 */
public record RetryPolicy(int attempts, Duration first, Duration longest) {
  /** Five attempts within about three seconds. */
  public static final RetryPolicy DEFAULT = new RetryPolicy(5, Duration.ofMillis(100), Duration.ofSeconds(5));

  /**
   * Checks.
   *
   * @throws IllegalArgumentException if there is no attempt, or a pause is negative
   */
  public RetryPolicy {
    if (attempts < 1 || attempts > 100 || first.isNegative() || longest.compareTo(first) < 0) {
      throw new IllegalArgumentException("Cannot try " + attempts + " times with pauses of " + first + " to " + longest
          + ": there is 1 to 100 attempts, and pauses that do not shrink; correct the policy");
    }
  }

  /** The longest pause before an attempt, from 2. */
  Duration bound(int attempt) {
    int doublings = Math.min(30, attempt - 2);
    Duration doubled = first.multipliedBy(1L << doublings);
    return doubled.compareTo(longest) < 0 ? doubled : longest;
  }
}
