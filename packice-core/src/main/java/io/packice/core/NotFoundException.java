package io.packice.core;

import org.jspecify.annotations.Nullable;

/** Nothing is sealed under this id. Create it, or look at the listing. */
public final class NotFoundException extends PackiceException {
  private static final long serialVersionUID = 1;

  /**
   * A refusal.
   *
   * @param message what cannot be done, the numbers, and what to do
   */
  public NotFoundException(String message) {
    this(message, null);
  }

  /**
   * A refusal to read what an id named some time ago.
   *
   * @param id the object
   * @param asOf as of when it was to be read
   * @return the refusal
   */
  public static NotFoundException asOf(ObjectId id, long asOf) {
    return new NotFoundException("Cannot acquire " + id + " as of " + asOf
        + ": what it named then is gone, and no lease of that time keeps it; begin anew with what names it, such as its table");
  }

  /**
   * A refusal that has a cause.
   *
   * @param message what cannot be done, the numbers, and what to do
   * @param cause what went wrong below; null if nothing did
   */
  public NotFoundException(String message, @Nullable Throwable cause) {
    super(ErrorCode.NOT_FOUND, message, cause);
  }
}
