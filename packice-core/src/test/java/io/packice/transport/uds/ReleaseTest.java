package io.packice.transport.uds;

import static org.assertj.core.api.Assertions.assertThat;

import io.packice.LeasedObject;
import io.packice.ObjectWriter;
import io.packice.Packice;
import io.packice.PackiceClient;
import io.packice.contract.LeakCheck;
import io.packice.core.AcquireRequest;
import io.packice.core.Grant;
import io.packice.core.ObjectId;
import io.packice.core.Session;
import io.packice.peers.MemoryPeer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Readers do not wait for their releases to be answered. */
final class ReleaseTest {
  private static final int MANY = 1000;

  private final MemoryPeer peer = MemoryPeer.create(1 << 20);
  @TempDir private Path folder;
  private UdsServer server;

  @BeforeEach
  void start() {
    server = UdsServer.open(peer, folder.resolve("p.sock"));
    try (PackiceClient client = Packice.connect(peer); ObjectWriter writer = client.create("object", 1)) {
      writer.seal();
    }
  }

  @AfterEach
  void stop() {
    server.close();
    peer.close();
    LeakCheck.assertNothingHeld();
  }

  @Test
  void whatTheSameClientAsksNextComesAfterTheRelease() {
    try (PackiceClient client = Packice.connect(server.socket())) {
      for (int i = 0; i < MANY; i++) {
        client.get("object").close();
        assertThat(client.stats().leases()).isZero();
      }
    }
  }

  @Test
  void moreReleasesThanTheSocketHoldsAnswersForAreTakenInARow() {
    try (PackiceClient client = Packice.connect(server.socket())) {
      List<LeasedObject> leased = new ArrayList<>();
      for (int i = 0; i < MANY; i++) {
        leased.add(client.get("object"));
      }
      leased.forEach(LeasedObject::close);
      assertThat(client.stats().leases()).isZero();
    }
  }

  @Test
  void releasingWhatIsReleasedIsHarmless() {
    try (Session session = UdsSession.connect(server.socket())) {
      Grant grant = session.acquire(AcquireRequest.read(new ObjectId("object")));
      grant.extent().close();
      session.releaseSoon(grant.lease().id());
      session.releaseSoon(grant.lease().id());
      session.release(grant.lease().id());
      assertThat(session.stats().leases()).isZero();
    }
  }

  @Test
  void aClientThatClosesWithAnswersUnreadLeavesNothing() {
    for (int i = 0; i < MANY / 10; i++) {
      PackiceClient client = Packice.connect(server.socket());
      LeasedObject object = client.get("object");
      client.close();
      object.close();
    }
    try (PackiceClient client = Packice.connect(peer)) {
      LeakCheck.eventually(() -> assertThat(client.stats().leases()).isZero());
    }
  }
}
