package io.packice.neighbour;

import io.packice.transport.http.RawHttp;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Supplier;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/** Sends odd requests over HTTP. */
final class HostileHttpClient implements HostileMain.Client {
  private static final int MOST_REQUESTS = 200;
  private static final int MOST_UNREAD = 10;
  private static final int MAX_BODY = 48 << 10;
  private static final int SILENCE_MS = 20_000;
  private static final String TAG = "\"%s\"";

  private final HostileMain main;
  private final URI at;
  private final OddRequests requests;
  private final OddValues values;
  /** Connections on which a long answer waits for a reader. */
  private final Deque<RawHttp> unread = new ArrayDeque<>();

  HostileHttpClient(HostileMain main, URI at, SplittableRandom random) {
    this.main = main;
    this.at = at;
    this.requests = new OddRequests(random);
    this.values = requests.values;
  }

  @Override
  public void connection() throws IOException {
    try (RawHttp http = new RawHttp(at)) {
      http.socket().setSoTimeout(SILENCE_MS);
      int count = values.below(MOST_REQUESTS);
      for (int i = 0; i < count; i++) {
        int roll = values.below(1000);
        if (roll < 985) {
          request(http);
        } else if (roll < 990) {
          leaveUnread();
        } else {
          http.write(OddValues.encode(values.percent(50) ? requests.broken(head() + "\r\n") : values.any()));
          return;
        }
      }
    }
  }

  private String head() {
    return "PUT /objects/" + encoded(requests.plainId()) + " HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\n";
  }

  private static String encoded(String id) {
    return URLEncoder.encode(id, StandardCharsets.UTF_8).replace("+", "%20");
  }

  private void leaveUnread() throws IOException {
    RawHttp http = new RawHttp(at);
    http.socket().setReceiveBufferSize(1 << 12);
    http.write("GET /objects?limit=1000 HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(StandardCharsets.UTF_8));
    unread.add(http);
    if (unread.size() > MOST_UNREAD) {
      unread.poll().close();
    }
  }

  private void request(RawHttp http) throws IOException {
    switch (values.below(10)) {
      case 0, 1, 2, 3 -> post(http);
      case 4, 5 -> put(http);
      case 6 -> send(http, "DELETE", object(), headers(), new byte[0]);
      case 7 ->
          send(http, "GET", object() + (values.percent(60) ? "/blobs/" + values.number() : ""), headers(), new byte[0]);
      case 8 -> send(http, values.percent(90) ? "GET" : "HEAD", listing(), headers(), new byte[0]);
      default -> form(http);
    }
  }

  private void post(RawHttp http) throws IOException {
    String command = values.oneOf(OddRequests.COMMANDS);
    String json = "{" + requests.fields(command) + "}";
    byte[] body = OddValues.encode(values.percent(97) ? json : requests.broken(json));
    RawHttp.Answer answer = send(http, "POST", "/" + encoded(command), "Content-Type: application/json\r\n", body);
    if (answer.status() == 200 && command.equals("sessions")) {
      requests.opened(answer.json().get("session_id").stringValue());
    }
    if (answer.status() == 200 && command.equals("acquire")) {
      JsonNode lease = answer.json();
      requests.given(lease.get("lease_id").stringValue());
      if (lease.path("urls").size() > 0 && values.percent(70)) {
        String range = values.percent(70) ? "" : "Content-Range: " + range() + "\r\n";
        send(http, "PUT", lease.at("/urls/0").stringValue(), range, new byte[values.below(MAX_BODY)]);
      }
    }
  }

  private void put(RawHttp http) throws IOException {
    send(http, "PUT", object(), headers(), new byte[values.below(MAX_BODY)]);
  }

  private void form(RawHttp http) throws IOException {
    String name = values.oneOf(List.of("meta", "a", "x; name=meta", "", "\\\"", "é"));
    String file = values.percent(30) ? "; filename=\"x; name=meta\"" : "";
    String more = values.percent(20) ? "X: " + "y".repeat(values.below(1 << 15)) + "\r\n" : "";
    String body =
        "--b\r\nContent-Disposition: form-data; name=\"" + name + "\"" + file + "\r\n" + more + "\r\n" + values.meta()
            + "\r\n--b\r\nContent-Disposition: form-data; name=\"c\"\r\n\r\nbytes"
            + (values.percent(90) ? "\r\n--b--\r\n" : "");
    send(http, "PUT", object(),
        "Content-Type: multipart/form-data; boundary=" + (values.percent(95) ? "b" : "") + "\r\n",
        OddValues.encode(body));
  }

  private String object() {
    String id = encoded(requests.plainId());
    return "/objects/" + (values.percent(95) ? id
        : id + values.oneOf(List.of("/", "%00", "%ff", "%", "%ud800", "\u00e9", "a".repeat(300))));
  }

  private String listing() {
    String parameter = values.oneOf(List.of("limit", "prefix", "after", "bytes", "no")) + "="
        + encoded(values.percent(50) ? values.number() : values.oneOf(List.of("hostile/", "", "\ud800", "\u0000")));
    return values.oneOf(List.of("/objects", "/objects", "/idle", "/stats", "/sessions", "/metrics", "/health", "/no"))
        + "?" + parameter;
  }

  private String range() {
    return values
        .oneOf(List.of("bytes 0-1/5", "bytes 0-4/*", "bytes=0-4", "bytes 9223372036854775806-9223372036854775807/*",
            "bytes */5", "bytes 4-0/5", "bytes -1-4/5", "bits 0-1/2", "bytes 0-99999999999999999999/5"));
  }

  private String headers() {
    StringBuilder headers = new StringBuilder();
    header(headers, "Packice-Meta", 30, values::meta);
    header(headers, "Packice-Group", 10, () -> OddRequests.OWN + "g" + values.below(5));
    header(headers, "Packice-Object-TTL", 10, values::number);
    header(headers, "Content-Range", 3, this::range);
    header(headers, "Content-Digest", 5,
        () -> values.oneOf(List.of("crc32c=:AAAAAA==:", "crc32c=", "md5=:AA==:", ":", "crc32c=:AA:")));
    header(headers, "Want-Repr-Digest", 5, () -> values.oneOf(List.of("crc32c=1", "crc32c=99", "sha-256=1", "=")));
    header(headers, "If-Match", 5, () -> values.oneOf(List.of("*", TAG.formatted("x"), TAG, "x")));
    header(headers, "If-None-Match", 5, () -> values.oneOf(List.of("*", TAG.formatted("x"), "*, *")));
    header(headers, "Range", 10,
        () -> values.oneOf(List.of("bytes=0-0", "bytes=-1", "bytes=5-", "bytes=0-0,2-2,4-4", "bytes=0-,".repeat(70),
            "bytes=9-1", "bytes=-0")));
    header(headers, "Origin", 3, () -> "http://a\u0085b");
    return headers.toString();
  }

  private void header(StringBuilder all, String name, int percent, Supplier<String> value) {
    if (values.percent(percent)) {
      all.append(name).append(": ").append(value.get().replaceAll("[\\r\\n]", "")).append("\r\n");
    }
  }

  private RawHttp.Answer send(RawHttp http, String method, String target, String headers, byte[] body)
      throws IOException {
    RawHttp.Answer answer = http.send(method, target, headers, body);
    main.count("http " + answer.status());
    String request = method + " " + target + " " + headers;
    if (answer.status() == 500) {
      main.fault("500 " + answer.text(), request);
    }
    if (answer.status() >= 400 && !method.equals("HEAD")) {
      requireWords(answer, request);
    }
    return answer;
  }

  private void requireWords(RawHttp.Answer answer, String request) {
    try {
      if (answer.body().length > 0 && answer.json().path("error").asString("").startsWith("Cannot ")) {
        return;
      }
    } catch (JacksonException noJson) {
      main.count("no JSON");
    }
    main.fault(answer.status() + " without words: " + answer.text(), request);
  }
}
