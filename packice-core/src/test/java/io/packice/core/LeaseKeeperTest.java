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
import org.junit.jupiter.api.Test;

/** Leases that are renewed while somebody uses them. */
final class LeaseKeeperTest {
  private static final LeaseId LEASE = new LeaseId("lease");
  private static final Duration SHORT = Duration.ofMillis(3);
  private static final Duration LONG = Duration.ofDays(1);

  private final AtomicInteger renewals = new AtomicInteger();
  private final List<LeaseId> lost = new CopyOnWriteArrayList<>();
  private final List<RuntimeException> failures = new CopyOnWriteArrayList<>();
  private volatile RuntimeException refusal = new IllegalStateException();
  private volatile boolean refuses;

  private LeaseKeeper keeper() {
    return new LeaseKeeper("packice-test-renew", _ -> {
      renewals.incrementAndGet();
      if (refuses) {
        throw refusal;
      }
    }, (lease, _) -> lost.add(lease), failures::add);
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
      refusal = new PeerUnavailableException("Cannot reach the peer");
      refuses = true;
      keeper.keep(LEASE, SHORT);
      LeakCheck.eventually(() -> assertThat(failures).hasSizeGreaterThan(1));
      refusal = new LeaseExpiredException("Cannot renew");
      LeakCheck.eventually(() -> assertThat(lost).containsExactly(LEASE));
      assertThat(keeper.leases()).isEmpty();
    }
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
