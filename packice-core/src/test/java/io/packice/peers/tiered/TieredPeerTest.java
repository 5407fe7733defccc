package io.packice.peers.tiered;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.packice.LeasedObject;
import io.packice.ObjectWriter;
import io.packice.Packice;
import io.packice.PackiceClient;
import io.packice.backends.memory.MemfdBlobStore;
import io.packice.contract.FileKind;
import io.packice.contract.LeakCheck;
import io.packice.contract.ManualTime;
import io.packice.contract.PeerKind;
import io.packice.core.AcquireRequest;
import io.packice.core.AcquireRequest.IfExists;
import io.packice.core.Caller;
import io.packice.core.CapacityExceededException;
import io.packice.core.Extent;
import io.packice.core.Grant;
import io.packice.core.NotFoundException;
import io.packice.core.NotPermittedException;
import io.packice.core.ObjectId;
import io.packice.core.Peer;
import io.packice.core.Session;
import io.packice.core.TierProbe;
import io.packice.peers.MemoryPeer;
import io.packice.peers.SharedFileSystemPeer;
import io.packice.peers.tiered.TieringPolicy.OnClose;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Where a tiered peer keeps what, and when it moves it; time and chores are the test's. */
@Timeout(600)
final class TieredPeerTest {
  private static final long PAGE = 4096;
  private static final long HOT = 64 * PAGE;
  private static final long COLD = 256 * PAGE;
  private static final Duration MINUTE = Duration.ofMinutes(1);

  private final ManualTime time = new ManualTime();
  private TieredPeer peer;
  private PackiceClient client;

  @BeforeEach
  void start() {
    open(PeerKind.over(_ -> new MemfdBlobStore()), PeerKind.over(_ -> new MemfdBlobStore()), Path.of("/"),
        TieringPolicy.DEFAULT);
  }

  private void open(PeerKind hot, PeerKind cold, Path folder, TieringPolicy policy) {
    Peer hotPeer = hot.start(folder.resolve("hot"), HOT, time).peer();
    Peer coldPeer = cold.start(folder.resolve("cold"), COLD, time).peer();
    peer = new TieredPeer(hotPeer, coldPeer, policy, time, TieredPeer.Pace.BY_HAND);
    client = Packice.connect(peer);
  }

  @AfterEach
  void stop() {
    close();
    LeakCheck.assertNothingHeld();
  }

  private void close() {
    client.close();
    peer.close();
  }

  private void put(String id, long pages) {
    put(id, pages, null, IfExists.FAIL);
  }

  private void put(String id, long pages, @Nullable String group, IfExists ifExists) {
    AcquireRequest request =
        AcquireRequest.create(new ObjectId(id), List.of(pages * PAGE)).withGroup(group).withIfExists(ifExists);
    try (ObjectWriter writer = client.create(request)) {
      writer.blob(0).segment().fill((byte) pages);
      writer.seal();
    }
  }

  private void assertReads(String id, long pages) {
    try (LeasedObject object = client.get(id)) {
      assertReads(object, pages);
    }
  }

  private static void assertReads(LeasedObject object, long pages) {
    assertThat(object.blob(0).byteSize()).isEqualTo(pages * PAGE);
    assertThat(object.blob(0).segment().mismatch(MemorySegment.ofArray(bytes(pages)))).isEqualTo(-1);
  }

  private static byte[] bytes(long pages) {
    byte[] bytes = new byte[(int) (pages * PAGE)];
    Arrays.fill(bytes, (byte) pages);
    return bytes;
  }

  private List<String> hot() {
    return TierProbe.hot(peer.local).ids();
  }

  private List<String> cold() {
    return TierProbe.cold(peer.local).ids();
  }

  private void fillHot() {
    for (int i = 1; i <= 6; i++) {
      put("f" + i, 10);
    }
  }

  // ---- down

  @Test
  void aGroupThatTheColdTierHasNoRoomForEvictsNothingThere() {
    put("leased", 200);
    try (LeasedObject _ = client.get("leased")) {
      put("idle", 30);
      put("passing", 60);
      client.discard("passing");
      assertThat(cold()).containsExactly("idle", "leased");
      put("g/1", 30, "g", IfExists.FAIL);
      put("g/2", 30, "g", IfExists.FAIL);

      put("new", 20); // 26 pages are free in the cold tier, and 30 more would be: the group is 60
      assertThat(cold()).containsExactly("idle", "leased", "new");
      assertThat(hot()).containsExactly("g/1", "g/2");
      assertThat(client.stats().evictions()).isZero();
    }
  }

  @Test
  void theLeastRecentlyUsedIsDemotedDownToTheLowWatermarkOnceTheHighOneIsPassed() {
    put("a", 20);
    put("b", 20);
    peer.runChores();
    assertThat(cold()).isEmpty();
    put("c", 18); // 58 of 64 pages are more than 90 %, 44.8 are 70 %
    client.get("a").close();
    peer.runChores();

    assertThat(hot()).containsExactly("a", "c");
    assertThat(cold()).containsExactly("b");
    assertThat(client.list("").map(status -> status.object().id().value())).containsExactly("a", "b", "c");
    assertThat(peer.tiers().demotions()).isEqualTo(1);
    assertThat(peer.tiers().demotedBytes()).isEqualTo(20 * PAGE);
    assertReads("b", 20);
  }

  @Test
  void whoCreatesDemotesAsMuchAsIsNeededAndNothingInVain() {
    fillHot();
    put("new", 12);
    assertThat(cold()).containsExactly("f1");

    try (LeasedObject _ = client.get("f2"); LeasedObject _ = client.get("f3"); LeasedObject _ = client.get("f4")) {
      put("large", 40);
    }
    assertThat(cold()).containsExactly("f1", "large");
    put("never", 65);
    assertThat(cold()).containsExactly("f1", "large", "never");
  }

  @Test
  void leasedAndPinnedObjectsAreNotDemoted() {
    fillHot();
    client.pin("f1");
    try (LeasedObject _ = client.get("f2")) {
      peer.runChores();
      assertThat(hot()).contains("f1", "f2");
      assertThat(cold()).containsExactly("f3", "f4");
    }
    client.unpin("f1");
  }

  @Test
  void aGroupIsDemotedAsAWhole() {
    put("g/1", 10, "g", IfExists.FAIL);
    put("g/2", 10, "g", IfExists.FAIL);
    put("x", 30);
    put("y", 16);

    assertThat(cold()).containsExactly("g/1", "g/2");
  }

  @Test
  void aLargeObjectComesDownWhole() {
    close();
    long bytes = (20L << 20) + 5;
    peer = TieredPeer.over(MemoryPeer.create(32 << 20), MemoryPeer.create(64 << 20));
    client = Packice.connect(peer);
    byte[] content = new byte[(int) bytes];
    new SplittableRandom(42).nextBytes(content);
    try (ObjectWriter writer = client.create("large", bytes, 3)) {
      writer.blob(0).segment().copyFrom(MemorySegment.ofArray(content));
      writer.blob(1).segment().copyFrom(MemorySegment.ofArray(new byte[] {1, 2, 3}));
      writer.seal();
    }
    client.create("other", 20 << 20).close();

    assertThat(cold()).containsExactly("large");
    try (LeasedObject object = client.get("large")) {
      assertThat(object.blob(0).segment().mismatch(MemorySegment.ofArray(content))).isEqualTo(-1);
      assertThat(object.blob(1).segment().toArray(ValueLayout.JAVA_BYTE)).containsExactly(1, 2, 3);
    }
  }

  @Test
  void aDraftWithoutSizesThatOutgrowsTheHotTierIsSealedInTheColdOne() throws IOException {
    put("grown", 3);
    AcquireRequest request =
        AcquireRequest.create(new ObjectId("grown"), null).withIfExists(IfExists.REPLACE).withTtl(MINUTE);
    try (ObjectWriter writer = client.create(request)) {
      writer.blob(0).channel().write(ByteBuffer.wrap(bytes(100)));
      writer.seal();
      assertThat(hot()).isEmpty();
      assertThat(cold()).containsExactly("grown");
      assertThat(client.stat("grown").leases()).isEqualTo(1);
      time.advance(MINUTE);
      peer.runChores();
      assertThat(client.stat("grown").leases()).isZero();
    }
    assertReads("grown", 100);
    assertThat(client.stats().drafts()).isZero();
  }

  @Test
  void aDraftThatOutgrowsTheHotTierWhileItIsWrittenGoesOnInTheColdOne() throws IOException {
    try (ObjectWriter writer = client.create(AcquireRequest.create(new ObjectId("grown"), null))) {
      var channel = writer.blob(0).channel();
      for (int page = 0; page < 100; page++) {
        channel.write(ByteBuffer.wrap(bytes(1)));
        assertThat(client.stats().draftBytes()).isGreaterThanOrEqualTo((page + 1L) * PAGE);
      }
      assertThat(client.stats().drafts()).isEqualTo(1);
      writer.seal();
      assertThat(cold()).containsExactly("grown");
    }
    try (LeasedObject object = client.get("grown")) {
      for (int page = 0; page < 100; page++) {
        assertThat(object.blob(0).segment().asSlice(page * PAGE, PAGE).mismatch(MemorySegment.ofArray(bytes(1))))
            .as("page %d", page).isEqualTo(-1);
      }
    }
    assertThat(client.stats().drafts()).isZero();
  }

  @Test
  void aDraftThatIsFrozenDoesNotGoOnInTheColdTier() {
    try (Session session = peer.openSession(Caller.thisProcess())) {
      Grant grant = session.acquire(AcquireRequest.create(new ObjectId("frozen"), null));
      try (Extent extent = grant.extent()) {
        extent.write(ByteBuffer.wrap(bytes(1)), 0);
        session.freeze(grant.lease().id());
        assertThatThrownBy(() -> extent.write(ByteBuffer.wrap(bytes(100)), 0))
            .isInstanceOf(NotPermittedException.class).hasMessageContaining("it is frozen");
      }
      assertThat(peer.tiers().cold().drafts()).isZero();
      session.seal(grant.lease().id());
    }
    assertReads("frozen", 1);
    assertThat(hot()).containsExactly("frozen");
  }

  @Test
  void aDraftWithoutSizesDemotesForItsSeal() throws IOException {
    fillHot();
    try (ObjectWriter writer = client.create(AcquireRequest.create(new ObjectId("grown"), null))) {
      writer.blob(0).channel().write(ByteBuffer.wrap(bytes(30)));
      writer.seal();
    }
    assertThat(hot()).contains("grown");
    assertThat(cold()).containsExactly("f1", "f2", "f3");
    assertReads("grown", 30);
  }

  @Test
  void whatCannotBeDemotedStays() {
    put("cold-1", 128);
    put("cold-2", 128);
    try (LeasedObject _ = client.get("cold-1"); LeasedObject _ = client.get("cold-2")) {
      fillHot();
      peer.runChores();
      assertThatThrownBy(() -> client.create("new", 30 * PAGE)).isInstanceOf(CapacityExceededException.class)
          .hasMessageContaining("that was the hot tier");
      assertThat(hot()).hasSize(6);
    }
    peer.runChores();
    assertThat(cold()).contains("f1", "f2");
  }

  @Test
  void aRefusalNamesWhatTheColdTierEvicted() {
    put("a", 100);
    put("b", 100);
    try (ObjectWriter _ = client.create(AcquireRequest.create(new ObjectId("t/1"), List.of(100 * PAGE)).withGroup("t"));
        ObjectWriter _ =
            client.create(AcquireRequest.create(new ObjectId("t/2"), List.of(100 * PAGE)).withGroup("t"))) {
      assertThat(cold()).isEmpty();
      assertThatThrownBy(
          () -> client.create(AcquireRequest.create(new ObjectId("t/3"), List.of(100 * PAGE)).withGroup("t")))
          .isInstanceOf(CapacityExceededException.class)
          .hasMessageContaining("after the eviction of a, b (2 objects, " + 200 * PAGE + " bytes)");
    }
  }

  /** Nothing is evicted for what has no room as long as somebody reads what is discarded. */
  @Test
  void whatIsDiscardedAndReadIsNotOnItsWayToBeFree() {
    put("read", 100);
    put("idle", 100);
    try (LeasedObject _ = client.get("read")) {
      client.discard("read");
      AcquireRequest table = AcquireRequest.create(new ObjectId("t/1"), List.of(70 * PAGE)).withGroup("t");
      assertThatThrownBy(() -> client.create(table.withExpectedBytes(HOT + COLD - 50 * PAGE)))
          .isInstanceOf(CapacityExceededException.class).hasMessageContaining("needs at least ");
      assertThat(cold()).containsExactly("idle");
    }
  }

  // ---- up

  @Test
  void theSecondReadWithinTheWindowPromotes() {
    demoteAll("a", 10);
    try (LeasedObject first = client.get("a")) {
      time.advance(MINUTE);
      client.get("a").close();
      peer.runChores();
      assertThat(hot()).containsExactly("a");
      assertThat(cold()).containsExactly("a");
      assertReads(first, 10);
      assertReads("a", 10);
      assertThat(client.stat("a").leases()).isEqualTo(1);
      assertThat(client.stat("a").heldBytes()).isEqualTo(20 * PAGE);
    }
    assertThat(peer.tiers().hot().hits()).isEqualTo(1);
    assertThat(client.list("")).hasSize(1);
    assertThat(client.stats().objects()).isEqualTo(1);
  }

  @Test
  void readsFurtherApartDoNotPromote() {
    demoteAll("a", 10);
    client.get("a").close();
    time.advance(MINUTE.plusNanos(1));
    client.get("a").close();
    peer.runChores();

    assertThat(hot()).isEmpty();
  }

  /** A copy in memory would be told from what was sealed by nobody. */
  @Test
  void whatTheDiskHasDamagedIsNotPromoted(@TempDir Path folder) throws IOException {
    close();
    open(PeerKind.over(_ -> new MemfdBlobStore()), new FileKind(), folder, TieringPolicy.DEFAULT);
    demoteAll("a", 10);
    demoteAll("b", 11);
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        if (Files.size(file) == 10 * PAGE) {
          Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
          Files.write(file, new byte[] {'x'}, StandardOpenOption.WRITE);
          Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("r--------"));
        }
      }
    }
    promote("a");
    promote("b");
    assertThat(hot()).containsExactly("b");
    assertThat(cold()).contains("a", "b");
  }

  @Test
  void promotionMakesRoomOrGivesUp() {
    demoteAll("a", 10);
    fillHot();
    promote("a");
    assertThat(hot()).contains("a").doesNotContain("f1");

    demoteAll("b", 45); // more than the low watermark
    promote("b");
    assertThat(hot()).doesNotContain("b");
  }

  @Test
  void whatWasPromotedIsDemotedWithoutACopy() {
    demoteAll("a", 10);
    promote("a");
    long copies = peer.tiers().demotions();
    demoteAll();

    assertThat(hot()).isEmpty();
    assertThat(cold()).containsExactly("a");
    assertThat(peer.tiers().demotions()).isEqualTo(copies);
  }

  private void demoteAll(String id, long pages) {
    put(id, pages);
    demoteAll();
  }

  /** By making what needs all of the hot tier. */
  private void demoteAll() {
    client.create("all", HOT).close();
  }

  /** By making what needs all of the cold tier. */
  private void evictAllOfCold() {
    client.create("huge", COLD).close();
    assertThat(cold()).isEmpty();
  }

  private void promote(String id) {
    client.get(id).close();
    client.get(id).close();
    peer.runChores();
  }

  // ---- one object

  @Test
  void discardTakesBothCopiesAndTheIdIsFree() {
    demoteAll("a", 10);
    promote("a");
    client.discard("a");

    assertThat(hot()).isEmpty();
    assertThat(cold()).isEmpty();
    assertThatThrownBy(() -> client.get("a")).isInstanceOf(NotFoundException.class);
    put("a", 2);
    assertReads("a", 2);
  }

  @Test
  void aReplacementTakesTheOldCopyFromTheOtherTierWithIt() {
    demoteAll("up", 10);
    put("up", 3, null, IfExists.REPLACE);
    assertThat(hot()).containsExactly("up");
    assertThat(cold()).isEmpty();

    put("up", 70, null, IfExists.REPLACE);
    assertThat(hot()).isEmpty();
    assertReads("up", 70);
  }

  @Test
  void aReplacedObjectKeepsItsPinInAnyTier() {
    put("a", 10);
    client.pin("a");
    put("a", 70, null, IfExists.REPLACE);
    assertThat(client.stat("a").pinned()).isTrue();
    put("a", 5, null, IfExists.REPLACE);
    assertThat(client.stat("a").pinned()).isTrue();
    assertThat(hot()).containsExactly("a");
    client.unpin("a");
    assertThat(client.stats().pinnedBytes()).isZero();
  }

  @Test
  void aWriteLeaseOnAnOldVersionDoesNothingToTheNewOne() {
    demoteAll("a", 10);
    try (Session session = peer.openSession(Caller.thisProcess())) {
      Grant old = session.acquire(AcquireRequest.write(new ObjectId("a")));
      old.extent().close();
      put("a", 3, null, IfExists.REPLACE);
      session.discard(old.lease().id());
    }
    assertReads("a", 3);
  }

  @Test
  void anObjectTtlGoesOnInTheOtherTier() {
    try (ObjectWriter writer = client
        .create(AcquireRequest.create(new ObjectId("mortal"), List.of(10 * PAGE)).withObjectTtl(MINUTE))) {
      writer.seal();
    }
    time.advance(Duration.ofSeconds(20));
    demoteAll();
    assertThat(cold()).containsExactly("mortal");
    assertThat(client.stat("mortal").remaining()).isEqualTo(Duration.ofSeconds(40));
    promote("mortal");
    time.advance(Duration.ofSeconds(40));

    assertThatThrownBy(() -> client.get("mortal")).isInstanceOf(NotFoundException.class);
    assertThatThrownBy(() -> client.stat("mortal")).isInstanceOf(NotFoundException.class);
  }

  @Test
  void aLeaseInTheHotTierProtectsItsGroupInTheColdOne() {
    put("g/old", 10, "g", IfExists.FAIL);
    demoteAll();
    put("g/new", 10, "g", IfExists.FAIL);
    try (LeasedObject _ = client.get("g/new")) {
      assertThat(client.stats().leases()).isEqualTo(1);
      assertThat(client.stats().leasedBytes()).isEqualTo(10 * PAGE);
      assertThat(client.stat("g/old").leases()).isZero();
      put("x", 120);
      put("y", 120);
      put("z", 120);
      assertThat(cold()).containsExactly("g/old", "y", "z");
    }
    put("v", 120);
    put("w", 130);
    assertThat(cold()).doesNotContain("g/old");
  }

  @Test
  void whatIsLeftOfAnEvictedGroupFollowsIt() {
    put("g/old", 10, "g", IfExists.FAIL);
    demoteAll();
    put("g/new", 10, "g", IfExists.FAIL);
    put("h/new", 10, "h", IfExists.FAIL);
    assertThat(hot()).contains("g/new", "h/new");
    evictAllOfCold();

    assertThat(hot()).contains("h/new").doesNotContain("g/new");
    assertThat(client.list("g/")).isEmpty();
  }

  @Test
  void whatJoinsAGroupAfterAnEvictionStays() {
    put("g/old", 10, "g", IfExists.FAIL);
    demoteAll();
    evictAllOfCold();
    put("g/new", 10, "g", IfExists.FAIL);
    peer.runChores();
    peer.runChores();

    assertThat(hot()).contains("g/new");
  }

  @Test
  void aGroupWhoseMembersAreAllInTheHotTierTooLosesNothing() {
    put("g/1", 10, "g", IfExists.FAIL);
    demoteAll();
    promote("g/1");
    evictAllOfCold();
    peer.runChores();

    assertThat(hot()).contains("g/1");
  }

  @Test
  void anObjectOnItsWayInMakesNoRoomOutOfItsOwnGroup() {
    for (int i = 1; i <= 25; i++) {
      put("part-" + i, 10, "table", IfExists.FAIL);
    }
    put("x1", 30);
    put("x2", 30); // now the cold tier is full of the table, and the hot one of others
    assertThatThrownBy(() -> put("part-26", 10, "table", IfExists.FAIL)).isInstanceOf(CapacityExceededException.class);
    for (int i = 1; i <= 25; i++) {
      assertReads("part-" + i, 10);
    }
    put("x3", 10); // of no table: it may
    assertThat(cold()).doesNotContain("part-1");
  }

  @Test
  void aPinInTheHotTierProtectsItsGroupInTheColdOne() {
    put("g/old", 10, "g", IfExists.FAIL);
    demoteAll();
    put("g/new", 10, "g", IfExists.FAIL);
    client.pin("g/new");
    put("x", 200);
    put("y", 200);
    assertThat(cold()).containsExactly("g/old", "y");
    client.unpin("g/new");
    put("z", 250);
    assertThat(cold()).containsExactly("z");
  }

  // ---- what survives

  @Test
  void flushedAndDemotedObjectsSurviveAndOthersDoNot(@TempDir Path folder) {
    close();
    PeerKind memory = PeerKind.over(_ -> new MemfdBlobStore());
    open(memory, new FileKind(), folder, TieringPolicy.DEFAULT);
    put("flushed", 3);
    client.pin("flushed");
    peer.flush();
    assertThat(hot()).containsExactly("flushed");
    put("lost", 3);
    close();
    open(memory, new FileKind(), folder, TieringPolicy.DEFAULT.withOnClose(OnClose.DEMOTE));
    assertThat(client.list("").map(status -> status.object().id().value())).containsExactly("flushed");
    assertReads("flushed", 3);
    put("kept", 4);
    put("flushed", 5, null, IfExists.REPLACE);
    close();
    open(memory, new FileKind(), folder, TieringPolicy.DEFAULT);

    assertReads("kept", 4);
    assertReads("flushed", 5);
    assertThat(client.stats().objects()).isEqualTo(2);
  }

  @Test
  void ofTwoVersionsInTwoPersistentTiersTheHotOneIsRight(@TempDir Path folder) {
    close();
    for (String tier : List.of("hot", "cold")) {
      try (var alone = new FileKind().start(folder.resolve(tier), COLD, time).peer();
          PackiceClient direct = Packice.connect(alone);
          ObjectWriter writer = direct.create("twice", tier.equals("hot") ? PAGE : 2 * PAGE)) {
        writer.blob(0).segment().fill((byte) 1);
        writer.seal();
      }
    }
    open(new FileKind(), new FileKind(), folder, TieringPolicy.DEFAULT);

    assertReads("twice", 1);
    assertThat(cold()).isEmpty();
  }

  // ---- who reads as of before

  private LeasedObject getAsOf(String id, LeasedObject holder) {
    return client.get(AcquireRequest.read(new ObjectId(id)).withAsOf(holder.asOf()));
  }

  private static Path onlyFileOf(Path folder, long bytes) throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      return all.filter(file -> Files.isRegularFile(file) && file.toFile().length() == bytes).findFirst().orElseThrow();
    }
  }

  /** What is kept for its readers is not opened for that, so nothing can be in its way. */
  @Test
  void aSealKeepsWhatItReplacesForItsReadersWithoutTouchingIt(@TempDir Path folder) throws IOException {
    close();
    open(new FileKind(), new FileKind(), folder, TieringPolicy.DEFAULT);
    put("t", 1, "t", IfExists.FAIL);
    LeasedObject before = client.get("t");
    put("t/1", 3, "t", IfExists.FAIL);
    LeasedObject after = client.get("t");

    Path bytes = onlyFileOf(folder.resolve("hot"), 3 * PAGE);
    Files.move(bytes, folder.resolve("aside"));
    put("t/1", 2, "t", IfExists.REPLACE);
    Files.move(folder.resolve("aside"), bytes);
    assertReads("t/1", 2);
    assertThatThrownBy(() -> getAsOf("t/1", before)).isInstanceOf(NotFoundException.class);
    try (LeasedObject old = getAsOf("t/1", after)) {
      assertReads(old, 3);
    }
    before.close();
    after.close();
    assertThat(client.stats().zombieBytes()).isZero();
    assertThat(client.stats().leases()).isZero();
  }

  // ---- what it is made of

  private static void put(Peer alone, String id, long bytes) {
    try (PackiceClient direct = Packice.connect(alone); ObjectWriter writer = direct.create(id, bytes)) {
      writer.seal();
    }
  }

  @Test
  void whatTwoPeersHaveIsTakenOverAndTheyAreClosed() {
    MemoryPeer hot = MemoryPeer.create(HOT);
    MemoryPeer cold = MemoryPeer.create(COLD);
    put(hot, "up", PAGE);
    put(cold, "down", PAGE);
    Session before = hot.openSession(Caller.thisProcess());
    Grant draft = before.acquire(AcquireRequest.create(new ObjectId("draft"), List.of(PAGE)));
    draft.extent().close();
    before.pin(new ObjectId("up"));
    try (TieredPeer both = TieredPeer.over(hot, cold); PackiceClient direct = Packice.connect(both);
        MemoryPeer other = MemoryPeer.create(PAGE)) {
      assertThat(direct.list("").map(status -> status.object().id().value())).containsExactly("down", "up");
      assertThat(direct.stat("up").pinned()).isTrue();
      assertThat(both.tiers()).satisfies(tiers -> {
        assertThat(tiers.hot().objects()).isEqualTo(1);
        assertThat(tiers.cold().objects()).isEqualTo(1);
      });
      assertThat(direct.stats().draftBytes()).isZero();
      assertThatIllegalStateException().isThrownBy(before::stats);
      assertThatIllegalStateException().isThrownBy(() -> cold.openSession(Caller.thisProcess()));
      before.release(draft.lease().id());
      before.close();
      hot.close(); // which the tiered peer does not notice
      direct.get("up").close();
      assertThatIllegalArgumentException().isThrownBy(() -> TieredPeer.over(other, both))
          .withMessageContaining("there are two at most");
    }
  }

  // ---- misuse

  @Test
  void aColdTierThatIsTheSmallerOneIsRefusedAndStaysTheCallers() {
    try (MemoryPeer small = MemoryPeer.create(PAGE); MemoryPeer large = MemoryPeer.create(2 * PAGE)) {
      assertThatIllegalArgumentException().isThrownBy(() -> TieredPeer.over(large, small))
          .withMessageContaining("8192 bytes over a cold one of 4096");
      try (PackiceClient direct = Packice.connect(small)) {
        assertThat(direct.stats().sessions()).isEqualTo(1);
      }
    }
  }

  @Test
  void aPeerOfASharedFolderIsRefusedAndStaysTheCallers(@TempDir Path folder) {
    try (MemoryPeer other = MemoryPeer.create(HOT); SharedFileSystemPeer shared =
        SharedFileSystemPeer.open(folder.resolve("shared"), COLD)) {
      assertThatIllegalArgumentException().isThrownBy(() -> TieredPeer.over(other, shared))
          .withMessageContaining("as the cold tier").withMessageContaining("FileSystemPeer");
      assertThatIllegalArgumentException().isThrownBy(() -> TieredPeer.over(shared, other))
          .withMessageContaining("as the hot tier");
      Packice.connect(shared).close();
    }
  }

  @Test
  void aPolicyIsChecked() {
    TieringPolicy policy = TieringPolicy.DEFAULT;
    assertThat(policy).isEqualTo(new TieringPolicy(0.9, 0.7, MINUTE, OnClose.LEAVE));
    assertThatIllegalArgumentException().isThrownBy(() -> policy.withWatermarks(0.5, 0.6));
    assertThatIllegalArgumentException().isThrownBy(() -> policy.withWatermarks(Double.NaN, 0.6));
    assertThatIllegalArgumentException().isThrownBy(() -> policy.withWatermarks(1.1, 0.6));
    assertThatIllegalArgumentException().isThrownBy(() -> policy.withPromotionWindow(Duration.ZERO));
  }

  @Test
  void aClosedPeerIsOfNoUse() {
    peer.close();
    peer.close();

    assertThatIllegalStateException().isThrownBy(() -> peer.openSession(Caller.thisProcess()));
    assertThatIllegalStateException().isThrownBy(peer::tiers);
    assertThatIllegalStateException().isThrownBy(peer::flush);
    assertThatIllegalStateException().isThrownBy(client::stats);
  }
}
