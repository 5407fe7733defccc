package io.packice.transport.uds;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.packice.Packice;
import io.packice.PackiceClient;
import io.packice.contract.LeakCheck;
import io.packice.core.Caller;
import io.packice.core.PackiceException;
import io.packice.core.Peer;
import io.packice.core.PeerUnavailableException;
import io.packice.core.Session;
import io.packice.core.StorageException;
import io.packice.peers.MemoryPeer;
import io.packice.process.Child;
import io.packice.process.OtherUser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.newsclub.net.unix.AFUNIXServerSocket;
import org.newsclub.net.unix.AFUNIXSocket;
import org.newsclub.net.unix.AFUNIXSocketAddress;

/** What goes wrong with one client of a socket, or with one start on it, is nobody else's. */
final class SurvivalTest {
  private final MemoryPeer peer = MemoryPeer.create(1 << 20);

  @AfterEach
  void stop() {
    peer.close();
    LeakCheck.assertNothingHeld();
  }

  /** A peer that cannot open a session a few times. */
  private record Failing(Peer peer, Deque<Throwable> failures) implements Peer {
    @Override
    public Session openSession(Caller caller) {
      switch (failures.poll()) {
        case null -> {
          return peer.openSession(caller);
        }
        case Error error -> throw error;
        case RuntimeException exception -> throw exception;
        case Throwable other -> throw new AssertionError(other);
      }
    }

    @Override
    public boolean isShared() {
      return peer.isShared();
    }

    @Override
    public void close() {
      peer.close();
    }
  }

  @Test
  void whateverFailsForOneClientTheNextIsServed(@TempDir Path folder) {
    Deque<Throwable> failures = new ArrayDeque<>(
        List.of(new OutOfMemoryError("Cannot reserve 16384 bytes of direct buffer memory"),
            new RuntimeException("a fault"),
            new StorageException("Cannot open a session"), new StackOverflowError()));
    int expected = failures.size();
    try (UdsServer server = UdsServer.open(new Failing(peer, failures), folder.resolve("p.sock"))) {
      for (int i = 0; i < expected; i++) {
        assertThatThrownBy(() -> Packice.connect(server.socket())).isInstanceOf(PeerUnavailableException.class);
      }
      try (PackiceClient client = Packice.connect(server.socket())) {
        assertThat(client.stats().sessions()).isEqualTo(1);
      }
    }
  }

  private static AFUNIXSocket connect(UdsServer server) throws IOException {
    return AFUNIXSocket.connectTo(AFUNIXSocketAddress.of(server.socket()));
  }

  private static void send(AFUNIXSocket socket, String text) throws IOException {
    socket.getOutputStream().write(text.getBytes(UTF_8));
  }

  private static String receive(AFUNIXSocket socket) throws IOException {
    StringBuilder line = new StringBuilder();
    for (int c = socket.getInputStream().read(); c != '\n' && c >= 0; c = socket.getInputStream().read()) {
      line.append((char) c);
    }
    return line.toString();
  }

  /** With a draft of its own, it waits for somebody else's, for years. */
  private static void beginToWait(AFUNIXSocket waiter, String own) throws IOException {
    send(waiter, "{\"command\":\"hello\",\"version\":1,\"session\":true}");
    assertThat(receive(waiter)).contains("\"ok\"");
    send(waiter, "{\"command\":\"acquire\",\"object_id\":\"" + own + "\",\"intent\":\"create\",\"sizes\":[10]}");
    assertThat(receive(waiter)).contains("lease_id");
    send(waiter, "{\"command\":\"acquire\",\"object_id\":\"theirs\",\"intent\":\"read\",\"wait_seconds\":100000000}");
  }

  @Test
  void aWaiterThatDiesLeavesNothing(@TempDir Path folder) throws IOException {
    try (UdsServer server = UdsServer.open(peer, folder.resolve("p.sock"));
        PackiceClient client = Packice.connect(server.socket()); var theirs = client.create("theirs", 1)) {
      for (int i = 0; i < 3; i++) { // also when nobody has waited for a while
        try (AFUNIXSocket waiter = connect(server)) {
          beginToWait(waiter, "mine");
          LeakCheck.eventually(() -> assertThat(client.stats().drafts()).isEqualTo(2));
        }
        LeakCheck.eventually(() -> {
          assertThat(client.stats().drafts()).isEqualTo(1);
          assertThat(client.stats().sessions()).isEqualTo(1);
        });
      }
      theirs.seal();
    }
  }

  @Test
  void aWaiterThatHasNothingMoreToSayGetsItsAnswer(@TempDir Path folder) throws IOException {
    try (UdsServer server = UdsServer.open(peer, folder.resolve("p.sock"));
        PackiceClient client = Packice.connect(server.socket()); var theirs = client.create("theirs", 1);
        AFUNIXSocket waiter = connect(server)) {
      beginToWait(waiter, "mine");
      waiter.getChannel().shutdownOutput();
      try (AFUNIXSocket other = connect(server)) {
        beginToWait(other, "others"); // and is gone before the seal, so that somebody has looked at both
      }
      LeakCheck.eventually(() -> assertThat(client.stats().sessions()).isEqualTo(2));
      theirs.seal();
      assertThat(receive(waiter)).contains("\"theirs\"").contains("lease_id");
    }
  }

  @Test
  void aListenerThatIsTooBusyToAcceptIsLeftAlone(@TempDir Path folder) throws IOException {
    Path socket = folder.resolve("p.sock");
    List<AFUNIXSocket> queued = new ArrayList<>();
    try (AFUNIXServerSocket busy = AFUNIXServerSocket.newInstance()) {
      busy.bind(AFUNIXSocketAddress.of(socket), 1);
      for (int i = 0; i < 2; i++) { // the kernel takes one more than it was told
        queued.add(AFUNIXSocket.connectTo(AFUNIXSocketAddress.of(socket)));
      }
      assertThatThrownBy(() -> UdsServer.open(peer, socket)).isInstanceOf(StorageException.class)
          .hasMessageContaining("whether a peer is alive").hasMessageContaining("EAGAIN");
      assertThat(socket).exists();
      for (AFUNIXSocket each : queued) {
        each.close();
      }
    }
  }

  /** Another user's start, which may not connect, but remove what is in the folder. */
  @Test
  void aStartThatMayNotConnectRemovesNothing(@TempDir Path folder) throws Exception {
    OtherUser stranger = OtherUser.in(folder);
    Path open = Files.createDirectory(folder.resolve("open"));
    Files.setPosixFilePermissions(open, java.nio.file.attribute.PosixFilePermissions.fromString("rwxrwxrwx"));
    try (UdsServer server = UdsServer.open(peer, open.resolve("p.sock"))) {
      try (Child start = stranger.start(54_323, StartMain.class, server.socket())) {
        assertThat(start.line()).startsWith("StorageException: Cannot tell whether a peer is alive at ")
            .contains("EACCES");
      }
      try (PackiceClient client = Packice.connect(server.socket())) {
        assertThat(client.stats().sessions()).isEqualTo(1);
      }
    }
  }

  /** Says what becomes of a start on a socket. */
  static final class StartMain {
    private StartMain() {
    }

    /** Argument: the socket's path. */
    public static void main(String[] args) {
      try (MemoryPeer own = MemoryPeer.create(1 << 20); UdsServer server = UdsServer.open(own, Path.of(args[0]))) {
        System.out.println("listening on " + server.socket());
      } catch (PackiceException refused) {
        System.out.println(refused.getClass().getSimpleName() + ": " + refused.getMessage());
      }
    }
  }

  /** While the acceptor does something else, clients queue up. */
  @Test
  void aBurstOfClientsIsServed(@TempDir Path folder) throws Exception {
    int clients = 200;
    Deque<Throwable> failures = new ArrayDeque<>(List.of(new RuntimeException("after which the acceptor pauses")));
    try (UdsServer server = UdsServer.open(new Failing(peer, failures), folder.resolve("p.sock"))) {
      List<AFUNIXSocket> burst = new ArrayList<>();
      try {
        for (int i = 0; i < clients; i++) {
          burst.add(connect(server));
        }
        for (AFUNIXSocket each : burst.subList(1, clients)) {
          send(each, "{\"command\":\"ping\"}");
          assertThat(receive(each)).contains("\"ok\"");
        }
      } finally {
        for (AFUNIXSocket each : burst) {
          each.close();
        }
      }
    }
  }
}
