package io.packice.arrow.imports;

import io.packice.arrow.schema.Damage;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * A file cannot be imported because of what it holds: it is of another kind, damaged or cut short. The message names the file and, where
 * there is one, the line; no table was made.
 */
public final class ImportException extends IOException {
  private static final long serialVersionUID = 1;

  /**
   * Of a format that finds something wrong.
   *
   * @param message what, where, and what to do
   */
  public ImportException(String message) {
    this(message, null);
  }

  /**
   * Of a format that finds something wrong.
   *
   * @param message what, where, and what to do
   * @param cause what it found out by; may be null
   */
  public ImportException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }

  /**
   * Of a source whose bytes are not as they should be.
   *
   * @param source what it is called
   * @param damage what is wrong
   * @return to be thrown
   */
  public static ImportException of(String source, Damage damage) {
    return new ImportException("Cannot import " + source + ": " + damage.what() + "; " + damage.advice("get it anew"),
        damage);
  }
}
