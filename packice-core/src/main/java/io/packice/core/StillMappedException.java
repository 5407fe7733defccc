package io.packice.core;

import org.jspecify.annotations.Nullable;

/** The draft cannot be sealed, because somebody maps it writable. The draft stays: unmap it, then seal again. */
public final class StillMappedException extends PackiceException {
  private static final long serialVersionUID = 1;

  /**
   * A refusal.
   *
   * @param message what cannot be done, the numbers, and what to do
   */
  public StillMappedException(String message) {
    this(message, null);
  }

  /**
   * A refusal that has a cause.
   *
   * @param message what cannot be done, the numbers, and what to do
   * @param cause what went wrong below; null if nothing did
   */
  public StillMappedException(String message, @Nullable Throwable cause) {
    super(ErrorCode.STILL_MAPPED, message, cause);
  }
}
