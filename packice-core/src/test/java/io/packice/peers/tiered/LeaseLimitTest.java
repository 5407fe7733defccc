package io.packice.peers.tiered;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.packice.backends.memory.MemfdBlobStore;
import io.packice.contract.LeakCheck;
import io.packice.core.AcquireRequest;
import io.packice.core.Caller;
import io.packice.core.CapacityExceededException;
import io.packice.core.Grant;
import io.packice.core.LeaseId;
import io.packice.core.LocalPeer;
import io.packice.core.ObjectId;
import io.packice.core.Peer;
import io.packice.core.PeerOptions;
import io.packice.core.Session;
import io.packice.core.TimeSource;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

/** Leases of those who read as of before are bounded like others, by what both tiers' books have for leases together. */
final class LeaseLimitTest {
  private static final Caller CLIENT = new Caller(OptionalLong.of(4711), OptionalLong.of(1));
  private static final int BOOKS_BYTES = 1 << 20;
  private static final int LEASES = 2 * BOOKS_BYTES / 4 / 1024;

  private static Peer tier() {
    return new LocalPeer(new MemfdBlobStore(), 1 << 20, TimeSource.SYSTEM,
        PeerOptions.DEFAULT.withBookkeepingBytes(BOOKS_BYTES));
  }

  private static void put(Session session, String id) {
    Grant grant = session.acquire(AcquireRequest.create(new ObjectId(id), List.of(5L)).withGroup("g")
        .withIfExists(AcquireRequest.IfExists.REPLACE));
    grant.extent().close();
    session.seal(grant.lease().id());
    session.release(grant.lease().id());
  }

  @Test
  void leasesAsOfBeforeAreBounded() {
    try (TieredPeer peer = new TieredPeer(tier(), tier(), TieringPolicy.DEFAULT, TimeSource.SYSTEM,
        TieredPeer.Pace.BY_HAND); Session own = peer.openSession(Caller.thisProcess())) {
      put(own, "now");
      put(own, "before");
      Grant holder = own.acquire(AcquireRequest.read(new ObjectId("now")));
      holder.extent().close();
      put(own, "before"); // what it was before is kept
      for (String id : List.of("now", "before")) {
        assertIsBounded(peer, AcquireRequest.read(new ObjectId(id)).withAsOf(holder.lease().asOf()));
      }
    }
    LeakCheck.assertNothingHeld();
  }

  private static void assertIsBounded(TieredPeer peer, AcquireRequest request) {
    try (Session client = peer.openSession(CLIENT); Session own = peer.openSession(Caller.thisProcess())) {
      long refusals = own.stats().refusals();
      List<LeaseId> leases = new ArrayList<>();
      assertThatThrownBy(() -> {
        while (leases.size() <= LEASES) {
          leases.add(lease(client, request));
        }
      }).isInstanceOf(CapacityExceededException.class)
          .hasMessageStartingWith("Cannot acquire " + request.id() + ": " + LEASES + " leases take ")
          .hasMessageContaining("bytes of heap; release some");
      assertThat(leases).hasSize(LEASES - 1);
      assertThat(own.stats().refusals()).isEqualTo(refusals + 1);
      own.release(lease(own, request)); // what this process does by itself is no other's to stop
      client.release(leases.getFirst());
      client.release(lease(client, request));
    }
  }

  private static LeaseId lease(Session session, AcquireRequest request) {
    Grant grant = session.acquire(request);
    grant.extent().close();
    return grant.lease().id();
  }
}
