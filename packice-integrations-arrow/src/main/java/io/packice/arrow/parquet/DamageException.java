package io.packice.arrow.parquet;

/** Bytes that no writer would have written. Thrown where they are decoded; whoever knows the file and the column says where it was. */
final class DamageException extends RuntimeException {
  private static final long serialVersionUID = 1;

  DamageException(String message) {
    super(message);
  }

  /** With what found it out, in its own words. */
  DamageException(String message, Throwable cause) {
    super(message, cause);
  }
}
