package io.packice.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.packice.backends.memory.MemfdBlobStore;
import io.packice.contract.ManualTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The leases of a peer, and their TTLs. */
final class LeaseTableTest {
  private static final Duration MINUTE = Duration.ofMinutes(1);

  private final ManualTime time = new ManualTime();
  private final LeaseTable table = new LeaseTable(time, true);
  private final AcquireRequest request = AcquireRequest.read(new ObjectId("object"));
  private final ObjectEntry entry =
      new ObjectEntry(new StoredObject(new ObjectId("object"), List.of(), Metadata.empty(), null, null,
          OptionalLong.empty()), request,
          new Tier("", Commons.alone(new MemfdBlobStore()), 4096, new EvictionOrder(), AcquireRequest.Room.EVICT, null),
          AcquireRequest.Room.EVICT, new EvictionUnit(null));
  private final LocalSession session;

  LeaseTableTest() {
    try (LocalPeer peer = new LocalPeer(new MemfdBlobStore(), LeaseStore.none(), 4096, time)) {
      session = new LocalSession(peer, Caller.thisProcess(), 0);
    }
  }

  private HeldLease begun(@Nullable Duration ttl) {
    HeldLease lease = new HeldLease(entry, request.withTtl(ttl), Intent.READ, session, table.nextFence(), 0);
    table.add(lease);
    return lease;
  }

  private HeldLease given(@Nullable Duration ttl) {
    HeldLease lease = begun(ttl);
    table.resume(lease);
    return lease;
  }

  private List<HeldLease> endWhatIsDue() {
    List<HeldLease> ended = new ArrayList<>();
    for (HeldLease due = table.nextDue(time.nanoTime()); due != null; due = table.nextDue(time.nanoTime())) {
      assertThat(table.remove(due)).isTrue();
      ended.add(due);
    }
    return ended;
  }

  private long untilNext() {
    return table.nanosUntilNextDue(time.nanoTime());
  }

  @Test
  void aLeaseIsFoundUntilItIsRemovedOnce() {
    HeldLease lease = given(null);
    assertThat(table.find(lease.id)).isSameAs(lease);
    assertThat(table.size()).isEqualTo(1);
    assertThat(entry.leases).isEqualTo(1);
    assertThat(session.bound).containsExactly(lease);
    assertThat(table.remove(lease)).isTrue();
    assertThat(table.remove(lease)).isFalse();
    assertThat(table.find(lease.id)).isNull();
    assertThat(table.size()).isZero();
    assertThat(entry.leases).isZero();
    assertThat(session.bound).isEmpty();
    assertThat(table.find(new LeaseId("guess"))).isNull();
  }

  @Test
  void whatIsDetachedBelongsToNoSessionAndHasATtl() {
    HeldLease lease = new HeldLease(entry, request.withBinding(AcquireRequest.Binding.DETACHED), Intent.READ, session,
        table.nextFence(), 0);
    table.add(lease);
    assertThat(session.bound).isEmpty();
    assertThat(lease.ttl).isEqualTo(AcquireRequest.DEFAULT_TTL);
  }

  @Test
  void theTtlCountsFromWhenTheLeaseIsGiven() {
    HeldLease lease = begun(MINUTE);
    time.advance(MINUTE.multipliedBy(2));
    assertThat(endWhatIsDue()).isEmpty();
    table.resume(lease);
    assertThat(untilNext()).isEqualTo(MINUTE.toNanos());
  }

  @Test
  void aLeaseIsGoneAtItsTtlToTheNanosecond() {
    HeldLease lease = given(MINUTE);
    time.advance(MINUTE.minusNanos(1));
    assertThat(table.find(lease.id)).isSameAs(lease);
    assertThat(endWhatIsDue()).isEmpty();
    assertThat(untilNext()).isEqualTo(1);
    time.advance(Duration.ofNanos(1));

    assertThat(table.find(lease.id)).isNull();
    assertThat(untilNext()).isZero();
    assertThat(endWhatIsDue()).containsExactly(lease);
    assertThat(untilNext()).isEqualTo(Long.MAX_VALUE);
  }

  @Test
  void renewingCountsTheTtlAnew() {
    HeldLease lease = given(MINUTE);
    time.advance(MINUTE.minusNanos(1));
    table.renew(lease);
    time.advance(MINUTE.minusNanos(1));
    assertThat(table.find(lease.id)).isSameAs(lease);
  }

  @Test
  void aLeaseWithoutTtlNeverExpires() {
    HeldLease lease = given(null);
    assertThat(untilNext()).isEqualTo(Long.MAX_VALUE);
    time.advance(Duration.ofDays(36_500));
    table.suspend(lease);
    table.renew(lease);
    table.resume(lease);
    assertThat(endWhatIsDue()).isEmpty();
    assertThat(table.find(lease.id)).isSameAs(lease);
  }

  @Test
  void theEarliestExpiresFirst() {
    HeldLease later = given(MINUTE.multipliedBy(2));
    HeldLease sooner = given(MINUTE);
    HeldLease sameTime = given(MINUTE);
    given(MINUTE.multipliedBy(3));
    time.advance(MINUTE.multipliedBy(2));
    assertThat(endWhatIsDue()).containsExactly(sooner, sameTime, later);
    assertThat(table.size()).isEqualTo(1);
  }

  /** Only for such a lease is the background thread woken, so for none that has no TTL. */
  @Test
  void oneLeaseIsTheNextToEnd() {
    HeldLease later = given(MINUTE.multipliedBy(2));
    HeldLease sooner = given(MINUTE);
    assertThat(table.isNext(sooner)).isTrue();
    assertThat(table.isNext(later)).isFalse();
    assertThat(table.isNext(given(null))).isFalse();
    table.suspend(sooner);
    assertThat(table.isNext(sooner)).isFalse();
    assertThat(table.isNext(later)).isTrue();
  }

  @Test
  void aTtlThatStandsStillGoesOnWhereItStood() {
    HeldLease lease = given(MINUTE);
    time.advance(MINUTE.minusNanos(3));
    table.suspend(lease);
    table.suspend(lease);
    time.advance(MINUTE);
    table.resume(lease);
    time.advance(MINUTE);
    assertThat(endWhatIsDue()).isEmpty();
    assertThat(untilNext()).isEqualTo(Long.MAX_VALUE);
    assertThat(table.find(lease.id)).isSameAs(lease);
    table.resume(lease);
    assertThat(untilNext()).isEqualTo(3);
  }

  @Test
  void aTtlThatStandsStillIsRenewedWithoutGoingOn() {
    HeldLease lease = given(MINUTE);
    time.advance(MINUTE.minusNanos(3));
    table.suspend(lease);
    table.renew(lease);
    time.advance(MINUTE.multipliedBy(2));
    assertThat(endWhatIsDue()).isEmpty();
    table.resume(lease);
    assertThat(untilNext()).isEqualTo(MINUTE.toNanos());
  }

  @Test
  void whatEndsWhileItStandsStillStaysEnded() {
    HeldLease lease = given(MINUTE);
    table.suspend(lease);
    assertThat(table.remove(lease)).isTrue();
    table.resume(lease);
    assertThat(untilNext()).isEqualTo(Long.MAX_VALUE);
    assertThat(table.size()).isZero();
  }

  @Test
  void aStoreHearsOfWhatHasEndedOnceAndAgainIfItWasToldOtherwise() {
    HeldLease ended = given(null);
    HeldLease alive = given(null);
    table.remove(ended);
    assertThat(table.takeUntold()).containsExactly(ended.id);
    assertThat(table.takeUntold()).isEmpty();
    assertThat(table.tellEnds(List.of(alive.id))).isFalse();
    assertThat(table.tellEnds(List.of(alive.id, ended.id))).isTrue();
    assertThat(table.takeUntold()).containsExactly(ended.id);
  }
}
