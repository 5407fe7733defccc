package io.packice.storage;

import org.jspecify.annotations.Nullable;

/** The service, its rights, or the permissions of the mount refuse this: wrong credentials, an expired token, a name that it cannot have, a path out of the root. */
public final class DeniedException extends NodeException {
  private static final long serialVersionUID = 1;

  /**
   * A refusal.
   *
   * @param message what cannot be done, why, and what to do; no secret
   * @param cause what the service's library threw; null if nothing
   */
  public DeniedException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }

  /**
   * A refusal without a cause.
   *
   * @param message what cannot be done, why, and what to do; no secret
   */
  public DeniedException(String message) {
    this(message, null);
  }
}
