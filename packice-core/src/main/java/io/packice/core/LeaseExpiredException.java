package io.packice.core;

import org.jspecify.annotations.Nullable;

/** The lease has ended: released, past its TTL, or its session closed. Acquire anew; an unsealed draft is gone. */
public final class LeaseExpiredException extends PackiceException {
  private static final long serialVersionUID = 1;

  /**
   * A refusal.
   *
   * @param message what cannot be done, the numbers, and what to do
   */
  public LeaseExpiredException(String message) {
    this(message, null);
  }

  /**
   * A refusal that has a cause.
   *
   * @param message what cannot be done, the numbers, and what to do
   * @param cause what went wrong below; null if nothing did
   */
  public LeaseExpiredException(String message, @Nullable Throwable cause) {
    super(ErrorCode.LEASE_EXPIRED, message, cause);
  }
}
