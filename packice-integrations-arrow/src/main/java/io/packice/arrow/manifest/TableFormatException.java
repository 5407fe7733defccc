package io.packice.arrow.manifest;

import org.jspecify.annotations.Nullable;

/**
 * A table cannot be read as it stands: the object is not a table, it was written in a newer format, or a manifest or part is damaged. Nothing
 * was handed out. What to do stands in the message: another name, a newer Packice, or writing the table anew.
 */
public final class TableFormatException extends RuntimeException {
  private static final long serialVersionUID = 1;

  /**
   * Of a table that cannot be read.
   *
   * @param message what, why, and what to do
   */
  public TableFormatException(String message) {
    this(message, null);
  }

  /**
   * Of a table that cannot be read.
   *
   * @param message what, why, and what to do
   * @param cause what found it out; may be null
   */
  public TableFormatException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
