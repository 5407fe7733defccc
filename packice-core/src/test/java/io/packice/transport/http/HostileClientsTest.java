package io.packice.transport.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.packice.LeasedObject;
import io.packice.ObjectWriter;
import io.packice.Packice;
import io.packice.PackiceClient;
import io.packice.contract.LeakCheck;
import io.packice.core.NotPermittedException;
import io.packice.core.StorageException;
import io.packice.peers.MemoryPeer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Clients that are slow, greedy, lying or strangers: each is refused or ended, while another one's requests complete. */
final class HostileClientsTest {
  private static final int CAPACITY = 64 << 20;
  private static final String TOKEN = "0123456789abcdef0123456789abcdef";
  private static final HttpOptions OPTIONS =
      HttpOptions.DEFAULT.withAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
  /** Not more so than another client on a busy machine can bear. */
  private static final HttpLimits IMPATIENT =
      HttpLimits.DEFAULT.withIdle(Duration.ofMillis(1500)).withMinBytesPerSecond(20_000);

  private final MemoryPeer peer = MemoryPeer.create(CAPACITY);
  private HttpServer server;
  private URI at;

  private void serve(HttpOptions options) {
    server = HttpServer.open(peer, options);
    at = server.address();
  }

  @AfterEach
  void stop() {
    if (server != null) {
      server.close();
    }
    peer.close();
    LeakCheck.assertNothingHeld();
  }

  private void assertAnotherClientWorks() {
    try (PackiceClient client = Packice.connect(at.toString())) {
      client.list("another").forEach(status -> client.discard(status.object().id().value()));
      try (ObjectWriter writer = client.create("another", 100_000)) {
        writer.blob(0).segment().fill((byte) 7);
        writer.seal();
      }
      try (LeasedObject object = client.get("another")) {
        assertThat(object.blob(0).byteBuffer().get(99_999)).isEqualTo((byte) 7);
      }
    }
  }

  private void assertNothingIsLeftOfIt() {
    try (PackiceClient client = Packice.connect(peer)) {
      LeakCheck.eventually(() -> {
        assertThat(client.stats().leases()).isZero();
        assertThat(client.stats().drafts()).isZero();
      });
    }
  }

  private void putLarge() {
    try (PackiceClient client = Packice.connect(peer); ObjectWriter writer = client.create("large", 32 << 20)) {
      writer.seal();
    }
  }

  @Test
  void tenMebibytesOfHeadAreRefused() throws IOException {
    serve(OPTIONS);
    try (RawHttp http = new RawHttp(at)) {
      byte[] line = ("X-Filler: " + "x".repeat(1000) + "\r\n").getBytes(UTF_8);
      RawHttp.Answer answer = null;
      try {
        http.write("GET /stats HTTP/1.1\r\nHost: localhost\r\n".getBytes(UTF_8));
        for (int sent = 0; sent < 10 << 20; sent += line.length) {
          http.write(line);
        }
      } catch (IOException closedInTheMiddle) {
        assertThat(closedInTheMiddle).hasMessageMatching("(?i).*(broken pipe|reset|aborted).*");
      }
      try {
        answer = http.read(false);
        assertThat(answer.status()).isEqualTo(431);
        assertThat(answer.json().get("error").stringValue()).startsWith("Cannot");
      } catch (IOException resetBeforeTheAnswer) {
        assertThat(answer).isNull();
      }
    }
    assertAnotherClientWorks();
  }

  @Test
  void aHeadThatIsALittleTooLongIsAnswered() throws IOException {
    serve(OPTIONS);
    RawHttp.Answer answer = RawHttp.get(at, "/stats", "X-Filler: " + "x".repeat(20_000));

    assertThat(answer.status()).isEqualTo(431);
    assertThat(answer.code()).isEqualTo("INVALID_REQUEST");
  }

  @Test
  void aBodyThatNeverEndsIsEndedWhenItPassesThePeersCapacity() throws IOException {
    serve(OPTIONS);
    try (RawHttp http = new RawHttp(at)) {
      http.write(
          "PUT /objects/endless HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n".getBytes(UTF_8));
      byte[] chunk = new byte[(1 << 20) + 10];
      System.arraycopy("100000\r\n".getBytes(UTF_8), 0, chunk, 0, 8);
      chunk[chunk.length - 2] = '\r';
      chunk[chunk.length - 1] = '\n';
      assertThatThrownBy(() -> {
        for (int mebibytes = 0; mebibytes < 4 * (CAPACITY >> 20); mebibytes++) {
          http.write(chunk);
        }
      }).isInstanceOf(IOException.class);
    }
    assertNothingIsLeftOfIt();
    assertAnotherClientWorks();
  }

  @Test
  void aBodyThatStopsIsEnded() throws IOException {
    serve(OPTIONS.withLimits(IMPATIENT));
    try (RawHttp http = new RawHttp(at)) {
      http.write(
          "PUT /objects/stopped HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000000\r\n\r\nabc".getBytes(UTF_8));
      assertAnotherClientWorks();
      assertThat(untilEnd(http)).as("what it answered, if anything").isLessThan(1000);
    }
    assertNothingIsLeftOfIt();
  }

  @Test
  void aBodyThatTricklesIsEnded() throws IOException {
    serve(OPTIONS.withLimits(IMPATIENT));
    try (RawHttp http = new RawHttp(at)) {
      http.write("PUT /objects/trickle HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000000\r\n\r\n".getBytes(UTF_8));
      LeakCheck.eventually(() -> assertThatThrownBy(() -> http.write(new byte[1])).isInstanceOf(IOException.class));
    }
    assertNothingIsLeftOfIt();
    assertAnotherClientWorks();
  }

  @Test
  void aHeadThatTricklesIsEnded() throws IOException {
    serve(OPTIONS.withLimits(IMPATIENT));
    try (RawHttp http = new RawHttp(at); RawHttp kept = new RawHttp(at)) {
      http.write("GET /stats HTTP/1.1\r\n".getBytes(UTF_8));
      assertThat(kept.send("GET", "/health", "", new byte[0]).status()).isEqualTo(200);
      assertAnotherClientWorks();
      trickleUntilAllAreEnded(List.of(http, kept));
    }
    assertAnotherClientWorks();
    assertThat(RawHttp.get(at, "/metrics").text()).contains("packice_http_cut_off_total{reason=\"slow_head\"} 2.0");
  }

  private static void trickleUntilAllAreEnded(List<RawHttp> connections) {
    List<RawHttp> open = new ArrayList<>(connections);
    LeakCheck.eventually(() -> {
      open.removeIf(each -> !trickles(each));
      assertThat(open).isEmpty();
    });
  }

  private static void trickleUntilOneIsEnded(List<RawHttp> connections) {
    LeakCheck.eventually(() -> assertThat(connections).anyMatch(each -> !trickles(each)));
  }

  private static boolean trickles(RawHttp connection) {
    try {
      connection.write(new byte[] {'x'});
      return true;
    } catch (IOException ended) {
      return false;
    }
  }

  @Test
  void headsThatTrickleMakeRoomWhenThereAreTooManyConnections() throws IOException {
    // Alone, each of them might take 20 minutes
    serve(OPTIONS.withLimits(HttpLimits.DEFAULT.withConnections(20).withIdle(Duration.ofMinutes(10))));
    List<RawHttp> trickling = new ArrayList<>();
    try {
      for (int i = 0; i < 20; i++) {
        trickling.add(new RawHttp(at));
        trickling.getLast().write("GET /stats HTTP/1.1\r\n".getBytes(UTF_8));
      }
      trickleUntilOneIsEnded(trickling);
      assertAnotherClientWorks();
    } finally {
      for (RawHttp each : trickling) {
        each.close();
      }
    }
  }

  @Test
  void aReaderOfOneByteAtATimeIsEndedAndHoldsNobodyUp() throws IOException {
    serve(OPTIONS.withLimits(IMPATIENT));
    putLarge();
    try (RawHttp http = new RawHttp(at)) {
      http.socket().setReceiveBufferSize(4096);
      http.write("GET /objects/large/blobs/0 HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(UTF_8));
      assertThat(http.readByte()).isEqualTo('H');
      assertAnotherClientWorks();
      try (PackiceClient client = Packice.connect(peer)) {
        LeakCheck.eventually(() -> {
          int _ = http.readByte();
          assertThat(client.stats().leases()).isZero();
        });
      }
    }
    assertAnotherClientWorks();
  }

  @Test
  void aReaderWhoNeverReadsIsEnded() throws IOException {
    serve(OPTIONS.withLimits(IMPATIENT));
    putLarge();
    try (RawHttp http = new RawHttp(at)) {
      http.write("GET /objects/large/blobs/0 HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(UTF_8));
      assertAnotherClientWorks();
      assertNothingIsLeftOfIt();
    }
  }

  @Test
  void aThousandIdleConnectionsHoldNobodyUp() throws IOException {
    serve(OPTIONS);
    List<RawHttp> idle = new ArrayList<>();
    try {
      for (int i = 0; i < 1000; i++) {
        idle.add(new RawHttp(at));
      }
      assertAnotherClientWorks();
      idle.getFirst().write("GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(UTF_8));
      assertThat(idle.getFirst().read(false).status()).isEqualTo(200);
    } finally {
      for (RawHttp each : idle) {
        each.close();
      }
    }
  }

  @Test
  void idleConnectionsMakeRoomWhenThereAreTooMany() throws IOException {
    serve(OPTIONS.withLimits(HttpLimits.DEFAULT.withConnections(20)));
    List<RawHttp> idle = new ArrayList<>();
    try {
      for (int i = 0; i < 40; i++) {
        idle.add(new RawHttp(at));
      }
      assertAnotherClientWorks();
    } finally {
      for (RawHttp each : idle) {
        each.close();
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"Content-Length: -1", "Content-Length: x", "Content-Length: 1\r\nContent-Length: 2",
      "Content-Length: 99999999999999999999999", "Content-Length: 3\r\nTransfer-Encoding: chunked"})
  void aForgedLengthIsRefused(String headers) throws IOException {
    serve(OPTIONS);
    try (RawHttp http = new RawHttp(at)) {
      http.write(("PUT /objects/forged HTTP/1.1\r\nHost: localhost\r\n" + headers + "\r\n\r\nabc").getBytes(UTF_8));
      assertThat(http.read(false).status()).isEqualTo(400);
      assertThat(untilEnd(http)).as("nothing follows").isZero();
    }
    assertNothingIsLeftOfIt();
    assertAnotherClientWorks();
  }

  private static int untilEnd(RawHttp http) {
    int count = 0;
    try {
      while (http.readByte() >= 0) {
        count++;
      }
    } catch (IOException reset) {
      assertThat(reset).hasMessageContaining("reset");
    }
    return count;
  }

  @Test
  void onlyWhoShowsTheTokenIsServed(@TempDir Path folder) throws IOException {
    Path file = Files.writeString(folder.resolve("token"), TOKEN + "\n");
    BearerToken token = BearerToken.read(file);
    serve(OPTIONS.withToken(token));

    assertThat(RawHttp.get(at, "/health").status()).isEqualTo(200);
    assertThat(RawHttp.get(at, "/stats").status()).isEqualTo(401);
    assertThat(RawHttp.get(at, "/stats").header("WWW-Authenticate")).startsWith("Bearer");
    for (String wrong : List.of("", TOKEN.substring(1), TOKEN.substring(0, 31), TOKEN + "0", TOKEN.replace('a', 'b'))) {
      RawHttp.Answer answer = RawHttp.get(at, "/stats", "Authorization: Bearer " + wrong);
      assertThat(answer.status()).as(wrong).isEqualTo(401);
      assertThat(answer.code()).isEqualTo("NOT_PERMITTED");
    }
    assertThat(RawHttp.get(at, "/stats", "Authorization: Basic " + TOKEN).status()).isEqualTo(401);
    assertThat(RawHttp.get(at, "/stats", "Authorization: bearer " + TOKEN).status()).isEqualTo(200);
    assertThatThrownBy(() -> Packice.connect(at.toString())).isInstanceOf(NotPermittedException.class)
        .hasMessageContaining("asks for a token");
    try (PackiceClient client = Packice.connect(at, HttpClientOptions.DEFAULT.withToken(token))) {
      try (ObjectWriter writer = client.create("secret", 3)) {
        writer.seal();
      }
      client.get("secret").close();
    }
    assertThat(token).asString().doesNotContain(TOKEN);
  }

  @Test
  void anAddressThatOthersReachNeedsAToken() {
    InetSocketAddress any = new InetSocketAddress(0);
    assertThatIllegalArgumentException().isThrownBy(() -> OPTIONS.withAddress(any))
        .withMessageContaining("without a token").withMessageContaining("--token-file");
    assertThat(OPTIONS.withToken(BearerToken.of(TOKEN)).withAddress(any).address()).isEqualTo(any);
  }

  @Test
  void aTokenThatIsNoneIsRefused(@TempDir Path folder) throws IOException {
    assertThatIllegalArgumentException().isThrownBy(() -> BearerToken.of("short"))
        .withMessageContaining("5 characters");
    assertThatIllegalArgumentException().isThrownBy(() -> BearerToken.of("with spaces in the middle"));
    Path empty = Files.createFile(folder.resolve("empty"));
    assertThatIllegalArgumentException().isThrownBy(() -> BearerToken.read(empty)).withMessageContaining("empty");
    assertThatThrownBy(() -> BearerToken.read(folder.resolve("none"))).isInstanceOf(StorageException.class);
  }

  @Test
  void thePortOfAnotherServerIsRefused() {
    serve(OPTIONS);
    HttpOptions same = OPTIONS.withAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), at.getPort()));

    assertThatThrownBy(() -> HttpServer.open(peer, same)).isInstanceOf(StorageException.class)
        .hasMessageContaining("Cannot listen on").hasMessageContaining("in use");
  }

  @Test
  void theDefaultsAreThese() {
    assertThat(HttpOptions.DEFAULT.address().getAddress().isLoopbackAddress()).isTrue();
    assertThat(HttpOptions.DEFAULT.address().getPort()).isEqualTo(7225);
    assertThat(HttpOptions.DEFAULT.token()).isNull();
    assertThat(HttpOptions.DEFAULT.tls()).isNull();
    assertThat(HttpOptions.DEFAULT.sharedPaths()).isFalse();
    assertThat(HttpOptions.DEFAULT.limits())
        .isEqualTo(new HttpLimits(16_384, Long.MAX_VALUE, 2048, Duration.ofSeconds(30), 1024));
    assertThat(HttpClientOptions.DEFAULT).isEqualTo(
        new HttpClientOptions(null, null, Duration.ofSeconds(60), Duration.ofSeconds(30), 3, 4));
  }

  @Test
  void limitsThatMakeNoSenseAreRefused() {
    HttpLimits limits = HttpLimits.DEFAULT;
    assertThatIllegalArgumentException().isThrownBy(() -> limits.withHeaderBytes(10));
    assertThatIllegalArgumentException().isThrownBy(() -> limits.withBodyBytes(0));
    assertThatIllegalArgumentException().isThrownBy(() -> limits.withConnections(0));
    assertThatIllegalArgumentException().isThrownBy(() -> limits.withIdle(Duration.ZERO));
    HttpClientOptions options = HttpClientOptions.DEFAULT;
    assertThatIllegalArgumentException().isThrownBy(() -> options.withAttempts(0));
    assertThatIllegalArgumentException().isThrownBy(() -> options.withStreams(0));
    assertThatIllegalArgumentException().isThrownBy(() -> options.withTimeout(Duration.ZERO));
    assertThatIllegalArgumentException().isThrownBy(() -> options.withLeaseTtl(Duration.ofMillis(1)));
  }
}
