package io.packice.backends.sharedfs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.packice.backends.sharedfs.SharedModel.Lease;
import io.packice.backends.sharedfs.SharedModel.Version;
import io.packice.contract.LeakCheck;
import io.packice.contract.ManualTime;
import io.packice.contract.MemoryDisk;
import io.packice.core.AcquireRequest;
import io.packice.core.AcquireRequest.IfExists;
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
import io.packice.core.StorageException;
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
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Random histories of three peers of one folder against {@link SharedModel}: they create, replace, read, discard, pin, let leases and objects
 * end, leave, come back, lose sessions, fall silent, and wake up or are given up. After every step some peer's namespace and ledger agree with
 * the model, now and then the folder's files and all bytes that are being read, too. Which idle objects are evicted is the evicting peer's
 * choice; that no other is, and that no more are than needed, is checked. A failure prints its seed; {@code -Dpackice.seed=…} replays it.
 */
@Timeout(600)
final class SharedHistoryTest {
  private static final int HISTORIES = 10;
  private static final int NIGHTLY_HISTORIES = 200;
  private static final int STEPS = 1_000;
  private static final int PEERS = 3;
  private static final int MAX_SILENT = 2;
  private static final int IDS = 10;
  private static final int GROUPS = 3;
  private static final long CAPACITY = 20 * 4096L;
  private static final Duration TIMEOUT = Duration.ofSeconds(60);
  /** The most that a pause counts for: who was stopped itself has seen nothing. */
  private static final Duration COUNTED = TIMEOUT.dividedBy(4);

  private static final LongAdder STEPS_DONE = new LongAdder();
  private static final LongAdder EVICTED = new LongAdder();
  private static final LongAdder WOKEN = new LongAdder();
  private static final LongAdder GIVEN_UP = new LongAdder();

  private final ManualTime time = new ManualTime();
  private final SharedModel model = new SharedModel(CAPACITY);
  private final List<Life> lives = new ArrayList<>();
  /** How much of the silence of some each of the others has seen: one who comes, or wakes up, begins anew. */
  private final Map<Life, Map<Life, Duration>> seenOfSilence = new HashMap<>();
  private final Map<Lease, Held> held = new HashMap<>();
  private SplittableRandom random = new SplittableRandom();
  private Path folder = Path.of("");
  private int births;

  /** What the history holds of a lease. */
  private record Held(LeaseId id, Extent extent, Arena arena, MemorySegment bytes) {
    void close() {
      arena.close();
      extent.close();
    }
  }

  @AfterAll
  static void tell() {
    System.out.println("histories of " + STEPS_DONE + " steps, " + EVICTED + " objects evicted, " + WOKEN
        + " silent peers woken, " + GIVEN_UP + " given up");
  }

  @RepeatedTest(value = HISTORIES, failureThreshold = 1)
  void anyHistoryOfThreePeersEndsLikeTheModel(@TempDir(factory = MemoryDisk.class) Path own) {
    live(own);
  }

  @Tag("nightly")
  @RepeatedTest(value = NIGHTLY_HISTORIES, failureThreshold = 1)
  void anyOfManyHistoriesOfThreePeersEndsLikeTheModel(@TempDir(factory = MemoryDisk.class) Path own) {
    live(own);
  }

  private void live(Path own) {
    long seed = Long.getLong("packice.seed", System.nanoTime());
    random = new SplittableRandom(seed);
    folder = own.resolve("packice:shared"); // LeakCheck's mark
    int step = 0;
    try {
      for (; step < STEPS; step++) {
        while (awake().size() < PEERS) {
          lives.add(new Life(births++, folder, CAPACITY, time, TIMEOUT));
        }
        doStep();
        verify(step % 20 == 0);
        STEPS_DONE.increment();
      }
      awake().forEach(this::endSession);
      while (awake().size() < lives.size()) {
        pass(TIMEOUT.dividedBy(4));
      }
      verify(true);
      lives.forEach(life -> life.peer.close());
      assertThat(files("peers") + files("pins") + files("leases")).as("rests of peers").isZero();
      LeakCheck.assertNothingHeld();
    } catch (Throwable failure) {
      held.values().forEach(Held::close);
      lives.forEach(life -> life.peer.close());
      throw new AssertionError("step " + step + ", replay with -Dpackice.seed=" + seed, failure);
    }
  }

  private void doStep() {
    int roll = random.nextInt(1000);
    if (roll < 280) {
      create(some(awake()));
    } else if (roll < 470) {
      read(some(awake()));
    } else if (roll < 540) {
      onSomeLease(lease -> lease.isCreate, this::freeze);
    } else if (roll < 680) {
      onSomeLease(lease -> lease.isCreate, this::seal);
    } else if (roll < 790) {
      onSomeLease(lease -> lease.isCreate == (random.nextInt(4) == 0), this::release);
    } else if (roll < 810) {
      onSomeLease(_ -> true, this::renew);
    } else if (roll < 870) {
      discard(some(awake()).session);
    } else if (roll < 920) {
      pin(some(awake()));
    } else if (roll < 960) {
      pass(Duration.ofSeconds(random.nextInt(1, 30)));
    } else if (roll < 970) {
      endSession(some(awake()));
    } else if (roll < 980) {
      leave(some(awake()));
    } else if (roll < 990) {
      fallSilent(some(awake()));
    } else {
      wakeUp();
    }
  }

  // ---- who

  private <T> T some(List<T> all) {
    return all.get(random.nextInt(all.size()));
  }

  private List<Life> awake() {
    return lives.stream().filter(Life::isAwake).toList();
  }

  private Life life(int number) {
    return lives.stream().filter(life -> life.number == number).findFirst().orElseThrow();
  }

  private String someId() {
    return "object-" + random.nextInt(IDS);
  }

  private Duration someTtl(int oneOf) {
    return random.nextInt(oneOf) == 0 ? Duration.ofSeconds(random.nextInt(1, 60)) : Duration.ZERO;
  }

  private static @Nullable Duration orNull(Duration duration) {
    return duration.isZero() ? null : duration;
  }

  // ---- objects

  private void create(Life life) {
    boolean isLarge = random.nextInt(6) == 0;
    Version version = new Version(someId(), random.nextLong(isLarge ? CAPACITY * 5 / 4 : 4 * 4096), random.nextLong(),
        random.nextInt(3) == 0 ? "group-" + random.nextInt(GROUPS) : null, someTtl(5).toNanos());
    Duration ttl = someTtl(4);
    IfExists ifExists = random.nextBoolean() ? IfExists.FAIL : IfExists.REPLACE;
    List<Version> evictable = model.evictable(version, life.number);
    ErrorCode expected = null;
    if (model.drafts.containsKey(version.id) || (model.sealed.containsKey(version.id) && ifExists == IfExists.FAIL)) {
      expected = ErrorCode.ALREADY_EXISTS;
    } else if (version.pages > model.free() + SharedModel.pages(evictable)) {
      expected = ErrorCode.CAPACITY_EXCEEDED;
    }
    AcquireRequest request = AcquireRequest.create(new ObjectId(version.id), List.of(version.byteSize))
        .withIfExists(ifExists).withGroup(version.group).withTtl(orNull(ttl))
        .withObjectTtl(orNull(Duration.ofNanos(version.lifeNanos)));
    Grant grant = refusedOr(expected, () -> life.session.acquire(request));
    if (grant != null) {
      followEvictions(version, evictable);
      keep(new Lease(version, life.number, true, ttl.toNanos()), grant, Extent.Access.READ_WRITE);
    }
  }

  /**
   * Only what may have gone has gone, groups as a whole, and no more than was needed: without the last of it there would have been too
   * little room.
   */
  private void followEvictions(Version wanted, List<Version> evictable) {
    List<String> left = listed(some(awake())).stream().map(status -> status.object().id().value()).toList();
    List<Version> gone = model.sealedAnd(version -> !left.contains(version.id));
    assertThat(evictable).as("what may be evicted").containsAll(gone);
    long largest = 0;
    for (Version version : gone) {
      List<Version> unit = model.sealedAnd(version::isWith);
      assertThat(gone).as("evicted, with its whole group").containsAll(unit);
      largest = Math.max(largest, SharedModel.pages(unit));
    }
    if (!gone.isEmpty()) {
      assertThat(model.free() + SharedModel.pages(gone) - largest).as("free without the last eviction")
          .isLessThan(wanted.pages);
    }
    gone.forEach(model::remove);
    EVICTED.add(gone.size());
  }

  private void read(Life life) {
    String id = someId();
    Duration ttl = someTtl(4);
    Version version = model.sealed.get(id);
    ErrorCode expected = version != null ? null
        : model.drafts.containsKey(id) ? ErrorCode.NOT_SEALED : ErrorCode.NOT_FOUND;
    AcquireRequest request = AcquireRequest.read(new ObjectId(id)).withTtl(orNull(ttl));
    Grant grant = refusedOr(expected, () -> life.session.acquire(request));
    if (grant != null && version != null) {
      keep(new Lease(version, life.number, false, ttl.toNanos()), grant, Extent.Access.READ_ONLY);
    }
  }

  private void keep(Lease lease, Grant grant, Extent.Access access) {
    Arena arena = Arena.ofConfined();
    MemorySegment bytes = grant.extent().map(0, lease.version.byteSize, access, arena);
    held.put(lease, new Held(grant.lease().id(), grant.extent(), arena, bytes));
    model.begin(lease);
    if (lease.isCreate) {
      SplittableRandom content = new SplittableRandom(lease.version.contentSeed);
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

  private void onSomeLease(Predicate<Lease> condition, Consumer<Lease> action) {
    List<Lease> all =
        model.leases.stream().filter(lease -> life(lease.peer).isAwake()).filter(condition).toList();
    if (!all.isEmpty()) {
      action.accept(some(all));
    }
  }

  /** Nobody sees anything of it; its creator only looks at the draft from then on. */
  private void freeze(Lease lease) {
    Held mine = held.get(lease);
    Extent reader = mine.extent.reopen(Extent.Access.READ_ONLY);
    mine.close();
    Arena arena = Arena.ofConfined();
    held.put(lease,
        new Held(mine.id, reader, arena, reader.map(0, lease.version.byteSize, Extent.Access.READ_ONLY, arena)));
    life(lease.peer).session.freeze(mine.id());
  }

  private void seal(Lease lease) {
    Held mine = held.remove(lease);
    mine.close();
    Session session = life(lease.peer).session;
    session.seal(mine.id());
    model.seal(lease);
    session.release(mine.id());
  }

  private void release(Lease lease) {
    Held mine = held.remove(lease);
    mine.close();
    life(lease.peer).session.release(mine.id());
    model.release(lease);
  }

  private void renew(Lease lease) {
    assertThat(life(lease.peer).session.renew(held.get(lease).id()))
        .isEqualTo(orNull(Duration.ofNanos(lease.ttlNanos)));
    model.renew(lease);
  }

  private void discard(Session session) {
    String id = someId();
    Version version = model.sealed.get(id);
    Grant grant = refusedOr(version == null ? ErrorCode.NOT_FOUND : null,
        () -> session.acquire(AcquireRequest.write(new ObjectId(id))));
    if (grant != null && version != null) {
      grant.extent().close();
      session.discard(grant.lease().id());
      model.remove(version);
    }
  }

  private void pin(Life life) {
    String id = someId();
    boolean pins = random.nextBoolean();
    String done = refusedOr(model.sealed.containsKey(id) ? null : ErrorCode.NOT_FOUND, () -> {
      if (pins) {
        life.session.pin(new ObjectId(id));
      } else {
        life.session.unpin(new ObjectId(id));
      }
      return id;
    });
    if (done != null && pins) {
      model.pin(id, life.number);
    } else if (done != null) {
      model.unpin(id);
    }
  }

  // ---- lives

  private void forgetEndedLeases() {
    List<Lease> ended = held.keySet().stream().filter(lease -> !model.leases.contains(lease)).toList();
    ended.forEach(lease -> held.remove(lease).close());
  }

  private void endSession(Life life) {
    life.reconnect();
    model.endSession(life.number);
    forgetEndedLeases();
  }

  private void leave(Life life) {
    life.peer.close();
    lives.remove(life);
    model.endPeer(life.number);
    forgetEndedLeases();
  }

  /** What it holds by leases without TTLs stays: others must not touch that before they give it up. */
  private void fallSilent(Life life) {
    if (lives.size() - awake().size() < MAX_SILENT) {
      model.leases.stream().filter(lease -> lease.peer == life.number && lease.hasTtl()).toList()
          .forEach(this::release);
      life.isSilent = true;
      life.silence = Duration.ZERO;
    }
  }

  /** In time: it was stopped for a while, and knows nothing of what has happened. */
  private void wakeUp() {
    List<Life> silent = lives.stream().filter(life -> life.isSilent).toList();
    if (!silent.isEmpty()) {
      Life life = some(silent);
      life.isSilent = false;
      seenOfSilence.remove(life);
      seenOfSilence.values().forEach(seen -> seen.remove(life));
      WOKEN.increment();
      assertThat(life.beat()).as("peer %d is not given up after %s", life.number, life.silence).isTrue();
      life.doChores();
      followGivingUp(); // it may be the first to see that another one has been silent for long
    }
  }

  private void pass(Duration pause) {
    time.advance(pause);
    model.advance(pause.toNanos(), number -> life(number).isAwake());
    forgetEndedLeases();
    awake()
        .forEach(life -> assertThat(life.beat()).as("peer %d, which is awake, is not given up", life.number).isTrue());
    awake().forEach(Life::doChores);
    lives.stream().filter(life -> life.isSilent).forEach(life -> {
      life.silence = life.silence.plus(pause);
      Map<Life, Duration> seen = seenOfSilence.computeIfAbsent(life, _ -> new HashMap<>());
      awake().forEach(other -> seen.merge(other, pause.compareTo(COUNTED) < 0 ? pause : COUNTED, Duration::plus));
    });
    followGivingUp();
  }

  /** Not before the timeout; and for sure when one has seen it for long. */
  private void followGivingUp() {
    lives.stream().filter(life -> life.isSilent).toList().forEach(this::followGivingUp);
  }

  private void followGivingUp(Life life) {
    if (life.isKnown()) {
      Map<Life, Duration> seen = seenOfSilence.getOrDefault(life, Map.of());
      assertThat(awake()).as("each has seen less than twice the timeout of the silence of a peer that is not given up")
          .allMatch(other -> seen.getOrDefault(other, Duration.ZERO).compareTo(TIMEOUT.multipliedBy(2)) < 0);
      return;
    }
    assertThat(life.silence).as("silence of a peer that was given up").isGreaterThanOrEqualTo(TIMEOUT);
    GIVEN_UP.increment();
    model.endPeer(life.number);
    forgetEndedLeases();
    lives.remove(life);
    assertThat(life.beat()).as("a peer that was given up knows it").isFalse();
    assertThatThrownBy(() -> life.session.acquire(AcquireRequest.read(new ObjectId(someId()))))
        .isInstanceOf(StorageException.class);
    life.peer.close();
  }

  // ---- comparison

  private static List<ObjectStatus> listed(Life life) {
    return life.session.list("", null, ObjectPage.MAX_LIMIT).objects();
  }

  private void verify(boolean thoroughly) {
    Life observer = some(awake());
    LeakCheck.eventually(() -> { // a background thread may be freeing something at this moment
      PeerStats stats = observer.session.stats();
      assertThat(stats.liveBytes()).as("live bytes").isEqualTo(SharedModel.pages(model.sealed.values()));
      assertThat(stats.draftBytes()).as("draft bytes").isEqualTo(SharedModel.pages(model.drafts.values()));
      assertThat(stats.zombieBytes()).as("zombie bytes").isEqualTo(SharedModel.pages(model.zombies));
      assertThat(stats.pinnedBytes()).as("pinned bytes").isEqualTo(SharedModel.pages(model.sealedAnd(model::isPinned)));
      assertThat(stats.leasedBytes()).as("leased bytes").isEqualTo(SharedModel.pages(model.sealedAnd(model::isLeased)));
      assertThat(stats.drafts()).as("drafts").isEqualTo(model.drafts.size());
      assertThat(stats.freeBytes()).as("free bytes").isNotNegative();
    });
    List<ObjectStatus> listed = listed(observer);
    assertThat(listed).extracting(status -> status.object().id().value())
        .containsExactlyElementsOf(model.sealed.keySet());
    listed.forEach(status -> {
      Version version = model.sealed.get(status.object().id().value());
      assertThat(status.leases()).as("leases on %s", version.id)
          .isEqualTo((int) model.leasesOn(version, observer.number));
      assertThat(status.pinned()).as("pin of %s", version.id).isEqualTo(model.isPinned(version));
      assertThat(status.object().group()).as("group of %s", version.id).isEqualTo(version.group);
    });
    if (thoroughly) {
      held.forEach((lease, mine) -> assertFilled(mine.bytes, lease.version));
      LeakCheck.eventually(this::verifyFolder);
      long mappings = held.keySet().stream().filter(lease -> lease.version.byteSize > 0).count();
      LeakCheck.eventually(() -> assertThat(LeakCheck.held()).as("descriptors and mappings")
          .hasSize((int) (held.size() + mappings)));
    }
  }

  private void verifyFolder() throws IOException {
    assertThat(files("data")).as("data files")
        .isEqualTo(model.sealed.size() + model.drafts.size() + model.zombies.size());
    assertThat(files("objects")).as("manifests").isEqualTo(model.sealed.size());
    assertThat(files("claims")).as("claims").isEqualTo(model.drafts.size());
    assertThat(files("retired")).as("retired").isEqualTo(model.zombies.size());
    assertThat(files("leases")).as("marks").isEqualTo(model.leases.stream().filter(lease -> !lease.isCreate)
        .map(lease -> List.of(lease.version, lease.peer)).distinct().count());
    assertThat(files("pins")).as("pins").isEqualTo(model.pins());
    assertThat(files("peers")).as("heartbeats").isEqualTo(lives.size());
    assertThat(files("evicting") + files("tmp") + files("quarantine")).as("rests").isZero();
  }

  private long files(String part) throws IOException {
    try (Stream<Path> files = Files.list(folder.resolve(part))) {
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
