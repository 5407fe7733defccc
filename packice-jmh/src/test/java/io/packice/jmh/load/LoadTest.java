package io.packice.jmh.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.packice.Packice;
import io.packice.peers.MemoryPeer;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A load does what it says, and counts it. */
final class LoadTest {
  private static final Workload WORKLOAD = lasting(300);

  private static Workload lasting(long millis) {
    return new Workload(2, 2, 200, 8192, 0.2, 0.99, 0.3, 0.1, Duration.ofMillis(20), 0, 42, Duration.ofMillis(millis));
  }

  private static Outcome run(Workload workload, long capacityBytes) throws Exception {
    try (MemoryPeer peer = MemoryPeer.create(capacityBytes)) {
      return new Load(workload, List.of(() -> Packice.connect(peer))).run();
    }
  }

  @Test
  void aSmallPeerEvictsAndMisses() throws Exception {
    Outcome outcome = run(WORKLOAD, 50 * 8192);
    for (int longer = 2; longer <= 64 && !hasMetAll(outcome); longer *= 2) { // a busy machine does less at a time
      outcome = run(lasting(300L * longer), 50 * 8192);
    }
    assertThat(outcome.hits()).isPositive();
    assertThat(outcome.misses()).isPositive();
    assertThat(outcome.ghosts()).isPositive();
    assertThat(outcome.hitRatio()).isBetween(0.0, 1.0);
    assertThat(outcome.after().getFirst().evictions()).isPositive();
    assertThat(outcome.reads().getTotalCount())
        .isGreaterThanOrEqualTo(outcome.hits() + outcome.misses() + outcome.ghosts());
    assertThat(outcome.lines()).hasSize(5).anyMatch(line -> line.contains("p99.9"));
  }

  private static boolean hasMetAll(Outcome outcome) {
    return outcome.hits() > 0 && outcome.misses() > 0 && outcome.ghosts() > 0
        && outcome.after().getFirst().evictions() > 0;
  }

  @Test
  void atARateEveryOperationIsAccountedFor() throws Exception {
    // So many keys that no thread finds the other making an object, which is a miss without a put
    Workload paced =
        new Workload(1, 2, 1_000_000, 4096, 0.5, 0, 0, 0, Duration.ofSeconds(1), 200, 7, Duration.ofMillis(500));
    Outcome outcome = run(paced, 1 << 20);
    long begun = outcome.reads().getTotalCount() + outcome.writes().getTotalCount() - outcome.misses();
    assertThat(begun + outcome.neverBegun()).isEqualTo(100); // 200 a second for half of one
  }

  @Test
  void nonsenseIsRefused() {
    assertThatThrownBy(() -> new Workload(1, 1, 1, 4, 0, 0, 0, 0, Duration.ofSeconds(1), 0, 0, Duration.ofSeconds(1)))
        .hasMessage("Cannot use objects of 4 bytes; give at least 8");
    assertThatThrownBy(() -> new Workload(1, 1, 1, 8, 2, 0, 0, 0, Duration.ofSeconds(1), 0, 0, Duration.ofSeconds(1)))
        .hasMessage("Cannot use 2.0 for --write-ratio; give 0 to 1");
  }
}
