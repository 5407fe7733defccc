package io.packice.core;

import org.jspecify.annotations.Nullable;

/** The lease, or the caller, does not have this right. Acquire with the intent that gives it. */
public final class NotPermittedException extends PackiceException {
  private static final long serialVersionUID = 1;

  /**
   * A refusal.
   *
   * @param message what cannot be done, the numbers, and what to do
   */
  public NotPermittedException(String message) {
    this(message, null);
  }

  /**
   * A refusal that has a cause.
   *
   * @param message what cannot be done, the numbers, and what to do
   * @param cause what went wrong below; null if nothing did
   */
  public NotPermittedException(String message, @Nullable Throwable cause) {
    super(ErrorCode.NOT_PERMITTED, message, cause);
  }
}
