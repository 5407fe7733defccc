package io.packice.transport.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.packice.LeasedObject;
import io.packice.ObjectWriter;
import io.packice.Packice;
import io.packice.PackiceClient;
import io.packice.contract.LeakCheck;
import io.packice.peers.MemoryPeer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** One event for each request, and no secret in any of them. */
final class AccessLogTest {
  private static final String TOKEN = "0123456789abcdef0123456789abcdef";
  private static final HttpOptions OPTIONS =
      HttpOptions.DEFAULT.withAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
  private static final Logger LOGGER = Logger.getLogger("io.packice.http.access");

  private final List<LogRecord> events = new CopyOnWriteArrayList<>();
  private final Handler recorder = new Handler() {
    @Override
    public void publish(LogRecord event) {
      events.add(event);
    }

    @Override
    public void flush() {
    }

    @Override
    public void close() {
    }
  };

  @BeforeEach
  void listen() {
    LOGGER.setUseParentHandlers(false);
    LOGGER.addHandler(recorder);
  }

  @AfterEach
  void stopListening() {
    LOGGER.removeHandler(recorder);
    LOGGER.setUseParentHandlers(true);
    LeakCheck.assertNothingHeld();
  }

  private static Map<?, ?> values(LogRecord event) {
    return (Map<?, ?>) event.getParameters()[0];
  }

  /** Of the one with this status: an answer may be there before its event, so that the next request's event comes first. */
  private Map<?, ?> valuesOf(int status) {
    LeakCheck.eventually(() -> assertThat(events).anyMatch(each -> values(each).get("status").equals(status)));
    return events.stream().map(AccessLogTest::values).filter(each -> each.get("status").equals(status)).findFirst()
        .orElseThrow();
  }

  @Test
  void aRequestIsAnEventWithNamedValues() throws IOException {
    try (MemoryPeer peer = MemoryPeer.create(1 << 20);
        HttpServer server = HttpServer.open(peer, OPTIONS.withAccessLog())) {
      URI at = server.address();
      assertThat(RawHttp.once(at, "PUT", "/objects/a%2Fb?x=secret", "", "Hello".getBytes(UTF_8)).status())
          .isEqualTo(201);
      assertThat(RawHttp.get(at, "/objects/a%2Fb/blobs/0").status()).isEqualTo(200);
      assertThat(RawHttp.get(at, "/none").status()).isEqualTo(404);
      assertThat(RawHttp.get(at, "/stats", "X-Filler: " + "x".repeat(20_000)).status()).isEqualTo(431);
      Map<?, ?> put = valuesOf(201);
      assertThat(put.keySet().stream().map(String::valueOf)).containsExactly("remote", "method", "path", "status",
          "received_bytes", "sent_bytes", "seconds");
      assertThat(put.get("method")).isEqualTo("PUT");
      assertThat(put.get("path")).isEqualTo("/objects/a%2Fb");
      assertThat(put.get("status")).isEqualTo(201);
      assertThat(put.get("received_bytes")).isEqualTo(5L);
      assertThat((Double) put.get("seconds")).isBetween(0.0, 60.0);
      assertThat(valuesOf(200).get("sent_bytes")).isEqualTo(5L);
      assertThat(valuesOf(404).get("path")).isEqualTo("/none");
      assertThat(valuesOf(431).get("method")).isEqualTo("GET");
    }
  }

  @Test
  void nothingSecretIsLogged() {
    BearerToken token = BearerToken.of(TOKEN);
    try (MemoryPeer peer = MemoryPeer.create(1 << 20);
        HttpServer server = HttpServer.open(peer, OPTIONS.withAccessLog().withToken(token));
        PackiceClient client = Packice.connect(server.address(), HttpClientOptions.DEFAULT.withToken(token))) {
      try (ObjectWriter writer = client.create("x", 5)) {
        writer.seal();
      }
      LeasedObject object = client.get("x");
      object.close();
    }
    LeakCheck.eventually(() -> assertThat(events).hasSizeGreaterThan(5)
        .anySatisfy(event -> assertThat(values(event).get("path")).asString()
            .matches("/leases/[0-9a-f]{6}…/blobs/0")));
    assertThat(events).allSatisfy(event -> assertThat(values(event).toString())
        .doesNotContain(TOKEN).doesNotContainPattern("/leases/[^/]{8}"));
  }

  @Test
  void nothingIsLoggedUnlessSomebodyWantsIt() throws IOException {
    try (MemoryPeer peer = MemoryPeer.create(1 << 20); HttpServer server = HttpServer.open(peer, OPTIONS)) {
      assertThat(RawHttp.get(server.address(), "/health").status()).isEqualTo(200);
      assertThat(events).isEmpty();
      LOGGER.setLevel(Level.FINE);
      assertThat(RawHttp.get(server.address(), "/health").status()).isEqualTo(200);
      assertThat(valuesOf(200).get("path")).isEqualTo("/health");
    } finally {
      LOGGER.setLevel(null);
    }
  }

  @Test
  void longPathsAreShortened() {
    assertThat(AccessLog.shown("/leases/0123456789abcdef")).isEqualTo("/leases/012345…");
    assertThat(AccessLog.shown("/objects/" + "x".repeat(5_000))).hasSize(1_001).endsWith("…");
  }
}
