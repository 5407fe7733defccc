package io.packice.transport.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.packice.contract.MemoryDisk;
import io.packice.peers.FileSystemPeer;
import io.packice.process.Child;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
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
          case "digest" -> ask(at, blob, "Want-Repr-Digest: crc32c=5");
          case "bytes" -> ask(at, blob);
          default -> ask(at, blob, "Range: bytes=0-9,20000000-20000009");
        }
        assertThat(RawHttp.get(at, "/health").status()).isEqualTo(200);
      }
      child.endInput();
      assertThat(child.exitCode()).isZero();
    }
  }

  /** There the bytes are read by Java's own code, which encrypts them. */
  @Test
  void soItDoesOverTls(@TempDir(factory = MemoryDisk.class) Path folder) throws Exception {
    HttpOptions.Tls tls = HttpSessionTest.certificate(folder, "EC");
    try (Child child = new Child(PeerMain.class, folder.resolve("data"), tls.certificates(), tls.key());
        HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1)
            .sslContext(Pem.client(tls.certificates())).build()) {
      URI at = URI.create(child.line());
      HttpRequest put =
          HttpRequest.newBuilder(at.resolve("/objects/x")).PUT(BodyPublishers.ofByteArray(new byte[BYTES])).build();
      assertThat(client.send(put, BodyHandlers.discarding()).statusCode()).isEqualTo(201);
      HttpRequest get = HttpRequest.newBuilder(at.resolve("/objects/x/blobs/0")).build();
      HttpResponse<InputStream> answer = client.send(get, BodyHandlers.ofInputStream()); // most of it is not on its way yet
      cut(folder);
      assertThatThrownBy(() -> {
        try (InputStream body = answer.body()) {
          body.transferTo(OutputStream.nullOutputStream());
        }
      }).isInstanceOf(IOException.class);
      HttpRequest health = HttpRequest.newBuilder(at.resolve("/health")).build();
      assertThat(client.send(health, BodyHandlers.discarding()).statusCode()).isEqualTo(200);
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

    /** Arguments: the data folder; perhaps a certificate and its key. */
    public static void main(String[] args) throws IOException {
      HttpOptions options = HttpOptions.DEFAULT.withAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
      if (args.length > 1) {
        options = options.withTls(new HttpOptions.Tls(Path.of(args[1]), Path.of(args[2])));
      }
      try (FileSystemPeer peer = FileSystemPeer.open(Path.of(args[0]), 1L << 30);
          HttpServer server = HttpServer.open(peer, options)) {
        System.out.println(server.address());
        System.in.transferTo(OutputStream.nullOutputStream());
      }
    }
  }
}
