package io.packice.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.packice.backends.memory.MemfdBlobStore;
import io.packice.contract.LeakCheck;
import io.packice.contract.ManualTime;
import io.packice.core.AcquireRequest.Room;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

final class ChoresTest {
  /** Nothing ends a peer's background thread but the peer's end. */
  @Test
  void whateverFailsIsTriedAgain() {
    ManualTime time = new ManualTime();
    Tier only = new Tier("", Commons.alone(new MemfdBlobStore()), 1 << 20, new EvictionOrder(), Room.EVICT, null);
    PeerState state =
        new PeerState(new LeaseTable(time, false), only, new Bookkeeping(1 << 20), time);
    AtomicInteger calls = new AtomicInteger();
    Chores chores = new Chores(state, () -> {
      switch (calls.incrementAndGet()) {
        case 1 -> throw new OutOfMemoryError("Cannot reserve 12 bytes of direct buffer memory");
        case 2 -> throw new IllegalStateException("a fault of ours");
        default -> {
          // all is well
        }
      }
    });
    for (int expected = 1; expected <= 3; expected++) {
      int atLeast = expected;
      LeakCheck.eventually(() -> {
        state.lock.lock();
        try {
          state.chores.signal();
        } finally {
          state.lock.unlock();
        }
        assertThat(calls).hasValueGreaterThanOrEqualTo(atLeast);
      });
    }
    state.lock.lock();
    try {
      boolean _ = state.close();
    } finally {
      state.lock.unlock();
    }
    chores.join();
  }
}
