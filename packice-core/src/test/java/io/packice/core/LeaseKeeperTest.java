package io.packice.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.packice.ObjectWriter;
import io.packice.Packice;
import io.packice.PackiceClient;
import io.packice.contract.LeakCheck;
import io.packice.peers.MemoryPeer;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Leases that are renewed while somebody uses them. */
final class LeaseKeeperTest {
  private static final LeaseId LEASE = new LeaseId("lease");
  private static final Duration SHORT = Duration.ofMillis(3);
  private static final Duration LONG = Duration.ofDays(1);

  private final AtomicInteger renewals = new AtomicInteger();
  private final List<List<LeaseId>> messages = new CopyOnWriteArrayList<>();
  private final List<LeaseId> lost = new CopyOnWriteArrayList<>();
  private volatile @Nullable RuntimeException failure;
  private volatile List<LeaseId> ended = List.of();

  private LeaseKeeper keeper() {
    return new LeaseKeeper(leases -> {
      renewals.incrementAndGet();
      messages.add(leases);
      RuntimeException thrown = failure;
      if (thrown != null) {
        throw thrown;
      }
      return ended;
    }, lost::add);
  }

  @Test
  void aLeaseIsRenewedAgainAndAgainUntilItIsForgotten() {
    try (LeaseKeeper keeper = keeper()) {
      keeper.keep(LEASE, SHORT);
      LeakCheck.eventually(() -> assertThat(renewals.get()).isGreaterThan(3));
      keeper.keep(LEASE, LONG);
      assertThat(keeper.leases()).isEqualTo(Set.of(LEASE));
      keeper.forget(LEASE);
      keeper.forget(LEASE);
      assertThat(keeper.leases()).isEmpty();
    }
  }

  @Test
  void whatHasEndedIsToldOnceAndWhatFailsIsTriedAgain() {
    try (LeaseKeeper keeper = keeper()) {
      failure = new PeerUnavailableException("Cannot reach the peer");
      keeper.keep(LEASE, SHORT);
      LeakCheck.eventually(() -> assertThat(renewals.get()).isGreaterThan(1));
      ended = List.of(LEASE);
      failure = null;
      LeakCheck.eventually(() -> assertThat(lost).containsExactly(LEASE));
      assertThat(keeper.leases()).isEmpty();
    }
  }

  @Test
  void manyLeasesGoInOneMessage() {
    Set<LeaseId> many = IntStream.range(0, 100).mapToObj(i -> new LeaseId("lease-" + i)).collect(Collectors.toSet());
    try (LeaseKeeper keeper = keeper()) {
      keeper.keep(LEASE, LONG);
      many.forEach(lease -> keeper.keep(lease, Duration.ofMillis(90)));
      LeakCheck.eventually(() -> assertThat(messages).anySatisfy(each -> assertThat(each).hasSize(100)));
      assertThat(messages).allSatisfy(each -> assertThat(each).doesNotContain(LEASE).doesNotHaveDuplicates());
    }
  }

  @Test
  void oneIsRenewedSoonerThanAnotherThatWasThereBefore() {
    try (LeaseKeeper keeper = keeper()) {
      keeper.keep(new LeaseId("long"), LONG);
      keeper.keep(LEASE, SHORT);
      LeakCheck.eventually(() -> assertThat(messages).contains(List.of(LEASE)));
      keeper.forget(LEASE);
      keeper.keep(new LeaseId("next"), SHORT);
      LeakCheck.eventually(() -> assertThat(messages).contains(List.of(new LeaseId("next"))));
    }
  }

  @Test
  void oneThreadRenewsForASessionAndItsClient() {
    LeaseKeeper own = keeper();
    Session renewing = (Session) Proxy.newProxyInstance(Session.class.getClassLoader(),
        new Class<?>[] {Session.class, LeaseKeeper.Holder.class}, (_, _, _) -> own);
    assertThat(LeaseKeeper.of(renewing)).isSameAs(own);
    own.close();
  }

  @Test
  void nothingIsRenewedAfterTheClose() {
    LeaseKeeper keeper = keeper();
    keeper.keep(LEASE, LONG);
    keeper.close();
    keeper.close();
    assertThat(keeper.leases()).isEmpty();
    assertThatIllegalStateException().isThrownBy(() -> keeper.keep(LEASE, LONG));
  }

  /** A peer whose sessions count renewals. */
  private Peer counting(Peer peer) {
    return new Peer() {
      @Override
      public Session openSession(Caller caller) {
        Session session = peer.openSession(caller);
        return (Session) Proxy.newProxyInstance(Session.class.getClassLoader(), new Class<?>[] {Session.class},
            (_, method, arguments) -> {
              if (method.getName().equals("renew")) {
                renewals.incrementAndGet();
              }
              try {
                return method.invoke(session, arguments);
              } catch (InvocationTargetException thrown) {
                throw thrown.getCause();
              }
            });
      }

      @Override
      public void close() {
        peer.close();
      }
    };
  }

  @Test
  void aWriterRenewsItsLeaseByItselfWhileItIsOpen() {
    try (MemoryPeer peer = MemoryPeer.create(1 << 20); PackiceClient client = Packice.connect(counting(peer))) {
      AcquireRequest request = AcquireRequest.create(new ObjectId("o"), List.of(1L)).withTtl(Duration.ofMinutes(1));
      Duration soon = Duration.ofMillis(30);
      try (ObjectWriter slowly = client.create(request);
          ObjectWriter often =
              client.create(AcquireRequest.create(new ObjectId("p"), List.of(1L)).withTtl(soon.multipliedBy(100)))) {
        assertThat(slowly.renew()).isEqualTo(Duration.ofMinutes(1));
        LeakCheck.eventually(() -> assertThat(renewals.get()).isGreaterThan(2));
        often.seal();
      }
      assertThat(client.stats().leases()).isZero();
    }
    LeakCheck.assertNothingHeld();
  }
}
