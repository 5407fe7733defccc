package io.packice.core;

import org.jspecify.annotations.Nullable;

/**
 * There is no room, and nothing may be evicted to make some. Nothing was taken: release or discard something, or give the peer more. The message
 * names what was evicted for the same writer before, if anything was.
 */
public final class CapacityExceededException extends PackiceException {
  private static final long serialVersionUID = 1;

  /**
   * A refusal.
   *
   * @param message what cannot be done, the numbers, and what to do
   */
  public CapacityExceededException(String message) {
    this(message, null);
  }

  /**
   * A refusal that has a cause.
   *
   * @param message what cannot be done, the numbers, and what to do
   * @param cause what went wrong below; null if nothing did
   */
  public CapacityExceededException(String message, @Nullable Throwable cause) {
    super(ErrorCode.CAPACITY_EXCEEDED, message, cause);
  }
}
