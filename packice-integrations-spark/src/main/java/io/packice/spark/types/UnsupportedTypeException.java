package io.packice.spark.types;

/** A column has a type that the other side has no place for. The message names both, and says what to do. */
public final class UnsupportedTypeException extends IllegalArgumentException {
  private static final long serialVersionUID = 1;

  UnsupportedTypeException(String message) {
    super(message);
  }
}
