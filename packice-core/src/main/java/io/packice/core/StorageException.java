package io.packice.core;

import org.jspecify.annotations.Nullable;

/** The host refused an operation on memory or a file. The message names it and the errno; what was sealed is untouched. */
public final class StorageException extends PackiceException {
  private static final long serialVersionUID = 1;

  /**
   * A refusal.
   *
   * @param message what cannot be done, the numbers, and what to do
   */
  public StorageException(String message) {
    this(message, null);
  }

  /**
   * A refusal that has a cause.
   *
   * @param message what cannot be done, the numbers, and what to do
   * @param cause what went wrong below; null if nothing did
   */
  public StorageException(String message, @Nullable Throwable cause) {
    super(ErrorCode.STORAGE_FAILED, message, cause);
  }
}
