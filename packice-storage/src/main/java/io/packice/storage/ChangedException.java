package io.packice.storage;

import org.jspecify.annotations.Nullable;

/** The bytes are no longer those that the reading began with, or not as many as the service said. Begin anew. */
public final class ChangedException extends NodeException {
  private static final long serialVersionUID = 1;

  /**
   * A refusal.
   *
   * @param message what cannot be done, why, and what to do; no secret
   * @param cause what the service's library threw; null if nothing
   */
  public ChangedException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }

  /**
   * A refusal without a cause.
   *
   * @param message what cannot be done, why, and what to do; no secret
   */
  public ChangedException(String message) {
    this(message, null);
  }
}
