package io.packice.transport.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** An HTTP client in plain sockets, written from docs/protocol.md alone: nothing of Packice's code. One connection per request, or one for many. */
public final class RawHttp implements AutoCloseable {
  private static final JsonMapper JSON = JsonMapper.shared();

  private final Socket socket;
  private final InputStream in;
  private final OutputStream out;

  /** An answer, whole. */
  @SuppressWarnings("ArrayRecordComponent") // nobody compares answers
  public record Answer(int status, Map<String, String> headers, byte[] body) {
    public @Nullable String header(String name) {
      return headers.get(name.toLowerCase(Locale.ROOT));
    }

    public JsonNode json() {
      return JSON.readTree(body);
    }

    public String text() {
      return new String(body, UTF_8);
    }

    public String code() {
      return json().get("code").stringValue();
    }
  }

  public RawHttp(URI server) throws IOException {
    socket = new Socket(server.getHost(), server.getPort());
    socket.setSoTimeout(120_000);
    in = new BufferedInputStream(socket.getInputStream());
    out = socket.getOutputStream();
  }

  public static Answer once(URI server, String method, String target, String headers, byte[] body) throws IOException {
    try (RawHttp http = new RawHttp(server)) {
      return http.send(method, target, headers, body);
    }
  }

  public static Answer get(URI server, String target, String... headers) throws IOException {
    return once(server, "GET", target, String.join("\r\n", headers) + (headers.length > 0 ? "\r\n" : ""), new byte[0]);
  }

  public static Answer post(URI server, String target, String json) throws IOException {
    return once(server, "POST", target, "Content-Type: application/json\r\n", json.getBytes(UTF_8));
  }

  public Answer send(String method, String target, String headers, byte[] body) throws IOException {
    String length = body.length > 0 || method.startsWith("P") ? "Content-Length: " + body.length + "\r\n" : "";
    write((method + " " + target + " HTTP/1.1\r\nHost: localhost\r\n" + headers + length + "\r\n").getBytes(UTF_8));
    write(body);
    return read("HEAD".equals(method));
  }

  public void write(byte[] bytes) throws IOException {
    out.write(bytes);
    out.flush();
  }

  public Answer read(boolean isHead) throws IOException {
    String statusLine = line();
    int status = Integer.parseInt(statusLine.substring(9, 12));
    Map<String, String> headers = new LinkedHashMap<>();
    for (String line = line(); !line.isEmpty(); line = line()) {
      int colon = line.indexOf(':');
      headers.put(line.substring(0, colon).toLowerCase(Locale.ROOT), line.substring(colon + 1).strip());
    }
    boolean hasBody = !isHead && status != 204 && status != 304;
    int length = hasBody ? Integer.parseInt(headers.getOrDefault("content-length", "0")) : 0;
    byte[] body = in.readNBytes(length);
    if (body.length < length) {
      throw new EOFException("the connection ended in the middle of a body");
    }
    return new Answer(status, headers, body);
  }

  private String line() throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    for (int b = in.read(); b != '\n'; b = in.read()) {
      if (b < 0) {
        throw new EOFException("the connection ended");
      }
      line.write(b);
    }
    return line.toString(ISO_8859_1).stripTrailing();
  }

  /** One byte, or -1 at the end. */
  int readByte() throws IOException {
    return in.read();
  }

  public Socket socket() {
    return socket;
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
