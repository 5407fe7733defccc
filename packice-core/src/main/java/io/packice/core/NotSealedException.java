package io.packice.core;

import org.jspecify.annotations.Nullable;

/** Somebody is making the object, and it was not sealed within the time that the caller would wait. Nothing was taken: try again. */
public final class NotSealedException extends PackiceException {
  private static final long serialVersionUID = 1;

  /**
   * A refusal.
   *
   * @param message what cannot be done, the numbers, and what to do
   */
  public NotSealedException(String message) {
    this(message, null);
  }

  /**
   * A refusal that has a cause.
   *
   * @param message what cannot be done, the numbers, and what to do
   * @param cause what went wrong below; null if nothing did
   */
  public NotSealedException(String message, @Nullable Throwable cause) {
    super(ErrorCode.NOT_SEALED, message, cause);
  }
}
