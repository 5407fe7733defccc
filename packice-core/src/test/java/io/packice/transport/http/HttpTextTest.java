package io.packice.transport.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.packice.Packice;
import io.packice.PackiceClient;
import io.packice.contract.LeakCheck;
import io.packice.core.AcquireRequest;
import io.packice.core.Caller;
import io.packice.core.Metadata;
import io.packice.core.ObjectId;
import io.packice.core.Session;
import io.packice.peers.MemoryPeer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Texts that could not be written out again, or would become others on their way, are refused as they come in over HTTP: 400, and nothing sealed. */
final class HttpTextTest {
  private static final String DEEP = "{\"a\":" + "[".repeat(60) + "]".repeat(60) + "}";
  private static final List<String> BAD_META =
      List.of("{\"k\":\"\\ud800\"}", "{\"\\udc00\":1}", "{\"k\":[1e400]}", "{\"a\":1,\"a\":2}", DEEP, "7", "{");

  private MemoryPeer peer;
  private HttpServer server;
  private PackiceClient client;
  private URI at;

  @BeforeEach
  void start() {
    peer = MemoryPeer.create(1 << 20);
    server = HttpServer.open(peer, HttpOptions.DEFAULT.withAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)));
    at = server.address();
    client = Packice.connect(peer);
  }

  @AfterEach
  void stop() {
    client.close();
    server.close();
    peer.close();
    LeakCheck.assertNothingHeld();
  }

  private void assertRefused(RawHttp.Answer answer, String what) {
    assertThat(answer.status()).as(what).isEqualTo(400);
    assertThat(answer.code()).as(what).isEqualTo("INVALID_REQUEST");
    assertThat(answer.json().get("error").stringValue()).as(what).startsWith("Cannot ").hasSizeLessThan(500);
    assertThat(client.list("")).as(what).isEmpty();
    assertThat(client.stats().drafts()).as(what).isZero();
  }

  private static byte[] latin(String text) {
    return text.getBytes(ISO_8859_1);
  }

  /** A request whose head is just these bytes. */
  private RawHttp.Answer raw(String method, String target, String headers, byte[] body) throws IOException {
    try (RawHttp http = new RawHttp(at)) {
      http.write(latin(method + " " + target + " HTTP/1.1\r\nHost: localhost\r\n" + headers + "Content-Length: " + body.length
          + "\r\n\r\n"));
      http.write(body);
      return http.read(false);
    }
  }

  @Test
  void metadataThatCouldNotBeWrittenOutAgainIsRefused() throws IOException {
    for (String meta : BAD_META) {
      assertRefused(raw("PUT", "/objects/o", "Packice-Meta: " + meta + "\r\n", latin("x")), meta);
      assertRefused(RawHttp.post(at, "/acquire", "{\"object_id\":\"o\",\"intent\":\"create\",\"sizes\":[],\"meta\":" + meta + "}"), meta);
      assertRefused(form(meta.getBytes(UTF_8), ""), meta);
    }
    assertThat(RawHttp.get(at, "/objects").status()).isEqualTo(200);
  }

  private RawHttp.Answer form(byte[] meta, String partHeader) throws IOException {
    String before = "--b\r\nContent-Disposition: form-data; name=\"meta\"\r\n" + partHeader + "\r\n";
    String after = "\r\n--b\r\nContent-Disposition: form-data; name=\"f\"\r\n\r\nbytes\r\n--b--\r\n";
    byte[] body = latin(before + new String(meta, ISO_8859_1) + after);
    return raw("PUT", "/objects/o", "Content-Type: multipart/form-data; boundary=b\r\n", body);
  }

  @Test
  void bytesThatAreNoUtf8AreRefusedWhereverTheyStand() throws IOException {
    for (byte[] bad : new byte[][] {latin("n\u00ff\u00fe"), latin("n\u00c0\u00af"), latin("n\u00ed\u00a0\u0080"), latin("n\u00e4")}) {
      String text = new String(bad, ISO_8859_1);
      assertRefused(raw("PUT", "/objects/" + text, "", latin("x")), "path");
      assertRefused(raw("PUT", "/objects/o", "Packice-Meta: {\"k\":\"" + text + "\"}\r\n", latin("x")), "Packice-Meta");
      assertRefused(raw("PUT", "/objects/o", "Packice-Group: " + text + "\r\n", latin("x")), "Packice-Group");
      assertRefused(raw("GET", "/objects?prefix=" + text, "", new byte[0]), "query");
      assertRefused(raw("GET", "/objects?after=" + text, "", new byte[0]), "query");
      assertRefused(raw("POST", "/acquire", "", latin("{\"object_id\":\"" + text + "\",\"intent\":\"create\",\"sizes\":[]}")), "body");
      assertRefused(form(latin("{\"k\":\"" + text + "\"}"), ""), "form");
    }
    for (String encoded : List.of("n%FF%FE", "n%C0%AF", "n%ED%A0%80", "n%E4")) {
      assertRefused(raw("PUT", "/objects/" + encoded, "", latin("x")), "path " + encoded);
      assertRefused(raw("GET", "/objects?prefix=" + encoded, "", new byte[0]), "query " + encoded);
    }
  }

  /** What is UTF-8 is taken as it is, in a head too. */
  @Test
  void utf8IsTakenEverywhere() throws IOException {
    String utf8 = new String("ü\ud83d\ude00\ufffd".getBytes(UTF_8), ISO_8859_1);
    assertThat(raw("PUT", "/objects/%C3%BC%EF%BF%BD", "Packice-Meta: {\"k\":\"" + utf8 + "\"}\r\nPackice-Group: " + utf8 + "\r\n",
        latin("x")).status()).isEqualTo(201);
    assertThat(raw("GET", "/objects?prefix=%C3%BC", "", new byte[0]).json().get("objects")).hasSize(1);
    var status = client.stat("ü\ufffd").object();
    assertThat(status.meta().text("k")).isEqualTo("ü\ud83d\ude00\ufffd");
    assertThat(status.group()).isEqualTo("ü\ud83d\ude00\ufffd");
    String raw = new String("ü".getBytes(UTF_8), ISO_8859_1);
    assertThat(raw("PUT", "/objects/" + raw, "", latin("x")).status()).isEqualTo(201); // as curl sends it
    assertThat(client.stat("ü").object().byteSize()).isEqualTo(1);
  }

  @Test
  void everyTextHasABound() throws IOException {
    for (String field : List.of("\"group\":\"?\"", "\"request_id\":\"?\"", "\"room\":\"?\"", "\"if_exists\":\"?\"", "\"binding\":\"?\"")) {
      for (String value : List.of("x".repeat(256), "ä".repeat(128), "x".repeat(1_000_000), "x\\ud800")) {
        assertRefused(RawHttp.post(at, "/acquire",
            "{\"object_id\":\"o\",\"intent\":\"create\",\"sizes\":[]," + field.replace("?", value) + "}"), field);
      }
    }
    assertRefused(RawHttp.post(at, "/seal", "{\"lease_id\":\"" + "x".repeat(256) + "\"}"), "lease_id");
  }

  @Test
  void metadataOfAFormThatIsTooLongIsRefused() throws IOException {
    assertRefused(form(latin("{\"k\":\"" + "x".repeat(70_000) + "\"}"), ""), "meta");
    assertRefused(form(latin("{\"k\":\"" + "x".repeat(700_000) + "\"}"), ""), "meta");
  }

  /** A head within a form is bounded as that of a request is. */
  @Test
  void aPartOfAFormHasABoundedHead() throws IOException {
    assertThat(form(latin("{}"), "X: " + "y".repeat(4_000) + "\r\n").status()).isEqualTo(201);
    client.discard("o");
    assertRefused(form(latin("{}"), "X: " + "y".repeat(9_000) + "\r\n"), "one long field");
    assertRefused(form(latin("{}"), "X: y\r\n".repeat(3_000)), "many fields");
    assertRefused(form(latin("{}"), "X: " + "y".repeat(900_000) + "\r\n"), "a very long field");
  }

  @Test
  void anAnswerThatCannotBeEncodedIsThatRequestsAlone() throws IOException {
    try (Session direct = peer.openSession(Caller.thisProcess())) {
      var grant = direct.acquire(AcquireRequest.create(new ObjectId("poison"), List.of())
          .withMeta(Metadata.ofOwnJson("{\"k\":\"\ud800\"}")));
      grant.extent().close();
      direct.seal(grant.lease().id());
    }
    try (RawHttp http = new RawHttp(at)) {
      for (String target : List.of("/objects", "/objects/poison", "/idle?bytes=1000000")) {
        RawHttp.Answer answer = http.send("GET", target, "", new byte[0]);
        assertThat(answer.status()).as(target).isEqualTo(500);
        assertThat(answer.code()).as(target).isEqualTo("UNAVAILABLE");
        assertThat(http.send("GET", "/stats", "", new byte[0]).status()).as(target).isEqualTo(200);
      }
    }
  }
}
