package io.packice.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.packice.core.Intent;
import io.packice.core.LeaseId;
import io.packice.core.LeaseStore;
import io.packice.core.LeaseStore.LeaseRecord;
import io.packice.core.ObjectId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a peer relies on, wherever its leases are known besides. A subclass makes the store, and says how its time passes, and how finely it is counted. */
public abstract class LeaseStoreContractTest {
  private static final Duration MINUTE = Duration.ofMinutes(1);
  private static final ObjectId OBJECT = new ObjectId("object");

  private LeaseStore store;

  /** An empty store. */
  protected abstract LeaseStore newStore();

  /** Lets so much time pass by the clock that the store counts TTLs by. */
  protected abstract void pass(Duration duration);

  /** By what the end of a TTL may be late or early: a divisor of a minute. */
  protected abstract Duration resolution();

  @BeforeEach
  final void open() {
    store = newStore();
  }

  @AfterEach
  final void close() {
    store.close();
  }

  private static LeaseRecord lease(long fence, @Nullable Duration ttl) {
    return new LeaseRecord(LeaseId.random(), OBJECT, Intent.READ, fence, ttl, ttl == null);
  }

  private LeaseRecord kept(long fence, @Nullable Duration ttl) {
    LeaseRecord lease = lease(fence, ttl);
    store.update(List.of(lease), List.of());
    return lease;
  }

  @Test
  void aLeaseIsKeptUntilItEnds() {
    LeaseRecord lease = kept(1, null);
    assertThat(store.leases()).containsExactly(lease);
    store.update(List.of(), List.of(lease.id()));
    assertThat(store.leases()).isEmpty();
    store.update(List.of(), List.of(lease.id(), new LeaseId("guess")));
    assertThat(store.leases()).isEmpty();
  }

  @Test
  void nothingHappensInAnEmptyUpdate() {
    LeaseRecord lease = kept(1, MINUTE);
    store.update(List.of(), List.of());
    assertThat(store.leases()).containsExactly(lease);
  }

  @Test
  void oneUpdateGivesAndEndsMany() {
    List<LeaseRecord> before = IntStream.range(0, 100).mapToObj(i -> lease(i, MINUTE)).toList();
    List<LeaseRecord> after = IntStream.range(100, 200).mapToObj(i -> lease(i, null)).toList();
    store.update(before, List.of());
    store.update(after, before.subList(1, 100).stream().map(LeaseRecord::id).toList());

    List<LeaseRecord> expected = new ArrayList<>(after);
    expected.addFirst(before.getFirst());
    assertThat(store.leases()).containsExactlyElementsOf(expected);
  }

  @Test
  void whatIsKeptIsKeptAsItWasTold() {
    LeaseRecord create =
        new LeaseRecord(new LeaseId("of a client: \u00e4 {}"), new ObjectId("../x \u4e00 {y}"), Intent.CREATE,
            Long.MAX_VALUE,
            MINUTE, false);
    store.update(List.of(create), List.of());
    assertThat(store.leases()).containsExactly(create);
  }

  @Test
  void aLeaseIsGoneAtTheEndOfItsTtl() {
    LeaseRecord lease = kept(1, MINUTE);
    pass(MINUTE.minus(resolution()));
    assertThat(store.leases()).containsExactly(lease);
    pass(resolution());
    assertThat(store.leases()).isEmpty();
    store.update(List.of(), List.of(lease.id()));
  }

  @Test
  void tellingOfALeaseAgainCountsItsTtlAnew() {
    LeaseRecord lease = kept(1, MINUTE);
    pass(MINUTE.minus(resolution()));
    store.update(List.of(lease), List.of());
    pass(MINUTE.minus(resolution()));
    assertThat(store.leases()).containsExactly(lease);
    pass(resolution());
    assertThat(store.leases()).isEmpty();
  }

  @Test
  void aLeaseWhoseTtlIsOverMayLiveAgain() { // the peer decides: its TTL has stood still there
    LeaseRecord lease = kept(1, MINUTE);
    pass(MINUTE);
    store.update(List.of(lease), List.of());
    assertThat(store.leases()).containsExactly(lease);
  }

  @Test
  void aLeaseWithoutTtlStays() {
    LeaseRecord lease = kept(1, null);
    pass(Duration.ofDays(365));
    assertThat(store.leases()).containsExactly(lease);
  }

  @Test
  void tellingOfALeaseInAnotherWayReplacesIt() {
    LeaseRecord create = new LeaseRecord(LeaseId.random(), OBJECT, Intent.CREATE, 7, MINUTE, false);
    LeaseRecord read = new LeaseRecord(create.id(), OBJECT, Intent.READ, 7, null, false);
    store.update(List.of(create), List.of());
    store.update(List.of(read), List.of());
    pass(MINUTE);
    assertThat(store.leases()).containsExactly(read);
  }

  @Test
  void leasesAreListedInTheOrderOfTheirFences() {
    LeaseRecord third = kept(30, MINUTE);
    LeaseRecord first = kept(4, null);
    LeaseRecord second = kept(5, MINUTE.multipliedBy(2));
    assertThat(store.leases()).containsExactly(first, second, third);
  }

  @Test
  void manyTellAtOnce() throws Exception {
    LeaseRecord shared = kept(0, null);
    List<Callable<LeaseRecord>> tellers = IntStream.range(1, 40).<Callable<LeaseRecord>>mapToObj(i -> () -> {
      LeaseRecord brief = lease(1_000 + i, null);
      LeaseRecord lasting = lease(i, MINUTE);
      store.update(List.of(shared, brief), List.of());
      store.update(List.of(lasting), List.of(brief.id()));
      return lasting;
    }).toList();
    List<LeaseRecord> expected = new ArrayList<>(List.of(shared));
    try (ExecutorService executor = Executors.newFixedThreadPool(4)) {
      for (Future<LeaseRecord> told : executor.invokeAll(tellers)) {
        expected.add(told.get());
      }
    }
    assertThat(store.leases()).containsExactlyElementsOf(expected);
  }
}
