package io.packice.core;

import org.jspecify.annotations.Nullable;

/** No peer answers at the address, or the connection broke. Every lease of the session is gone; connect anew. What was asked last may or may not have been done. */
public final class PeerUnavailableException extends PackiceException {
  private static final long serialVersionUID = 1;

  /**
   * A refusal.
   *
   * @param message what cannot be done, the numbers, and what to do
   */
  public PeerUnavailableException(String message) {
    this(message, null);
  }

  /**
   * A refusal that has a cause.
   *
   * @param message what cannot be done, the numbers, and what to do
   * @param cause what went wrong below; null if nothing did
   */
  public PeerUnavailableException(String message, @Nullable Throwable cause) {
    super(ErrorCode.UNAVAILABLE, message, cause);
  }
}
