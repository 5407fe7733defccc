package io.packice.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.packice.contract.PeerModel.ModelLease;
import io.packice.contract.PeerModel.Version;
import io.packice.core.AcquireRequest;
import io.packice.core.AcquireRequest.IfExists;
import io.packice.core.Blob;
import io.packice.core.Caller;
import io.packice.core.CapacityExceededException;
import io.packice.core.ErrorCode;
import io.packice.core.Extent;
import io.packice.core.Grant;
import io.packice.core.LeaseId;
import io.packice.core.ObjectId;
import io.packice.core.ObjectPage;
import io.packice.core.ObjectStatus;
import io.packice.core.PackiceException;
import io.packice.core.Peer;
import io.packice.core.PeerStats;
import io.packice.core.Session;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;

/**
 * Random histories of one peer against {@link PeerModel}: after every step the namespace, the ledger, the leases, the descriptors and,
 * now and then, the mappings agree. A failure prints its seed; {@code -Dpackice.seed=…} replays it.
 */
public abstract class HistoryTest {
  private static final int HISTORIES = 40;
  private static final int NIGHTLY_HISTORIES = 200;
  private static final int STEPS = 1_000;
  private static final int MAX_SESSIONS = 4;
  private static final int MAX_MOMENTS = 20;
  private static final int IDS = 12;
  private static final long CAPACITY = 40 * 4096L;

  private SplittableRandom random = new SplittableRandom();
  private ManualTime time = new ManualTime();
  private PeerModel model = new PeerModel(CAPACITY);
  private PeerKind.Running running;
  private Session observer;
  private final Map<Integer, Session> sessions = new HashMap<>();
  private final Map<ModelLease, Held> held = new LinkedHashMap<>(); // in the order of the acquires, so that a seed replays
  private final List<Moment> moments = new ArrayList<>(); // of the last that read
  private int nextSession;

  /** What the history holds of a lease. */
  private record Held(LeaseId id, int session, Extent extent, Arena arena, MemorySegment bytes) {
    void close() {
      arena.close();
      extent.close();
    }
  }

  /** As of when a lease was given, as the model and the peer say. */
  private record Moment(long modelled, long asOf) {
  }

  /** What is tested; started again with the same folder when the history restarts its peer. */
  protected abstract PeerKind kind();

  /** The capacity that the model reckons with, for a peer that is started with this one. */
  protected long modelCapacity(long capacityBytes) {
    return capacityBytes;
  }

  /**
   * Whether the model, with its capacity, knows beforehand what is refused for want of room, and what is evicted when. If not, it follows what
   * it sees, and {@link #verifyRefusal} and {@link #roomBeforeEvictions} say what was right of it.
   */
  protected boolean isRoomPredictable() {
    return true;
  }

  /** Whether a peer was right to refuse so many bytes to a member of a group, for want of room. */
  protected void verifyRefusal(Peer peer, long heldBytes, @Nullable String group) {
    throw new AssertionError("refused " + heldBytes + " bytes");
  }

  /** Ends a peer; what that may lose with a word is for a kind of peer to say. */
  protected void close(Peer peer) {
    peer.close();
  }

  /** So many bytes the peer has room for without evicting anything, whatever they are. */
  protected long roomBeforeEvictions(long capacityBytes) {
    return capacityBytes;
  }

  /** Whether what expires stays for readers of its group always; else only now and then, and histories do without. */
  protected boolean keepsWhatExpires() {
    return true;
  }

  /** Whether sealed objects outlive their peer. */
  protected abstract boolean isPersistent();

  @RepeatedTest(value = HISTORIES, failureThreshold = 1)
  final void anyHistoryEndsLikeTheModel(@TempDir(factory = MemoryDisk.class) Path folder) {
    liveAndCompare(folder);
  }

  @Tag("nightly")
  @RepeatedTest(value = NIGHTLY_HISTORIES, failureThreshold = 1)
  final void anyOfManyHistoriesEndsLikeTheModel(@TempDir(factory = MemoryDisk.class) Path folder) {
    liveAndCompare(folder);
  }

  private void liveAndCompare(Path folder) {
    long seed = Long.getLong("packice.seed", System.nanoTime());
    random = new SplittableRandom(seed);
    model = new PeerModel(modelCapacity(CAPACITY));
    int step = 0;
    try {
      start(folder);
      for (; step < STEPS; step++) {
        doStep(folder);
        followEvictions(model.liveBytes() + model.draftBytes() + model.zombieBytes(), false);
        verify(step % 50 == 0);
      }
      sessions.keySet().stream().toList().forEach(this::closeSession);
      verify(true);
      observer.close();
      close(running.peer());
      LeakCheck.assertNothingHeld();
    } catch (Throwable failure) {
      held.values().forEach(Held::close);
      close(running.peer());
      throw new AssertionError("step " + step + ", replay with -Dpackice.seed=" + seed, failure);
    }
  }

  private void start(Path folder) {
    running = kind().start(folder, CAPACITY, time);
    observer = running.peer().openSession(Caller.thisProcess());
  }

  private void doStep(Path folder) {
    int roll = random.nextInt(1000);
    if (sessions.isEmpty() || (roll < 30 && sessions.size() < MAX_SESSIONS)) {
      sessions.put(nextSession, running.peer().openSession(Caller.thisProcess()));
      nextSession++;
    } else if (roll < 300) {
      create();
    } else if (roll < 490) {
      read();
    } else if (roll < 580) {
      onSomeLease(this::freeze);
    } else if (roll < 680) {
      onSomeLease(lease -> finish(lease, Session::seal, model::seal));
    } else if (roll < 805) {
      onSomeLease(this::release);
    } else if (roll < 840) {
      onSomeLease(lease -> finish(lease, Session::renew, model::renew));
    } else if (roll < 890) {
      discard();
    } else if (roll < 930) {
      pin();
    } else if (roll < 970) {
      Duration pause = Duration.ofSeconds(random.nextInt(1, 30));
      pass(pause);
      running.chores().run();
    } else if (roll < 995) {
      closeSession(sessionOf(random.nextInt(sessions.size())));
    } else {
      restart(folder);
    }
  }

  // ---- steps

  private ObjectId someId() {
    return new ObjectId("object-" + random.nextInt(IDS));
  }

  private int sessionOf(int index) {
    return sessions.keySet().stream().sorted().skip(index).findFirst().orElseThrow();
  }

  private int someSession() {
    return sessionOf(random.nextInt(sessions.size()));
  }

  private @Nullable Duration someTtl() {
    return random.nextInt(3) == 0 ? Duration.ofSeconds(random.nextInt(1, 60)) : null;
  }

  private static @Nullable Long nanos(@Nullable Duration duration) {
    return duration == null ? null : duration.toNanos();
  }

  private Session session(int number) {
    return sessions.get(number);
  }

  private void create() {
    ObjectId id = someId();
    int session = someSession();
    long byteSize = random.nextInt(8) == 0 ? random.nextLong(CAPACITY * 3 / 2) : random.nextLong(5 * 4096);
    Duration ttl = someTtl();
    Duration anyTtl = random.nextInt(4) == 0 ? someTtl() : null;
    String group = random.nextInt(3) == 0 ? "group-" + random.nextInt(3) : null;
    Duration objectTtl = group == null || keepsWhatExpires() ? anyTtl : null;
    IfExists ifExists = random.nextBoolean() ? IfExists.FAIL : IfExists.REPLACE;
    long contentSeed = random.nextLong();
    AcquireRequest request =
        AcquireRequest.create(id, List.of(byteSize)).withTtl(ttl).withObjectTtl(objectTtl).withGroup(group)
            .withIfExists(ifExists);
    Optional<ErrorCode> expected =
        model.create(id.value(), byteSize, ifExists, group, contentSeed, session, nanos(ttl), nanos(objectTtl));
    try {
      acquire(session, request, Extent.Access.READ_WRITE, expected).ifPresent(bytes -> fill(bytes, contentSeed));
    } catch (CapacityExceededException refusal) {
      assertThat(isRoomPredictable()).as(refusal.getMessage()).isFalse();
      verifyRefusal(running.peer(), Blob.alignUp(byteSize), group);
      model.refuse(id.value());
    }
  }

  /** Lets the model know what is gone for want of room, where there was so much. */
  private void followEvictions(long bytes, boolean everythingWasIdle) {
    if (!isRoomPredictable()) {
      Set<String> listed = listed().stream().map(status -> status.object().id().value()).collect(Collectors.toSet());
      if (model.evict(listed, everythingWasIdle) > 0) {
        assertThat(bytes).as("bytes when some had to go").isGreaterThan(roomBeforeEvictions(CAPACITY));
      }
    }
  }

  private List<ObjectStatus> listed() {
    return observer.list("", null, ObjectPage.MAX_LIMIT).objects();
  }

  private void read() {
    ObjectId id = someId();
    int session = someSession();
    Duration ttl = someTtl();
    if (!moments.isEmpty() && random.nextInt(3) == 0) {
      Moment moment = moments.get(random.nextInt(moments.size()));
      acquire(session, AcquireRequest.read(id).withTtl(ttl).withAsOf(moment.asOf), Extent.Access.READ_ONLY,
          model.readAsOf(id.value(), session, nanos(ttl), moment.modelled));
      return;
    }
    Optional<ErrorCode> expected = model.read(id.value(), session, nanos(ttl));
    acquire(session, AcquireRequest.read(id).withTtl(ttl), Extent.Access.READ_ONLY, expected);
  }

  private Optional<MemorySegment> acquire(int session, AcquireRequest request, Extent.Access access,
      Optional<ErrorCode> expected) {
    Grant grant = refusedOr(expected, () -> session(session).acquire(request));
    if (grant == null) {
      return Optional.empty();
    }
    ModelLease lease = model.leases.stream().reduce((_, last) -> last).orElseThrow();
    if (lease.asOf >= 0) {
      moments.add(new Moment(lease.asOf, grant.lease().asOf()));
      if (moments.size() > MAX_MOMENTS) {
        moments.removeFirst();
      }
    }
    Arena arena = Arena.ofConfined();
    MemorySegment bytes = grant.extent().map(0, lease.version.byteSize, access, arena);
    held.put(lease, new Held(grant.lease().id(), session, grant.extent(), arena, bytes));
    return Optional.of(bytes);
  }

  /** Does it, and checks that it is refused as the model says; null if so. */
  private static <T extends @Nullable Object> @Nullable T refusedOr(Optional<ErrorCode> expected,
      Supplier<T> operation) {
    try {
      T result = operation.get();
      assertThat(expected).as("refusal").isEmpty();
      return result;
    } catch (PackiceException refusal) {
      if (expected.isEmpty() && refusal instanceof CapacityExceededException full) {
        throw full; // its caller may know whether that is right
      }
      assertThat(expected).as(refusal.getMessage()).contains(refusal.code());
      return null;
    }
  }

  private void onSomeLease(Consumer<ModelLease> action) {
    if (!held.isEmpty()) {
      List<ModelLease> all = new ArrayList<>(held.keySet());
      action.accept(all.get(random.nextInt(all.size())));
    }
  }

  /** Seal or renew: through any session, because the lease's id is the proof. A sealed lease is read from then on. */
  private void finish(ModelLease lease, BiConsumer<Session, LeaseId> operation,
      Function<ModelLease, Optional<ErrorCode>> modelled) {
    Held mine = held.remove(lease);
    mine.close();
    Optional<ErrorCode> expected = modelled.apply(lease);
    refusedOr(expected, () -> {
      operation.accept(session(someSession()), mine.id());
      return null;
    });
    if (model.leases.contains(lease)) {
      session(someSession()).release(mine.id());
      model.release(lease);
    }
  }

  /** Through any session, as a seal. Its creator has unmapped the draft by then, and only looks at it from then on. */
  private void freeze(ModelLease lease) {
    Held mine = Objects.requireNonNull(held.get(lease));
    Extent reader = mine.extent.reopen(Extent.Access.READ_ONLY);
    mine.close();
    Arena arena = Arena.ofConfined();
    held.put(lease, new Held(mine.id, mine.session, reader, arena,
        reader.map(0, lease.version.byteSize, Extent.Access.READ_ONLY, arena)));
    refusedOr(model.freeze(lease), () -> {
      session(someSession()).freeze(mine.id());
      return null;
    });
  }

  private void release(ModelLease lease) {
    Held mine = held.remove(lease);
    mine.close();
    session(someSession()).release(mine.id());
    session(someSession()).release(mine.id());
    model.release(lease);
  }

  private void discard() {
    ObjectId id = someId();
    Session session = session(someSession());
    refusedOr(model.discardByWrite(id.value()), () -> {
      Grant grant = session.acquire(AcquireRequest.write(id));
      grant.extent().close();
      session.discard(grant.lease().id());
      return null;
    });
  }

  private void pin() {
    ObjectId id = someId();
    boolean pinned = random.nextBoolean();
    Session session = session(someSession());
    refusedOr(model.pin(id.value(), pinned), () -> {
      if (pinned) {
        session.pin(id);
      } else {
        session.unpin(id);
      }
      return null;
    });
  }

  private void closeSession(int number) {
    held.values().stream().filter(lease -> lease.session == number).forEach(Held::close);
    held.keySet().removeIf(lease -> lease.session == number);
    sessions.remove(number).close();
    model.closeSession(number);
  }

  private void restart(Path folder) {
    held.values().forEach(Held::close);
    held.clear();
    sessions.clear();
    long bytes = model.liveBytes();
    close(running.peer());
    model.restart(isPersistent());
    if (random.nextBoolean()) {
      pass(Duration.ofSeconds(random.nextInt(1, 30))); // while no peer runs
    }
    start(folder);
    followEvictions(bytes, true);
  }

  private void pass(Duration pause) {
    time.advance(pause);
    model.advance(pause.toNanos());
  }

  // ---- contents

  private static void fill(MemorySegment bytes, long seed) {
    SplittableRandom content = new SplittableRandom(seed);
    for (long at = 0; at < bytes.byteSize(); at += 512) {
      bytes.set(ValueLayout.JAVA_BYTE, at, (byte) content.nextInt());
    }
  }

  private static void assertFilled(MemorySegment bytes, Version version) {
    SplittableRandom content = new SplittableRandom(version.contentSeed);
    assertThat(bytes.byteSize()).isEqualTo(version.byteSize);
    for (long at = 0; at < bytes.byteSize(); at += 512) {
      assertThat(bytes.get(ValueLayout.JAVA_BYTE, at)).as("byte %d of %s", at, version.id)
          .isEqualTo((byte) content.nextInt());
    }
  }

  // ---- comparison

  private void verify(boolean thoroughly) {
    LeakCheck.eventually(() -> { // the background thread may be freeing something at this moment
      PeerStats stats = observer.stats();
      verifyBytes("zombie", stats.zombieBytes(), model.zombieBytes());
      verifyBytes("live", stats.liveBytes(), model.liveBytes());
      verifyBytes("leased", stats.leasedBytes(), model.leasedBytes());
      verifyBytes("pinned", stats.pinnedBytes(), model.pinnedBytes());
      assertThat(stats.draftBytes()).as("draft bytes").isEqualTo(model.draftBytes());
      assertThat(stats.drafts()).as("drafts").isEqualTo(model.drafts.size());
      assertThat(stats.leases()).as("leases").isEqualTo(model.leases.size());
      assertThat(stats.sessions()).as("sessions").isEqualTo(sessions.size() + 1);
      assertThat(stats.freeBytes()).as("free bytes").isNotNegative();
    });
    List<ObjectStatus> listed = listed();
    assertThat(listed).extracting(status -> status.object().id().value())
        .containsExactlyElementsOf(model.sealed.keySet());
    assertThat(listed.stream().mapToLong(ObjectStatus::heldBytes).sum()).as("bytes of what is listed")
        .isEqualTo(observer.stats().liveBytes());
    verifyPeer(running.peer());
    listed.forEach(status -> {
      Version version = model.sealed.get(status.object().id().value());
      assertThat(status.leases()).as("leases on %s", version.id).isEqualTo((int) model.leasesOn(version));
      assertThat(status.pinned()).as("pin of %s", version.id).isEqualTo(version.pinned);
    });
    if (thoroughly) {
      held.forEach((lease, mine) -> assertFilled(mine.bytes, lease.version));
      PeerStats stats = observer.stats();
      assertThat(List.of(stats.hits(), stats.misses(), stats.refusals())).as("hits, misses, refusals")
          .containsExactly(model.hits, model.misses, model.refusals);
      assertThat(stats.evictions()).as("evictions").isBetween(model.evictions,
          isRoomPredictable() ? model.evictions : Long.MAX_VALUE); // of copies of what is elsewhere, too
      long mappings = held.keySet().stream().filter(lease -> lease.version.byteSize > 0).count();
      LeakCheck.eventually(() -> assertThat(LeakCheck.held()).as("descriptors and mappings")
          .hasSizeBetween((int) (descriptorsOfPeer(model) + held.size() + mappings),
              (int) (maxDescriptorsOfPeer(model) + held.size() + mappings)));
    }
  }

  private void verifyBytes(String what, long actual, long modelled) {
    assertThat(actual).as(what + " bytes").isBetween(modelled, modelled * maxCopies());
  }

  /** How many copies of one object the peer may have. */
  protected int maxCopies() {
    return 1;
  }

  /** What else is to be right after every step. */
  protected void verifyPeer(Peer peer) {
    // most peers are seen through their sessions alone
  }

  /** How many descriptors of objects the peer itself keeps open. */
  protected abstract long descriptorsOfPeer(PeerModel model);

  /** How many they may be, if that is not certain. */
  protected long maxDescriptorsOfPeer(PeerModel model) {
    return descriptorsOfPeer(model);
  }
}
