package io.packice.transport.http;

import io.packice.core.ObjectId;
import io.packice.transport.wire.Command;
import io.packice.transport.wire.Wire;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.PreEncodedHttpField;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/** One request and its answer, which is given once. */
final class Exchange implements HttpCall {
  /** An object is not to run as a script, whatever a browser makes of its bytes. */
  static final HttpField NO_SNIFFING = new PreEncodedHttpField("X-Content-Type-Options", "nosniff");
  /** The fields that say what a request makes, or whether. A type is none of them: each sending of a form may have another boundary. */
  private static final List<String> DEFINING =
      List.of(ObjectUpload.META, ObjectUpload.GROUP, ObjectUpload.TTL, Digests.CONTENT,
          Digests.REPRESENTATION, HttpHeader.CONTENT_LENGTH.asString(), HttpHeader.IF_MATCH.asString(),
          HttpHeader.IF_NONE_MATCH.asString());

  private static final byte[] NO_FIELDS = {'{', '}'};

  final Request request;
  final Response response;
  private final Callback callback;
  private final Transfers transfers;
  private final List<String> path;
  private final AtomicBoolean answered = new AtomicBoolean();
  private volatile Consumer<Answer> onAnswer = _ -> {
    // nobody wants to know
  };
  private int bodyHash;
  private long mostBodyBytes;
  private Map<String, String> variables = Map.of();

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

  /** Answers with a refusal, where there is no exchange. */
  static void answer(Response response, Callback callback, Refusal refusal) {
    Answer answer = Answer.of(refusal);
    byte[] body = begin(response, answer);
    boolean isHead = "HEAD".equals(response.getRequest().getMethod());
    response.write(true, isHead ? null : ByteBuffer.wrap(body), callback);
  }

  /** Writes the head of an answer, and gives its body. */
  private static byte[] begin(Response response, Answer answer) {
    byte[] body = answer.body() == null ? new byte[0] : answer.body();
    response.setStatus(answer.status());
    HttpFields.Mutable fields = response.getHeaders();
    fields.put(NO_SNIFFING);
    if (answer.body() != null) {
      fields.put(HttpHeader.CONTENT_TYPE, answer.type()).put(HttpHeader.CONTENT_LENGTH, body.length);
    }
    if (answer.location() != null) {
      fields.put(HttpHeader.LOCATION, answer.location());
    }
    return body;
  }

  List<String> path() {
    return path;
  }

  /** What the request was found to be for. */
  void route(Route route, Map<String, String> newVariables) {
    mostBodyBytes = route.mostBodyBytes();
    variables = newVariables;
  }

  @Override
  public String variable(String name) {
    String value = variables.get(name);
    if (value == null) {
      throw new IllegalArgumentException("Cannot find {" + name + "} in the path of the route; see its template");
    }
    return value;
  }

  @Override
  public String method() {
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

  /** The object that the path names. */
  ObjectId object() {
    return new ObjectId(variable("id"));
  }

  @Override
  public @Nullable String parameter(String name) {
    return UrlPath.parameter(request.getHttpURI().getQuery(), name);
  }

  @Override
  public @Nullable String header(String name) {
    return headers().get(name);
  }

  @Override
  public void answerHeader(String name, String value) {
    header(name, value);
  }

  /** The declared length of the body; -1 if it is not declared. */
  long contentLength() {
    return headers().getLongField(HttpHeader.CONTENT_LENGTH);
  }

  /** Reads a command, and then goes on; failures of either are answered. */
  <Q> void withCommand(Command<Q> command, Consumer<io.packice.transport.wire.Request<Q>> action) {
    body(body -> {
      bodyHash = Arrays.hashCode(body);
      action.accept(Wire.request(command, isBlank(body) ? NO_FIELDS : body));
    });
  }

  private static boolean isBlank(byte[] body) {
    for (byte each : body) {
      if (each != ' ' && each != '\t' && each != '\r' && each != '\n') {
        return false;
      }
    }
    return true;
  }

  @Override
  public void body(Consumer<byte[]> action) {
    requireBody();
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    BodyReader.startKept(this, mostBodyBytes, transfers, chunk -> {
      byte[] copy = new byte[chunk.remaining()];
      chunk.getByteBuffer().get(copy);
      body.writeBytes(copy);
    }, () -> action.accept(body.toByteArray()), this::fail);
  }

  @Override
  public void parts(Consumer<ByteBuffer> sink, Runnable onEnd, Consumer<Throwable> onFailure) {
    requireBody();
    BodyReader.start(this, mostBodyBytes, transfers, chunk -> sink.accept(chunk.getByteBuffer()), onEnd, failure -> {
      onFailure.accept(failure);
      fail(failure);
    });
  }

  private void requireBody() {
    if (contentLength() > mostBodyBytes) {
      throw Refusal.tooLarge("Cannot read a body of more than " + mostBodyBytes
          + " bytes here; keep metadata small, and bytes in blobs");
    }
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
    give(Answer.json(status, message));
  }

  @Override
  public void answer(int status, String type, byte[] body) {
    give(Answer.text(status, type, body));
  }

  @Override
  public void answer(int status, String type, List<MemorySegment> body, Runnable afterwards) {
    if (!send(status, type, body.stream().map(BlobSender.Piece::new).toList(), afterwards)) {
      afterwards.run();
    }
  }

  /** Sends memory; false if there is an answer already, and then nothing runs afterwards. */
  boolean send(int status, String type, List<BlobSender.Piece> pieces, Runnable afterwards) {
    long length = pieces.stream().mapToLong(piece -> piece.bytes().byteSize()).sum();
    response.getHeaders().put(NO_SNIFFING);
    header("Content-Type", type);
    header("Content-Length", Long.toString(length));
    return BlobSender.start(this, status, isHead() ? List.of() : pieces, transfers, afterwards);
  }

  @Override
  public AnswerStream stream(int status, String type) {
    response.getHeaders().put(NO_SNIFFING);
    header("Content-Type", type);
    Callback ending = begin(status);
    if (ending == null) {
      throw new IllegalStateException("Cannot stream an answer: there is one already");
    }
    StreamedAnswer stream = new StreamedAnswer(this, ending, transfers);
    if (isHead()) {
      stream.close();
      return stream;
    }
    return stream.begun();
  }

  /** An answer that is all head. */
  void empty(int status) {
    give(Answer.empty(status));
  }

  /** Answers, unless there is an answer already; the bytes hold no thread while they move. */
  void give(Answer answer) {
    if (!answered.compareAndSet(false, true)) {
      return;
    }
    onAnswer.accept(answer);
    byte[] body = begin(response, answer);
    if (isHead() || body.length == 0) {
      response.write(true, null, callback);
    } else {
      BlobSender.send(this, body, callback, transfers);
    }
  }

  /** Tells somebody the answer before it is sent. */
  void onAnswer(Consumer<Answer> listener) {
    onAnswer = listener;
  }

  /**
   * What is asked; the same for a repetition, and for hardly any other request. Of an object's bytes, which are read later, it is what the head says
   * of them.
   */
  String identity() {
    int headHash = DEFINING.stream().map(headers()::getValuesList).toList().hashCode();
    return method() + " " + request.getHttpURI().getPath() + " " + bodyHash + " " + headHash;
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

  @Override
  public void fail(Throwable failure) {
    Throwable cause =
        failure instanceof CompletionException wrapped && wrapped.getCause() != null ? wrapped.getCause() : failure;
    Refusal refusal = Refusal.of(cause);
    if (response.isCommitted() || answered.get()) {
      Log.connectionLost(cause);
      return;
    }
    if (refusal.isUnexpected()) {
      Log.unexpected(cause);
    }
    boolean isHalf = cause instanceof IOException || cause instanceof TimeoutException;
    give(isHalf ? Answer.of(refusal).toHalfARequest() : Answer.of(refusal));
  }
}
