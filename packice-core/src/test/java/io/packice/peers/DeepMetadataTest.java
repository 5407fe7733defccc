package io.packice.peers;

import static org.assertj.core.api.Assertions.assertThat;

import io.packice.Packice;
import io.packice.PackiceClient;
import io.packice.contract.LeakCheck;
import io.packice.contract.MemoryDisk;
import io.packice.core.AcquireRequest;
import io.packice.core.Caller;
import io.packice.core.Grant;
import io.packice.core.Metadata;
import io.packice.core.ObjectId;
import io.packice.core.Peer;
import io.packice.core.Session;
import io.packice.transport.uds.UdsServer;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an earlier version took, deeper than this one takes, is intact: it is served, verified, listed and removed. */
final class DeepMetadataTest {
  @TempDir(factory = MemoryDisk.class) private Path folder;

  private static void put(Session session, int depth) {
    Grant grant = session.acquire(AcquireRequest.create(new ObjectId("deep-" + depth), List.of(3L))
        .withMeta(Metadata.ofOwnJson("{\"a\":" + "[".repeat(depth - 1) + "]".repeat(depth - 1) + "}")));
    grant.extent().close();
    session.seal(grant.lease().id());
    session.release(grant.lease().id());
  }

  private void assertServed(Peer peer) {
    try (UdsServer server = UdsServer.open(peer, folder.resolve("p.sock"));
        PackiceClient client = Packice.connect(server.socket())) {
      assertThat(client.stats().quarantined()).isZero();
      assertThat(client.list("").map(status -> status.object().id().value())).containsExactly("deep-498", "deep-499",
          "deep-500");
      assertThat(client.stat("deep-500").object().meta().toMap()).containsOnlyKeys("a");
      client.get("deep-500").close();
    }
  }

  @Test
  void inFiles() {
    Path data = folder.resolve("data");
    try (Peer peer = FileSystemPeer.open(data, 1 << 20); Session session = peer.openSession(Caller.thisProcess())) {
      for (int depth = 498; depth <= 500; depth++) {
        put(session, depth);
      }
      assertServed(peer);
    }
    assertThat(FileSystemPeer.verify(data, (_, _) -> {
    }).damaged()).isEmpty();
    try (Peer peer = FileSystemPeer.open(data, 1 << 20)) {
      assertServed(peer);
    }
    try (Peer peer = FileSystemPeer.open(data, 1 << 20); Session session = peer.openSession(Caller.thisProcess())) {
      assertServed(peer);
      session.discard(new ObjectId("deep-500"));
      assertThat(session.list("", null, 10).objects()).hasSize(2);
    }
    LeakCheck.assertNothingHeld();
  }

  @Test
  void inASharedFolder() {
    Path data = folder.resolve("shared");
    try (Peer peer = SharedFileSystemPeer.open(data, 1 << 20); Session session = peer.openSession(Caller.thisProcess());
        Peer other = SharedFileSystemPeer.open(data, 1 << 20)) {
      for (int depth = 498; depth <= 500; depth++) {
        put(session, depth);
      }
      assertServed(peer);
      assertServed(other);
    }
    assertThat(SharedFileSystemPeer.verify(data, (_, _) -> {
    }).damaged()).isEmpty();
    LeakCheck.assertNothingHeld();
  }
}
