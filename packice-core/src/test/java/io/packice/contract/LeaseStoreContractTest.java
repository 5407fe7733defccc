package io.packice.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.packice.core.Intent;
import io.packice.core.LeaseId;
import io.packice.core.LeaseStore;
import io.packice.core.LeaseStore.LeaseRecord;
import io.packice.core.ObjectId;
import io.packice.core.TimeSource;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a peer relies on, wherever its leases are kept. A subclass makes the store, and moves its time. */
public abstract class LeaseStoreContractTest {
  private static final Duration MINUTE = Duration.ofMinutes(1);
  private static final ObjectId OBJECT = new ObjectId("object");

  private final ManualTime time = new ManualTime();
  private LeaseStore store;

  /** An empty store whose TTLs are counted by this time. */
  protected abstract LeaseStore newStore(TimeSource timeSource);

  @BeforeEach
  final void open() {
    store = newStore(time);
  }

  @AfterEach
  final void close() {
    store.close();
  }

  private LeaseRecord put(long fence, @Nullable Duration ttl) {
    LeaseRecord lease = new LeaseRecord(LeaseId.random(), OBJECT, Intent.READ, fence, ttl);
    store.put(lease);
    return lease;
  }

  @Test
  void aLeaseIsFoundUntilItIsRemovedOnce() {
    LeaseRecord lease = put(1, null);

    assertThat(store.find(lease.id())).contains(lease);
    assertThat(store.size()).isEqualTo(1);
    assertThat(store.remove(lease.id())).contains(lease);
    assertThat(store.remove(lease.id())).isEmpty();
    assertThat(store.find(lease.id())).isEmpty();
    assertThat(store.size()).isZero();
  }

  @Test
  void anUnknownLeaseIsNowhere() {
    assertThat(store.find(new LeaseId("guess"))).isEmpty();
    assertThat(store.renew(new LeaseId("guess"))).isEmpty();
    assertThat(store.remove(new LeaseId("guess"))).isEmpty();
  }

  @Test
  void aTtlThatStandsStillGoesOnWhereItStood() {
    LeaseRecord lease = put(1, MINUTE);
    time.advance(MINUTE.minusNanos(3));
    store.suspend(lease.id());
    store.suspend(lease.id());
    time.advance(MINUTE);
    store.resume(lease.id());
    time.advance(MINUTE);
    assertThat(store.removeExpired()).isEmpty();
    assertThat(store.untilNextExpiry()).isNull();
    assertThat(store.find(lease.id())).contains(lease);
    store.resume(lease.id());
    store.resume(lease.id());

    assertThat(store.untilNextExpiry()).isEqualTo(Duration.ofNanos(3));
    time.advance(Duration.ofNanos(3));
    store.suspend(lease.id());
    assertThat(store.find(lease.id())).isEmpty();
    assertThat(store.removeExpired()).containsExactly(lease);
  }

  @Test
  void aTtlThatStandsStillIsRenewedAndReplacedWithoutGoingOn() {
    LeaseRecord lease = put(1, MINUTE);
    time.advance(MINUTE.minusNanos(3));
    store.suspend(lease.id());
    assertThat(store.renew(lease.id())).contains(lease);
    time.advance(MINUTE);
    store.put(lease);
    time.advance(MINUTE);
    assertThat(store.removeExpired()).isEmpty();
    store.resume(lease.id());
    assertThat(store.untilNextExpiry()).isEqualTo(MINUTE);
  }

  @Test
  void whatHasNoTtlAndWhatIsUnknownStandStillForNothing() {
    LeaseRecord lease = put(1, null);
    store.suspend(lease.id());
    store.suspend(new LeaseId("guess"));
    store.resume(new LeaseId("guess"));
    store.resume(lease.id());
    assertThat(store.untilNextExpiry()).isNull();
    assertThat(store.find(lease.id())).contains(lease);
  }

  @Test
  void aLeaseIsGoneAtItsTtlToTheNanosecond() {
    LeaseRecord lease = put(1, MINUTE);
    time.advance(MINUTE.minusNanos(1));
    assertThat(store.find(lease.id())).contains(lease);
    assertThat(store.removeExpired()).isEmpty();
    assertThat(store.untilNextExpiry()).isEqualTo(Duration.ofNanos(1));
    time.advance(Duration.ofNanos(1));

    assertThat(store.find(lease.id())).isEmpty();
    assertThat(store.renew(lease.id())).isEmpty();
    assertThat(store.untilNextExpiry()).isZero();
    assertThat(store.removeExpired()).containsExactly(lease);
    assertThat(store.removeExpired()).isEmpty();
    assertThat(store.untilNextExpiry()).isNull();
  }

  @Test
  void renewingCountsTheTtlAnew() {
    LeaseRecord lease = put(1, MINUTE);
    time.advance(MINUTE.minusNanos(1));
    assertThat(store.renew(lease.id())).contains(lease);
    time.advance(MINUTE.minusNanos(1));

    assertThat(store.find(lease.id())).contains(lease);
  }

  @Test
  void aLeaseWithoutTtlNeverExpires() {
    LeaseRecord lease = put(1, null);
    assertThat(store.untilNextExpiry()).isNull();
    time.advance(Duration.ofDays(36_500));

    assertThat(store.removeExpired()).isEmpty();
    assertThat(store.renew(lease.id())).contains(lease);
  }

  @Test
  void theEarliestExpiresFirst() {
    LeaseRecord later = put(1, MINUTE.multipliedBy(2));
    LeaseRecord sooner = put(2, MINUTE);
    LeaseRecord sameTime = put(3, MINUTE);
    put(4, MINUTE.multipliedBy(3));
    time.advance(MINUTE.multipliedBy(2));

    assertThat(store.removeExpired()).containsExactly(sooner, sameTime, later);
    assertThat(store.size()).isEqualTo(1);
  }

  @Test
  void puttingALeaseAgainReplacesIt() {
    LeaseRecord create = new LeaseRecord(LeaseId.random(), OBJECT, Intent.CREATE, 7, MINUTE);
    LeaseRecord read = new LeaseRecord(create.id(), OBJECT, Intent.READ, 7, null);
    store.put(create);
    store.put(read);
    time.advance(MINUTE);

    assertThat(store.removeExpired()).isEmpty();
    assertThat(store.find(create.id())).contains(read);
    assertThat(store.size()).isEqualTo(1);
  }

  @Test
  void ofManyWhoRemoveALeaseOneGetsIt() throws Exception {
    for (int round = 0; round < 100; round++) {
      LeaseRecord lease = put(round, MINUTE);
      Callable<Boolean> remove = () -> store.remove(lease.id()).isPresent();
      try (ExecutorService executor = Executors.newFixedThreadPool(4)) {
        long winners = 0;
        for (Future<Boolean> won : executor.invokeAll(IntStream.range(0, 4).mapToObj(_ -> remove).toList())) {
          winners += won.get() ? 1 : 0;
        }
        assertThat(winners).isEqualTo(1);
      }
    }
  }
}
