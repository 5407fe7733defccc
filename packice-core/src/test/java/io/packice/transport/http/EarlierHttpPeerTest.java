package io.packice.transport.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import io.packice.ObjectWriter;
import io.packice.Packice;
import io.packice.PackiceClient;
import io.packice.contract.LeakCheck;
import io.packice.peers.MemoryPeer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A peer of an earlier version has no path for freezing: what is frozen is sent, and the seal does the rest. */
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

  @Test
  void whatIsFrozenIsSentOnceAndSealed() throws IOException {
    InetSocketAddress loopback = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    com.sun.net.httpserver.HttpServer earlier = com.sun.net.httpserver.HttpServer.create(loopback, 0);
    try (MemoryPeer peer = MemoryPeer.create(1 << 20);
        HttpServer server = HttpServer.open(peer, HttpOptions.DEFAULT.withAddress(loopback));
        HttpClient http = HttpClient.newHttpClient()) {
      earlier.createContext("/", exchange -> relay(exchange, server.address(), http));
      earlier.start();
      URI address = URI.create("http://127.0.0.1:" + earlier.getAddress().getPort());
      try (PackiceClient client = Packice.connect(address.toString()); ObjectWriter writer = client.create("o", 1)) {
        writer.blob(0).segment().fill((byte) 1);
        writer.freeze();
        writer.seal();
      }
      try (PackiceClient direct = Packice.connect(peer)) {
        assertThat(direct.stat("o").object().byteSize()).isEqualTo(1);
      }
      assertThat(asked).containsSubsequence("PUT /leases/L/blobs/0", "POST /freeze", "POST /seal");
      assertThat(asked.stream().filter(each -> each.startsWith("PUT "))).hasSize(1);
    } finally {
      earlier.stop(0);
    }
    LeakCheck.assertNothingHeld();
  }
}
