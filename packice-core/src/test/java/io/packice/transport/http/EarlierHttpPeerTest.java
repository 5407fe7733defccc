package io.packice.transport.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import io.packice.ObjectWriter;
import io.packice.Packice;
import io.packice.PackiceClient;
import io.packice.backends.memory.InMemoryLeaseStore;
import io.packice.backends.memory.MemfdBlobStore;
import io.packice.contract.LeakCheck;
import io.packice.contract.ManualTime;
import io.packice.core.LeaseStore;
import io.packice.core.LocalPeer;
import io.packice.core.Peer;
import io.packice.peers.MemoryPeer;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * A peer of an earlier version has no path for freezing: what is frozen is sent, and the seal does the rest. Nor has it one for sessions: leases are renewed one by one.
 */
@Timeout(300)
final class EarlierHttpPeerTest {
  private final List<String> asked = new CopyOnWriteArrayList<>();

  /** Passes everything on but what an earlier peer does not know. */
  private void relay(HttpExchange exchange, URI server, HttpClient http) throws IOException {
    String path = exchange.getRequestURI().toString();
    asked.add(exchange.getRequestMethod() + " " + path.replaceAll("/leases/[^/]*", "/leases/L"));
    byte[] body = exchange.getRequestBody().readAllBytes();
    if (path.equals("/freeze")) {
      answer(exchange, 404,
          "{\"error\":\"Cannot find /freeze: there is no such path\",\"code\":\"NOT_FOUND\"}"
              .getBytes(StandardCharsets.UTF_8));
      return;
    }
    if (path.equals("/sessions") && exchange.getRequestMethod().equals("POST")) {
      answer(exchange, 405, "{\"error\":\"Cannot POST here; use GET, HEAD\",\"code\":\"INVALID_REQUEST\"}"
          .getBytes(StandardCharsets.UTF_8));
      return;
    }
    HttpRequest.Builder request =
        HttpRequest.newBuilder(server.resolve(path)).method(exchange.getRequestMethod(),
            BodyPublishers.ofByteArray(body));
    for (String name : List.of("Content-Range", "Content-Digest", "Content-Type")) {
      String value = exchange.getRequestHeaders().getFirst(name);
      if (value != null) {
        request.header(name, value);
      }
    }
    try {
      HttpResponse<byte[]> answer = http.send(request.build(), BodyHandlers.ofByteArray());
      answer(exchange, answer.statusCode(), answer.body());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void answer(HttpExchange exchange, int status, byte[] body) throws IOException {
    exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
    exchange.getResponseBody().write(body);
    exchange.close();
  }

  /** What is done with a client of an earlier peer. */
  private interface Use {
    void of(URI earlier) throws IOException;
  }

  private void withEarlier(Peer peer, Use use) throws IOException {
    InetSocketAddress loopback = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    com.sun.net.httpserver.HttpServer earlier = com.sun.net.httpserver.HttpServer.create(loopback, 0);
    try (HttpServer server = HttpServer.open(peer, HttpOptions.DEFAULT.withAddress(loopback));
        HttpClient http = HttpClient.newHttpClient()) {
      earlier.createContext("/", exchange -> relay(exchange, server.address(), http));
      earlier.start();
      use.of(URI.create("http://127.0.0.1:" + earlier.getAddress().getPort()));
    } finally {
      earlier.stop(0);
    }
  }

  @Test
  void whatIsFrozenIsSentOnceAndSealed() throws IOException {
    try (MemoryPeer peer = MemoryPeer.create(1 << 20)) {
      withEarlier(peer, earlier -> {
        try (PackiceClient client = Packice.connect(earlier.toString()); ObjectWriter writer = client.create("o", 1)) {
          writer.blob(0).segment().fill((byte) 1);
          writer.freeze();
          writer.seal();
        }
        try (PackiceClient direct = Packice.connect(peer)) {
          assertThat(direct.stat("o").object().byteSize()).isEqualTo(1);
        }
        assertThat(asked).containsSubsequence("PUT /leases/L/blobs/0", "POST /freeze", "POST /seal");
        assertThat(asked.stream().filter(each -> each.startsWith("PUT "))).hasSize(1);
      });
    }
    LeakCheck.assertNothingHeld();
  }

  /** Counts what a peer tells of leases that it has given or renewed. */
  private static LeaseStore counting(LeaseStore leases, AtomicInteger renewals) {
    return (LeaseStore) Proxy.newProxyInstance(LeaseStore.class.getClassLoader(), new Class<?>[] {LeaseStore.class},
        (_, method, arguments) -> {
          Object result = method.invoke(leases, arguments);
          if (method.getName().equals("update") && !((Collection<?>) arguments[0]).isEmpty()) {
            renewals.incrementAndGet();
          }
          return result;
        });
  }

  /** The peer's time is moved by hand, and only when the client has renewed: so it does not matter how busy the machine is. */
  @Test
  void aLeaseIsRenewedWhileTheClientLives() throws IOException {
    HttpClientOptions options = HttpClientOptions.DEFAULT.withLeaseTtl(Duration.ofSeconds(1));
    ManualTime time = new ManualTime();
    AtomicInteger renewals = new AtomicInteger();
    try (LocalPeer timed = new LocalPeer(new MemfdBlobStore(), counting(new InMemoryLeaseStore(time), renewals), 4096,
        time); PackiceClient local = Packice.connect(timed)) {
      withEarlier(timed, earlier -> renewWhileItLives(earlier, options, time, renewals, local));
    }
    LeakCheck.assertNothingHeld();
  }

  private void renewWhileItLives(URI earlier, HttpClientOptions options, ManualTime time, AtomicInteger renewals,
      PackiceClient local) {
    try (PackiceClient client = Packice.connect(earlier, options)) {
      try (ObjectWriter _ = client.create("kept", 1)) {
        for (int i = 0; i < 4; i++) {
          int before = renewals.get();
          time.advance(Duration.ofMillis(900));
          LeakCheck.eventually( // one may have been on its way
              () -> assertThat(renewals.get()).isGreaterThan(before + 1));
          assertThat(local.stats().drafts()).isEqualTo(1);
        }
      }
      LeakCheck.eventually(() -> assertThat(local.stats().drafts()).isZero());
      assertThat(asked).contains("POST /sessions");
    }
  }
}
