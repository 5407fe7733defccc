package io.packice.transport.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.packice.Packice;
import io.packice.PackiceClient;
import io.packice.contract.LeakCheck;
import io.packice.contract.MemoryDisk;
import io.packice.core.Peer;
import io.packice.core.PeerUnavailableException;
import io.packice.peers.FileSystemPeer;
import io.packice.peers.SharedFileSystemPeer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A disk that has lost a bit: whoever asks for the digest sees it. */
final class DamagedBytesTest {
  private static final byte[] CONTENT = "what was sealed".getBytes(UTF_8);
  private static final String WANTED = "Want-Repr-Digest: crc32c=10";

  @TempDir(factory = MemoryDisk.class) private Path folder;

  private static Peer open(String kind, Path folder) {
    return kind.equals("fs") ? FileSystemPeer.open(folder, 1 << 20) : SharedFileSystemPeer.open(folder, 1 << 20);
  }

  private static HttpServer serve(Peer peer) {
    return HttpServer.open(peer,
        HttpOptions.DEFAULT.withAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)));
  }

  @AfterEach
  void nothingIsLeft() {
    LeakCheck.assertNothingHeld();
  }

  /** The file that has the content. */
  private void flipABit() throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        if (Files.size(file) == CONTENT.length && List.of(CONTENT[0]).contains(Files.readAllBytes(file)[0])) {
          Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
          try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            int _ = channel.write(ByteBuffer.wrap(new byte[] {(byte) (CONTENT[3] ^ 1)}), 3);
          }
          Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("r--------"));
          return;
        }
      }
    }
    throw new AssertionError("no file has the content");
  }

  private static void assertTheDigestIsOfWhatWasSealed(RawHttp.Answer answer) {
    CRC32C sealed = new CRC32C();
    sealed.update(CONTENT);
    assertThat(answer.status()).as(answer.text()).isEqualTo(200);
    assertThat(answer.body()).isNotEqualTo(CONTENT).hasSameSizeAs(CONTENT);
    assertThat(answer.header("Repr-Digest")).isEqualTo(Digests.field((int) sealed.getValue()));
  }

  @ParameterizedTest
  @ValueSource(strings = {"fs", "shared-fs"})
  void theDigestIsOfWhatWasSealed(String kind) throws IOException {
    try (Peer peer = open(kind, folder); HttpServer server = serve(peer)) {
      assertThat(RawHttp.once(server.address(), "PUT", "/objects/x", "", CONTENT).status()).isEqualTo(201);
      flipABit();
      assertTheDigestIsOfWhatWasSealed(RawHttp.get(server.address(), "/objects/x/blobs/0", WANTED));
    }
    try (Peer peer = open(kind, folder); HttpServer server = serve(peer)) { // from the index
      URI at = server.address();
      assertTheDigestIsOfWhatWasSealed(RawHttp.get(at, "/objects/x/blobs/0", WANTED));
      try (PackiceClient client = Packice.connect(at.toString())) {
        assertThatThrownBy(() -> client.get("x")).isInstanceOf(PeerUnavailableException.class)
            .hasMessageContaining("the peer's copy is damaged");
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"fs", "shared-fs"})
  void whoStillReadsWhatIsGoneSeesItToo(String kind) throws IOException {
    try (Peer peer = open(kind, folder); HttpServer server = serve(peer)) {
      assertThat(RawHttp.once(server.address(), "PUT", "/objects/x", "", CONTENT).status()).isEqualTo(201);
    }
    flipABit();
    try (Peer peer = open(kind, folder); HttpServer server = serve(peer)) {
      URI at = server.address();
      String lease = RawHttp.post(at, "/acquire", "{\"object_id\":\"x\",\"intent\":\"read\"}").json().get("lease_id")
          .stringValue();
      assertThat(RawHttp.once(at, "DELETE", "/objects/x", "", new byte[0]).status()).isEqualTo(204);
      assertTheDigestIsOfWhatWasSealed(RawHttp.get(at, "/leases/" + lease + "/blobs/0", WANTED));
      assertThat(RawHttp.post(at, "/release", "{\"lease_id\":\"" + lease + "\"}").status()).isEqualTo(200);
    }
  }
}
