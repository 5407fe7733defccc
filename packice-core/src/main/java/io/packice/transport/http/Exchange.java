package io.packice.transport.http;

import io.packice.core.ObjectId;
import io.packice.transport.wire.Wire;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/** One request and its answer, which is given once. */
final class Exchange {
  private static final String JSON = "application/json";

  final Request request;
  final Response response;
  private final Callback callback;
  private final Transfers transfers;
  private final List<String> path;
  private final AtomicBoolean answered = new AtomicBoolean();

  private Exchange(Request request, Response response, Callback callback, Transfers transfers,
      List<String> path) {
    this.transfers = transfers;
    this.request = request;
    this.response = response;
    this.callback = callback;
    this.path = path;
  }

  /** A request whose path makes sense; null if it makes none, which is the answer. */
  static @Nullable Exchange begin(Request request, Response response, Callback callback,
      Transfers transfers) {
    try {
      return new Exchange(request, response, callback, transfers, UrlPath.split(request.getHttpURI().getPath()));
    } catch (Refusal.HttpRefusal refusal) {
      answer(response, callback, Refusal.of(refusal));
      return null;
    }
  }

  /** Answers with a refusal. */
  static void answer(Response response, Callback callback, Refusal refusal) {
    byte[] body =
        Wire.encode(io.packice.transport.wire.Response.httpError(refusal.code(), refusal.message()));
    response.setStatus(refusal.status());
    response.getHeaders().put(HttpHeader.CONTENT_TYPE, JSON).put(HttpHeader.CONTENT_LENGTH, body.length);
    boolean isHead = "HEAD".equals(response.getRequest().getMethod());
    response.write(true, isHead ? null : ByteBuffer.wrap(body), callback);
  }

  List<String> path() {
    return path;
  }

  String method() {
    return request.getMethod();
  }

  boolean isHead() {
    return "HEAD".equals(method());
  }

  HttpFields headers() {
    return request.getHeaders();
  }

  String remote() {
    return Request.getRemoteAddr(request);
  }

  /** The object that the path names, behind its first segment. */
  ObjectId object() {
    return new ObjectId(path.get(1));
  }

  @Nullable
  String parameter(String name) {
    return UrlPath.parameter(request.getHttpURI().getQuery(), name);
  }

  /** The declared length of the body; -1 if it is not declared. */
  long contentLength() {
    return headers().getLongField(HttpHeader.CONTENT_LENGTH);
  }

  /** Reads a small body, and then goes on; failures of either are answered. */
  void withCommand(Consumer<io.packice.transport.wire.Request> action) {
    if (contentLength() > Wire.MAX_REQUEST_BYTES) {
      throw tooLong();
    }
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    BodyReader.start(this, Wire.MAX_REQUEST_BYTES, transfers, chunk -> {
      byte[] copy = new byte[chunk.remaining()];
      chunk.getByteBuffer().get(copy);
      body.writeBytes(copy);
    }, () -> {
      String text = Wire.text(body.toByteArray());
      action.accept(Wire.request(text.isBlank() ? "{}" : text));
    }, this::fail);
  }

  private static Refusal.HttpRefusal tooLong() {
    return Refusal.tooLarge("Cannot read a command of more than " + Wire.MAX_REQUEST_BYTES
        + " bytes; keep metadata small, and bytes in blobs");
  }

  /** Answers what the action throws. */
  void guard(Runnable action) {
    try {
      action.run();
    } catch (Throwable failure) {
      fail(failure);
    }
  }

  void header(String name, String value) {
    response.getHeaders().put(new HttpField(name, value));
  }

  void json(int status, io.packice.transport.wire.Response message) {
    text(status, JSON, Wire.encode(message));
  }

  void text(int status, String type, byte[] body) {
    if (answered.compareAndSet(false, true)) {
      response.setStatus(status);
      response.getHeaders().put(HttpHeader.CONTENT_TYPE, type).put(HttpHeader.CONTENT_LENGTH, body.length);
      response.write(true, isHead() ? null : ByteBuffer.wrap(body), callback);
    }
  }

  /** An answer that is all head. */
  void empty(int status) {
    if (answered.compareAndSet(false, true)) {
      response.setStatus(status);
      response.write(true, null, callback);
    }
  }

  /** The callback of an answer whose body somebody else writes; null if there is an answer already. */
  @Nullable
  Callback begin(int status) {
    if (!answered.compareAndSet(false, true)) {
      return null;
    }
    response.setStatus(status);
    return callback;
  }

  void fail(Throwable failure) {
    Throwable cause =
        failure instanceof CompletionException wrapped && wrapped.getCause() != null ? wrapped.getCause() : failure;
    Refusal refusal = Refusal.of(cause);
    if (response.isCommitted() || !answered.compareAndSet(false, true)) {
      Log.connectionLost(cause);
      return;
    }
    if (refusal.isUnexpected()) {
      Log.unexpected(cause);
    }
    answer(response, callback, refusal);
  }
}
