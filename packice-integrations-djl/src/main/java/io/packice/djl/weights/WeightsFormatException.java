package io.packice.djl.weights;

/**
 * An object cannot be read as weights: it is something else, was written in a newer format, or is damaged. Nothing was handed out. What to do
 * stands in the message.
 */
public final class WeightsFormatException extends RuntimeException {
  private static final long serialVersionUID = 1;

  WeightsFormatException(String message) {
    super(message);
  }

  WeightsFormatException(String message, Throwable cause) {
    super(message, cause);
  }
}
