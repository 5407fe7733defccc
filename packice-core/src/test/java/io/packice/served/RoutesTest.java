package io.packice.served;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.packice.contract.LeakCheck;
import io.packice.core.NotSealedException;
import io.packice.peers.MemoryPeer;
import io.packice.transport.http.AnswerStream;
import io.packice.transport.http.BearerToken;
import io.packice.transport.http.HttpOptions;
import io.packice.transport.http.HttpServer;
import io.packice.transport.http.RawHttp;
import io.packice.transport.http.Route;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Routes of another module, from outside of the transport's package. */
@Timeout(300)
final class RoutesTest {
  private static final HttpOptions OPTIONS =
      HttpOptions.DEFAULT.withAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
  private static final String TEXT = "text/plain";

  private MemoryPeer peer;

  @BeforeEach
  void start() {
    peer = MemoryPeer.create(1 << 20);
  }

  @AfterEach
  void stop() {
    peer.close();
    LeakCheck.assertNothingHeld();
  }

  private HttpServer serving(Route... routes) {
    return HttpServer.open(peer, OPTIONS, List.of(routes));
  }

  private static Route get(String path, String answer) {
    return Route.of("GET", path, call -> call.answer(200, TEXT, answer.getBytes(UTF_8)));
  }

  @Test
  void aPathMayHaveNamesInIt() throws IOException {
    // @start region="route"
    Route hello = Route.of("GET", "/pieces/{object}/{number}", call -> {
      String unit = call.parameter("unit");
      String text = call.variable("number") + (unit == null ? "" : unit) + " of " + call.variable("object");
      call.answer(200, "text/plain; charset=utf-8", text.getBytes(UTF_8));
    });
    try (HttpServer server = HttpServer.open(peer, OPTIONS, List.of(hello))) {
      // @end
      URI at = server.address();
      assertThat(RawHttp.get(at, "/pieces/a%2Fb/7?unit=th").text()).isEqualTo("7th of a/b");
      assertThat(RawHttp.get(at, "/pieces//7").text()).isEqualTo("7 of ");
      assertThat(RawHttp.get(at, "/pieces/7").status()).isEqualTo(404);
      assertThat(RawHttp.once(at, "HEAD", "/pieces/a/7", "", new byte[0]).header("Content-Length")).isEqualTo("6");
      RawHttp.Answer post = RawHttp.post(at, "/pieces/a/7", "{}");
      assertThat(post.status()).isEqualTo(405);
      assertThat(post.header("Allow")).isEqualTo("GET, HEAD");
      assertThat(RawHttp.get(at, "/stats").status()).as("the peer's own").isEqualTo(200);
      assertThat(RawHttp.get(at, "/metrics").text())
          .contains("packice_http_requests_total{route=\"GET /pieces/{object}/{number}\",status=\"200\"} 3.0");
    }
  }

  @Test
  void thePageAtTheRootIsARouteToo() throws IOException {
    try (HttpServer server = serving(get("/", "a page"))) {
      assertThat(RawHttp.get(server.address(), "/").text()).isEqualTo("a page");
    }
  }

  @Test
  void whoMayAskIsSaidByTheRoute() throws IOException {
    BearerToken token = BearerToken.of("0123456789abcdef");
    try (HttpServer server = HttpServer.open(peer, OPTIONS.withToken(token), List.of(get("/secret", "s"),
        get("/public", "p").withAccess(Route.Access.EVERYBODY)))) {
      assertThat(RawHttp.get(server.address(), "/secret").status()).isEqualTo(401);
      assertThat(RawHttp.get(server.address(), "/none").status()).isEqualTo(401);
      assertThat(RawHttp.get(server.address(), "/public").status()).isEqualTo(200);
      assertThat(RawHttp.get(server.address(), "/secret", "Authorization: Bearer 0123456789abcdef").status())
          .isEqualTo(200);
    }
  }

  @Test
  void whatAHandlerThrowsIsTheAnswer() throws IOException {
    try (HttpServer server = serving(Route.of("GET", "/fails/{how}", call -> {
      throw switch (call.variable("how")) {
        case "refused" -> new NotSealedException("Cannot do it: not yet; wait");
        case "wrong" -> new IllegalArgumentException("Cannot do it so");
        default -> new UnsupportedOperationException("what no client is told");
      };
    }))) {
      RawHttp.Answer refused = RawHttp.get(server.address(), "/fails/refused");
      assertThat(refused.status()).isEqualTo(409);
      assertThat(refused.code()).isEqualTo("NOT_SEALED");
      assertThat(RawHttp.get(server.address(), "/fails/wrong").status()).isEqualTo(400);
      RawHttp.Answer unexpected = RawHttp.get(server.address(), "/fails/unexpectedly");
      assertThat(unexpected.status()).isEqualTo(500);
      assertThat(unexpected.text()).doesNotContain("no client");
    }
  }

  @Test
  void bodiesAreBounded() throws IOException {
    Route whole = Route.of("POST", "/whole", call -> call.body(body -> call.answer(200, TEXT, body)))
        .withMostBodyBytes(5);
    AtomicLong seen = new AtomicLong();
    AtomicInteger failures = new AtomicInteger();
    Route parts = Route.of("PUT", "/parts", call -> call.parts(part -> seen.addAndGet(part.remaining()),
        () -> call.answer(200, TEXT, String.valueOf(seen).getBytes(UTF_8)), _ -> failures.incrementAndGet()))
        .withMostBodyBytes(3 << 20);
    try (HttpServer server = serving(whole, parts)) {
      URI at = server.address();
      assertThat(RawHttp.once(at, "POST", "/whole", "", "Hello".getBytes(UTF_8)).text()).isEqualTo("Hello");
      assertThat(RawHttp.once(at, "POST", "/whole", "", "Hello!".getBytes(UTF_8)).status()).isEqualTo(413);
      assertThat(RawHttp.once(at, "PUT", "/parts", "", new byte[2 << 20]).text()).isEqualTo("2097152");
      assertThat(RawHttp.once(at, "PUT", "/parts", "Content-Digest: crc32c=:AAAAAA==:\r\n", new byte[9]).status())
          .isEqualTo(400);
      assertThat(failures).hasValue(1);
    }
  }

  @Test
  void memoryIsSentAsItIsAndLetGoOf() throws IOException {
    AtomicInteger letGo = new AtomicInteger();
    try (Arena arena = Arena.ofShared()) {
      MemorySegment memory = arena.allocate(5 << 20).fill((byte) 'x');
      try (HttpServer server = serving(Route.of("GET", "/memory", call -> call.answer(206, TEXT,
          List.of(memory.asSlice(0, 3), memory.asSlice(3)), letGo::incrementAndGet)))) {
        RawHttp.Answer answer = RawHttp.get(server.address(), "/memory");
        assertThat(answer.status()).isEqualTo(206);
        assertThat(answer.body()).hasSize(5 << 20).containsOnly('x');
        LeakCheck.eventually(() -> assertThat(letGo).hasValue(1));
        assertThat(RawHttp.once(server.address(), "HEAD", "/memory", "", new byte[0]).header("content-length"))
            .isEqualTo(String.valueOf(5 << 20));
        LeakCheck.eventually(() -> assertThat(letGo).hasValue(2));
      }
    }
  }

  // ---- streams

  @Test
  void eventsAreSentAsTheyHappen() throws Exception {
    BlockingQueue<AnswerStream> streams = new LinkedBlockingQueue<>();
    try (HttpServer server =
        serving(Route.of("GET", "/events", call -> streams.add(call.stream(200, "text/event-stream"))))) {
      InputStream in = server.address().resolve("/events").toURL().openStream(); // the head is there before any event is
      AnswerStream stream = streams.take();
      try (BufferedReader lines = new BufferedReader(new InputStreamReader(in, UTF_8))) {
        for (int i = 0; i < 3; i++) {
          assertThat(stream.write(("data: " + i + "\n\n").getBytes(UTF_8))).isTrue();
          assertThat(lines.readLine()).isEqualTo("data: " + i);
          assertThat(lines.readLine()).isEmpty();
        }
        stream.write("data: last\n".getBytes(UTF_8));
        stream.close();
        assertThat(lines.readLine()).isEqualTo("data: last");
        assertThat(lines.readLine()).as("the answer has its end").isNull();
        assertThat(stream.write(new byte[1])).isFalse();
        assertThat(stream.isOpen()).isFalse();
      }
    }
  }

  @Test
  void aStreamThatNobodyReadsEndsAndHoldsNobody() throws Exception {
    BlockingQueue<AnswerStream> streams = new LinkedBlockingQueue<>();
    try (HttpServer server =
        serving(Route.of("GET", "/events", call -> streams.add(call.stream(200, "text/event-stream"))));
        RawHttp reader = new RawHttp(server.address())) {
      reader.write("GET /events HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(UTF_8));
      AnswerStream stream = streams.take();
      byte[] much = new byte[64 << 10];
      int written = 0;
      while (stream.write(much)) {
        assertThat(++written).as("what sockets take is bounded").isLessThan(10_000);
      }
      assertThat(stream.isOpen()).isFalse();
      assertThat(RawHttp.get(server.address(), "/metrics").text())
          .contains("packice_http_cut_off_total{reason=\"unread\"} 1.0")
          .contains("packice_http_transfers{direction=\"out\"} 0.0");
      stream.close();
    }
  }

  @Test
  void whoHasGoneIsNoticed() throws Exception {
    BlockingQueue<AnswerStream> streams = new LinkedBlockingQueue<>();
    try (HttpServer server =
        serving(Route.of("GET", "/events", call -> streams.add(call.stream(200, "text/event-stream"))))) {
      try (RawHttp reader = new RawHttp(server.address())) {
        reader.write("GET /events HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(UTF_8));
        try (AnswerStream stream = streams.take()) {
          reader.socket().close();
          LeakCheck.eventually(() -> assertThat(stream.write("data: x\n\n".getBytes(UTF_8))).isFalse());
        }
      }
    }
  }

  @Test
  void soManyStreamsAtATime() throws Exception {
    BlockingQueue<AnswerStream> streams = new LinkedBlockingQueue<>();
    try (HttpServer server =
        serving(Route.of("GET", "/events", call -> streams.add(call.stream(200, TEXT))).withMostAtATime(1));
        RawHttp first = new RawHttp(server.address())) {
      first.write("GET /events HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(UTF_8));
      AnswerStream stream = streams.take();
      RawHttp.Answer second = RawHttp.get(server.address(), "/events");
      assertThat(second.status()).isEqualTo(503);
      assertThat(second.header("Retry-After")).isEqualTo("1");
      stream.close();
      LeakCheck.eventually(() -> {
        assertThat(RawHttp.once(server.address(), "HEAD", "/events", "", new byte[0]).status()).isEqualTo(200);
      });
    }
  }

  // ---- what is no route

  @ParameterizedTest
  @ValueSource(strings = {"", "things", "/{all}", "/a/{b", "/a/b}", "/a%2F", "/a?b=c", "/a/{b}c"})
  void aPathOfAnotherFormIsRefused(String path) {
    assertThatIllegalArgumentException().isThrownBy(() -> get(path, "")).withMessageContaining("Cannot route the path");
  }

  @ParameterizedTest
  @CsvSource({"GET, /stats", "GET, /objects/{name}", "GET, /objects/x", "POST, /sessions", "GET, /mine"})
  void aRequestMeansOneRoute(String method, String path) {
    Route route = Route.of(method, path, _ -> {
      // never asked
    });
    assertThatIllegalArgumentException().isThrownBy(() -> serving(get("/mine", ""), route))
        .withMessageContaining("Cannot add the route " + method + " " + path);
  }

  @Test
  void boundsHaveBounds() {
    Route route = get("/x", "");
    assertThatIllegalArgumentException().isThrownBy(() -> route.withMostAtATime(0));
    assertThatIllegalArgumentException().isThrownBy(() -> route.withMostBodyBytes(-1));
    assertThatIllegalArgumentException().isThrownBy(() -> Route.of("HEAD", "/x", _ -> {
      // never asked
    }));
    assertThat(route).hasToString("GET /x");
  }
}
