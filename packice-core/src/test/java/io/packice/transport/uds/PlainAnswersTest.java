package io.packice.transport.uds;

import static org.assertj.core.api.Assertions.assertThat;

import io.packice.ObjectWriter;
import io.packice.core.AcquireRequest;
import io.packice.core.ErrorCode;
import io.packice.core.Metadata;
import io.packice.core.ObjectId;
import io.packice.transport.wire.Response;
import io.packice.transport.wire.Wire;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Clients of others say no hello, and read once: what they are answered fits 4096 bytes, as far as the metadata of the object lets it. */
final class PlainAnswersTest extends SocketFixture {
  private static final String LONGEST_ID = "\"".repeat(255);
  private static final String LONGEST_GROUP = "g".repeat(255);

  private void put(String id, int blobs, int metadataBytes) {
    AcquireRequest request = AcquireRequest.create(new ObjectId(id), Collections.nCopies(blobs, 1L << 12))
        .withGroup(LONGEST_GROUP).withObjectTtl(Duration.ofDays(1))
        .withMeta(Metadata.of(Map.of("k", "x".repeat(metadataBytes))));
    try (ObjectWriter writer = client.create(request)) {
      writer.seal();
    }
  }

  /** What one read of a connection brings, as such a client makes it, behind some requests whose answers are read to their ends. */
  private JsonNode readOnce(String request, String... before) throws IOException {
    try (RawClient raw = new RawClient()) {
      for (String each : before) {
        JsonNode _ = raw.call(each);
      }
      raw.send(request);
      JsonNode answer = raw.receiveAtOnce(before.length == 0 ? 4096 : 1 << 16);
      for (FileDescriptor received : raw.socket.getReceivedFileDescriptors()) {
        new FileInputStream(received).close();
      }
      if (answer.has("lease_id")) {
        client.release(answer.get("lease_id").stringValue());
      }
      return answer;
    }
  }

  private static String read(String id) {
    return JSON.writeValueAsString(Map.of("command", "acquire", "object_id", id, "intent", "read"));
  }

  @Test
  void anObjectOfManyBlobsComesWithoutTheirPlaces() throws IOException {
    put(LONGEST_ID, 128, 100);
    JsonNode answer = readOnce(read(LONGEST_ID));
    assertThat(answer.get("status").stringValue()).isEqualTo("ok");
    assertThat(answer.get("object_id").stringValue()).isEqualTo(LONGEST_ID);
    assertThat(answer.get("meta").get("k").stringValue()).hasSize(100);
    assertThat(answer.has("blobs")).isFalse();
    assertThat(readOnce(read(LONGEST_ID), "{\"command\":\"hello\",\"version\":1}").get("blobs")).hasSize(128);
  }

  @Test
  void whatOnlyOurClientsNeedIsLeftOutFirst() throws IOException {
    put("o", 1, 3_600);
    JsonNode answer = readOnce(read("o"));
    assertThat(answer.get("meta").get("k").stringValue()).hasSize(3_600);
    assertThat(answer.get("blobs").get(0).get("size").intValue()).isEqualTo(1 << 12);
    for (String ours : List.of("fence", "as_of", "group", "owner_uid", "object_ttl_seconds")) {
      assertThat(answer.has(ours)).as(ours).isFalse();
    }
  }

  @Test
  void whatFitsIsWhole() throws IOException {
    put("o", 2, 100);
    JsonNode answer = readOnce(read("o"));
    assertThat(answer.get("group").stringValue()).isEqualTo(LONGEST_GROUP);
    assertThat(answer.get("fence").isNumber()).isTrue();
    assertThat(answer.get("blobs")).hasSize(2);
  }

  @Test
  void whoHasSaidHelloIsToldAll() throws IOException {
    put("o", 1, 3_600);
    for (String hello : List.of("{\"command\":\"hello\",\"version\":1}",
        "{\"command\":\"hello\",\"version\":1,\"session\":true}")) {
      assertThat(readOnce(read("o"), hello).get("group").stringValue()).isEqualTo(LONGEST_GROUP);
    }
  }

  @Test
  void theLongestRefusalFits() {
    byte[] whole = Wire.encode(Response.error(ErrorCode.INVALID_REQUEST, "\\ü\u0007".repeat(4_000)));
    byte[] plain = Wire.encodePlain(Response.error(ErrorCode.INVALID_REQUEST, "\\ü\u0007".repeat(4_000)));
    assertThat(whole.length).isGreaterThan(4_096);
    assertThat(plain.length).isBetween(1_000, 4_096);
    assertThat(Wire.response(plain).toException()).hasMessageStartingWith("\\ü").hasMessageEndingWith("…");
  }
}
