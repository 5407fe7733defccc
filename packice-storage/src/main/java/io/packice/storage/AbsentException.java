package io.packice.storage;

import org.jspecify.annotations.Nullable;

/** There is no such node, version or mount. */
public final class AbsentException extends NodeException {
  private static final long serialVersionUID = 1;

  /**
   * A refusal.
   *
   * @param message what cannot be done, why, and what to do; no secret
   * @param cause what the service's library threw; null if nothing
   */
  public AbsentException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }

  /**
   * A refusal without a cause.
   *
   * @param message what cannot be done, why, and what to do; no secret
   */
  public AbsentException(String message) {
    this(message, null);
  }
}
