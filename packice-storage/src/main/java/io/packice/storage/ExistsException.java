package io.packice.storage;

import org.jspecify.annotations.Nullable;

/** There is something already where something new was to be, or something of the other kind. */
public final class ExistsException extends NodeException {
  private static final long serialVersionUID = 1;

  /**
   * A refusal.
   *
   * @param message what cannot be done, why, and what to do; no secret
   * @param cause what the service's library threw; null if nothing
   */
  public ExistsException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }

  /**
   * A refusal without a cause.
   *
   * @param message what cannot be done, why, and what to do; no secret
   */
  public ExistsException(String message) {
    this(message, null);
  }
}
