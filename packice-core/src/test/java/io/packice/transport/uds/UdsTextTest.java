package io.packice.transport.uds;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.packice.Packice;
import io.packice.PackiceClient;
import io.packice.contract.LeakCheck;
import io.packice.core.AcquireRequest;
import io.packice.core.Caller;
import io.packice.core.Metadata;
import io.packice.core.ObjectId;
import io.packice.core.Session;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** Texts that could not be written out again, or would become others on their way, are refused as they come in; and harm no other request. */
final class UdsTextTest extends SocketFixture {
  private static final String HALF = "\\ud800";

  private RawClient raw;

  @BeforeEach
  void connect() throws IOException {
    raw = new RawClient();
  }

  @AfterEach
  void hangUp() throws IOException {
    raw.close();
  }

  private JsonNode call(byte[] message) throws IOException {
    raw.send(message);
    return raw.receive();
  }

  private JsonNode call(String message) throws IOException {
    return call(message.getBytes(UTF_8));
  }

  private void assertRefused(JsonNode answer, String what) throws IOException {
    assertThat(answer.path("code").asString()).as(what).isEqualTo("INVALID_REQUEST");
    assertThat(answer.get("message").stringValue()).as(what).startsWith("Cannot ").hasSizeLessThan(500)
        .doesNotContain("\n");
    assertThat(call("{\"command\":\"ping\"}").get("status").stringValue()).as(what).isEqualTo("ok");
    assertThat(client.stats().drafts()).as(what).isZero();
    assertThat(client.list("")).as(what).isEmpty();
  }

  @Test
  void metadataThatCouldNotBeWrittenOutAgainIsRefused() throws IOException {
    for (String meta : List.of("{\"k\":\"" + HALF + "\"}", "{\"" + HALF + "\":1}", "{\"k\":[1e400]}",
        "{\"a\":1,\"a\":2}",
        "{\"a\":" + "[".repeat(60) + "]".repeat(60) + "}", "{\"a\":" + "[".repeat(500) + "]".repeat(500) + "}",
        "{\"a\":\"" + "x".repeat(1 << 16) + "\"}", "7", "[]")) {
      assertRefused(
          call(
              "{\"command\":\"acquire\",\"object_id\":\"o\",\"intent\":\"create\",\"sizes\":[],\"meta\":" + meta + "}"),
          meta.substring(0, Math.min(40, meta.length())));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"{\"command\":\"?\"}", "{\"command\":\"seal\",\"lease_id\":\"?\"}",
      "{\"command\":\"discard\",\"lease_id\":\"?\"}",
      "{\"command\":\"renew\",\"lease_id\":\"?\"}", "{\"command\":\"release\",\"lease_id\":\"?\"}",
      "{\"command\":\"seal\",\"lease_ids\":[\"?\"]}",
      "{\"command\":\"seal\",\"lease_ids\":[],\"discards\":[\"?\"]}",
      "{\"command\":\"acquire\",\"object_id\":\"o\",\"intent\":\"?\"}",
      "{\"command\":\"acquire\",\"object_id\":\"?\",\"intent\":\"read\"}",
      "{\"command\":\"acquire\",\"object_id\":\"o\",\"intent\":\"create\",\"group\":\"?\"}",
      "{\"command\":\"acquire\",\"object_id\":\"o\",\"intent\":\"create\",\"if_exists\":\"?\"}",
      "{\"command\":\"acquire\",\"object_id\":\"o\",\"intent\":\"create\",\"room\":\"?\"}",
      "{\"command\":\"acquire\",\"object_id\":\"o\",\"intent\":\"create\",\"binding\":\"?\"}",
      "{\"command\":\"acquire\",\"object_id\":\"o\",\"intent\":\"create\",\"request_id\":\"?\"}",
      "{\"command\":\"list\",\"after\":\"?\"}",
      "{\"command\":\"stat\",\"object_id\":\"?\"}", "{\"command\":\"pin\",\"object_id\":\"?\"}"})
  void everyTextHasWholeCharactersAndABound(String request) throws IOException {
    assertRefused(call(request.replace("?", "x" + HALF)), request);
    assertRefused(call(request.replace("?", "x".repeat(256))), request);
    assertRefused(call(request.replace("?", "ä".repeat(128))), request);
    assertRefused(call(request.replace("?", "x".repeat(1_000_000))), request);
    ByteArrayOutputStream invalid = new ByteArrayOutputStream();
    invalid.writeBytes(request.substring(0, request.indexOf('?')).getBytes(UTF_8));
    invalid.writeBytes(new byte[] {'n', (byte) 0xc0, (byte) 0xaf});
    invalid.writeBytes(request.substring(request.indexOf('?') + 1).getBytes(UTF_8));
    JsonNode answer = call(invalid.toByteArray());
    assertRefused(answer, request);
    assertThat(answer.get("message").stringValue()).contains("not UTF-8");
  }

  @Test
  void bytesThatAreNoUtf8AreRefusedWhereverTheyStand() throws IOException {
    for (int[] bytes : new int[][] {{0xff, 0xfe}, {0xc0, 0xaf}, {0xed, 0xa0, 0x80}, {0x80}, {0xf5, 0x80, 0x80, 0x80},
        {0xe4}}) {
      ByteArrayOutputStream message = new ByteArrayOutputStream();
      message.writeBytes("{\"command\":\"ping\",\"unknown\":\"".getBytes(UTF_8));
      for (int b : bytes) {
        message.write(b);
      }
      message.writeBytes("\"}".getBytes(UTF_8));
      assertRefused(call(message.toByteArray()), "0x" + Integer.toHexString(bytes[0]));
    }
    assertThat(call("{\"command\":\"ping\",\"unknown\":\"\ufffd\ud83d\ude00\"}").get("status").stringValue())
        .isEqualTo("ok");
  }

  /** The characters that are shown of a lease's id are whole ones. */
  @Test
  void aRefusalCutsBetweenCharacters() throws IOException {
    JsonNode answer = call("{\"command\":\"seal\",\"lease_id\":\"12345\ud83d\ude006789\"}");
    assertThat(answer.get("code").stringValue()).isEqualTo("LEASE_EXPIRED");
    assertThat(answer.get("message").stringValue()).contains("12345\ud83d\ude00…");
  }

  @Test
  void whatCannotBeSentIsTheCallersTroubleAlone() {
    assertThatThrownBy(() -> client.list("\ud800")).isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("Cannot list ");
    try (PackiceClient direct = Packice.connect(peer)) {
      assertThatThrownBy(() -> direct.list("\ud800")).isInstanceOf(IllegalArgumentException.class);
    }
    LeakCheck.eventually(
        () -> assertThat(client.stats().sessions()).as("this one, and that of the other connection").isEqualTo(2));
  }

  /** Should the peer ever have something that cannot be written out, that request is refused, before a byte of an answer is sent. */
  @Test
  void anAnswerThatCannotBeEncodedIsThatRequestsAlone() throws IOException {
    try (Session direct = peer.openSession(Caller.thisProcess())) {
      var grant = direct.acquire(AcquireRequest.create(new ObjectId("poison"), List.of())
          .withMeta(Metadata.ofOwnJson("{\"k\":\"\ud800\"}")));
      grant.extent().close();
      direct.seal(grant.lease().id());
    }
    call("{\"command\":\"hello\",\"version\":1,\"session\":true}");
    call("{\"command\":\"acquire\",\"object_id\":\"mine\",\"intent\":\"create\",\"sizes\":[]}");
    for (String request : List.of("{\"command\":\"list\"}", "{\"command\":\"stat\",\"object_id\":\"poison\"}",
        "{\"command\":\"idle\",\"bytes\":1000000}",
        "{\"command\":\"acquire\",\"object_id\":\"poison\",\"intent\":\"read\"}")) {
      JsonNode answer = call(request);
      assertThat(answer.get("code").stringValue()).as(request).isEqualTo("UNAVAILABLE");
      assertThat(client.stats().drafts()).as(request).isEqualTo(1);
      assertThat(client.stats().leases()).as(request).isEqualTo(1); // nobody has heard of a lease on the other
    }
    assertThat(call("{\"command\":\"ping\"}").get("status").stringValue()).isEqualTo("ok");
  }
}
