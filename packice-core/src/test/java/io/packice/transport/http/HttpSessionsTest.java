package io.packice.transport.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.packice.LeasedObject;
import io.packice.ObjectWriter;
import io.packice.Packice;
import io.packice.PackiceClient;
import io.packice.contract.LeakCheck;
import io.packice.core.LeaseExpiredException;
import io.packice.peers.MemoryPeer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import tools.jackson.databind.JsonNode;

/** Sessions over HTTP, by their messages and by our own client. */
@Timeout(300)
final class HttpSessionsTest {
  private static final HttpOptions OPTIONS =
      HttpOptions.DEFAULT.withAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));

  private MemoryPeer peer;
  private HttpServer server;
  private PackiceClient local;
  private URI at;

  @BeforeEach
  void start() {
    peer = MemoryPeer.create(1 << 20);
    server = HttpServer.open(peer, OPTIONS);
    at = server.address();
    local = Packice.connect(peer);
    try (ObjectWriter writer = local.create("o", 1)) {
      writer.seal();
    }
  }

  @AfterEach
  void stop() {
    local.close();
    server.close();
    peer.close();
    LeakCheck.assertNothingHeld();
  }

  private JsonNode ask(String path, String json) throws IOException {
    RawHttp.Answer answer = RawHttp.post(at, path, json);
    assertThat(answer.status()).as(answer.text()).isEqualTo(200);
    return answer.json();
  }

  private void assertOver(String path, String json) throws IOException {
    RawHttp.Answer answer = RawHttp.post(at, path, json);
    assertThat(answer.status()).as(answer.text()).isEqualTo(410);
    assertThat(answer.code()).isEqualTo("LEASE_EXPIRED");
  }

  private String open(String fields) throws IOException {
    JsonNode opened = ask("/sessions", "{" + fields + "}");
    assertThat(opened.get("session").booleanValue()).isTrue();
    return opened.get("session_id").stringValue();
  }

  private static String in(String session) {
    return "\"session_id\":\"" + session + "\"";
  }

  @Test
  void leasesLiveAndDieWithTheirSession() throws IOException {
    String session = open("\"ttl_seconds\":60");
    JsonNode lease = ask("/acquire", "{" + in(session) + ",\"intent\":\"read\",\"object_id\":\"o\"}");
    JsonNode draft = ask("/acquire", "{" + in(session) + ",\"intent\":\"create\",\"object_id\":\"d\",\"sizes\":[1]}");
    assertThat(lease.has("ttl_seconds")).isFalse();
    assertThat(local.stat("o").leases()).isOne();
    assertThat(local.stats().drafts()).isOne();
    assertThat(ask("/renew", "{" + in(session) + "}").get("ttl_seconds").intValue()).isEqualTo(60);
    assertThat(ask("/renew", "{\"lease_id\":" + draft.get("lease_id") + "}").has("ttl_seconds")).isFalse();

    ask("/release", "{" + in(session) + "}");

    assertThat(local.stat("o").leases()).isZero();
    assertThat(local.stats().drafts()).isZero();
    assertThat(RawHttp.get(at, lease.at("/urls/0").stringValue()).status()).isEqualTo(410);
    assertOver("/renew", "{" + in(session) + "}");
    assertOver("/acquire", "{" + in(session) + ",\"intent\":\"read\",\"object_id\":\"o\"}");
    assertOver("/seal", "{\"lease_id\":" + draft.get("lease_id") + "}");
    ask("/release", "{" + in(session) + "}");
  }

  @Test
  void aLeaseMayHaveATtlBesidesOrOutliveItsSession() throws IOException {
    String session = open("");
    JsonNode timed =
        ask("/acquire", "{" + in(session) + ",\"intent\":\"read\",\"object_id\":\"o\",\"ttl_seconds\":50}");
    assertThat(timed.get("ttl_seconds").intValue()).isEqualTo(50);
    JsonNode detached =
        ask("/acquire", "{" + in(session) + ",\"intent\":\"read\",\"object_id\":\"o\",\"binding\":\"detached\"}");
    assertThat(detached.get("ttl_seconds").intValue()).isEqualTo(60);

    ask("/release", "{" + in(session) + "}");

    assertThat(local.stat("o").leases()).isOne();
    assertThat(RawHttp.get(at, detached.at("/urls/0").stringValue()).status()).isEqualTo(200);
    assertOver("/renew", "{\"lease_id\":" + timed.get("lease_id") + "}");
    ask("/release", "{\"lease_id\":" + detached.get("lease_id") + "}");
  }

  /** What is left of it then is tested where time is moved by hand. */
  @Test
  void aSessionThatNothingIsHeardInEnds() throws IOException {
    String session = open("\"ttl_seconds\":0.2");

    LeakCheck.eventually(() -> assertThat(metric("packice_http_sessions ")).isZero());
    assertOver("/renew", "{" + in(session) + "}");
    assertThat(local.sessions()).hasSize(2);
  }

  @Test
  void anUploadThatIsUnderWayIsCarriedOutBeforeItsSessionEnds() throws IOException {
    String session = open("");
    JsonNode draft = ask("/acquire", "{" + in(session) + ",\"intent\":\"create\",\"object_id\":\"d\",\"sizes\":[2]}");
    try (RawHttp upload = new RawHttp(at)) {
      upload.write(("PUT " + draft.at("/urls/0").stringValue()
          + " HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\n\r\na").getBytes(UTF_8));
      LeakCheck.eventually(() -> assertThat(metric("packice_http_transfers{direction=\"in\"}")).isOne());
      ask("/release", "{" + in(session) + "}");
      assertThat(local.stats().drafts()).isOne();
      assertOver("/acquire", "{" + in(session) + ",\"intent\":\"read\",\"object_id\":\"o\"}");
      upload.write("b".getBytes(UTF_8));
      assertThat(upload.read(false).status()).isEqualTo(204);
    }
    LeakCheck.eventually(() -> assertThat(local.stats().drafts()).isZero());
  }

  @Test
  void whatASessionIsKnownByIsGoodAtItsServerOnly() throws IOException {
    BearerToken token = BearerToken.of("another token, of another user".replace(' ', '-'));
    try (HttpServer other = HttpServer.open(peer, OPTIONS.withToken(token))) {
      RawHttp.Answer opened = RawHttp.once(other.address(), "POST", "/sessions",
          "Authorization: " + token.header() + "\r\n", "{}".getBytes(UTF_8));
      String theirs = opened.json().get("session_id").stringValue();

      assertOver("/acquire", "{" + in(theirs) + ",\"intent\":\"read\",\"object_id\":\"o\"}");
      ask("/release", "{" + in(theirs) + "}");
      assertThat(RawHttp.once(other.address(), "POST", "/renew", "Authorization: " + token.header() + "\r\n",
          ("{" + in(theirs) + "}").getBytes(UTF_8)).status()).as("nobody else has ended it").isEqualTo(200);
      assertThat(RawHttp.once(other.address(), "POST", "/renew", "", ("{" + in(theirs) + "}").getBytes(UTF_8))
          .status()).isEqualTo(401);
    }
  }

  @Test
  void openingIsRepeatedAsAnyOtherRequest() throws IOException {
    String first = open("\"request_id\":\"once\"");
    assertThat(open("\"request_id\":\"once\"")).isEqualTo(first);
    assertThat(RawHttp.post(at, "/sessions", "{\"ttl_seconds\":0}").status()).isEqualTo(400);
    assertThat(RawHttp.get(at, "/sessions").json().get("sessions").size()).as("its own, local's, and one").isEqualTo(3);
    ask("/release", "{" + in(first) + "}");
  }

  // ---- our own client

  @Test
  void aClientOfOursHasOneSessionAndEndsIt() throws IOException {
    try (PackiceClient client = Packice.connect(at.toString())) {
      assertThat(client.list("")).hasSize(1);
      assertThat(local.sessions()).as("who only looks has none").hasSize(2);
      try (LeasedObject first = client.get("o"); LeasedObject _ = client.get("o");
          ObjectWriter _ = client.create("d", 1)) {
        assertThat(first.lease().ttl()).isNull();
        assertThat(local.sessions()).hasSize(3).last().satisfies(each -> assertThat(each.leases()).isEqualTo(3));
      }
      assertThat(local.stats().drafts()).isZero();
    }
    LeakCheck.eventually(() -> assertThat(local.sessions()).hasSize(2));
  }

  @Test
  void aSessionIsKeptAliveWhileTheClientLives() throws IOException {
    HttpClientOptions options = HttpClientOptions.DEFAULT.withLeaseTtl(Duration.ofSeconds(1));
    try (PackiceClient client = Packice.connect(at, options); LeasedObject _ = client.get("o")) {
      LeakCheck.eventually(() -> assertThat(renewals()).as("for longer than its TTL").isGreaterThan(3));
      assertThat(local.stat("o").leases()).isOne();
    }
  }

  private double renewals() throws IOException {
    return metric("packice_http_requests_total{route=\"POST /renew\",status=\"200\"}");
  }

  private double metric(String sample) throws IOException {
    return RawHttp.get(at, "/metrics").text().lines().filter(line -> line.startsWith(sample))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ')))).sum();
  }

  @Test
  void aPeerThatIsStartedAnewIsGivenANewSession() throws IOException {
    try (PackiceClient client = Packice.connect(at.toString())) {
      ObjectWriter lost = client.create("lost", 1);
      server.close();
      assertThat(local.stats().drafts()).isZero();
      server = HttpServer.open(peer, HttpOptions.DEFAULT.withAddress(
          new InetSocketAddress(InetAddress.getLoopbackAddress(), at.getPort())));

      try (LeasedObject _ = client.get("o")) {
        assertThat(local.stat("o").leases()).isOne();
      }
      assertThatThrownBy(lost::seal).isInstanceOf(LeaseExpiredException.class);
      lost.close();
    }
  }
}
