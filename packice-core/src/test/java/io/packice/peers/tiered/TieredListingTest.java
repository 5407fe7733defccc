package io.packice.peers.tiered;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.packice.ObjectWriter;
import io.packice.Packice;
import io.packice.PackiceClient;
import io.packice.backends.memory.InMemoryLeaseStore;
import io.packice.backends.memory.MemfdBlobStore;
import io.packice.contract.LeakCheck;
import io.packice.contract.SlowStore;
import io.packice.contract.SlowStore.Step;
import io.packice.core.AcquireRequest;
import io.packice.core.AcquireRequest.IfExists;
import io.packice.core.LocalPeer;
import io.packice.core.NotFoundException;
import io.packice.core.ObjectId;
import io.packice.core.Peer;
import io.packice.core.TierProbe;
import io.packice.core.TimeSource;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Listings during which objects go from tier to tier, exactly between the steps of a move. */
@Timeout(600)
final class TieredListingTest {
  private static final long PAGE = 4096;
  private static final long HOT = 8 * PAGE;

  private final List<Step> steps = new ArrayList<>();
  private Consumer<Step> meanwhile = _ -> {
  };
  private TieredPeer peer;
  private PackiceClient client;

  @BeforeEach
  void start() {
    peer = new TieredPeer(slow(HOT), slow(100 * PAGE), TieringPolicy.DEFAULT, TimeSource.SYSTEM,
        TieredPeer.Pace.BY_HAND);
    client = Packice.connect(peer);
  }

  @AfterEach
  void stop() {
    client.close();
    peer.close();
    LeakCheck.assertNothingHeld();
  }

  private Peer slow(long capacityBytes) {
    return new LocalPeer(new SlowStore(new MemfdBlobStore(), step -> {
      steps.add(step);
      meanwhile.accept(step);
    }), new InMemoryLeaseStore(TimeSource.SYSTEM), capacityBytes, TimeSource.SYSTEM);
  }

  private void put(String id, long pages) {
    AcquireRequest request =
        AcquireRequest.create(new ObjectId(id), List.of(pages * PAGE)).withIfExists(IfExists.REPLACE);
    try (ObjectWriter writer = client.create(request)) {
      writer.seal();
    }
  }

  private List<String> ids() {
    return client.list("").map(status -> status.object().id().value()).toList();
  }

  private List<String> cold() {
    return TierProbe.cold(peer.local).ids();
  }

  @Test
  void whatGoesDownAndUpAndDownAgainIsListedOnceAllTheWay() {
    put("moving", 4);
    steps.clear();
    meanwhile = _ -> assertThat(ids()).containsOnlyOnce("moving");
    put("filler", 8); // sends it down
    client.discard("filler");
    assertThat(cold()).containsExactly("moving");
    client.get("moving").close();
    client.get("moving").close();
    peer.runChores();
    assertThat(peer.tiers().promotions()).isEqualTo(1);
    put("moving", 4); // a new version, and the old ones are gone from both tiers
    put("filler", 8);
    assertThat(ids()).containsExactly("filler", "moving");
    assertThat(peer.tiers().demotions()).isEqualTo(2);
    assertThat(steps).as("steps at which it was listed").hasSizeGreaterThan(10);
  }

  @Test
  void whatIsDiscardedWhileItMovesIsNotListed() throws InterruptedException {
    put("moving", 4);
    put("staying", 1);
    Thread[] discarding = new Thread[1];
    meanwhile = step -> {
      meanwhile = _ -> {
      };
      discarding[0] = Thread.ofPlatform().start(() -> client.discard("moving"));
      LeakCheck.eventually(() -> assertThat(discarding[0].getState()).isEqualTo(Thread.State.WAITING)); // for the copy
    };
    put("filler", 5);
    discarding[0].join();
    assertThat(ids()).containsExactly("filler", "staying");
    assertThat(cold()).doesNotContain("moving");
    assertThatThrownBy(() -> client.get("moving")).isInstanceOf(NotFoundException.class);
    LeakCheck.eventually(() -> assertThat(client.stats().zombieBytes()).isZero());
  }
}
