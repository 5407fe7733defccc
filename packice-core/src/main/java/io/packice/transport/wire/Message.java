package io.packice.transport.wire;

/** What can be sent. */
public abstract sealed class Message permits Request, Response {
  /** For the two of them. */
  Message() {
  }

  /** Writes its fields, in the order in which they are sent. */
  abstract void write(FieldWriter to);

  /** Takes the value of one field; one that it does not know is skipped. */
  abstract void read(String field, FieldReader value);
}
