package io.packice.transport.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.packice.contract.MemoryDisk;
import io.packice.peers.FileSystemPeer;
import io.packice.process.Child;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Somebody cuts a file off that a peer over files has given a lease on: whoever asks for it gets an error, and the peer lives. */
final class CutFileTest {
  private static final int BYTES = 32 << 20;

  @Test
  void aPeerOutlivesFilesThatAreCutOffUnderALease(@TempDir(factory = MemoryDisk.class) Path folder) throws Exception {
    try (Child child = new Child(PeerMain.class, folder.resolve("data"))) {
      URI at = URI.create(child.line());
      for (String id : new String[] {"digest", "bytes", "ranges"}) {
        assertThat(RawHttp.once(at, "PUT", "/objects/" + id, "", new byte[BYTES]).status()).isEqualTo(201);
        String lease = RawHttp.post(at, "/acquire", "{\"object_id\":\"" + id + "\",\"intent\":\"read\"}").json()
            .get("lease_id").stringValue();
        String blob = "/leases/" + lease + "/blobs/0";
        assertThat(RawHttp.get(at, blob, "Range: bytes=0-0").status()).isEqualTo(206); // from here on it is open
        cut(folder);
        switch (id) {
          case "digest" -> {
            RawHttp.Answer answer = RawHttp.get(at, blob, "Want-Repr-Digest: crc32c=5");
            assertThat(answer.status()).isBetween(500, 599);
            assertThat(answer.text()).contains("somebody has cut its file off");
          }
          case "bytes" -> ask(at, blob);
          default -> ask(at, blob, "Range: bytes=0-9,20000000-20000009");
        }
        assertThat(RawHttp.get(at, "/health").status()).isEqualTo(200);
      }
      child.endInput();
      assertThat(child.exitCode()).isZero();
    }
  }

  /** Whatever comes of it: the head of the answer may be on its way already. */
  private static void ask(URI at, String blob, String... headers) {
    try {
      assertThat(RawHttp.get(at, blob, headers).status()).isNotZero();
    } catch (IOException connectionClosed) {
      // the body could not be sent
    }
  }

  private static void cut(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.filter(each -> each.toString().endsWith(".data")).toList()) {
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        try (var channel = java.nio.channels.FileChannel.open(file, java.nio.file.StandardOpenOption.WRITE)) {
          channel.truncate(5);
        }
      }
    }
  }

  static final class PeerMain {
    private PeerMain() {
    }

    /** Argument: the data folder. */
    public static void main(String[] args) throws IOException {
      HttpOptions options = HttpOptions.DEFAULT.withAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
      try (FileSystemPeer peer = FileSystemPeer.open(Path.of(args[0]), 1L << 30);
          HttpServer server = HttpServer.open(peer, options)) {
        System.out.println(server.address());
        System.in.transferTo(OutputStream.nullOutputStream());
      }
    }
  }
}
