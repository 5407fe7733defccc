package io.packice.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.packice.backends.memory.InMemoryLeaseStore;
import io.packice.contract.LeakCheck;
import io.packice.contract.SlowLeaseStore;
import io.packice.core.LeaseStore.LeaseRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** How a lease store is told, where many have something to tell. */
final class LeaseUpdatesTest {
  private static final int MANY = 20;

  private final SlowLeaseStore store = new SlowLeaseStore(new InMemoryLeaseStore(TimeSource.SYSTEM));
  private final LeaseUpdates updates = new LeaseUpdates(store);

  private static LeaseRecord lease(int fence) {
    return new LeaseRecord(LeaseId.random(), new ObjectId("o"), Intent.READ, fence, null, true);
  }

  private List<Future<?>> tellAtOnce(ExecutorService threads) {
    store.slowDown();
    List<Future<?>> tellers = new ArrayList<>();
    tellers.add(threads.submit(() -> updates.tell(List.of(lease(0)), List.of())));
    store.awaitCalls(1);
    for (int i = 1; i <= MANY; i++) {
      int fence = i;
      tellers.add(threads.submit(() -> updates.tell(List.of(lease(fence)), List.of())));
    }
    LeakCheck.eventually(() -> assertThat(updates.turn.getQueueLength()).isEqualTo(MANY));
    return tellers;
  }

  @Test
  void whatComesTogetherGoesInOneCall() throws Exception {
    try (ExecutorService threads = Executors.newCachedThreadPool()) {
      List<Future<?>> tellers = tellAtOnce(threads);
      store.letGoOn(2);
      for (Future<?> teller : tellers) {
        teller.get();
      }
    }
    assertThat(store.takeCalls()).extracting(call -> call.live().size()).containsExactly(1, MANY);
    assertThat(store.leases()).hasSize(1 + MANY);
  }

  @Test
  void allWhoWereInARefusedCallHearOfIt() {
    try (ExecutorService threads = Executors.newCachedThreadPool()) {
      List<Future<?>> tellers = tellAtOnce(threads);
      store.refuse(new StorageException("away"));
      store.letGoOn(2);
      for (Future<?> teller : tellers) {
        assertThatThrownBy(teller::get).isInstanceOf(ExecutionException.class).cause()
            .isInstanceOf(StorageException.class).hasMessage("the lease store has refused: away");
      }
    }
    store.refuse(null);
    store.letGoOn(1);
    updates.tell(List.of(lease(1)), List.of());
    assertThat(store.leases()).hasSize(1);
  }

  @Test
  void theLastThatIsKnownOfALeaseCounts() {
    LeaseRecord lease = lease(1);
    updates.tell(List.of(lease), List.of(lease.id()));
    assertThat(store.takeCalls()).containsExactly(new SlowLeaseStore.Call(List.of(), List.of(lease.id())));
    assertThat(updates.areWanted()).isTrue();
    assertThat(new LeaseUpdates(LeaseStore.none()).areWanted()).isFalse();
  }
}
