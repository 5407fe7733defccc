package io.packice.transport.uds;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.packice.LeasedObject;
import io.packice.ObjectWriter;
import io.packice.Packice;
import io.packice.PackiceClient;
import io.packice.contract.LeakCheck;
import io.packice.core.AcquireRequest;
import io.packice.core.ObjectId;
import io.packice.core.PeerUnavailableException;
import io.packice.core.StorageException;
import io.packice.peers.MemoryPeer;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.newsclub.net.unix.AFUNIXServerSocket;
import org.newsclub.net.unix.AFUNIXSocketAddress;

final class UdsServerTest {
  private final MemoryPeer peer = MemoryPeer.create(1 << 20);

  @AfterEach
  void stop() {
    peer.close();
    LeakCheck.assertNothingHeld();
  }

  @Test
  void theSocketIsItsOwnersAloneAndGoesWithTheServer(@TempDir Path folder) throws IOException {
    Path socket = folder.resolve("p.sock");
    UdsServer server = UdsServer.open(peer, socket);
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(socket))).isEqualTo("rw-------");
    server.close();
    server.close();
    assertThat(socket).doesNotExist();
  }

  @Test
  void theSocketOfALivePeerIsLeftAlone(@TempDir Path folder) {
    Path socket = folder.resolve("p.sock");
    try (UdsServer server = UdsServer.open(peer, socket)) {
      assertThatThrownBy(() -> UdsServer.open(peer, socket)).isInstanceOf(PeerUnavailableException.class)
          .hasMessageContaining("a peer is alive there").hasMessageContaining("pid " + ProcessHandle.current().pid());
      try (PackiceClient client = Packice.connect(server.socket())) {
        assertThat(client.stats().sessions()).isPositive();
      }
    }
  }

  @Test
  void theSocketOfADeadPeerIsReplaced(@TempDir Path folder) throws IOException {
    Path socket = folder.resolve("p.sock");
    AFUNIXServerSocket.bindOn(AFUNIXSocketAddress.of(socket), false).close();
    assertThat(socket).exists();
    try (UdsServer server = UdsServer.open(peer, socket); PackiceClient client = Packice.connect(server.socket())) {
      assertThat(client.stats().objects()).isZero();
    }
  }

  @Test
  void whoWaitsForASealHasOneFurtherConnection(@TempDir Path folder) throws Exception {
    try (UdsServer server = UdsServer.open(peer, folder.resolve("p.sock"));
        PackiceClient maker = Packice.connect(server.socket());
        PackiceClient waiter = Packice.connect(server.socket());
        ExecutorService executor = Executors.newSingleThreadExecutor()) {
      AcquireRequest patient = AcquireRequest.read(new ObjectId("awaited")).withPatience(Duration.ofMinutes(1));
      Future<?> waiting;
      try (ObjectWriter writer = maker.create("awaited", 1)) {
        waiting = executor.submit(() -> waiter.get(patient).close());
        LeakCheck.eventually(() -> assertThat(maker.sessions()).hasSize(3));
        for (int i = 0; i < 300; i++) {
          assertThat(maker.sessions()).hasSizeLessThanOrEqualTo(3);
        }
        writer.seal();
      }
      waiting.get();
    }
  }

  @Test
  void aFileThatIsNoSocketIsLeftAlone(@TempDir Path folder) throws IOException {
    Path file = Files.writeString(folder.resolve("precious"), "data");
    assertThatThrownBy(() -> UdsServer.open(peer, file)).isInstanceOf(StorageException.class)
        .hasMessageContaining("not a socket");
    assertThat(file).hasContent("data");
  }

  @Test
  void aMissingFolderAndATooLongPathAreRefused(@TempDir Path folder) {
    assertThatThrownBy(() -> UdsServer.open(peer, folder.resolve("no/such/p.sock")))
        .isInstanceOf(StorageException.class)
        .hasMessageContaining("Cannot listen on");
    assertThatIllegalArgumentException().isThrownBy(() -> UdsServer.open(peer, folder.resolve("x".repeat(108))))
        .withMessageContaining("Linux takes 107");
  }

  @Test
  void connectingWhereNobodyListensSaysHowToStartAPeer(@TempDir Path folder) {
    Path socket = folder.resolve("p.sock");
    assertThatThrownBy(() -> Packice.connect(socket)).isInstanceOf(PeerUnavailableException.class)
        .hasMessageContaining("packice serve --socket " + socket);
    assertThatIllegalArgumentException().isThrownBy(() -> Packice.connect("ftp://x"))
        .withMessageContaining("unknown scheme");
  }

  @Test
  void whatAClientMappedOutlivesThePeerAndTheNextCallSaysThatItIsGone(@TempDir Path folder) {
    UdsServer server = UdsServer.open(peer, folder.resolve("p.sock"));
    PackiceClient client = Packice.connect(server.socket());
    try (var writer = client.create("left", 3)) {
      writer.blob(0).segment().fill((byte) 7);
      writer.seal();
    }
    LeasedObject object = client.get("left");
    server.close();
    peer.close();

    assertThat(object.blob(0).segment().toArray(ValueLayout.JAVA_BYTE)).containsOnly(7);
    assertThatThrownBy(() -> client.get("left")).isInstanceOf(PeerUnavailableException.class)
        .hasMessageContaining("connect anew");
    assertThatThrownBy(client::stats).isInstanceOf(PeerUnavailableException.class);
    object.close();
    client.close();
  }

  @Test
  void namedPeersAreSharedWithinTheProcessAndEndWithTheirLastClient() {
    try (PackiceClient first = Packice.connect("memory://shared");
        PackiceClient second = Packice.connect("memory://shared");
        PackiceClient other = Packice.connect("memory://other")) {
      try (var writer = first.create("x", 1)) {
        writer.seal();
      }
      assertThat(second.stat("x").object().byteSize()).isEqualTo(1);
      assertThat(other.list("")).isEmpty();
    }
    try (PackiceClient later = Packice.connect("memory://shared")) {
      assertThat(later.list("")).isEmpty();
    }
  }
}
