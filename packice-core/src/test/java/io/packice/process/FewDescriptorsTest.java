package io.packice.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.packice.LeasedObject;
import io.packice.Packice;
import io.packice.PackiceClient;
import io.packice.contract.LeakCheck;
import io.packice.core.AcquireRequest;
import io.packice.core.NotFoundException;
import io.packice.core.ObjectId;
import io.packice.core.StorageException;
import io.packice.peers.MemoryPeer;
import io.packice.transport.http.HttpOptions;
import io.packice.transport.http.HttpServer;
import io.packice.transport.http.RawHttp;
import io.packice.transport.uds.UdsServer;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A client that has as many files open as it may is refused one more object, and loses nothing. */
final class FewDescriptorsTest {
  private static final Path PRLIMIT = Path.of("/usr/bin/prlimit");
  private static final int OBJECTS = 200;

  @Test
  void whoIsOutOfDescriptorsLosesThatAcquireAlone(@TempDir Path folder) throws Exception {
    assumeTrue(Files.isExecutable(PRLIMIT), "there is no " + PRLIMIT);
    try (MemoryPeer peer = MemoryPeer.create(1 << 24);
        UdsServer server = UdsServer.open(peer, folder.resolve("p.sock"));
        PackiceClient client = Packice.connect(peer)) {
      for (int i = 0; i < OBJECTS; i++) {
        try (var writer = client.create("o" + i, 1)) {
          writer.blob(0).segment().set(ValueLayout.JAVA_BYTE, 0, (byte) i);
          writer.seal();
        }
      }
      try (
          Child child = new Child(List.of(PRLIMIT.toString(), "--nofile=160"), List.of(), Child.classPath(), Main.class,
              server.socket())) {
        assertThat(child.line()).startsWith("Cannot acquire o").contains("too many open files");
        int held = Integer.parseInt(child.line());
        assertThat(held).isBetween(10, OBJECTS - 1);
        assertThat(client.stats().leases()).as("that of the refused acquire is over").isEqualTo(held);
        assertThat(client.stats().drafts()).isZero();
        child.endInput();
        assertThat(child.line()).isEqualTo("all read, one more had, one more made");
        assertThat(child.exitCode()).isZero();
      }
      LeakCheck.eventually(() -> assertThat(client.stats().leases()).isZero());
    }
    LeakCheck.assertNothingHeld();
  }

  @Test
  @Timeout(value = 5, unit = TimeUnit.MINUTES)
  void aServerOutOfDescriptorsSaysSoAndGoesOnLater() throws Exception {
    assumeTrue(Files.isExecutable(PRLIMIT), "there is no " + PRLIMIT);
    List<SocketChannel> connections = new ArrayList<>();
    try (Child child =
        new Child(List.of(PRLIMIT.toString(), "--nofile=160"), List.of(), Child.classPath(), HttpMain.class)) {
      URI at = URI.create(child.line());
      // Classes that stand in no jar are files that are opened, also those that log, and that see a connection end
      new RawHttp(at).close();
      int _ = RawHttp.get(at, "/health", "Origin: http://a.example").status();
      assertThat(child.line()).startsWith("Refused ");
      try {
        for (int i = 0; i < 160; i++) {
          SocketChannel connection = SocketChannel.open();
          connections.add(connection);
          connection.configureBlocking(false); // more than the server accepts and the kernel keeps for it would wait for long
          boolean _ = connection.connect(new InetSocketAddress(at.getHost(), at.getPort()));
        }
        assertThat(child.line()).startsWith("Cannot accept a connection over HTTP: ")
            .contains("raise the limit (ulimit -n, LimitNOFILE)");
      } finally {
        for (SocketChannel each : connections) {
          each.close();
        }
      }
      assertThat(RawHttp.get(at, "/health").status()).isEqualTo(200);
      child.endInput();
      assertThat(child.exitCode()).isZero();
    }
  }

  /** Serves over HTTP and prints where, and then what it logs, until its input ends. */
  static final class HttpMain {
    private HttpMain() {
    }

    /** No arguments. */
    public static void main(String[] args) throws IOException {
      Logger logger = Logger.getLogger("io.packice");
      logger.addHandler(new Handler() {
        @Override
        public void publish(LogRecord entry) {
          System.out.println(entry.getMessage());
        }

        @Override
        public void flush() {
          System.out.flush();
        }

        @Override
        public void close() {
          // nothing is open
        }
      });
      InetSocketAddress anyPort = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
      try (MemoryPeer peer = MemoryPeer.create(1 << 20);
          HttpServer server = HttpServer.open(peer, HttpOptions.DEFAULT.withAddress(anyPort))) {
        System.out.println(server.address());
        while (System.in.read() >= 0) {
          // until the test has looked
        }
      }
    }
  }

  static final class Main {
    private Main() {
    }

    /** Argument: the socket. */
    public static void main(String[] args) throws IOException {
      try (PackiceClient client = Packice.connect(Path.of(args[0]))) {
        warmUp(client);
        List<LeasedObject> held = new ArrayList<>();
        System.out.println(fill(client, held).getMessage());
        System.out.println(refuseDraft(client, held.size()));
        while (System.in.read() >= 0) {
          // until the test has looked
        }
        for (int i = 0; i < held.size(); i++) {
          if (held.get(i).blob(0).segment().get(ValueLayout.JAVA_BYTE, 0) != (byte) i) {
            throw new IllegalStateException("o" + i);
          }
        }
        held.removeLast().close();
        client.get("o199").close();
        client.create(AcquireRequest.create(new ObjectId("made"), List.of(1L))).close();
        System.out.println("all read, one more had, one more made");
        held.forEach(LeasedObject::close);
      }
    }

    /** A class that is loaded is a file that is opened. */
    private static void warmUp(PackiceClient client) {
      client.create(AcquireRequest.create(new ObjectId("warm"), List.of(1L))).close();
      client.get("o0").close();
      Object _ = client.stats();
      try {
        client.get("none").close();
      } catch (NotFoundException expected) {
        Object _ = new StorageException(String.valueOf(expected.getMessage()));
      }
    }

    private static StorageException fill(PackiceClient client, List<LeasedObject> held) {
      while (true) {
        try {
          held.add(client.get("o" + held.size()));
        } catch (StorageException full) {
          return full;
        }
      }
    }

    /** The draft of a refused create is gone, too. */
    private static int refuseDraft(PackiceClient client, int held) {
      try {
        client.create(AcquireRequest.create(new ObjectId("made"), List.of(1L))).close();
        return -1;
      } catch (StorageException full) {
        return held;
      }
    }
  }
}
