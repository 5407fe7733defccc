package io.packice.transport.http;

import io.packice.core.PackiceException;
import io.packice.transport.wire.Wire;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One HTTP/1.1 connection for the bytes of blobs, which the JDK's HTTP client would receive at a fifth of the speed. It sends and understands just what
 * bodies of known length need; what has another form is an {@link IOException}, after which the connection is of no use. For one thread at a
 * time.
 */
final class BulkConnection implements AutoCloseable {
  private static final int BUFFER_BYTES = 256 << 10;
  private static final String END_OF_HEAD = "\r\n\r\n";
  private static final int MAX_HEAD_BYTES = 64 << 10;
  private static final int MAX_ERROR_BYTES = 1 << 20;

  private final Link link;
  private final String commonHead;
  private final ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_BYTES); // ready to be read from
  private boolean reusable;

  /** Takes the bytes of a body as they come. */
  interface Sink {
    void take(ByteBuffer bytes) throws IOException;
  }

  /** The head of an answer. */
  record Head(int status, Map<String, String> fields) {
    long contentLength() throws IOException {
      String text = fields.getOrDefault("content-length", status == 204 ? "0" : "");
      if (!text.matches("[0-9]{1,18}")) {
        throw new IOException("the answer does not say how long it is");
      }
      return Long.parseLong(text);
    }

    @Nullable
    String field(String name) {
      return fields.get(name.toLowerCase(Locale.ROOT));
    }
  }

  BulkConnection(Link link, String authority, @Nullable BearerToken token) {
    this.link = link;
    this.commonHead = "Host: " + authority + "\r\nUser-Agent: packice\r\n"
        + (token == null ? "" : "Authorization: " + token.header() + "\r\n");
    buffer.limit(0);
  }

  /** Whether another request may follow: the last answer was read to its end. */
  boolean isReusable() {
    return reusable;
  }

  /**
   * Fetches bytes.
   *
   * @param range such as {@code bytes=0-9}
   * @param byteSize how many that are
   * @throws PackiceException what the peer refuses
   */
  Head get(String path, String range, long byteSize, String moreFields, Sink sink) throws IOException {
    reusable = false;
    send("GET", path, "Range: " + range + "\r\n" + moreFields);
    Head head = readHead();
    long length = head.contentLength();
    if (head.status != 206 || length != byteSize) {
      throw refusal(head, length,
          "it answered with status " + head.status + " and " + length + " bytes to a request for "
              + byteSize);
    }
    readBody(length, sink);
    finish(head);
    return head;
  }

  /** Asks for the fields of an answer only. */
  Head head(String path, String moreFields) throws IOException {
    reusable = false;
    send("HEAD", path, moreFields);
    Head head = readHead();
    if (head.status != 200) { // the body of an error is not sent either
      throw new IOException("it answered with status " + head.status + " to HEAD");
    }
    finish(head);
    return head;
  }

  /**
   * Sends bytes.
   *
   * @throws PackiceException what the peer refuses
   */
  void put(String path, String moreFields, ByteBuffer body) throws IOException {
    reusable = false;
    IOException broken = null;
    try {
      send("PUT", path, "Content-Length: " + body.remaining() + "\r\n" + moreFields);
      link.write(body);
    } catch (IOException e) {
      broken = e; // perhaps the peer has refused before it read it all, and said why
    }
    try {
      Head head = readHead();
      if (head.status != 204) {
        throw refusal(head, head.contentLength(), "it answered with status " + head.status);
      }
      finish(head);
    } catch (IOException e) {
      throw broken == null ? e : broken;
    } finally {
      reusable &= broken == null;
    }
  }

  private void send(String method, String path, String moreFields) throws IOException {
    String head = method + " " + path + " HTTP/1.1\r\n" + commonHead + moreFields + "\r\n";
    link.write(ByteBuffer.wrap(head.getBytes(StandardCharsets.US_ASCII)));
  }

  private void finish(Head head) {
    reusable = !buffer.hasRemaining() && !"close".equalsIgnoreCase(head.field("connection"));
  }

  /** More bytes in the buffer, behind those that are still there. */
  private void fill() throws IOException {
    buffer.compact();
    try {
      if (link.read(buffer) < 0) {
        throw new EOFException("it closed the connection in the middle of an answer");
      }
    } finally {
      buffer.flip();
    }
  }

  private Head readHead() throws IOException {
    StringBuilder text = new StringBuilder();
    while (true) {
      if (!buffer.hasRemaining()) {
        fill();
      }
      char next = (char) (buffer.get() & 0xff);
      text.append(next);
      if (next == '\n' && text.length() >= END_OF_HEAD.length()
          && text.indexOf(END_OF_HEAD, text.length() - END_OF_HEAD.length()) >= 0) {
        Head head = parse(text.substring(0, text.length() - END_OF_HEAD.length()));
        if (head.status >= 200) {
          return head;
        }
        text.setLength(0); // an interim answer, such as 100 Continue
      }
      if (text.length() > MAX_HEAD_BYTES) {
        throw new IOException("the head of its answer is longer than " + MAX_HEAD_BYTES + " bytes");
      }
    }
  }

  private static Head parse(String text) throws IOException {
    String[] lines = text.split("\r\n", -1);
    if (!lines[0].matches("HTTP/1\\.1 [1-5][0-9]{2}( .*)?")) {
      throw new IOException("what it says is not HTTP/1.1");
    }
    Map<String, String> fields = new HashMap<>();
    for (int i = 1; i < lines.length; i++) {
      int colon = lines[i].indexOf(':');
      if (colon < 1) {
        throw new IOException("the head of its answer makes no sense");
      }
      fields.put(lines[i].substring(0, colon).toLowerCase(Locale.ROOT), lines[i].substring(colon + 1).strip());
    }
    return new Head(Integer.parseInt(lines[0].substring(9, 12)), fields);
  }

  private void readBody(long length, Sink sink) throws IOException {
    long rest = length;
    while (rest > 0) {
      if (!buffer.hasRemaining()) {
        fill();
      }
      int count = (int) Math.min(rest, buffer.remaining());
      sink.take(buffer.slice(buffer.position(), count));
      buffer.position(buffer.position() + count);
      rest -= count;
    }
  }

  /** What the peer says in the body of an error, as the exception that it stands for; an I/O error if it says nothing of the kind. */
  private PackiceException refusal(Head head, long length, String otherwise) throws IOException {
    String type = head.field("content-type");
    if (head.status < 400 || length > MAX_ERROR_BYTES || type == null || !type.startsWith("application/json")) {
      throw new IOException(otherwise);
    }
    ByteBuffer body = ByteBuffer.allocate((int) length);
    readBody(length, body::put);
    PackiceException refusal =
        Wire.response(body.array()).toException();
    if (refusal == null) {
      throw new IOException(otherwise);
    }
    finish(head);
    return refusal;
  }

  @Override
  public void close() throws IOException {
    link.close();
  }
}
