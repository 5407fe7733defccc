package io.packice.transport.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.packice.Packice;
import io.packice.PackiceClient;
import io.packice.contract.LeakCheck;
import io.packice.core.AcquireRequest;
import io.packice.core.Metadata;
import io.packice.core.ObjectId;
import io.packice.metrics.HttpMeters;
import io.packice.metrics.MeteredPeer;
import io.packice.peers.MemoryPeer;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import org.eclipse.jetty.io.EndPoint;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Answers that nobody reads take neither a thread nor memory without bound. */
final class UnreadTest {
  private static final int OBJECTS = 32;
  private static final int REQUESTS = 200;

  private final MemoryPeer peer = MemoryPeer.create(1 << 20);

  @AfterEach
  void stop() {
    peer.close();
    LeakCheck.assertNothingHeld();
  }

  /** So what ends those who hardly read a blob ends them too. */
  @Test
  void aListThatNobodyReadsIsATransfer() throws IOException {
    InetSocketAddress anyPort = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    try (HttpServer server = HttpServer.open(peer, HttpOptions.DEFAULT.withAddress(anyPort));
        PackiceClient local = Packice.connect(peer)) {
      Metadata large = Metadata.parse("{\"text\":\"" + "x".repeat(60_000) + "\"}");
      for (int i = 0; i < OBJECTS; i++) {
        AcquireRequest request = AcquireRequest.create(new ObjectId("object-" + i), List.of()).withMeta(large);
        try (var writer = local.create(request)) {
          writer.seal();
        }
      }
      try (RawHttp slow = new RawHttp(server.address())) {
        slow.write("GET /objects HTTP/1.1\r\nHost: localhost\r\n\r\n".repeat(REQUESTS).getBytes(UTF_8));
        LeakCheck.eventually(() -> {
          assertThat(unread(server.address())).isGreaterThan(50_000);
          assertThat(RawHttp.get(server.address(), "/metrics").text())
              .contains("packice_http_transfers{direction=\"out\"} 1.0");
        });
      }
      LeakCheck.eventually(() -> assertThat(unread(server.address())).isZero());
    }
  }

  /** Each may be a command's length, and there are many connections. */
  @Test
  void commandsThatAreNeverWholeMakeRoom() throws IOException {
    InetSocketAddress anyPort = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    byte[] begin =
        ("POST /renew HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 1000000\r\n\r\n{\"x\":\""
            + "x".repeat(900_000)).getBytes(UTF_8);
    List<RawHttp> hostile = new ArrayList<>();
    try (HttpServer server = HttpServer.open(peer, HttpOptions.DEFAULT.withAddress(anyPort))) {
      for (int i = 0; i < 80; i++) {
        RawHttp socket = new RawHttp(server.address());
        hostile.add(socket);
        socket.write(begin);
      }
      LeakCheck.eventually(() -> assertThat(RawHttp.get(server.address(), "/metrics").text().lines())
          .anyMatch(
              line -> line.startsWith("packice_http_cut_off_total{reason=\"unread\"}") && !line.endsWith(" 0.0")));
      assertThat(unread(server.address())).isLessThanOrEqualTo(Transfers.MOST_HELD_BYTES + (1 << 20));
      assertThat(RawHttp.get(server.address(), "/health").status()).isEqualTo(200);
    } finally {
      for (RawHttp socket : hostile) {
        socket.close();
      }
    }
  }

  private static double unread(URI at) throws IOException {
    return RawHttp.get(at, "/metrics").text().lines()
        .filter(line -> line.startsWith("packice_http_held_bytes") && line.contains("unread"))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1))).sum();
  }

  /** An answer of which so much has been read. */
  private record Reading(long movedBytes) implements Transfers.Transfer {
    @Override
    public HttpMeters.Direction direction() {
      return HttpMeters.Direction.OUT;
    }
  }

  private static EndPoint endPoint(long name, List<Long> closed) {
    return (EndPoint) Proxy.newProxyInstance(EndPoint.class.getClassLoader(), new Class<?>[] {EndPoint.class},
        (_, method, _) -> {
          assertThat(method.getName()).isEqualTo("close");
          closed.add(name);
          return null;
        });
  }

  @Test
  void theSlowestReadersMakeRoom() {
    MeteredPeer metered = MeteredPeer.of(peer);
    Transfers transfers = new Transfers(HttpLimits.DEFAULT, metered.http());
    long quarter = Transfers.MOST_HELD_BYTES / 4;
    List<Long> closed = new ArrayList<>();
    List<Transfers.Ticket> tickets = new ArrayList<>();
    // by far more has been read of some than the microseconds between their beginnings matter
    for (long read : List.of(1L << 60, 1L, 1L << 50, 1L << 40)) {
      tickets.add(transfers.begin(endPoint(read, closed), "somebody", new Reading(read), quarter));
    }
    assertThat(closed).isEmpty();
    assertThat(transfers.heldBytes()).isEqualTo(Transfers.MOST_HELD_BYTES);

    tickets.add(transfers.begin(endPoint(7, closed), "somebody", new Reading(0), quarter));
    assertThat(closed).containsExactly(1L);
    assertThat(transfers.heldBytes()).isEqualTo(Transfers.MOST_HELD_BYTES);
    tickets.add(transfers.begin(endPoint(8, closed), "somebody", new Reading(0), 2 * quarter));
    assertThat(closed).containsExactly(1L, 7L, 1L << 40);
    tickets.add(transfers.begin(endPoint(9, closed), "a body", new Reading(0), 0));
    tickets.add(transfers.begin(endPoint(10, closed), "somebody", new Reading(0), Transfers.MOST_HELD_BYTES));
    assertThat(closed).as("what takes nothing stays").hasSize(6).doesNotContain(9L, 10L);
    assertThat(transfers.heldBytes()).as("the longest answer is let through").isEqualTo(Transfers.MOST_HELD_BYTES);
    assertThat(metered.scrape()).contains("packice_http_cut_off_total{reason=\"unread\"} 6.0");

    tickets.forEach(transfers::end);
    tickets.forEach(transfers::end);
    assertThat(transfers.heldBytes()).isZero();
    assertThat(transfers.count()).isZero();
  }
}
