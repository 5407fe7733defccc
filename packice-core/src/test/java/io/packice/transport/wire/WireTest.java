package io.packice.transport.wire;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.packice.core.AcquireRequest;
import io.packice.core.Blob;
import io.packice.core.Caller;
import io.packice.core.Intent;
import io.packice.core.InvalidRequestException;
import io.packice.core.Lease;
import io.packice.core.LeaseId;
import io.packice.core.MemberStatus;
import io.packice.core.Metadata;
import io.packice.core.ObjectId;
import io.packice.core.ObjectPage;
import io.packice.core.ObjectStatus;
import io.packice.core.Part;
import io.packice.core.PeerStats;
import io.packice.core.PeerUnavailableException;
import io.packice.core.SessionStatus;
import io.packice.core.StoredObject;
import io.packice.core.TierStatus;
import java.nio.charset.Charset;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class WireTest {
  private static final StoredObject OBJECT = new StoredObject(new ObjectId("an \"id\" ü 𝄞"),
      List.of(new Blob(0, 5), new Blob(4096, 1L << 40)), Metadata.of(Map.of("a", List.of(1, 2.5, "b\n"))), "group",
      Duration.ofMillis(1500), OptionalLong.of(1000));

  private static String text(Response response) {
    return new String(Wire.encode(response), UTF_8);
  }

  private static Request<?> request(String text) {
    return Wire.request(text.getBytes(UTF_8));
  }

  private static Response response(String text) {
    return Wire.response(text.getBytes(UTF_8));
  }

  private static Response again(Response response) {
    return Wire.response(Wire.encode(response));
  }

  @Test
  void aRequestIsReadAsItWasWritten() {
    AcquireRequest request = AcquireRequest.create(OBJECT.id(), List.of(5L, 1L << 40)).withMeta(OBJECT.meta())
        .withGroup("group").withTtl(Duration.ofSeconds(3)).withIfExists(AcquireRequest.IfExists.REPLACE);
    for (AcquireRequest.Room room : AcquireRequest.Room.values()) {
      AcquireRequest each = request.withRoom(room).withExpectedBytes(room == AcquireRequest.Room.FREE ? 1L << 50 : 0);
      assertThat(Wire.request(Wire.encode(Request.of(Command.ACQUIRE, each))).what()).isEqualTo(each);
    }
    AcquireRequest read = AcquireRequest.read(OBJECT.id()).withAsOf(7).withPatience(Duration.ofMillis(1500));
    assertThat(Wire.request(Wire.encode(Request.of(Command.ACQUIRE, read))).what()).isEqualTo(read);
  }

  /** Each command, asked and read again. */
  @Test
  void whatIsAskedIsTheSameOnBothEnds() {
    List<LeaseId> one = List.of(LeaseId.random());
    List<LeaseId> two = List.of(LeaseId.random(), LeaseId.random());
    List<Request<?>> all = List.of(Request.hello(null), Request.hello(Duration.ofSeconds(5)).within("s"),
        Request.of(Command.PING), Request.of(Command.FREEZE, two), Request.renew(one, false).named("once"),
        Request.renew(one, true), Request.renew(List.of(), false).within("s"),
        Request.of(Command.RELEASE, List.<LeaseId>of()).within("s"), Request.of(Command.DISCARD, one),
        Request.of(Command.SEAL, new Request.Seal(two, List.of(OBJECT.id()))),
        Request.of(Command.SEAL, new Request.Seal(List.of(), List.of(OBJECT.id()))),
        Request.of(Command.LIST, new Request.Page("an", OBJECT.id(), 7)), Request.of(Command.STAT, OBJECT.id()),
        Request.of(Command.IDLE, new Request.Slice(1L << 40, 3, 4)), Request.of(Command.STATS),
        Request.of(Command.SESSIONS, new Request.Slice(0, 3, 4)), Request.of(Command.PIN, OBJECT.id()),
        Request.of(Command.UNPIN, OBJECT.id()));
    assertThat(all).allSatisfy(each -> assertThat(Wire.request(Wire.encode(each))).isEqualTo(each));
  }

  @Test
  void theCommandMayStandAnywhere() {
    Request<?> pin = request("{\"object_id\":\"o\",\"meta\":{\"command\":\"unpin\"},\"command\":\"pin\"}");
    assertThat(pin).isEqualTo(Request.of(Command.PIN, new ObjectId("o")));
  }

  @ParameterizedTest
  @ValueSource(strings = {"{}", "{\"command\":\"swim\"}", "{\"command\":null}", "{\"object_id\":\"o\"}"})
  void aCommandThatNobodyKnowsIsRefusedWithThoseThatThereAre(String text) {
    assertThatThrownBy(() -> request(text)).isInstanceOf(InvalidRequestException.class)
        .hasMessageEndingWith("unknown command; the commands are hello, ping, acquire, freeze, seal, discard, release,"
            + " renew, list, stat, idle, stats, sessions, pin, unpin");
  }

  @ParameterizedTest
  @ValueSource(strings = {"UTF-16", "UTF-16LE", "UTF-16BE", "UTF-32", "UTF-32LE"})
  void anotherEncodingIsRefused(String encoding) {
    byte[] message = "{\"command\":\"ping\"}".getBytes(Charset.forName(encoding));
    assertThatThrownBy(() -> Wire.request(message)).isInstanceOf(InvalidRequestException.class)
        .hasMessageStartingWith("Cannot read the message: its bytes are not UTF-8");
  }

  /** Of something that is no peer, or broken. */
  @ParameterizedTest
  @ValueSource(strings = {"{}", "{\"status\":\"ok\"}", "{\"lease_id\":\"00112233445566778899aabbccddeeff\"}",
      "{\"lease_id\":\"00112233445566778899aabbccddeeff\",\"object_id\":\"o\",\"intent\":\"swim\"}",
      "{\"lease_id\":\"00112233445566778899aabbccddeeff\",\"object_id\":\"\",\"intent\":\"read\"}"})
  void anAnswerThatLacksWhatIsAskedSaysSo(String text) {
    Response answer = response(text);
    assertThatThrownBy(answer::toLease).isInstanceOf(PeerUnavailableException.class)
        .hasMessageStartingWith("Cannot use the peer's answer: ")
        .hasMessageContaining("see whether it is a Packice peer");
    for (ThrowingCallable each : List.<ThrowingCallable>of(answer::toPage, answer::toStatus, answer::toStats,
        answer::toSessions)) {
      assertThatThrownBy(each).isInstanceOf(PeerUnavailableException.class).hasMessageContaining("it has no ");
    }
  }

  @Test
  void whatIsAbsentTakesNoRoom() {
    assertThat(new String(Wire.encode(Request.of(Command.STAT, new ObjectId("x"))), UTF_8))
        .isEqualTo("{\"command\":\"stat\",\"object_id\":\"x\"}\n");
    assertThat(text(Response.plain("released"))).isEqualTo("{\"status\":\"released\"}\n");
  }

  @Test
  void aLeaseIsReadAsItWasWritten() {
    Lease lease = new Lease(new LeaseId("00".repeat(16)), Intent.READ, Duration.ofSeconds(60), 7, 8, OBJECT);
    String text = text(Response.granted(lease));
    assertThat(text).contains("\"ttl_seconds\":60,", "{\"fd\":0,\"offset\":4096,\"size\":1099511627776}");
    assertThat(response(text).toLease()).isEqualTo(lease);
  }

  @Test
  void blobsNameADescriptorOnlyWhereOneComesAlong() {
    Lease lease = new Lease(new LeaseId("00".repeat(16)), Intent.READ, null, 7, 8, OBJECT);
    ObjectStatus status = new ObjectStatus(OBJECT, 1, 0, false, Duration.ZERO, Duration.ZERO, null);
    assertThat(List.of(Response.granted(lease).withPlaces(List.of("/leases/0/blobs/0"), null), Response.status(status),
        Response.page(new ObjectPage(List.of(status), null)))).map(WireTest::text)
        .allSatisfy(text -> assertThat(text).contains("\"offset\":4096").doesNotContain("\"fd\""));
  }

  @Test
  void numbersOfPeersAreReadAsTheyWereWritten() {
    PeerStats tier = new PeerStats(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, PeerStats.Heap.UNKNOWN,
        List.of(), List.of());
    PeerStats stats = new PeerStats(16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 1L << 50, 32, 33,
        new PeerStats.Heap(34, 35, 36),
        List.of(new TierStatus("hot", tier, 30, 31)),
        List.of(new MemberStatus("a", "/here", Duration.ofMillis(250))));
    assertThat(again(Response.stats(stats)).toStats()).isEqualTo(stats);
  }

  @Test
  void listingsAreReadAsTheyWereWritten() {
    ObjectStatus status = new ObjectStatus(OBJECT, 8192, 3, true, Duration.ofSeconds(5), Duration.ofMillis(20), null);
    ObjectPage page = new ObjectPage(List.of(status, status), new ObjectId("next"));
    assertThat(again(Response.page(page)).toPage()).isEqualTo(page);
    assertThat(again(Response.status(status)).toStatus()).isEqualTo(status);
    Part<SessionStatus> sessions = new Part<>(List.of(
        new SessionStatus(new Caller(OptionalLong.of(1), OptionalLong.empty()), Duration.ofSeconds(1), 2)), true);
    Part<ObjectStatus> idle = new Part<>(List.of(status, status), true);
    assertThat(again(Response.idle(idle)).toIdle()).isEqualTo(idle);
    assertThat(again(Response.page(page)).toIdle().hasMore()).isFalse(); // of a peer that knows no parts
    assertThat(again(Response.sessions(sessions)).toSessions()).isEqualTo(sessions);
  }

  @Test
  void unknownFieldsAreSkippedAndNullsAreAbsent() {
    Request<?> request = request("{\"new\":{\"deep\":[1,{\"command\":\"no\"}]},\"command\":\"list\",\"prefix\":null,"
        + "\"limit\":5.0,\"more\":[]}");
    assertThat(request).isEqualTo(Request.of(Command.LIST, new Request.Page("", null, 5)));
  }

  @Test
  void metadataTravelsWithoutWhiteSpace() {
    Response response = response("{\"status\":\"ok\",\"lease_id\":\"x\",\"object_id\":\"y\",\"intent\":\"read\","
        + "\"meta\":{ \"a\" : [ 1 , 2.50 ] },\"blobs\":[]}");
    assertThat(response.toLease().object().meta().toJson()).isEqualTo("{\"a\":[1,2.50]}");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "5", "null", "[]", "{} {}", "{\"command\":5}", "{\"command\":\"list\",\"limit\":1.5}",
          "{\"limit\":5000000000,\"command\":\"list\"}", "{\"command\":\"acquire\",\"sizes\":[null]}",
          "{\"command\":\"acquire\",\"sizes\":5}", "{\"command\":\"idle\",\"bytes\":1e400}",
          "{\"command\":\"hello\",\"session\":1}", "{\"command\":\"acquire\",\"ttl_seconds\":\"60\"}",
          "{\"command\":\"idle\",\"bytes\":99999999999999999999}", "{\"command\":\"a\"", "{command:1}",
          "{\"command\":\"ping\"} {}", "{\"command\":\"ping\",}"})
  void whatIsNoMessageIsRefused(String text) {
    assertThatThrownBy(() -> request(text)).isInstanceOf(InvalidRequestException.class)
        .hasMessageStartingWith("Cannot read the message: ");
  }
}
