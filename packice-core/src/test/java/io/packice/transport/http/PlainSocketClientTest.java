package io.packice.transport.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.packice.LeasedObject;
import io.packice.Packice;
import io.packice.PackiceClient;
import io.packice.contract.LeakCheck;
import io.packice.core.Peer;
import io.packice.peers.FileSystemPeer;
import io.packice.peers.MemoryPeer;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** A client of HTTP in plain sockets, written from docs/protocol.md alone. */
final class PlainSocketClientTest {
  private static final HttpOptions OPTIONS =
      HttpOptions.DEFAULT.withAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
  private static final byte[] CONTENT = "written by another language".getBytes(UTF_8);

  private static JsonNode ok(RawHttp.Answer answer) {
    assertThat(answer.status()).as(answer.text()).isEqualTo(200);
    return answer.json();
  }

  private static JsonNode lease(URI at, String command, String leaseId) throws IOException {
    return ok(RawHttp.post(at, command, "{\"lease_id\":\"" + leaseId + "\"}"));
  }

  @Test
  void createsWritesSealsReadsAndDiscards() throws IOException {
    try (MemoryPeer peer = MemoryPeer.create(1 << 20);
        HttpServer server = HttpServer.open(peer, OPTIONS);
        PackiceClient java = Packice.connect(peer)) {
      URI at = server.address();
      JsonNode created =
          ok(RawHttp.post(at, "/acquire", "{\"object_id\":\"from/sockets\",\"intent\":\"create\",\"sizes\":["
              + CONTENT.length + ",3],\"meta\":{\"language\":\"sockets\"}}"));
      String lease = created.get("lease_id").stringValue();
      assertThat(created.get("ttl_seconds").longValue()).isEqualTo(60);
      assertThat(created.get("intent").stringValue()).isEqualTo("create");
      assertThat(created.get("handles")).as("paths are not shared").isNull();

      String first = created.at("/urls/0").stringValue();
      assertThat(RawHttp.once(at, "PUT", first, "", CONTENT).status()).isEqualTo(204);
      String second = created.at("/urls/1").stringValue();
      assertThat(RawHttp.once(at, "PUT", second, "Content-Range: bytes 1-2/3\r\n", "bc".getBytes(UTF_8)).status())
          .isEqualTo(204);
      assertThat(RawHttp.once(at, "PUT", second, "Content-Range: bytes 0-0/*\r\n", "a".getBytes(UTF_8)).status())
          .isEqualTo(204);
      assertThat(RawHttp.once(at, "PUT", second, "", new byte[2]).status()).as("too short").isEqualTo(400);
      assertThat(RawHttp.once(at, "PUT", second, "Content-Range: bytes 2-3/3\r\n", new byte[2]).status())
          .isEqualTo(400);
      assertThat(RawHttp.once(at, "PUT", second, "Content-Range: bites\r\n", new byte[2]).status()).isEqualTo(400);
      assertThat(RawHttp.get(at, first).code()).isEqualTo("NOT_SEALED");
      assertThat(lease(at, "/renew", lease).get("ttl_seconds").longValue()).isEqualTo(60);
      assertThat(lease(at, "/seal", lease).get("status").stringValue()).isEqualTo("sealed");
      assertThat(RawHttp.once(at, "PUT", first, "", CONTENT).code()).isEqualTo("NOT_PERMITTED");
      assertThat(RawHttp.get(at, first).code()).as("by its maker's lease").isEqualTo("NOT_PERMITTED");
      assertThat(lease(at, "/release", lease).get("status").stringValue()).isEqualTo("released");

      JsonNode read = ok(RawHttp.post(at, "/acquire", "{\"object_id\":\"from/sockets\",\"intent\":\"read\"}"));
      assertThat(read.at("/meta/language").stringValue()).isEqualTo("sockets");
      assertThat(read.at("/blobs/1/size").longValue()).isEqualTo(3);
      JsonNode writing = ok(RawHttp.post(at, "/acquire", "{\"object_id\":\"from/sockets\",\"intent\":\"write\"}"));
      try (LeasedObject object = java.get("from/sockets")) {
        assertThat(new String(object.blob(1).inputStream().readAllBytes(), UTF_8)).isEqualTo("abc");
      }
      assertThat(lease(at, "/discard", writing.get("lease_id").stringValue()).get("status").stringValue())
          .isEqualTo("discarded");
      assertThat(RawHttp.get(at, "/objects/from%2Fsockets").status()).isEqualTo(404);
      assertThat(RawHttp.get(at, read.at("/urls/0").stringValue()).body()).as("still leased").isEqualTo(CONTENT);
      lease(at, "/release", read.get("lease_id").stringValue());
      assertThat(RawHttp.get(at, read.at("/urls/0").stringValue()).status()).isEqualTo(410);
      assertThat(RawHttp.post(at, "/renew", "{\"lease_id\":\"" + lease + "\"}").code()).isEqualTo("LEASE_EXPIRED");
      assertThat(RawHttp.post(at, "/seal", "{}").code()).isEqualTo("INVALID_REQUEST");
    }
    LeakCheck.assertNothingHeld();
  }

  @Test
  void severalDraftsAreSealedTogether() throws IOException {
    try (MemoryPeer peer = MemoryPeer.create(1 << 20); HttpServer server = HttpServer.open(peer, OPTIONS)) {
      URI at = server.address();
      String[] leases = new String[2];
      for (int i = 0; i < 2; i++) {
        leases[i] =
            ok(RawHttp.post(at, "/acquire", "{\"object_id\":\"t" + i + "\",\"intent\":\"create\",\"sizes\":[1]}"))
                .get("lease_id").stringValue();
      }
      String both = "{\"lease_ids\":[\"" + leases[0] + "\",\"" + leases[1] + "\"]}";
      assertThat(RawHttp.post(at, "/seal", both.replace(leases[1], "nobody")).code()).isEqualTo("LEASE_EXPIRED");
      assertThat(ok(RawHttp.get(at, "/objects")).get("objects")).isEmpty();
      ok(RawHttp.post(at, "/seal", both));
      assertThat(ok(RawHttp.get(at, "/objects")).get("objects")).hasSize(2);
    }
    LeakCheck.assertNothingHeld();
  }

  @Test
  void whatLeavesWithASealIsReadAsOfALeaseFromBefore() throws IOException {
    try (MemoryPeer peer = MemoryPeer.create(1 << 20); HttpServer server = HttpServer.open(peer, OPTIONS)) {
      URI at = server.address();
      for (String id : List.of("part", "table")) {
        String lease = ok(RawHttp.post(at, "/acquire",
            "{\"object_id\":\"" + id + "\",\"intent\":\"create\",\"sizes\":[1],\"group\":\"table\"}"))
            .get("lease_id").stringValue();
        lease(at, "/seal", lease);
        lease(at, "/release", lease);
      }
      JsonNode holder = ok(RawHttp.post(at, "/acquire", "{\"object_id\":\"table\",\"intent\":\"read\"}"));
      String then = ",\"intent\":\"read\",\"as_of\":" + holder.get("as_of").longValue() + "}";
      ok(RawHttp.post(at, "/seal", "{\"lease_ids\":[],\"discards\":[\"part\",\"nothing\"]}"));

      assertThat(RawHttp.post(at, "/acquire", "{\"object_id\":\"part\",\"intent\":\"read\"}").code())
          .isEqualTo("NOT_FOUND");
      JsonNode part = ok(RawHttp.post(at, "/acquire", "{\"object_id\":\"part\"" + then));
      assertThat(part.get("as_of").longValue()).isEqualTo(holder.get("as_of").longValue()).isLessThan(1L << 53);
      assertThat(RawHttp.get(at, part.at("/urls/0").stringValue()).body()).hasSize(1);
      lease(at, "/release", part.get("lease_id").stringValue());
      lease(at, "/release", holder.get("lease_id").stringValue());
      assertThat(RawHttp.post(at, "/acquire", "{\"object_id\":\"part\"" + then).code()).isEqualTo("NOT_FOUND");
      assertThat(RawHttp.post(at, "/acquire", "{\"object_id\":\"table\",\"intent\":\"write\",\"as_of\":1}").code())
          .isEqualTo("INVALID_REQUEST");
    }
    LeakCheck.assertNothingHeld();
  }

  private static String handle(JsonNode answer) {
    assertThat(answer.get("handles")).hasSize(1);
    return answer.at("/handles/0").stringValue();
  }

  @Test
  void whoSharesTheFileSystemWritesAndReadsByPath(@TempDir Path folder) throws IOException {
    try (Peer peer = FileSystemPeer.open(folder.resolve("packice:data"), 1 << 20);
        HttpServer server = HttpServer.open(peer, OPTIONS.withSharedPaths())) {
      URI at = server.address();
      JsonNode created = ok(RawHttp.post(at, "/acquire", "{\"object_id\":\"by/path\",\"intent\":\"create\"}"));
      try (RandomAccessFile file = new RandomAccessFile(handle(created), "rw"); Arena arena = Arena.ofConfined()) {
        file.setLength(CONTENT.length);
        file.getChannel().map(MapMode.READ_WRITE, 0, CONTENT.length, arena).copyFrom(MemorySegment.ofArray(CONTENT));
      }
      lease(at, "/seal", created.get("lease_id").stringValue());
      lease(at, "/release", created.get("lease_id").stringValue());

      JsonNode read = ok(RawHttp.post(at, "/acquire", "{\"object_id\":\"by/path\",\"intent\":\"read\"}"));
      Path sealed = Path.of(handle(read));
      assertThat(sealed).isAbsolute();
      assertThat(Files.readAllBytes(sealed)).isEqualTo(CONTENT);
      try (FileChannel channel = FileChannel.open(sealed, StandardOpenOption.READ); Arena arena = Arena.ofConfined()) {
        assertThat(channel.map(MapMode.READ_ONLY, 0, CONTENT.length, arena).asByteBuffer().get(0))
            .isEqualTo(CONTENT[0]);
      }
      assertThat(RawHttp.get(at, read.at("/urls/0").stringValue()).body()).isEqualTo(CONTENT);
      JsonNode writing = ok(RawHttp.post(at, "/acquire", "{\"object_id\":\"by/path\",\"intent\":\"write\"}"));
      lease(at, "/discard", writing.get("lease_id").stringValue());
      lease(at, "/release", read.get("lease_id").stringValue());
      assertThat(sealed).doesNotExist();
    }
    LeakCheck.assertNothingHeld();
  }

  @Test
  void anAcquireThatIsSentAgainGetsTheSameLease() throws IOException {
    try (MemoryPeer peer = MemoryPeer.create(1 << 20);
        HttpServer server = HttpServer.open(peer, OPTIONS)) {
      String request = "{\"object_id\":\"once\",\"intent\":\"create\",\"sizes\":[1],\"request_id\":\"mine\"}";
      JsonNode first = ok(RawHttp.post(server.address(), "/acquire", request));
      assertThat(ok(RawHttp.post(server.address(), "/acquire", request))).isEqualTo(first);
      lease(server.address(), "/release", first.get("lease_id").stringValue());
      assertThat(ok(RawHttp.post(server.address(), "/acquire", request))).as("also when it has ended").isEqualTo(first);
      assertThat(ok(RawHttp.post(server.address(), "/acquire", request.replace("mine", "other")))).isNotEqualTo(first);
      assertThat(RawHttp.post(server.address(), "/acquire", request.replace("mine", "third")).code())
          .isEqualTo("ALREADY_EXISTS");
    }
    LeakCheck.assertNothingHeld();
  }

  @Test
  void memoryAndSeveralBlobsHaveNoPaths() throws IOException {
    try (MemoryPeer peer = MemoryPeer.create(1 << 20);
        HttpServer server = HttpServer.open(peer, OPTIONS.withSharedPaths())) {
      JsonNode created =
          ok(RawHttp.post(server.address(), "/acquire", "{\"object_id\":\"m\",\"intent\":\"create\",\"sizes\":[1]}"));
      assertThat(created.get("handles")).isEmpty();
      JsonNode two =
          ok(RawHttp.post(server.address(), "/acquire", "{\"object_id\":\"n\",\"intent\":\"create\",\"sizes\":[1,1]}"));
      assertThat(two.get("handles")).isEmpty();
    }
    LeakCheck.assertNothingHeld();
  }
}
