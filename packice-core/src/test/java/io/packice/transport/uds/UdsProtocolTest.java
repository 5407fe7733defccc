package io.packice.transport.uds;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.packice.LeasedObject;
import io.packice.Packice;
import io.packice.PackiceClient;
import io.packice.contract.LeakCheck;
import io.packice.core.PeerStats;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** The protocol as bytes, spoken by clients that are not ours: strict ones, odd ones and hostile ones. */
final class UdsProtocolTest extends SocketFixture {
  private static String code(JsonNode answer) {
    assertThat(answer.get("status").stringValue()).isEqualTo("error");
    assertThat(answer.get("message").stringValue()).startsWith("Cannot ");
    return answer.get("code").stringValue();
  }

  /** Groups stand in listings, logs and refusals of others, as ids do. */
  @Test
  void aGroupHasANameAsAnObject() throws IOException {
    try (RawClient raw = new RawClient()) {
      for (String group : List.of("", "g".repeat(1 << 16), "t\\nEvicted all", " t", "\\u001b[2J")) {
        JsonNode refused = raw.call("{\"command\":\"acquire\",\"object_id\":\"o\",\"intent\":\"create\",\"group\":\""
            + group + "\"}");
        assertThat(code(refused)).as(group).isEqualTo("INVALID_REQUEST");
        assertThat(refused.get("message").stringValue()).startsWith("Cannot use ").contains("group")
            .hasSizeLessThan(500).doesNotContain("\n");
      }
    }
    assertThat(client.list("")).isEmpty();
    assertThat(client.stats().drafts()).isZero();
  }

  // ---- shared sessions

  private static final String HELLO = "{\"command\":\"hello\",\"version\":1,\"session\":true}";

  private static String join(String session) {
    return "{\"command\":\"hello\",\"version\":1,\"session\":true,\"session_id\":\"" + session + "\"}";
  }

  @Test
  void aSessionIsSharedByConnectionsAndEndsWithTheFirst() throws IOException {
    int sessions = client.sessions().size();
    try (RawClient further = new RawClient(); RawClient last = new RawClient()) {
      try (RawClient first = new RawClient()) {
        String session = first.call(HELLO).get("session_id").stringValue();
        assertThat(further.call(join(session)).get("session_id").stringValue()).isEqualTo(session);
        assertThat(last.call(join(session)).get("status").stringValue()).isEqualTo("ok");
        assertThat(client.sessions()).hasSize(sessions + 1);
        JsonNode granted = further.call("{\"command\":\"acquire\",\"object_id\":\"shared\",\"intent\":\"create\"}");
        assertThat(granted.get("ttl_seconds")).isNull();
        try (FileChannel file = new FileOutputStream(further.descriptor()).getChannel()) {
          file.write(ByteBuffer.wrap(new byte[1]));
        }
        last.hangUp();
        assertThat(client.stats().drafts()).isEqualTo(1);
        assertThat(first.call(
            "{\"command\":\"freeze\",\"lease_id\":\"" + granted.get("lease_id").stringValue() + "\"}")
            .get("status").stringValue()).isEqualTo("frozen");
        assertThat(code(first.call(join(session)))).as("it has one").isEqualTo("INVALID_REQUEST");
      }
      LeakCheck.eventually(() -> assertThat(client.stats().drafts()).isZero());
      assertThatThrownBy(() -> further.call("{\"command\":\"ping\"}")).isInstanceOf(IOException.class);
    }
    LeakCheck.eventually(() -> assertThat(client.sessions()).hasSize(sessions));
  }

  @Test
  void whoGuessesASessionLearnsNothingAndGoesOn() throws IOException {
    try (RawClient raw = new RawClient(); RawClient first = new RawClient()) {
      String session = first.call(HELLO).get("session_id").stringValue();
      first.hangUp();
      LeakCheck.eventually(() -> assertThat(client.sessions()).hasSize(2)); // the client's, and that of this connection
      for (String guess : List.of("", "guess", session)) {
        assertThat(code(raw.call(join(guess)))).isEqualTo("NOT_PERMITTED");
      }
      assertThat(raw.call(HELLO).get("status").stringValue()).isEqualTo("ok");
    }
  }

  @Test
  void onlySoManyConnectionsShareASession() throws IOException {
    List<RawClient> further = new ArrayList<>();
    try (RawClient first = new RawClient(); RawClient tooMany = new RawClient()) {
      String session = first.call(HELLO).get("session_id").stringValue();
      for (int i = 0; i < SharedSession.MOST_JOINED; i++) {
        further.add(new RawClient());
        assertThat(further.getLast().call(join(session)).get("status").stringValue()).isEqualTo("ok");
      }
      assertThat(code(tooMany.call(join(session)))).isEqualTo("INVALID_REQUEST");
      further.removeLast().close();
      LeakCheck.eventually(() -> assertThat(tooMany.call(join(session)).get("status").stringValue()).isEqualTo("ok"));
    } finally {
      for (RawClient each : further) {
        each.close();
      }
    }
  }

  /** One connection per request, no sizes, the descriptor written like a file, and only the fields that it knows. */
  @Test
  void aForeignClientWithoutSessionsWorks() throws IOException {
    String lease;
    try (RawClient create = new RawClient()) {
      JsonNode granted = create.call(
          "{\"command\":\"acquire\",\"object_id\":\"foreign\",\"intent\":\"create\",\"ttl_seconds\":60,\"meta\":{\"a\":1}}");
      lease = granted.get("lease_id").stringValue();
      try (FileChannel file = new FileOutputStream(create.descriptor()).getChannel()) {
        file.write(ByteBuffer.wrap("from another language".getBytes(UTF_8)));
      }
    }
    try (RawClient seal = new RawClient()) {
      assertThat(seal.call("{\"command\":\"seal\",\"lease_id\":\"" + lease + "\"}").get("status").stringValue())
          .isEqualTo("sealed");
    }
    try (RawClient release = new RawClient()) {
      assertThat(release.call("{\"command\":\"release\",\"lease_id\":\"" + lease + "\"}").get("status").stringValue())
          .isEqualTo("released");
    }
    try (RawClient read = new RawClient()) {
      JsonNode granted =
          read.call("{\"command\":\"acquire\",\"object_id\":\"foreign\",\"intent\":\"read\",\"unknown\":[1]}");
      assertThat(granted.get("meta").toString()).isEqualTo("{\"a\":1}");
      assertThat(granted.get("ttl_seconds").intValue()).isEqualTo(60);
      assertThat(granted.get("blobs").toString()).isEqualTo("[{\"fd\":0,\"offset\":0,\"size\":21}]");
      try (FileInputStream file = new FileInputStream(read.descriptor())) {
        assertThat(new String(file.readAllBytes(), UTF_8)).isEqualTo("from another language");
      }
    }
    assertThat(client.stats().leases()).isEqualTo(1); // the reader's, which its TTL ends
  }

  @Test
  void anybodyRenewsALeaseWhoseConnectionIsGone() throws IOException {
    String lease;
    try (RawClient create = new RawClient()) {
      lease = create.call("{\"command\":\"acquire\",\"object_id\":\"slow\",\"intent\":\"create\",\"ttl_seconds\":60}")
          .get("lease_id").stringValue();
    }
    LeakCheck.eventually(() -> assertThat(client.stats().sessions()).isEqualTo(1));
    assertThat(client.renew(lease)).isEqualTo(Duration.ofSeconds(60));
    assertThat(client.stats().drafts()).isEqualTo(1);
  }

  @Test
  void aLeaseIsBoundToTheConnectionOnlyAfterAHelloThatSaysSo() throws IOException {
    try (RawClient bound = new RawClient()) {
      JsonNode hello = bound.call("{\"command\":\"hello\",\"version\":1,\"session\":true}");
      assertThat(hello.get("version").intValue()).isEqualTo(1);
      JsonNode granted =
          bound.call("{\"command\":\"acquire\",\"object_id\":\"bound\",\"intent\":\"create\",\"sizes\":[1]}");
      assertThat(granted.has("ttl_seconds")).isFalse();
      assertThat(client.stats().drafts()).isEqualTo(1);
    }
    LeakCheck.eventually(() -> assertThat(client.stats().drafts()).isZero());
  }

  @Test
  void severalRequestsInOneWriteAreAnsweredInOrder() throws IOException {
    try (RawClient raw = new RawClient()) {
      raw.send("{\"command\":\"ping\"}{\"command\":\"nonsense\"} \n {\"command\":\"stats\"}");
      assertThat(raw.receive().get("status").stringValue()).isEqualTo("ok");
      assertThat(code(raw.receive())).isEqualTo("INVALID_REQUEST");
      assertThat(raw.receive().get("stats").get("capacity_bytes").longValue()).isEqualTo(1 << 24);
    }
  }

  @Test
  void aRequestMayComeInPieces() throws IOException {
    try (RawClient raw = new RawClient()) {
      for (char c : "{\"command\":\"ping\"}".toCharArray()) {
        raw.send(String.valueOf(c));
      }
      assertThat(raw.receive().get("status").stringValue()).isEqualTo("ok");
    }
  }

  @Test
  void whatCannotBeUnderstoodIsAnErrorAndTheConnectionLivesOn() throws IOException {
    try (RawClient raw = new RawClient()) {
      for (String bad : new String[] {"{}", "{\"command\":null}", "{\"command\":7}", "{nonsense}",
          "{\"command\":\"seal\"}",
          "{\"command\":\"acquire\"}", "{\"command\":\"acquire\",\"object_id\":\"x\",\"intent\":\"steal\"}",
          "{\"command\":\"acquire\",\"object_id\":\"x\",\"intent\":\"read\",\"ttl_seconds\":-1}",
          "{\"command\":\"acquire\",\"object_id\":\"x\",\"intent\":\"read\",\"ttl_seconds\":\"soon\"}",
          "{\"command\":\"acquire\",\"object_id\":\"x\",\"intent\":\"read\",\"ttl_seconds\":1e300}",
          "{\"command\":\"acquire\",\"object_id\":\"x\\n\",\"intent\":\"read\"}",
          "{\"command\":\"acquire\",\"object_id\":\"x\",\"intent\":\"create\",\"sizes\":[-1]}",
          "{\"command\":\"acquire\",\"object_id\":\"x\",\"intent\":\"create\",\"sizes\":[9223372036854775807,9223372036854775807]}",
          "{\"command\":\"acquire\",\"object_id\":\"x\",\"intent\":\"create\",\"sizes\":[99999999999999999999]}",
          "{\"command\":\"acquire\",\"object_id\":\"x\",\"intent\":\"create\",\"meta\":[1]}",
          "{\"command\":\"acquire\",\"object_id\":\"x\",\"intent\":\"create\",\"if_exists\":\"maybe\"}",
          "{\"command\":\"list\",\"limit\":0}", "{\"command\":\"hello\",\"version\":2}"}) {
        assertThat(code(raw.call(bad))).as(bad).isEqualTo("INVALID_REQUEST");
      }
      assertThat(code(raw
          .call("{\"command\":\"acquire\",\"object_id\":\"x\",\"intent\":\"create\",\"sizes\":[4000000000000000000]}")))
          .isEqualTo("CAPACITY_EXCEEDED");
      assertThat(code(raw.call("{\"command\":\"seal\",\"lease_id\":\"guess\"}"))).isEqualTo("LEASE_EXPIRED");
      assertThat(raw.call("{\"command\":\"ping\"}").get("status").stringValue()).isEqualTo("ok");
    }
  }

  @Test
  void aRequestOfMoreThanOneMebibyteIsRefused() throws IOException {
    try (RawClient raw = new RawClient()) {
      String frame = "{\"command\":\"ping\",\"x\":\"\"}";
      assertThat(raw.call(frame.replace("\"\"", "\"" + "y".repeat((1 << 20) - frame.length()) + "\"")).get("status")
          .stringValue())
          .isEqualTo("ok");
    }
    try (RawClient raw = new RawClient()) {
      String frame = "{\"command\":\"ping\",\"x\":\"\"}";
      assertThat(code(raw.call(frame.replace("\"\"", "\"" + "y".repeat((1 << 20) + 1 - frame.length()) + "\""))))
          .isEqualTo("INVALID_REQUEST");
    }
    assertStillServing();
  }

  @Test
  void deeplyNestedJsonIsRefused() throws IOException {
    try (RawClient raw = new RawClient()) {
      assertThat(code(raw.call("{\"meta\":" + "{\"a\":".repeat(100_000) + "1" + "}".repeat(100_001))))
          .isEqualTo("INVALID_REQUEST");
    }
    assertStillServing();
  }

  @Test
  void randomBytesAndHalfRequestsDoNoHarm() throws IOException {
    long seed = Long.getLong("packice.seed", System.nanoTime());
    SplittableRandom random = new SplittableRandom(seed);
    for (int i = 0; i < 200; i++) {
      try (RawClient raw = new RawClient()) {
        byte[] noise = new byte[1 + random.nextInt(2000)];
        random.nextBytes(noise);
        if (random.nextBoolean()) {
          raw.send("{\"command\":\"acquire\",\"object_id\":\"x\",\"intent\":\"cre");
        }
        raw.socket.getOutputStream().write(noise);
      } catch (IOException hungUp) {
        assertThat(hungUp.getMessage()).as("seed %d", seed).isNotNull(); // the peer closed before all noise was out
      }
    }
    assertStillServing();
    LeakCheck.eventually(() -> assertThat(client.stats().sessions()).isEqualTo(1));
  }

  private void assertStillServing() {
    try (PackiceClient another = Packice.connect(server.socket())) {
      PeerStats stats = another.stats();
      assertThat(stats.drafts()).isZero();
    }
  }

  @Test
  void aReaderNeverGetsTheWritersDescriptor() throws IOException {
    try (var writer = client.create("mine", 4)) {
      writer.seal();
    }
    try (RawClient raw = new RawClient()) {
      raw.call("{\"command\":\"hello\",\"version\":1,\"session\":true}");
      JsonNode granted = raw.call("{\"command\":\"acquire\",\"object_id\":\"mine\",\"intent\":\"read\"}");
      assertThat(granted.get("status").stringValue()).isEqualTo("ok");
      try (FileChannel file = new FileOutputStream(raw.descriptor()).getChannel()) {
        assertThatThrownBy(() -> file.write(ByteBuffer.allocate(1))).isInstanceOf(IOException.class);
      }
    }
    try (LeasedObject object = client.get("mine")) {
      assertThat(object.blob(0).byteSize()).isEqualTo(4);
    }
  }
}
