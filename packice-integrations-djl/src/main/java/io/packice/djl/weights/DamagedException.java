package io.packice.djl.weights;

/** What is wrong with a description of tensors, in words; whoever knows where it stands makes the message for the user of it. */
final class DamagedException extends Exception {
  private static final long serialVersionUID = 1;

  DamagedException(String reason) {
    super(reason);
  }

  DamagedException(String reason, Throwable cause) {
    super(reason, cause);
  }

  /** The reason; never null. */
  String reason() {
    return String.valueOf(getMessage());
  }
}
