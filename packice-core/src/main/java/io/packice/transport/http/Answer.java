package io.packice.transport.http;

import io.packice.transport.wire.Response;
import io.packice.transport.wire.Wire;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** An answer that is whole before any of it is sent, so that it may be sent again. Immutable; nobody changes the bytes of its body. */
final class Answer {
  private static final String JSON = "application/json";
  /** What one takes at least, beside its body. */
  private static final long OWN_BYTES = 64;

  private final int status;
  private final String type;
  private final byte @Nullable [] body;
  private final @Nullable String location;
  private final boolean isFinal;

  private Answer(int status, String type, byte @Nullable [] body, @Nullable String location, boolean isFinal) {
    this.status = status;
    this.type = type;
    this.body = body;
    this.location = location;
    this.isFinal = isFinal;
  }

  /** One that is all head. */
  static Answer empty(int status) {
    return new Answer(status, "", null, null, true);
  }

  static Answer json(int status, Response message) {
    return text(status, JSON, Wire.encode(message));
  }

  static Answer text(int status, String type, byte[] body) {
    return new Answer(status, type, body, null, true);
  }

  static Answer of(Refusal refusal) {
    return json(refusal.status(), Response.httpError(refusal.code(), refusal.message()));
  }

  /** The same, with where what it speaks of is to be found. */
  Answer at(String newLocation) {
    return new Answer(status, type, body, newLocation, isFinal);
  }

  /** The same, to a request that did not come whole: the next of its name is no repetition of it. */
  Answer toHalfARequest() {
    return new Answer(status, type, body, location, false);
  }

  int status() {
    return status;
  }

  String type() {
    return type;
  }

  byte @Nullable [] body() {
    return body;
  }

  @Nullable
  String location() {
    return location;
  }

  /** Whether the request was dealt with, in whichever way. */
  boolean isFinal() {
    return isFinal;
  }

  /** What it takes in memory, roughly. */
  long heldBytes() {
    long text = location == null ? 0 : location.getBytes(StandardCharsets.UTF_8).length;
    return OWN_BYTES + text + (body == null ? 0 : body.length);
  }
}
