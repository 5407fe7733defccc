package io.packice.storage;

import org.jspecify.annotations.Nullable;

/** The service does not answer, breaks off, has no room, or asks to come back later. */
public final class UnavailableException extends NodeException {
  private static final long serialVersionUID = 1;

  private final boolean passing;

  /**
   * A failure.
   *
   * @param message what cannot be done, why, and what to do; no secret
   * @param passing whether the same call may succeed soon: then it is repeated where that is safe
   * @param cause what was thrown below; null if nothing
   */
  public UnavailableException(String message, boolean passing, @Nullable Throwable cause) {
    super(message, cause);
    this.passing = passing;
  }

  /**
   * Whether it may pass.
   *
   * @return true if the same call may succeed soon
   */
  public boolean isPassing() {
    return passing;
  }
}
