package io.packice.transport.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.packice.Packice;
import io.packice.PackiceClient;
import io.packice.process.Child;
import io.packice.process.OtherUser;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * How long another client's requests take while a peer is attacked, and without; both are printed. The peer, the attackers and the other client are
 * processes of their own, on the same processors; the attackers are nice to the others, as on a host of their own they would be.
 * docs/benchmarks/hostile-clients.md says how to run it and what it gave.
 */
@Tag("nightly")
final class AttackLatencyTest {
  private static final int WARM_UP = 3_000;
  private static final Duration EACH = Duration.ofSeconds(Long.getLong("packice.attack.seconds", 4));
  private static final int FIRST_ROOM = 1 << 16;
  /** Far from what was measured, and farther from any of the limits that would have to pass if the others were held up. */
  private static final double MOST_MILLIS = 250;

  @TempDir Path folder;

  /** A request of the other client. */
  private interface Work {
    void once() throws IOException;
  }

  /** In microseconds. */
  private record Latency(int count, double p50, double p99, double most) {
    static Latency of(Work work) throws IOException {
      long[] nanos = new long[FIRST_ROOM];
      int count = 0;
      long end = System.nanoTime() + EACH.toNanos();
      for (long start = System.nanoTime(); start < end; start = System.nanoTime()) {
        work.once();
        if (count == nanos.length) {
          nanos = Arrays.copyOf(nanos, 2 * count);
        }
        nanos[count++] = System.nanoTime() - start;
      }
      Arrays.sort(nanos, 0, count);
      return new Latency(count, nanos[count / 2] / 1e3, nanos[(int) (count * 0.99)] / 1e3, nanos[count - 1] / 1e3);
    }

    @Override
    public String toString() {
      return String.format(Locale.ROOT, "%6d requests, p50 %4.0f us, p99 %5.0f us, worst %6.0f us", count, p50, p99,
          most);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"wrong token", "10 MiB of head", "endless body", "idle connections",
      "readers of a byte a second", "heads of a byte a second"})
  void anotherClientIsServedAsBefore(String attack) throws IOException {
    Path socket = folder.resolve("p.sock");
    try (Child served = new Child(ServedMain.class, socket)) {
      URI http = URI.create(served.line());
      compare(attack, http, socket, () -> Child.nice(AttackMain.class, attack, http, socket));
    }
  }

  @Test
  void soItIsWhileAStrangerConnectsAgainAndAgain() throws IOException {
    OtherUser others = OtherUser.in(folder);
    Path socket = folder.resolve("p.sock");
    try (Child served = new Child(ServedMain.class, socket)) {
      URI http = URI.create(served.line());
      compare("wrong uid", http, socket, () -> others.start(54_321, AttackMain.class, "wrong uid", http, socket));
    }
  }

  /** Starts the attackers. */
  private interface Start {
    Child attack() throws IOException;
  }

  private static void compare(String attack, URI http, Path socket, Start start) throws IOException {
    try (PackiceClient client = Packice.connect(socket)) {
      Work overSocket = () -> client.get(String.valueOf(ServedMain.SMALL)).close();
      warmUp(http, overSocket);
      Latency httpBefore = overHttp(http);
      Latency socketBefore = Latency.of(overSocket);
      Latency httpThen;
      Latency socketThen;
      String ends;
      try (Child attacker = start.attack()) {
        assertThat(attacker.line()).isEqualTo("attacking");
        httpThen = overHttp(http);
        socketThen = Latency.of(overSocket);
        attacker.endInput();
        ends = attacker.line();
      }
      System.out.printf(Locale.ROOT, "%n%s (ended %s times)%n  HTTP before    %s%n  HTTP attacked  %s%n"
          + "  socket before    %s%n  socket attacked  %s%n", attack, ends, httpBefore, httpThen, socketBefore,
          socketThen);
      assertThat(httpThen.p99 / 1e3).as("p99 in ms over HTTP").isLessThan(MOST_MILLIS + httpBefore.p99 / 1e3);
      assertThat(socketThen.p99 / 1e3).as("p99 in ms over the socket").isLessThan(MOST_MILLIS + socketBefore.p99 / 1e3);
    }
  }

  private static void warmUp(URI http, Work overSocket) throws IOException {
    try (RawHttp connection = new RawHttp(http)) {
      for (int i = 0; i < WARM_UP; i++) {
        readOverHttp(connection);
        overSocket.once();
      }
    }
  }

  /** On a connection of its own: one that was kept open may rest for too long while attackers get ready. */
  private static Latency overHttp(URI http) throws IOException {
    try (RawHttp connection = new RawHttp(http)) {
      return Latency.of(() -> readOverHttp(connection));
    }
  }

  private static void readOverHttp(RawHttp connection) throws IOException {
    RawHttp.Answer answer = connection.send("GET", "/objects/" + ServedMain.SMALL + "/blobs/0",
        "Authorization: Bearer " + ServedMain.TOKEN + "\r\n", new byte[0]);
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.body()).hasSize(ServedMain.SMALL);
  }
}
