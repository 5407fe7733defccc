package io.packice.core;

import org.jspecify.annotations.Nullable;

/** The peer could not make sense of what it was asked. Fix the call; nothing was changed. */
public final class InvalidRequestException extends PackiceException {
  private static final long serialVersionUID = 1;

  /**
   * A refusal.
   *
   * @param message what cannot be done, the numbers, and what to do
   */
  public InvalidRequestException(String message) {
    this(message, null);
  }

  /**
   * A refusal that has a cause.
   *
   * @param message what cannot be done, the numbers, and what to do
   * @param cause what went wrong below; null if nothing did
   */
  public InvalidRequestException(String message, @Nullable Throwable cause) {
    super(ErrorCode.INVALID_REQUEST, message, cause);
  }
}
