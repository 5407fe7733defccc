package io.packice.peers.tiered;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.packice.backends.memory.InMemoryLeaseStore;
import io.packice.backends.memory.MemfdBlobStore;
import io.packice.backends.sharedfs.SharedFileBlobStore;
import io.packice.contract.FileKind;
import io.packice.contract.LeakCheck;
import io.packice.contract.ManualTime;
import io.packice.contract.MemoryDisk;
import io.packice.contract.PeerKind;
import io.packice.contract.SlowStore;
import io.packice.contract.SlowStore.Step;
import io.packice.core.AcquireRequest;
import io.packice.core.AcquireRequest.Binding;
import io.packice.core.BlobStore;
import io.packice.core.Caller;
import io.packice.core.Extent;
import io.packice.core.Grant;
import io.packice.core.LeaseExpiredException;
import io.packice.core.LeaseId;
import io.packice.core.LocalPeer;
import io.packice.core.ObjectId;
import io.packice.core.Peer;
import io.packice.core.Session;
import io.packice.core.StorageException;
import io.packice.core.TimeSource;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A lease's TTL stands still while the peer itself works for the lease, however long that takes; for each kind of peer. */
final class StandingTtlTest {
  private static final long PAGE = 4096;
  private static final long CAPACITY = 16 * PAGE;
  private static final Duration TTL = Duration.ofMinutes(1);
  private static final Duration LONG = Duration.ofMinutes(10);

  private final ManualTime time = new ManualTime();
  private final Set<Step> slow = EnumSet.noneOf(Step.class);
  @TempDir(factory = MemoryDisk.class) private Path folder;
  private PeerKind.Running running;
  private Session session;
  private Runnable alsoMeanwhile = () -> {
  };

  /** What is tested. */
  enum Kind {
    MEMORY, FILES, SHARED, TIERED
  }

  private void start(Kind kind) {
    running = switch (kind) {
      case MEMORY -> over(new MemfdBlobStore());
      case FILES -> over(FileKind.open(folder, time));
      case SHARED -> over(SharedFileBlobStore.open(folder.resolve("packice:shared"), CAPACITY, time, TimeSource.SYSTEM,
          Duration.ofMinutes(10)));
      case TIERED -> tiered();
    };
    session = running.peer().openSession(Caller.thisProcess());
  }

  private PeerKind.Running over(BlobStore store) {
    return over(store, CAPACITY);
  }

  private PeerKind.Running over(BlobStore store, long capacity) {
    LocalPeer peer =
        new LocalPeer(new SlowStore(store, this::meanwhile), new InMemoryLeaseStore(time), capacity, time);
    return new PeerKind.Running(peer, peer::runChores);
  }

  private PeerKind.Running tiered() {
    PeerKind.Running up = over(new MemfdBlobStore());
    PeerKind.Running down = over(FileKind.open(folder, time), 4 * CAPACITY);
    TieredPeer peer =
        new TieredPeer(up.peer(), down.peer(), TieringPolicy.DEFAULT, time, TieredPeer.Pace.BY_HAND);
    return new PeerKind.Running(peer, () -> {
      up.chores().run();
      down.chores().run();
      peer.runChores();
    });
  }

  /** Time goes on, and everything that is due happens, while the peer works. */
  private void meanwhile(Step step) {
    if (slow.contains(step)) {
      Set<Step> before = EnumSet.copyOf(slow);
      slow.clear(); // chores take turns, too
      pass(LONG);
      alsoMeanwhile.run();
      slow.addAll(before);
    }
  }

  private void pass(Duration duration) {
    time.advance(duration);
    running.chores().run();
  }

  @AfterEach
  void stop() {
    session.close();
    Peer peer = running.peer();
    peer.close();
    LeakCheck.assertNothingHeld();
  }

  private LeaseId draft(String id, long byteSize) {
    return draft(AcquireRequest.create(new ObjectId(id), List.of(byteSize)).withTtl(TTL));
  }

  private LeaseId draft(AcquireRequest request) {
    Grant grant = session.acquire(request);
    grant.extent().close();
    return grant.lease().id();
  }

  private LeaseId grown(String id, long byteSize) {
    Grant grant = session.acquire(AcquireRequest.create(new ObjectId(id), null).withTtl(TTL));
    try (Extent extent = grant.extent()) {
      extent.write(ByteBuffer.allocate((int) byteSize), 0);
    }
    return grant.lease().id();
  }

  private void assertEndsAfter(LeaseId lease, Duration left) {
    pass(left.minusNanos(1));
    assertThat(session.stats().leases()).isEqualTo(1);
    pass(Duration.ofNanos(1));
    assertThat(session.stats().leases()).isZero();
    assertThatThrownBy(() -> session.renew(lease)).isInstanceOf(LeaseExpiredException.class);
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void aSealThatTakesLongerThanTheTtlSucceeds(Kind kind) {
    start(kind);
    LeaseId lease = draft("large", PAGE);
    pass(TTL.minusNanos(1));
    slow.addAll(List.of(Step.FREEZE, Step.SEAL, Step.TURN));
    session.seal(lease);
    slow.clear();
    assertThat(session.stat(new ObjectId("large")).leases()).isEqualTo(1);
    assertEndsAfter(lease, TTL);
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void soItIsWithoutSizesAndWithoutASessionToBindIt(Kind kind) {
    start(kind);
    LeaseId grown = grown("grown", PAGE + 1);
    LeaseId detached = draft(
        AcquireRequest.create(new ObjectId("detached"), List.of(PAGE)).withTtl(TTL).withBinding(Binding.DETACHED));
    slow.addAll(List.of(Step.FREEZE, Step.SEAL, Step.TURN));
    session.seal(List.of(grown, detached));
    slow.clear();
    assertThat(session.list("", null, 10).objects()).hasSize(2);
    session.release(detached);
    assertEndsAfter(grown, TTL);
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void noneOfManyEndsWhileOthersAreSealed(Kind kind) {
    start(kind);
    List<LeaseId> leases = IntStream.range(0, 4).mapToObj(i -> draft("part-" + i, PAGE)).toList();
    slow.add(Step.FREEZE);
    session.seal(leases);
    assertThat(session.stats().leases()).isEqualTo(4);
    leases.forEach(session::release);
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void afterARefusedSealTheTtlGoesOnWhereItStood(Kind kind) {
    start(kind);
    LeaseId lease = draft("large", PAGE);
    pass(Duration.ofSeconds(20));
    slow.add(Step.FREEZE);
    alsoMeanwhile = () -> {
      throw new StorageException("Cannot write: a test says so");
    };
    assertThatThrownBy(() -> session.seal(lease)).isInstanceOf(StorageException.class);
    slow.clear();
    assertThat(session.stats().drafts()).isEqualTo(1);
    assertEndsAfter(lease, Duration.ofSeconds(40));
    assertThat(session.stats().drafts()).isZero();
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void aLeaseThatIsReleasedMeanwhileEnds(Kind kind) {
    start(kind);
    LeaseId lease = draft("released", PAGE);
    slow.add(Step.FREEZE);
    alsoMeanwhile = () -> session.release(lease);
    assertThatThrownBy(() -> session.seal(lease)).isInstanceOf(LeaseExpiredException.class);
    assertThat(session.stats().drafts()).isZero();
    assertThat(session.list("", null, 10).objects()).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void whoWaitsForHisTurnLosesNothingMeanwhile(Kind kind) {
    start(kind);
    session.seal(draft("old", PAGE));
    Grant write = session.acquire(AcquireRequest.write(new ObjectId("old")).withTtl(TTL));
    write.extent().close();
    LeaseId lease = draft("new", PAGE);
    pass(TTL.minusNanos(1));
    slow.add(Step.TURN);
    session.seal(List.of(lease), List.of(new ObjectId("gone")));
    slow.clear();
    assertThat(session.stat(new ObjectId("new")).leases()).isEqualTo(1);
    session.release(lease);
    session.release(write.lease().id());
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void aDiscardThatWaitsForItsTurnIsDone(Kind kind) {
    start(kind);
    LeaseId made = draft("old", PAGE);
    session.seal(made);
    session.release(made);
    Grant write = session.acquire(AcquireRequest.write(new ObjectId("old")).withTtl(TTL));
    write.extent().close();
    pass(TTL.minusNanos(1));
    slow.add(Step.TURN);
    session.discard(write.lease().id());
    slow.clear();
    assertThat(session.list("", null, 10).objects()).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(value = Kind.class, names = "TIERED")
  void whatMustMoveToTheOtherTierDoesSoInItsOwnTime(Kind kind) {
    start(kind);
    LeaseId idle = draft("idle", CAPACITY / 2);
    session.seal(idle);
    session.release(idle);
    LeaseId grown = grown("grown", CAPACITY * 2);
    LeaseId other = grown("other", CAPACITY * 3 / 4);
    slow.addAll(List.of(Step.FREEZE, Step.SEAL));
    session.seal(List.of(grown, other));
    slow.clear();
    assertThat(session.stats().leases()).isEqualTo(2);
    session.release(grown);
    session.release(other);
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void freezingTakesItsTimeAndTheTtlGoesOnWhereItStood(Kind kind) {
    start(kind);
    LeaseId lease = draft("frozen", PAGE);
    pass(Duration.ofSeconds(20));
    slow.add(Step.FREEZE);
    session.freeze(lease);
    slow.clear();
    assertThat(session.list("", null, 10).objects()).isEmpty();
    assertThat(session.stats().drafts()).isEqualTo(1);
    assertEndsAfter(lease, Duration.ofSeconds(40));
    assertThat(session.stats().drafts()).isZero();
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void aLeaseThatIsRenewedMeanwhileHasAllOfItsTtlLeft(Kind kind) {
    start(kind);
    LeaseId lease = draft("frozen", PAGE);
    pass(Duration.ofSeconds(20));
    slow.add(Step.FREEZE);
    alsoMeanwhile = () -> assertThat(session.renew(lease)).isEqualTo(TTL);
    session.freeze(lease);
    slow.clear();
    assertEndsAfter(lease, TTL);
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void aLeaseThatIsReleasedWhileItIsFrozenEnds(Kind kind) {
    start(kind);
    LeaseId lease = draft("released", PAGE);
    slow.add(Step.FREEZE);
    alsoMeanwhile = () -> session.release(lease);
    assertThatThrownBy(() -> session.freeze(lease)).isInstanceOf(LeaseExpiredException.class);
    assertThat(session.stats().drafts()).isZero();
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void aSealWaitsForTheFreezeThatIsUnderWay(Kind kind) throws Exception {
    start(kind);
    LeaseId lease = draft("both", PAGE);
    slow.add(Step.FREEZE);
    Thread[] sealing = new Thread[1];
    alsoMeanwhile = () -> {
      alsoMeanwhile = () -> {
      };
      sealing[0] = Thread.ofPlatform().start(() -> session.seal(lease));
      LeakCheck.eventually(() -> assertThat(sealing[0].getState()).isEqualTo(Thread.State.WAITING));
    };
    session.freeze(lease);
    sealing[0].join();
    assertThat(session.list("", null, 10).objects()).hasSize(1);
    slow.clear();
    session.release(lease);
  }
}
