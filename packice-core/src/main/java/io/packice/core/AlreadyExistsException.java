package io.packice.core;

import org.jspecify.annotations.Nullable;

/** The id is taken, by a sealed object or by a draft. Choose another id, ask to replace, or read what is there. */
public final class AlreadyExistsException extends PackiceException {
  private static final long serialVersionUID = 1;

  /**
   * A refusal.
   *
   * @param message what cannot be done, the numbers, and what to do
   */
  public AlreadyExistsException(String message) {
    this(message, null);
  }

  /**
   * A refusal that has a cause.
   *
   * @param message what cannot be done, the numbers, and what to do
   * @param cause what went wrong below; null if nothing did
   */
  public AlreadyExistsException(String message, @Nullable Throwable cause) {
    super(ErrorCode.ALREADY_EXISTS, message, cause);
  }
}
