package io.packice.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.packice.contract.SharedModel.Lease;
import io.packice.contract.SharedModel.Version;
import io.packice.core.AcquireRequest;
import io.packice.core.AcquireRequest.IfExists;
import io.packice.core.Caller;
import io.packice.core.ErrorCode;
import io.packice.core.Extent;
import io.packice.core.Grant;
import io.packice.core.LeaseId;
import io.packice.core.ObjectId;
import io.packice.core.ObjectPage;
import io.packice.core.ObjectStatus;
import io.packice.core.PackiceException;
import io.packice.core.PeerStats;
import io.packice.core.Session;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Random histories of three peers of one folder against {@link SharedModel}: after every step some peer's namespace and ledger agree with it,
 * now and then the folder's files and all bytes that are being read, too. Which idle objects are evicted is the evicting peer's choice; that
 * no other is, and that no more are than needed, is checked. A failure prints its seed; {@code -Dpackice.seed=…} replays it.
 */
@Timeout(60)
final class SharedHistoryTest {
  private static final int HISTORIES = 200;
  private static final int STEPS = 40;
  private static final int PEERS = 3;
  private static final int IDS = 8;
  private static final long CAPACITY = 24 * 4096L;

  @TempDir(factory = MemoryDisk.class) static Path disk;

  private final ManualTime time = new ManualTime();
  private final SharedModel model = new SharedModel(CAPACITY);
  private final List<PeerKind.Running> peers = new ArrayList<>();
  private final List<Session> sessions = new ArrayList<>();
  private final Map<Lease, Held> held = new HashMap<>();
  private SplittableRandom random = new SplittableRandom();
  private Path folder = Path.of("");
  private long leaseNumber;

  /** What the history holds of a lease. */
  private record Held(LeaseId id, Extent extent, Arena arena, MemorySegment bytes) {
    void close() {
      arena.close();
      extent.close();
    }
  }

  @RepeatedTest(value = HISTORIES, failureThreshold = 1)
  void anyHistoryOfThreePeersEndsLikeTheModel(@TempDir Path own) throws Throwable {
    long seed = Long.getLong("packice.seed", System.nanoTime());
    random = new SplittableRandom(seed);
    folder = disk.resolve(own.getFileName());
    int step = 0;
    try {
      for (int i = 0; i < PEERS; i++) {
        join(i);
      }
      for (; step < STEPS; step++) {
        doStep();
        verify(step % 10 == 0);
      }
      List.copyOf(held.keySet()).forEach(this::release);
      verify(true);
    } catch (Throwable failure) {
      throw new AssertionError("step " + step + ", replay with -Dpackice.seed=" + seed, failure);
    } finally {
      held.values().forEach(Held::close);
      peers.forEach(peer -> peer.peer().close());
    }
    LeakCheck.assertNothingHeld();
  }

  private void join(int index) {
    PeerKind.Running peer = new SharedKind().start(folder, CAPACITY, time);
    peers.add(index, peer);
    sessions.add(index, peer.peer().openSession(Caller.thisProcess()));
  }

  private void doStep() {
    int roll = random.nextInt(100);
    if (roll < 30) {
      create();
    } else if (roll < 50) {
      read();
    } else if (roll < 68) {
      onSomeLease(true, this::seal);
    } else if (roll < 82) {
      onSomeLease(random.nextInt(4) == 0, this::release);
    } else if (roll < 88) {
      discard();
    } else if (roll < 93) {
      pin();
    } else if (roll < 97) {
      pass(Duration.ofSeconds(random.nextInt(1, 30)));
    } else {
      restart(random.nextInt(PEERS));
    }
  }

  // ---- steps

  private String someId() {
    return "object-" + random.nextInt(IDS);
  }

  private int somePeer() {
    return random.nextInt(PEERS);
  }

  private void create() {
    boolean isLarge = random.nextInt(5) == 0;
    Version version = new Version(someId(), random.nextLong(isLarge ? CAPACITY * 5 / 4 : 4 * 4096), random.nextLong(),
        random.nextInt(5) == 0 ? Duration.ofSeconds(random.nextInt(1, 60)).toNanos() : 0);
    IfExists ifExists = random.nextBoolean() ? IfExists.FAIL : IfExists.REPLACE;
    int peer = somePeer();
    ErrorCode expected = null;
    if (model.drafts.containsKey(version.id) || (model.sealed.containsKey(version.id) && ifExists == IfExists.FAIL)) {
      expected = ErrorCode.ALREADY_EXISTS;
    } else if (version.pages > model.free() + SharedModel.pages(model.idle())) {
      expected = ErrorCode.CAPACITY_EXCEEDED;
    }
    AcquireRequest request = AcquireRequest.create(new ObjectId(version.id), List.of(version.byteSize))
        .withIfExists(ifExists).withObjectTtl(version.lifeNanos == 0 ? null : Duration.ofNanos(version.lifeNanos));
    Grant grant = refusedOr(expected, () -> sessions.get(peer).acquire(request));
    if (grant != null) {
      followEvictions(version.pages);
      model.drafts.put(version.id, version);
      keep(new Lease(version, peer, true, leaseNumber++), grant, Extent.Access.READ_WRITE);
    }
  }

  /** Only what is idle may have gone, and no more than was needed: without the last of it there would have been too little room. */
  private void followEvictions(long needed) {
    List<Version> idle = model.idle();
    List<String> left = listed().stream().map(status -> status.object().id().value()).toList();
    List<Version> gone = model.sealed.values().stream().filter(version -> !left.contains(version.id)).toList();
    assertThat(idle).as("what may be evicted").containsAll(gone);
    if (!gone.isEmpty()) {
      long largest = gone.stream().mapToLong(version -> version.pages).max().orElseThrow();
      assertThat(model.free() + SharedModel.pages(gone) - largest).as("free without the last eviction")
          .isLessThan(needed);
    }
    gone.forEach(model::remove);
  }

  private void read() {
    String id = someId();
    int peer = somePeer();
    Version version = model.sealed.get(id);
    ErrorCode expected = version != null ? null
        : model.drafts.containsKey(id) ? ErrorCode.NOT_SEALED : ErrorCode.NOT_FOUND;
    Grant grant = refusedOr(expected, () -> sessions.get(peer).acquire(AcquireRequest.read(new ObjectId(id))));
    if (grant != null && version != null) {
      keep(new Lease(version, peer, false, leaseNumber++), grant, Extent.Access.READ_ONLY);
    }
  }

  private void keep(Lease lease, Grant grant, Extent.Access access) {
    Arena arena = Arena.ofConfined();
    MemorySegment bytes = grant.extent().map(0, lease.version().byteSize, access, arena);
    held.put(lease, new Held(grant.lease().id(), grant.extent(), arena, bytes));
    model.leases.add(lease);
    if (lease.isCreate()) {
      SplittableRandom content = new SplittableRandom(lease.version().contentSeed);
      for (long at = 0; at < bytes.byteSize(); at += 512) {
        bytes.set(ValueLayout.JAVA_BYTE, at, (byte) content.nextInt());
      }
    }
  }

  private static <T> @Nullable T refusedOr(@Nullable ErrorCode expected, Supplier<T> operation) {
    try {
      T result = operation.get();
      assertThat(expected).as("refusal").isNull();
      return result;
    } catch (PackiceException refusal) {
      assertThat(refusal.code()).as(refusal.getMessage()).isEqualTo(expected);
      return null;
    }
  }

  private void onSomeLease(boolean isCreate, java.util.function.Consumer<Lease> action) {
    List<Lease> all = model.leases.stream().filter(lease -> lease.isCreate() == isCreate).toList();
    if (!all.isEmpty()) {
      action.accept(all.get(random.nextInt(all.size())));
    }
  }

  private void seal(Lease lease) {
    Held mine = held.remove(lease);
    mine.close();
    sessions.get(lease.peer()).seal(mine.id());
    model.seal(lease);
    sessions.get(lease.peer()).release(mine.id());
  }

  private void release(Lease lease) {
    Held mine = held.remove(lease);
    mine.close();
    sessions.get(lease.peer()).release(mine.id());
    model.release(lease);
  }

  private void discard() {
    String id = someId();
    Version version = model.sealed.get(id);
    Session session = sessions.get(somePeer());
    Grant grant = refusedOr(version == null ? ErrorCode.NOT_FOUND : null,
        () -> session.acquire(AcquireRequest.write(new ObjectId(id))));
    if (grant != null && version != null) {
      grant.extent().close();
      session.discard(grant.lease().id());
      model.remove(version);
    }
  }

  /** By one peer, and for the whole life of the history: pins of a peer end with it, which would be a model of its own. */
  private void pin() {
    String id = someId();
    Version version = model.sealed.get(id);
    Session session = sessions.get(somePeer());
    boolean pins = random.nextBoolean();
    refusedOr(version == null ? ErrorCode.NOT_FOUND : null, () -> {
      if (pins) {
        session.pin(new ObjectId(id));
      } else {
        session.unpin(new ObjectId(id));
      }
      return id;
    });
    if (version != null) {
      model.pinned.remove(version);
      if (pins) {
        model.pinned.add(version);
      }
    }
  }

  private void pass(Duration pause) {
    time.advance(pause);
    model.advance(pause.toNanos());
    peers.forEach(peer -> peer.chores().run());
  }

  private void restart(int index) {
    List.copyOf(model.pinned).forEach(version -> sessions.get(index).unpin(new ObjectId(version.id)));
    model.pinned.clear();
    for (Lease lease : List.copyOf(model.leases)) {
      if (lease.peer() == index) {
        held.remove(lease).close();
        model.release(lease);
      }
    }
    sessions.remove(index);
    peers.remove(index).peer().close();
    join(index);
  }

  // ---- comparison

  private List<ObjectStatus> listed() {
    return sessions.get(somePeer()).list("", null, ObjectPage.MAX_LIMIT).objects();
  }

  private void verify(boolean thoroughly) {
    Session observer = sessions.get(somePeer());
    LeakCheck.eventually(() -> { // a background thread may be freeing something at this moment
      PeerStats stats = observer.stats();
      assertThat(stats.liveBytes()).as("live bytes").isEqualTo(SharedModel.pages(model.sealed.values()));
      assertThat(stats.draftBytes()).as("draft bytes").isEqualTo(SharedModel.pages(model.drafts.values()));
      assertThat(stats.zombieBytes()).as("zombie bytes").isEqualTo(SharedModel.pages(model.zombies));
      assertThat(stats.pinnedBytes()).as("pinned bytes").isEqualTo(SharedModel.pages(model.pinned));
      assertThat(stats.leasedBytes()).as("leased bytes")
          .isEqualTo(SharedModel.pages(model.sealed.values().stream().filter(model::isLeased).toList()));
      assertThat(stats.drafts()).as("drafts").isEqualTo(model.drafts.size());
      assertThat(stats.freeBytes()).as("free bytes").isNotNegative();
    });
    assertThat(listed()).extracting(status -> status.object().id().value())
        .containsExactlyElementsOf(model.sealed.keySet());
    if (thoroughly) {
      held.forEach((lease, mine) -> assertFilled(mine.bytes, lease.version()));
      LeakCheck.eventually(() -> {
        assertThat(files("data")).as("data files")
            .isEqualTo(model.sealed.size() + model.drafts.size() + model.zombies.size());
        assertThat(files("objects")).as("manifests").isEqualTo(model.sealed.size());
        assertThat(files("claims")).as("claims").isEqualTo(model.drafts.size());
        assertThat(files("retired")).as("retired").isEqualTo(model.zombies.size());
        assertThat(files("leases")).as("marks").isEqualTo(model.leases.stream().filter(lease -> !lease.isCreate())
            .map(lease -> List.of(lease.version(), lease.peer())).distinct().count());
        assertThat(files("evicting") + files("tmp") + files("quarantine")).as("rests").isZero();
      });
    }
  }

  private long files(String part) throws IOException {
    try (Stream<Path> files = Files.list(folder.resolve("packice:shared").resolve(part))) {
      return files.count();
    }
  }

  private static void assertFilled(MemorySegment bytes, Version version) {
    SplittableRandom content = new SplittableRandom(version.contentSeed);
    for (long at = 0; at < bytes.byteSize(); at += 512) {
      assertThat(bytes.get(ValueLayout.JAVA_BYTE, at)).as("byte %d of %s", at, version.id)
          .isEqualTo((byte) content.nextInt());
    }
  }
}
