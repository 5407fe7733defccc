package io.packice.transport.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.packice.LeasedObject;
import io.packice.ObjectWriter;
import io.packice.Packice;
import io.packice.PackiceClient;
import io.packice.backends.memory.InMemoryLeaseStore;
import io.packice.contract.LeakCheck;
import io.packice.core.AcquireRequest;
import io.packice.core.ErrorCode;
import io.packice.core.LocalPeer;
import io.packice.core.NotSealedException;
import io.packice.core.ObjectId;
import io.packice.core.OutcomeUnknownException;
import io.packice.core.Peer;
import io.packice.core.Session;
import io.packice.core.TimeSource;
import io.packice.peers.MemoryPeer;
import io.packice.transport.http.LosingProxy.Fate;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What changes something over HTTP is done once, whatever gets lost on the way, or it is said that nobody can tell. */
final class RepetitionTest {
  private static final HttpOptions OPTIONS =
      HttpOptions.DEFAULT.withAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
  private static final int MANY = 150;
  private static final int AT_ONCE = 100;

  private final List<AutoCloseable> opened = new ArrayList<>();

  private <T extends AutoCloseable> T open(T closeable) {
    opened.addFirst(closeable);
    return closeable;
  }

  @AfterEach
  void stop() throws Exception {
    for (AutoCloseable each : opened) {
      each.close();
    }
    LeakCheck.assertNothingHeld();
  }

  /** Loses the first answer, or request, of one kind. */
  private static LosingProxy.Judge loseFirst(String what, Fate fate, Runnable then) {
    AtomicInteger seen = new AtomicInteger();
    return new LosingProxy.Judge() {
      @Override
      public Fate fate(String request) {
        return request.startsWith(what) && seen.getAndIncrement() == 0 ? fate : Fate.PASSED;
      }

      @Override
      public void lost(String request) {
        then.run();
      }
    };
  }

  private static void put(PackiceClient client, String id, int value) {
    try (ObjectWriter writer = client.create(id, 1)) {
      writer.blob(0).segment().fill((byte) value);
      writer.seal();
    }
  }

  private static int read(PackiceClient client, String id) {
    try (LeasedObject object = client.get(id)) {
      return object.blob(0).byteBuffer().get(0);
    }
  }

  @Test
  void aSealIsNotDoneBeforeItIsDone() throws Exception {
    SlowStore store = new SlowStore();
    Peer peer = open(new LocalPeer(store, new InMemoryLeaseStore(TimeSource.SYSTEM), 1 << 20, TimeSource.SYSTEM));
    HttpServer server = open(HttpServer.open(peer, OPTIONS));
    LosingProxy proxy =
        open(new LosingProxy(server.address(), loseFirst("POST /seal", Fate.ANSWER_NOT_WAITED_FOR, store::awaitSeal)));
    PackiceClient client = open(Packice.connect(proxy.address().toString()));
    PackiceClient local = open(Packice.connect(peer));
    ObjectWriter writer = client.create("slow", 1);

    CompletableFuture<Void> sealing = CompletableFuture.runAsync(writer::seal);
    store.awaitSeal();
    for (int i = 0; i < 20; i++) { // the repetition has come, or comes soon
      assertThat(RawHttp.get(server.address(), "/health").status()).isEqualTo(200);
      assertThat(sealing).isNotDone();
    }
    store.goOn();
    sealing.join();
    writer.close();
    assertThat(local.stat("slow").object().byteSize()).isEqualTo(1);
  }

  @ParameterizedTest
  @EnumSource(names = {"REQUEST_LOST", "ANSWER_LOST_WHEN_IT_CAME"})
  void whateverIsLostIsDoneOnce(Fate fate) throws Exception {
    MemoryPeer peer = open(MemoryPeer.create(1 << 20));
    HttpServer server = open(HttpServer.open(peer, OPTIONS));
    Set<String> seen = ConcurrentHashMap.newKeySet();
    LosingProxy proxy = open(new LosingProxy(server.address(),
        request -> request.startsWith("POST") && seen.add(request) ? fate : Fate.PASSED));
    PackiceClient client = open(Packice.connect(proxy.address().toString()));
    PackiceClient local = open(Packice.connect(peer));
    put(client, "x", 1);
    client.pin("x");
    assertThat(local.stat("x").pinned()).isTrue();
    client.unpin("x");
    assertThat(local.stat("x").pinned()).isFalse();
    assertThat(read(client, "x")).isEqualTo(1);
    client.discard("x");
    assertThat(local.list("")).isEmpty();
    assertThat(local.stats().leases()).isZero();
    assertThat(local.sessions()).as("the server's, the client's, and local's own").hasSize(3);
    assertThat(seen).containsExactlyInAnyOrder("POST /sessions", "POST /acquire", "POST /seal", "POST /release",
        "POST /pin", "POST /unpin", "POST /discard");
  }

  @Test
  void aRepetitionDiscardsNothingThatCameMeanwhile() throws Exception {
    MemoryPeer peer = open(MemoryPeer.create(1 << 20));
    HttpServer server = open(HttpServer.open(peer, OPTIONS));
    PackiceClient local = open(Packice.connect(peer));
    LosingProxy proxy = open(new LosingProxy(server.address(),
        loseFirst("POST /seal", Fate.ANSWER_LOST_WHEN_IT_CAME, () -> put(local, "x", 2))));
    PackiceClient client = open(Packice.connect(proxy.address().toString()));
    put(local, "x", 1);

    client.discardAll(List.of("x"));
    assertThat(read(local, "x")).isEqualTo(2);
  }

  /** The peer's objects outlive the server that was asked first, as those in files outlive a peer. */
  @ParameterizedTest
  @ValueSource(strings = {"discardAll", "pin", "discard", "seal"})
  void aServerThatCameLaterCannotTell(String command) throws Exception {
    MemoryPeer peer = open(MemoryPeer.create(1 << 20));
    HttpServer first = open(HttpServer.open(peer, OPTIONS));
    HttpServer second = open(HttpServer.open(peer, OPTIONS));
    PackiceClient local = open(Packice.connect(peer));
    LosingProxy[] proxy = new LosingProxy[1];
    String path = command.equals("discardAll") ? "seal" : command;
    proxy[0] = open(new LosingProxy(first.address(), loseFirst("POST /" + path, Fate.ANSWER_LOST_WHEN_IT_CAME, () -> {
      if (command.startsWith("discard")) {
        put(local, "x", 2);
      }
      proxy[0].point(second.address());
    })));
    PackiceClient client = open(Packice.connect(proxy[0].address().toString()));
    if (command.equals("seal")) {
      try (ObjectWriter writer = client.create("x", 1)) {
        assertThatThrownBy(writer::seal).isInstanceOf(OutcomeUnknownException.class)
            .hasMessageStartingWith("Cannot tell whether x was sealed: ")
            .hasMessageContaining("look whether it is there");
      }
    } else {
      put(local, "x", 1);
      assertThatThrownBy(() -> {
        switch (command) {
          case "pin" -> client.pin("x");
          case "discard" -> client.discard("x");
          default -> client.discardAll(List.of("x"));
        }
      }).isInstanceOf(OutcomeUnknownException.class).hasMessageStartingWith("Cannot tell whether x was ")
          .hasMessageContaining("look ");
      assertThat(read(local, "x")).isEqualTo(command.equals("pin") ? 1 : 2);
    }
  }

  @Test
  void whoGetsNoAnswerAtAllCannotTell() throws Exception {
    MemoryPeer peer = open(MemoryPeer.create(1 << 20));
    HttpServer server = open(HttpServer.open(peer, OPTIONS));
    LosingProxy proxy = open(new LosingProxy(server.address(),
        request -> request.equals("POST /seal") ? Fate.ANSWER_LOST_WHEN_IT_CAME : Fate.PASSED));
    PackiceClient client = open(Packice.connect(proxy.address().toString()));
    PackiceClient local = open(Packice.connect(peer));
    try (ObjectWriter writer = client.create("x", 1)) {
      assertThatThrownBy(writer::seal).isInstanceOf(OutcomeUnknownException.class)
          .extracting(e -> ((OutcomeUnknownException) e).code()).isEqualTo(ErrorCode.OUTCOME_UNKNOWN);
    }
    assertThat(local.list("")).as("it was").hasSize(1);
  }

  // ---- without our client

  private static String body(String fields, String name) {
    return "{" + fields + ",\"request_id\":\"" + name + "\"}";
  }

  private static byte[] post(String path, String body) {
    return ("POST " + path + " HTTP/1.1\r\nHost: localhost\r\nContent-Length: " + body.length() + "\r\n\r\n" + body)
        .getBytes(UTF_8);
  }

  /** As many connections are silent as the limit allows when another one has been ended for its silence. */
  @Test
  void whoWaitsForASealIsNotSilent() throws Exception {
    SlowStore store = new SlowStore();
    Peer peer = open(new LocalPeer(store, new InMemoryLeaseStore(TimeSource.SYSTEM), 1 << 20, TimeSource.SYSTEM));
    URI at = open(HttpServer.open(peer, OPTIONS.withLimits(HttpLimits.DEFAULT.withIdle(Duration.ofMillis(300)))))
        .address();
    String lease = RawHttp.post(at, "/acquire", "{\"intent\":\"create\",\"object_id\":\"x\",\"sizes\":[1]}").json()
        .get("lease_id").stringValue();
    byte[] seal = post("/seal", body("\"lease_id\":\"" + lease + "\"", "s"));
    RawHttp first = open(new RawHttp(at));
    first.write(seal);
    store.awaitSeal();
    RawHttp repetition = open(new RawHttp(at));
    repetition.write(seal);
    try (RawHttp silent = new RawHttp(at)) {
      silent.write("GET /".getBytes(UTF_8));
      assertThat(silent.readByte()).as("ended, or refused as half a head").isIn(-1, (int) 'H');
    }
    store.goOn();
    assertThat(first.read(false).text()).contains("sealed");
    assertThat(repetition.read(false).text()).contains("sealed");
    assertThat(RawHttp.post(at, "/release", "{\"lease_id\":\"" + lease + "\"}").status()).isEqualTo(200);
  }

  @Test
  void repetitionsThatWaitHoldNoThread() throws Exception {
    MemoryPeer peer = open(MemoryPeer.create(1 << 20));
    HttpServer server = open(HttpServer.open(peer, OPTIONS));
    PackiceClient local = open(Packice.connect(peer));
    ObjectWriter draft = open(local.create("late", 1));
    byte[] request = post("/acquire",
        body("\"object_id\":\"late\",\"intent\":\"read\",\"wait_seconds\":5", "the same"));
    List<RawHttp> waiting = new ArrayList<>();
    for (int i = 0; i < MANY; i++) {
      RawHttp http = open(new RawHttp(server.address()));
      http.write(request);
      waiting.add(http);
    }
    assertThat(RawHttp.get(server.address(), "/health").status()).isEqualTo(200);
    for (RawHttp http : waiting) {
      assertThat(http.socket().getInputStream().available()).as("the others wait").isZero();
    }
    draft.seal();
    Set<String> leases = new HashSet<>();
    for (RawHttp http : waiting) {
      leases.add(http.read(false).json().get("lease_id").stringValue());
    }
    assertThat(leases).hasSize(1);
    assertThat(
        RawHttp.post(server.address(), "/release", "{\"lease_id\":\"" + leases.iterator().next() + "\"}").status())
        .isEqualTo(200);
  }

  @Test
  void whoMayNotWaitDoesNotAskAgainAndAgain() throws Exception {
    MemoryPeer peer = open(MemoryPeer.create(1 << 20));
    HttpServer server = open(HttpServer.open(peer, OPTIONS));
    PackiceClient local = open(Packice.connect(peer));
    AtomicInteger asked = new AtomicInteger();
    LosingProxy proxy = open(new LosingProxy(server.address(), request -> {
      if (request.equals("POST /acquire")) {
        asked.incrementAndGet();
      }
      return Fate.PASSED;
    }));
    ObjectWriter _ = open(local.create("late", 1));
    byte[] waits = post("/acquire", "{\"object_id\":\"late\",\"intent\":\"read\",\"wait_seconds\":5}");
    LeakCheck.eventually(() -> {
      for (int i = 0; i < 40; i++) {
        open(new RawHttp(server.address())).write(waits);
      }
      assertThat(RawHttp.post(server.address(), "/acquire",
          "{\"object_id\":\"late\",\"intent\":\"read\",\"wait_seconds\":0.01}").header("Retry-After")).isEqualTo("1");
    });
    Session session = open(HttpSession.connect(proxy.address(), HttpClientOptions.DEFAULT));
    assertThatThrownBy(() -> session.acquire(AcquireRequest.read(new ObjectId("late"))
        .withPatience(Duration.ofSeconds(1)))).isInstanceOf(NotSealedException.class);
    assertThat(asked.get()).isLessThan(20);
  }

  @Test
  void aRefusalIsRepeatedToo() throws Exception {
    MemoryPeer peer = open(MemoryPeer.create(1 << 20));
    URI at = open(HttpServer.open(peer, OPTIONS)).address();
    PackiceClient local = open(Packice.connect(peer));
    String read = body("\"object_id\":\"x\",\"intent\":\"read\"", "r1");

    assertThat(RawHttp.post(at, "/acquire", read).status()).isEqualTo(404);
    put(local, "x", 1);
    assertThat(RawHttp.post(at, "/acquire", read).status()).as("the same request").isEqualTo(404);
    assertThat(RawHttp.post(at, "/acquire", read.replace("\"read\"", "\"write\"")).status()).as("another one")
        .isEqualTo(400);
    assertThat(RawHttp.post(at, "/pin", body("\"object_id\":\"x\"", "x".repeat(129))).status()).isEqualTo(400);
    assertThat(RawHttp.post(at, "/pin", body("\"object_id\":\"x\"", "")).status()).isEqualTo(400);
  }

  @Test
  void objectsThatArePutAndDeletedAgainAreSoOnce() throws Exception {
    MemoryPeer peer = open(MemoryPeer.create(1 << 20));
    URI at = open(HttpServer.open(peer, OPTIONS)).address();
    PackiceClient local = open(Packice.connect(peer));

    RawHttp.Answer put = RawHttp.once(at, "PUT", "/objects/x", "Packice-Request-Id: a\r\n", new byte[] {1});
    assertThat(put.status()).isEqualTo(201);
    RawHttp.Answer again = RawHttp.once(at, "PUT", "/objects/x", "Packice-Request-Id: a\r\n", new byte[] {2});
    assertThat(again.status()).isEqualTo(201);
    assertThat(again.header("Location")).isEqualTo(put.header("Location")).isEqualTo("/objects/x");
    assertThat(read(local, "x")).isEqualTo(1);
    assertThat(RawHttp.once(at, "DELETE", "/objects/x", "Packice-Request-Id: b\r\n", new byte[0]).status())
        .isEqualTo(204);
    put(local, "x", 3);
    assertThat(RawHttp.once(at, "DELETE", "/objects/x", "Packice-Request-Id: b\r\n", new byte[0]).status())
        .isEqualTo(204);
    assertThat(read(local, "x")).isEqualTo(3);
  }

  /** Its bytes would be thrown away, and it would be told that they are there. */
  @ParameterizedTest
  @ValueSource(
      strings = {"Packice-Meta: {}", "Packice-Group: g", "Packice-Object-TTL: 9", "If-None-Match: *", "If-Match: *",
          "Content-Digest: sha-256=:AAAA:", "Repr-Digest: sha-256=:AAAA:"})
  void anotherUploadOfTheSameNameIsRefused(String field) throws Exception {
    MemoryPeer peer = open(MemoryPeer.create(1 << 20));
    URI at = open(HttpServer.open(peer, OPTIONS)).address();
    PackiceClient local = open(Packice.connect(peer));
    String name = "Packice-Request-Id: a\r\n";
    assertThat(RawHttp.once(at, "PUT", "/objects/x", name, new byte[] {1}).status()).isEqualTo(201);
    assertThat(RawHttp.once(at, "PUT", "/objects/x", name, new byte[] {1, 2}).status()).as("longer").isEqualTo(400);
    RawHttp.Answer other = RawHttp.once(at, "PUT", "/objects/x", name + field + "\r\n", new byte[] {1});
    assertThat(other.status()).isEqualTo(400);
    assertThat(other.text()).contains("another request has it");
    assertThat(local.stat("x").object().byteSize()).isEqualTo(1);
  }

  @Test
  void anUploadThatWasCutOffIsDoneWhenItComesAgain() throws Exception {
    MemoryPeer peer = open(MemoryPeer.create(1 << 20));
    URI at = open(HttpServer.open(peer, OPTIONS)).address();
    PackiceClient local = open(Packice.connect(peer));
    try (RawHttp http = new RawHttp(at)) {
      http.write("PUT /objects/x HTTP/1.1\r\nHost: localhost\r\nPackice-Request-Id: a\r\nContent-Length: 2\r\n\r\n1"
          .getBytes(UTF_8));
      LeakCheck.eventually(() -> assertThat(local.stats().drafts()).isEqualTo(1));
    }
    LeakCheck.eventually(() -> assertThat(local.stats().drafts()).isZero());
    LeakCheck.eventually(() -> assertThat(
        RawHttp.once(at, "PUT", "/objects/x", "Packice-Request-Id: a\r\n", new byte[2]).status()).isEqualTo(201));
  }

  @Test
  void whatIsRememberedIsBounded() throws Exception {
    MemoryPeer peer = open(MemoryPeer.create(1 << 20));
    HttpServer server = open(HttpServer.open(peer, OPTIONS));
    URI at = server.address();
    PackiceClient local = open(Packice.connect(peer));
    put(local, "x", 1);
    RawHttp http = open(new RawHttp(at));
    String before = http.send("GET", "/stats", "", new byte[0]).header("Packice-Moment");
    String first = body("\"object_id\":\"x\"", "first");
    assertThat(http.send("POST", "/pin", "", first.getBytes(UTF_8)).status()).isEqualTo(200);
    double most = 0;
    for (int i = 0; http.send("POST", "/pin", "Packice-Repeats: " + before + "\r\n", first.getBytes(UTF_8))
        .status() == 200; i++) {
      assertThat(i).as("something is forgotten at some time").isLessThan(100);
      StringBuilder others = new StringBuilder();
      for (int k = 0; k < AT_ONCE; k++) {
        others.append("DELETE /objects/").append("%79".repeat(255)).append(" HTTP/1.1\r\nHost: localhost\r\n")
            .append("Packice-Request-Id: ").append(i).append('/').append(k).append("\r\n\r\n");
      }
      http.write(others.toString().getBytes(UTF_8));
      for (int k = 0; k < AT_ONCE; k++) {
        assertThat(http.read(false).status()).isEqualTo(404);
      }
      most = Math.max(most, held(at));
    }
    assertThat(most).isBetween(1e6, 16.0 * (1 << 20));
    RawHttp.Answer unknown = http.send("POST", "/pin", "Packice-Repeats: " + before + "\r\n", first.getBytes(UTF_8));
    assertThat(unknown.status()).isEqualTo(409);
    assertThat(unknown.code()).isEqualTo("OUTCOME_UNKNOWN");
    String now = unknown.header("Packice-Moment");
    assertThat(http.send("POST", "/pin", "Packice-Repeats: " + now + "\r\n",
        first.replace("first", "never came").getBytes(UTF_8)).status()).as("which is certain").isEqualTo(200);
  }

  private static double held(URI at) throws IOException {
    return RawHttp.get(at, "/metrics").text().lines().filter(line -> line.startsWith("packice_http_held_bytes"))
        .filter(line -> line.contains("answers")).map(line -> line.substring(line.lastIndexOf(' ') + 1))
        .mapToDouble(Double::parseDouble).findFirst().orElseThrow();
  }
}
