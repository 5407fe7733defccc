package io.packice.arrow;

import org.jspecify.annotations.Nullable;

/**
 * A table cannot be read as it stands: the object is not a table, it was written in a newer format, or a manifest or part is damaged. Nothing
 * was handed out. What to do stands in the message: another name, a newer Packice, or writing the table anew.
 */
public final class TableFormatException extends RuntimeException {
  private static final long serialVersionUID = 1;

  TableFormatException(String message) {
    this(message, null);
  }

  TableFormatException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
