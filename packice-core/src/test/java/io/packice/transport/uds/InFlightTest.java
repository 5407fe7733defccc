package io.packice.transport.uds;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.packice.ObjectWriter;
import io.packice.Packice;
import io.packice.PackiceClient;
import io.packice.contract.LeakCheck;
import io.packice.core.AcquireRequest;
import io.packice.core.Metadata;
import io.packice.core.ObjectId;
import io.packice.peers.MemoryPeer;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.newsclub.net.unix.AFUNIXSocket;
import org.newsclub.net.unix.AFUNIXSocketAddress;

/** Answers that nobody reads and requests that never end are bounded, however many connections there are. */
final class InFlightTest {
  private static final int CONNECTIONS = 80;

  /** One that remembers what it lost. */
  private static final class Holder implements InFlight.Holder {
    long lost;

    @Override
    public void cut(long bytes) {
      lost += bytes;
    }
  }

  @Test
  void whoHasHeldForTheLongestIsCut() {
    InFlight inFlight = new InFlight(100_000);
    List<Holder> holders = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      holders.add(new Holder());
      inFlight.hold(holders.get(i), 10_000);
    }
    assertThat(holders).allMatch(holder -> holder.lost == 0);
    inFlight.hold(holders.get(0), 0);
    inFlight.hold(holders.get(0), 10_000);
    inFlight.hold(new Holder(), 15_000);
    assertThat(holders).extracting(holder -> holder.lost).startsWith(0L, 10_000L, 10_000L, 0L);
    assertThat(inFlight.heldBytes()).isEqualTo(95_000);
    Holder greedy = new Holder();
    inFlight.hold(greedy, 200_000);
    assertThat(greedy.lost).isZero(); // it is bounded by what one message may take
    assertThat(inFlight.holders()).containsExactly(greedy);
    inFlight.hold(greedy, 50_000);
    inFlight.hold(new Holder(), 10_000);
    inFlight.hold(greedy, 210_000); // also if it has held for longer than the others
    assertThat(greedy.lost).isZero();
    assertThat(inFlight.holders()).containsExactly(greedy);
    inFlight.hold(greedy, InFlight.SHORT_BYTES);
    assertThat(inFlight.heldBytes()).isZero();
  }

  @Test
  void clientsThatNeverReadOrNeverEndHoldNobodyUp(@TempDir Path folder) throws IOException {
    try (MemoryPeer peer = MemoryPeer.create(1 << 24);
        UdsServer server = UdsServer.open(peer, folder.resolve("p.sock"));
        PackiceClient client = Packice.connect(server.socket())) {
      Metadata meta = Metadata.of(Map.of("k", "x".repeat(65_000)));
      for (int i = 0; i < 20; i++) {
        try (ObjectWriter writer =
            client.create(AcquireRequest.create(new ObjectId("o" + i), List.of()).withMeta(meta))) {
          writer.seal();
        }
      }
      String endless = "{\"command\":\"ping\",\"x\":\"" + "y".repeat(1_000_000);
      for (String request : List.of("{\"command\":\"list\"}", "{\"command\":\"idle\",\"bytes\":1000000}", endless)) {
        List<AFUNIXSocket> hostile = new ArrayList<>();
        try {
          for (int i = 0; i < CONNECTIONS; i++) {
            AFUNIXSocket socket = AFUNIXSocket.connectTo(AFUNIXSocketAddress.of(server.socket()));
            hostile.add(socket);
            socket.getOutputStream().write(request.getBytes(UTF_8));
            assertThat(InFlight.OF_PROCESS.heldBytes()).isLessThanOrEqualTo(64 << 20);
          }
          LeakCheck.eventually(() -> assertThat(client.stats().sessions()).isLessThan(CONNECTIONS));
          assertThat(client.list("")).hasSize(20);
          assertThat(isOpen(hostile.getLast())).isTrue();
        } finally {
          for (AFUNIXSocket socket : hostile) {
            socket.close();
          }
        }
        LeakCheck.eventually(() -> assertThat(client.stats().sessions()).isEqualTo(1));
        assertThat(InFlight.OF_PROCESS.heldBytes()).isZero();
      }
    }
    LeakCheck.assertNothingHeld();
  }

  /** The request is whole, but behind it the next one has begun, so that the buffer stays as long as it is. */
  @Test
  void whatANextRequestTakesCountsAlsoBehindALongAnswer(@TempDir Path folder) throws IOException {
    try (MemoryPeer peer = MemoryPeer.create(1 << 24);
        UdsServer server = UdsServer.open(peer, folder.resolve("p.sock"));
        PackiceClient client = Packice.connect(server.socket())) {
      try (ObjectWriter writer = client.create(AcquireRequest.create(new ObjectId("o"), List.of())
          .withMeta(Metadata.of(Map.of("k", "x".repeat(10_000)))))) {
        writer.seal();
      }
      try (AFUNIXSocket socket = AFUNIXSocket.connectTo(AFUNIXSocketAddress.of(server.socket()))) {
        String padded = "{\"command\":\"list\",\"x\":\"" + "y".repeat(900_000) + "\"}{\"command\"";
        socket.getOutputStream().write(padded.getBytes(UTF_8));
        byte[] answer = new MessageReader(socket.getInputStream()::read, 1 << 20).next();
        assertThat(answer).hasSizeGreaterThan(10_000);
        socket.getOutputStream().write(":\"list\"}{".getBytes(UTF_8));
        assertThat(new MessageReader(socket.getInputStream()::read, 1 << 20).next()).hasSizeGreaterThan(10_000);
        LeakCheck.eventually(() -> assertThat(InFlight.OF_PROCESS.heldBytes()).isBetween(900_000L, 1L << 21));
      }
      LeakCheck.eventually(() -> assertThat(InFlight.OF_PROCESS.heldBytes()).isZero());
    }
    LeakCheck.assertNothingHeld();
  }

  private static boolean isOpen(AFUNIXSocket socket) throws IOException {
    socket.setSoTimeout(50);
    try (InputStream in = socket.getInputStream()) {
      return in.read() >= 0;
    } catch (java.net.SocketTimeoutException nothingYet) {
      return true;
    }
  }
}
