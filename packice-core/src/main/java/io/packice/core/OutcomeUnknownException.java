package io.packice.core;

import org.jspecify.annotations.Nullable;

/**
 * A change was asked for, such as a seal, and nobody can tell whether it was done: the answer was lost, and the peer that gave it ended or has forgotten it
 * since. The message says what to look at. To ask again without a look may do it twice, to something that came meanwhile. Leases are as they were.
 */
public final class OutcomeUnknownException extends PackiceException {
  private static final long serialVersionUID = 1;

  /**
   * A refusal.
   *
   * @param message what cannot be told, why, and what to look at
   */
  public OutcomeUnknownException(String message) {
    this(message, null);
  }

  /**
   * A refusal that has a cause.
   *
   * @param message what cannot be told, why, and what to look at
   * @param cause what went wrong below; null if nothing did
   */
  public OutcomeUnknownException(String message, @Nullable Throwable cause) {
    super(ErrorCode.OUTCOME_UNKNOWN, message, cause);
  }
}
