package io.packice.arrow;

/**
 * A change cannot be committed because the table has changed since it was planned, or somebody else is committing. Nothing was published, and what was
 * written for it is gone. Look at the table as it is now, and do it again.
 */
public final class TableConflictException extends RuntimeException {
  private static final long serialVersionUID = 1;

  /**
   * With a message that says what has changed, and what to do.
   *
   * @param message the message
   */
  public TableConflictException(String message) {
    super(message);
  }
}
