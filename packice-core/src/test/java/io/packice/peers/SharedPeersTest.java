package io.packice.peers;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.packice.LeasedObject;
import io.packice.ObjectWriter;
import io.packice.Packice;
import io.packice.PackiceClient;
import io.packice.contract.LeakCheck;
import io.packice.contract.ManualTime;
import io.packice.contract.MemoryDisk;
import io.packice.contract.PeerKind;
import io.packice.contract.SharedKind;
import io.packice.core.AcquireRequest;
import io.packice.core.AcquireRequest.IfExists;
import io.packice.core.AlreadyExistsException;
import io.packice.core.CapacityExceededException;
import io.packice.core.NotFoundException;
import io.packice.core.NotSealedException;
import io.packice.core.ObjectId;
import io.packice.core.PeerStats;
import io.packice.core.StorageException;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Three peers of one folder in one process. */
@Timeout(600)
final class SharedPeersTest {
  private static final long PAGE = 4096;
  private static final long CAPACITY = 64 * PAGE;
  private static final Duration MINUTE = Duration.ofMinutes(1);

  @TempDir(factory = MemoryDisk.class) Path folder;

  private final ManualTime time = new ManualTime();
  private final List<PeerKind.Running> peers = new ArrayList<>();
  private PackiceClient a;
  private PackiceClient b;
  private PackiceClient c;

  @BeforeEach
  void start() {
    a = join();
    b = join();
    c = join();
  }

  private PackiceClient join() {
    PeerKind.Running peer = new SharedKind().start(folder, CAPACITY, time);
    peers.add(peer);
    return Packice.connect(peer.peer());
  }

  /** Nothing of a draft, a lease or a peer is left in the folder; what is sealed has its two files. */
  @AfterEach
  void stop() {
    PeerStats stats = a.stats();
    assertThat(stats.draftBytes() + stats.zombieBytes() + stats.leasedBytes()).as("bytes in use").isZero();
    a.close();
    b.close();
    c.close();
    peers.forEach(each -> each.peer().close());
    LeakCheck.assertNothingHeld();
    for (String part : List.of("claims", "leases", "retired", "evicting", "pins", "peers", "tmp", "quarantine")) {
      assertThat(names(part)).as(part).isEmpty();
    }
    assertThat(names("data")).hasSameSizeAs(names("objects"));
  }

  private List<String> names(String part) {
    try (Stream<Path> files = Files.list(folder.resolve("packice:shared").resolve(part))) {
      return files.map(file -> file.getFileName().toString()).toList();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static AcquireRequest create(String id, long size) {
    return AcquireRequest.create(new ObjectId(id), List.of(size));
  }

  private static void put(PackiceClient client, AcquireRequest request, String content) {
    try (ObjectWriter writer = client.create(request)) {
      write(writer, content);
      writer.seal();
    }
  }

  private static void put(PackiceClient client, String id, String content) {
    put(client, create(id, content.getBytes(UTF_8).length), content);
  }

  private static void putPages(PackiceClient client, String id, long pages) {
    try (ObjectWriter writer = client.create(id, pages * PAGE)) {
      writer.seal();
    }
  }

  private static void write(ObjectWriter writer, String content) {
    writer.blob(0).segment().copyFrom(MemorySegment.ofArray(content.getBytes(UTF_8)));
  }

  private static String text(LeasedObject object) {
    return new String(object.blob(0).segment().toArray(ValueLayout.JAVA_BYTE), UTF_8);
  }

  private static String read(PackiceClient client, String id) {
    try (LeasedObject object = client.get(id)) {
      return text(object);
    }
  }

  private static List<String> ids(PackiceClient client) {
    return client.list("").map(status -> status.object().id().value()).toList();
  }

  // ---- the namespace

  @Test
  void whatOneSealsAllSee() {
    put(a, "seen", "by all");

    assertThat(read(b, "seen")).isEqualTo("by all");
    assertThat(c.stat("seen").object().byteSize()).isEqualTo(6);
    assertThat(ids(c)).containsExactly("seen");
    assertThat(b.stats().liveBytes()).isEqualTo(PAGE);
  }

  @Test
  void whatOneMakesNoOtherCanMake() {
    try (ObjectWriter writer = a.create("one", 4)) {
      assertThatThrownBy(() -> b.create("one", 4)).isInstanceOf(AlreadyExistsException.class)
          .hasMessageContaining("making it");
      assertThatThrownBy(() -> b.get("one")).isInstanceOf(NotSealedException.class);
      assertThat(c.stats().draftBytes()).isEqualTo(PAGE);
      write(writer, "only");
      writer.seal();
    }
    assertThatThrownBy(() -> b.create("one", 4)).isInstanceOf(AlreadyExistsException.class)
        .hasMessageContaining("exists");
  }

  @Test
  void anIdIsFreeForAllWhenItsDraftIsGivenUp() {
    a.create("given up", 4).close();
    put(b, "given up", "next");

    assertThat(read(a, "given up")).isEqualTo("next");
  }

  @RepeatedTest(20)
  void ofThreeWhoCreateAtOnceOneDoes() throws Exception {
    AtomicInteger refused = new AtomicInteger();
    List<String> made = atOnce(client -> {
      try {
        put(client, "raced", "made");
        return "made";
      } catch (AlreadyExistsException e) {
        refused.incrementAndGet();
        return "refused";
      }
    });
    assertThat(made).containsOnlyOnce("made");
    assertThat(refused).hasValue(2);
    assertThat(read(c, "raced")).isEqualTo("made");
  }

  @Test
  void ofManyWhoWantItOneFillsAndTheOthersRead() throws Exception {
    AtomicInteger fills = new AtomicInteger();
    AcquireRequest request = AcquireRequest.readOrCreate(new ObjectId("once"), List.of(4L)).withPatience(MINUTE);
    List<String> read = atOnce(client -> {
      try (LeasedObject object = client.getOrCreate(request, writer -> {
        fills.incrementAndGet();
        write(writer, "once");
      })) {
        return text(object);
      }
    });
    assertThat(read).containsOnly("once").hasSize(3);
    assertThat(fills).hasValue(1);
  }

  @Test
  void aWaiterSeesTheSealOfAnother() throws Exception {
    try (ExecutorService executor = Executors.newCachedThreadPool(); ObjectWriter writer = a.create("awaited", 4)) {
      Future<String> waiter = executor.submit(() -> {
        try (LeasedObject object = b.get(AcquireRequest.read(new ObjectId("awaited")).withPatience(MINUTE))) {
          return text(object);
        }
      });
      write(writer, "wait");
      writer.seal();
      assertThat(waiter.get()).isEqualTo("wait");
    }
  }

  @Test
  void theRoleOfFillerPassesToAnotherPeer() throws Exception {
    try (ExecutorService executor = Executors.newCachedThreadPool()) {
      ObjectWriter failing = a.create("filled", 2);
      AcquireRequest request = AcquireRequest.readOrCreate(new ObjectId("filled"), List.of(2L)).withPatience(MINUTE);
      Future<String> filler = executor.submit(() -> {
        try (LeasedObject object = b.getOrCreate(request, writer -> write(writer, "ok"))) {
          return text(object);
        }
      });
      failing.close();
      assertThat(filler.get()).isEqualTo("ok");
    }
  }

  /** A step of each of the three peers, begun together. */
  private List<String> atOnce(Step step) throws Exception {
    try (ExecutorService executor = Executors.newCachedThreadPool()) {
      CountDownLatch go = new CountDownLatch(1);
      List<Future<String>> results = Stream.of(a, b, c).map(client -> executor.submit(() -> {
        go.await();
        return step.run(client);
      })).toList();
      go.countDown();
      List<String> all = new ArrayList<>();
      for (Future<String> result : results) {
        all.add(result.get());
      }
      return all;
    }
  }

  private interface Step {
    String run(PackiceClient client) throws Exception;
  }

  // ---- leases

  @Test
  void whatOneDiscardsTheReadersOfOthersKeep() {
    put(a, "discarded", "first");
    LeasedObject reader = a.get("discarded");
    b.discard("discarded");

    assertThatThrownBy(() -> a.get("discarded")).isInstanceOf(NotFoundException.class);
    assertThat(ids(c)).isEmpty();
    put(c, "discarded", "second");
    assertThat(text(reader)).isEqualTo("first");
    assertThat(read(a, "discarded")).isEqualTo("second");
    for (PackiceClient each : List.of(a, b, c)) {
      assertThat(each.stats().zombieBytes()).isEqualTo(PAGE);
    }
    assertThat(names("data")).hasSize(2);
    reader.close();
    assertThat(c.stats().zombieBytes()).isZero();
    assertThat(names("data")).hasSize(1);
  }

  @Test
  void whatOneReplacesTheReadersOfOthersKeep() {
    put(a, "replaced", "old");
    LeasedObject here = a.get("replaced");
    LeasedObject there = b.get("replaced");
    put(c, create("replaced", 3).withIfExists(IfExists.REPLACE), "new");

    assertThat(List.of(read(a, "replaced"), read(b, "replaced"), read(c, "replaced"))).containsOnly("new");
    assertThat(List.of(text(here), text(there))).containsOnly("old");
    here.close();
    assertThat(names("data")).hasSize(2);
    there.close();
    assertThat(names("data")).hasSize(1);
  }

  @Test
  void aLeaseThatEndsByItsTtlProtectsNoLonger() {
    putPages(a, "leased", 40);
    LeasedObject object = a.get(AcquireRequest.read(new ObjectId("leased")).withTtl(MINUTE));
    assertThatThrownBy(() -> b.create("new", 40 * PAGE)).isInstanceOf(CapacityExceededException.class);
    time.advance(MINUTE);
    peers.forEach(peer -> peer.chores().run());
    putPages(b, "new", 40);

    assertThat(ids(a)).containsExactly("new");
    object.close();
  }

  @Test
  void anObjectsLifeEndsForAll() {
    put(a, create("mortal", 6).withObjectTtl(MINUTE), "mortal");
    assertThat(read(b, "mortal")).isEqualTo("mortal");
    time.advance(MINUTE);

    assertThatThrownBy(() -> c.get("mortal")).isInstanceOf(NotFoundException.class);
    peers.forEach(peer -> peer.chores().run());
    assertThat(ids(b)).isEmpty();
    assertThat(names("data")).isEmpty();
  }

  // ---- capacity

  @Test
  void whatOneReadsNoOtherEvicts() {
    putPages(a, "read", 30);
    putPages(b, "idle", 30);
    try (LeasedObject _ = a.get("read")) {
      putPages(b, "new", 30);
      assertThat(ids(c)).containsExactly("new", "read");
      try (LeasedObject _ = c.get("new")) {
        assertThatThrownBy(() -> b.create("more", 30 * PAGE)).isInstanceOf(CapacityExceededException.class)
            .hasMessageContaining(60 * PAGE + " leased");
      }
    }
    putPages(b, "more", 60);
    assertThat(ids(a)).containsExactly("more");
  }

  @Test
  void whatOnePinsNoOtherEvictsUntilAnyUnpinsIt() {
    putPages(a, "pinned", 40);
    a.pin("pinned");
    assertThat(b.stat("pinned").pinned()).isTrue();
    assertThatThrownBy(() -> b.create("new", 40 * PAGE)).isInstanceOf(CapacityExceededException.class)
        .hasMessageContaining(40 * PAGE + " pinned");
    c.unpin("pinned");
    putPages(b, "new", 40);

    assertThat(ids(a)).containsExactly("new");
  }

  @Test
  void aLeaseOnOneMemberProtectsTheGroupFromAllPeers() {
    for (String part : List.of("t", "t/1", "t/2")) {
      try (ObjectWriter writer = a.create(create(part, 10 * PAGE).withGroup("t"))) {
        writer.seal();
      }
    }
    try (LeasedObject _ = c.get("t/1")) {
      assertThatThrownBy(() -> b.create("new", 40 * PAGE)).isInstanceOf(CapacityExceededException.class);
    }
    putPages(b, "new", 40);
    assertThat(ids(a)).containsExactly("new");
  }

  @Test
  void draftsAndZombiesOfOthersCount() {
    putPages(a, "zombie", 20);
    try (LeasedObject _ = a.get("zombie"); ObjectWriter _ = b.create("draft", 20 * PAGE)) {
      a.discard("zombie");
      assertThatThrownBy(() -> c.create("new", 30 * PAGE)).isInstanceOf(CapacityExceededException.class)
          .hasMessageContaining(24 * PAGE + " of " + CAPACITY + " free").hasMessageContaining(20 * PAGE + " zombie");
      putPages(c, "small", 24);
    }
  }

  @Test
  void whoeverTakesTheFolderAtOnceNeverPassesTheCapacity() throws Exception {
    List<String> done = atOnce(client -> {
      for (int i = 0; i < 40; i++) {
        String id = "object-" + (i % 7);
        try (ObjectWriter writer = client.create(create(id, (1 + i % 5) * 5L * PAGE).withIfExists(IfExists.REPLACE))) {
          writer.seal();
          client.get(id).close();
        } catch (AlreadyExistsException | CapacityExceededException | NotFoundException busy) {
          // another peer makes it, or has the room
        }
        PeerStats stats = client.stats();
        assertThat(stats.liveBytes() + stats.draftBytes() + stats.zombieBytes()).isLessThanOrEqualTo(CAPACITY);
      }
      return "done";
    });
    assertThat(done).containsOnly("done");
  }

  @Test
  void readersAndEvictorsRaceAndNoReaderLosesItsBytes() throws Exception {
    AtomicInteger reads = new AtomicInteger();
    atOnce(client -> {
      for (int i = 0; i < 60; i++) {
        String id = "raced-" + i % 3;
        try {
          put(client, create(id, 30 * PAGE), id);
        } catch (AlreadyExistsException | CapacityExceededException busy) {
          // another peer has made it, or reads what would have to go
        }
        try (LeasedObject object = client.get(id)) {
          assertThat(text(object)).startsWith(id);
          reads.incrementAndGet();
        } catch (NotFoundException | NotSealedException evictedOrBeingMade) {
          // one of the two happened between
        }
      }
      return "done";
    });
    assertThat(reads).hasPositiveValue();
  }

  // ---- life

  @Test
  void aPeerOfAnotherCapacityIsRefusedWithTheNumbers() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new SharedKind().start(folder, 2 * CAPACITY, time))
        .withMessageContaining(Long.toString(2 * CAPACITY)).withMessageContaining("agreed on " + CAPACITY);
  }

  @Test
  void whatIsSealedOutlivesItsPeer() {
    put(a, "kept", "kept");
    ObjectWriter draft = a.create("lost", 4);
    peers.getFirst().peer().close();

    assertThat(read(b, "kept")).isEqualTo("kept");
    put(b, "lost", "mine");
    draft.close();
    a = join();
    assertThat(read(a, "kept")).isEqualTo("kept");
  }

  @Test
  void aPeerThatOthersGaveUpRefusesEverythingAndCanBeClosed(@TempDir Path own) throws IOException {
    PeerKind.Running peer = new SharedKind(Duration.ofMillis(40)).start(own, CAPACITY, time);
    try (PackiceClient client = Packice.connect(peer.peer())) {
      put(client, "kept", "kept");
      ObjectWriter draft = client.create("draft", 1);
      Path heartbeats = own.resolve("packice:shared").resolve("peers");
      try (Stream<Path> files = Files.list(heartbeats)) {
        Files.delete(files.findFirst().orElseThrow()); // as other peers do first
      }
      LeakCheck.eventually(
          () -> assertThatThrownBy(() -> client.get("kept").close()).isInstanceOf(StorageException.class)
              .hasMessageContaining("given up this one").hasMessageContaining("start anew"));
      assertThatThrownBy(() -> client.create("new", 1)).isInstanceOf(StorageException.class);
      assertThatThrownBy(client::stats).isInstanceOf(StorageException.class);
      assertThatThrownBy(draft::seal).isInstanceOf(StorageException.class);
      draft.close();
    }
    peer.peer().close();
    PeerKind.Running next = new SharedKind().start(own, CAPACITY, time);
    try (PackiceClient client = Packice.connect(next.peer())) {
      assertThat(read(client, "kept")).isEqualTo("kept");
      put(client, "draft", "mine");
    }
    next.peer().close();
  }

  @Test
  void whatIsDamagedIsSetAsideAndTheRestIsServed() throws IOException {
    put(a, "sound", "sound");
    Path junk = folder.resolve("packice:shared").resolve("objects").resolve("0".repeat(40));
    Files.writeString(junk, "no manifest");
    put(b, "later", "later"); // makes the others look again

    assertThat(ids(c)).containsExactly("later", "sound");
    assertThat(c.stats().quarantined()).isEqualTo(1);
    Files.delete(folder.resolve("packice:shared").resolve("quarantine").resolve("0".repeat(40)));
  }
}
