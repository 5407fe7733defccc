package io.packice.peers.tiered;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNoException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.packice.LeasedObject;
import io.packice.ObjectWriter;
import io.packice.Packice;
import io.packice.PackiceClient;
import io.packice.backends.file.FileBlobStore;
import io.packice.backends.memory.InMemoryLeaseStore;
import io.packice.contract.BrokenStore;
import io.packice.contract.LeakCheck;
import io.packice.contract.LogLines;
import io.packice.contract.SmallDisk;
import io.packice.core.AcquireRequest;
import io.packice.core.AcquireRequest.Room;
import io.packice.core.CapacityExceededException;
import io.packice.core.LocalPeer;
import io.packice.core.ObjectId;
import io.packice.core.Peer;
import io.packice.core.PeerOptions;
import io.packice.core.StorageException;
import io.packice.core.TimeSource;
import io.packice.peers.FileSystemPeer;
import io.packice.peers.MemoryPeer;
import io.packice.peers.tiered.TieringPolicy.OnClose;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A tiered peer that promises to keep what only its memory has: what it accepted is there afterwards, or is named. */
@Timeout(300)
final class KeptAtCloseTest {
  private static final int PAGE = 4096;
  private static final int MIB = 1 << 20;
  private static final TieringPolicy KEEP = TieringPolicy.DEFAULT.withOnClose(OnClose.DEMOTE);

  @TempDir Path folder;

  private @Nullable TieredPeer last;

  @AfterEach
  void nothingLeaks() {
    if (last != null) {
      last.close(); // a second time, unless the test has failed
    }
    LeakCheck.assertNothingHeld();
  }

  private TieredPeer over(long hotBytes, Peer cold) {
    return over(hotBytes, cold, KEEP);
  }

  private TieredPeer over(long hotBytes, Peer cold, TieringPolicy policy) {
    last = new TieredPeer(MemoryPeer.create(hotBytes), cold, policy, TimeSource.SYSTEM, TieredPeer.Pace.BY_HAND);
    return last;
  }

  private static Peer files(Path data, long capacityBytes, Consumer<ObjectId> beforeSeal) {
    return new LocalPeer(BrokenStore.of(FileBlobStore.open(data, InstantSource.system()), beforeSeal),
        new InMemoryLeaseStore(TimeSource.SYSTEM), capacityBytes, TimeSource.SYSTEM);
  }

  private static void put(PackiceClient client, String id, int byteSize) {
    try (ObjectWriter writer = client.create(id, byteSize)) {
      writer.blob(0).segment().fill((byte) id.hashCode());
      writer.seal();
    }
  }

  private static List<String> idsOf(PackiceClient client) {
    return client.list("").map(status -> status.object().id().value()).toList();
  }

  /** What a next peer on the files serves; each as it was put. */
  private static List<String> kept(Path data, long capacityBytes) {
    try (Peer next = FileSystemPeer.open(data, capacityBytes); PackiceClient client = Packice.connect(next)) {
      List<String> ids = idsOf(client);
      for (String id : ids) {
        try (LeasedObject object = client.get(id)) {
          byte[] expected = new byte[(int) object.blob(0).byteSize()];
          Arrays.fill(expected, (byte) id.hashCode());
          assertThat(object.blob(0).segment().mismatch(MemorySegment.ofArray(expected))).isEqualTo(-1);
        }
      }
      return ids;
    }
  }

  /** What becomes of one object that has a trouble of its own. */
  static void refuse(String what) {
    switch (what) {
      case "unexpected" -> throw new IllegalStateException("what nobody thought of");
      case "deep" -> throw new StackOverflowError();
      default -> throw new StorageException("Cannot write it: a bad sector; try another one");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"unexpected", "deep", "disk"})
  void oneThatCannotBeMovedKeepsNoOtherFromBeingKeptAndIsNamed(String trouble) {
    try (LogLines log = LogLines.of("io.packice.peer")) {
      TieredPeer peer = over(64 * PAGE, files(folder, 256 * PAGE, id -> {
        if (id.value().equals("bad")) {
          refuse(trouble);
        }
      }));
      try (PackiceClient client = Packice.connect(peer)) {
        for (String id : List.of("a1", "a2", "bad", "c1", "c2")) {
          put(client, id, 2 * PAGE);
        }
      }
      assertThatThrownBy(peer::close).isInstanceOf(StorageException.class)
          .hasMessageStartingWith("Cannot keep 1 object (8192 bytes) that only the hot tier had: bad;");
      assertThat(log.all()).singleElement().asString()
          .startsWith("Cannot keep bad (8192 bytes), which only the hot tier has; it ends with the peer");
    }
    assertThat(kept(folder, 256 * PAGE)).containsExactly("a1", "a2", "c1", "c2");
  }

  @ParameterizedTest
  @ValueSource(strings = {"unexpected", "deep", "disk"})
  void backgroundWorkThatFailsLeavesNoLeaseAndMovesTheOthers(String trouble) {
    try (LogLines _ = LogLines.of("io.packice.peer");
        TieredPeer peer = over(64 * PAGE, files(folder, 256 * PAGE, id -> {
          if (id.value().startsWith("bad")) {
            refuse(trouble);
          }
        }), TieringPolicy.DEFAULT);
        PackiceClient client = Packice.connect(peer)) {
      put(client, "bad", 20 * PAGE);
      put(client, "good", 20 * PAGE);
      put(client, "last", 20 * PAGE);
      peer.runChores();
      assertThat(peer.tiers().demotions()).isEqualTo(1);
      assertThat(peer.tiers().hot()).satisfies(hot -> {
        assertThat(hot.leases()).isZero();
        assertThat(hot.objects()).isEqualTo(2);
      });
      assertThat(peer.tiers().cold()).satisfies(cold -> {
        assertThat(cold.leases()).isZero();
        assertThat(cold.drafts()).isZero();
      });
      assertThat(client.stats().leases()).isZero();
    }
  }

  @Test
  void manyThatCannotBeMovedKeepNoOtherFromBeingMoved() {
    try (LogLines _ = LogLines.of("io.packice.peer");
        TieredPeer peer = over(64 * PAGE, files(folder, 256 * PAGE, id -> {
          if (id.value().startsWith("bad")) {
            refuse("unexpected");
          }
        }), TieringPolicy.DEFAULT);
        PackiceClient client = Packice.connect(peer)) {
      for (int i = 0; i < 20; i++) {
        put(client, "bad" + i, PAGE);
      }
      put(client, "good", 40 * PAGE);
      put(client, "next", 10 * PAGE);
      assertThat(peer.tiers().demotions()).isEqualTo(1);
    }
  }

  @Test
  void aDemotionTakesTheRoomOfItsObjectOnce() throws IOException {
    try (SmallDisk disk = SmallDisk.mount(folder, 8 * MIB)) {
      Path data = disk.root.resolve("data");
      TieredPeer peer = over(8 * MIB, FileSystemPeer.open(data, 64 * MIB));
      try (PackiceClient client = Packice.connect(peer)) {
        put(client, "first", 4 * MIB);
        put(client, "second", 3 * MIB);
      }
      peer.close();
      assertThat(kept(data, 64 * MIB)).containsExactly("first", "second");
    }
  }

  @Test
  void whatTheDiskCouldNotTakeIsRefusedWhenItIsCreated() throws IOException {
    try (SmallDisk disk = SmallDisk.mount(folder, 8 * MIB)) {
      Path data = disk.root.resolve("data");
      TieredPeer peer = over(16 * MIB, FileSystemPeer.open(data, 64 * MIB));
      List<String> accepted = new ArrayList<>();
      try (PackiceClient client = Packice.connect(peer)) {
        assertThatThrownBy(() -> {
          for (int i = 0; i < 10; i++) {
            put(client, "o" + i, 2 * MIB - PAGE);
            accepted.add("o" + i);
          }
        }).isInstanceOf(CapacityExceededException.class)
            .hasMessageContaining("Cannot promise to keep o" + accepted.size() + ": with it ")
            .hasMessageContaining("disk");
        assertThat(accepted).hasSizeBetween(3, 4);
        assertThatThrownBy(() -> writeWithoutSizes(client, "grown", 2 * MIB))
            .isInstanceOf(CapacityExceededException.class)
            .hasMessageContaining("Cannot promise to keep grown: with it ");
        client.discard("o0");
        put(client, "o0", 2 * MIB - PAGE);
        assertThat(client.stats().drafts()).isZero();
      }
      assertThatNoException().isThrownBy(peer::close);
      assertThat(kept(data, 64 * MIB)).containsExactlyInAnyOrderElementsOf(accepted);
    }
  }

  private static void writeWithoutSizes(PackiceClient client, String id, int... byteSizes) throws IOException {
    try (ObjectWriter writer = client.create(AcquireRequest.create(new ObjectId(id), null))) {
      try (WritableByteChannel channel = writer.blob(0).channel()) {
        for (int byteSize : byteSizes) {
          byte[] bytes = new byte[byteSize];
          Arrays.fill(bytes, (byte) id.hashCode());
          channel.write(ByteBuffer.wrap(bytes));
        }
      }
      writer.seal();
    }
  }

  /** Files that evict nothing have room for their capacity, wherever it is by now. */
  @Test
  void whatFilesThatEvictNothingCouldNotTakeIsRefusedWhenItIsCreated() throws IOException {
    TieredPeer peer =
        over(32 * PAGE, FileSystemPeer.open(folder, 64 * PAGE, PeerOptions.DEFAULT.withUsualRoom(Room.FREE)));
    try (PackiceClient client = Packice.connect(peer)) {
      for (int i = 0; i < 6; i++) {
        put(client, "o" + i, 10 * PAGE);
      }
      assertThatThrownBy(() -> put(client, "more", 10 * PAGE)).isInstanceOf(CapacityExceededException.class);
      assertThatThrownBy(() -> put(client, "large", 33 * PAGE)).isInstanceOf(CapacityExceededException.class);
      assertThatThrownBy(() -> writeWithoutSizes(client, "grown", 10 * PAGE))
          .isInstanceOf(CapacityExceededException.class);
      client.discard("o3");
      put(client, "o3", 10 * PAGE - 1);
    }
    assertThatNoException().isThrownBy(peer::close);
    assertThat(kept(folder, 64 * PAGE)).containsExactly("o0", "o1", "o2", "o3", "o4", "o5");
  }

  /** What this process writes counts as it comes. */
  @Test
  void whatGrowsInMemoryTakesItsRoomOnce() throws IOException {
    TieredPeer peer =
        over(32 * PAGE, FileSystemPeer.open(folder, 64 * PAGE, PeerOptions.DEFAULT.withUsualRoom(Room.FREE)));
    try (PackiceClient client = Packice.connect(peer)) {
      put(client, "below", 40 * PAGE); // too large for memory
      writeWithoutSizes(client, "grown", 16 * PAGE);
      assertThat(peer.tiers().hot().objects()).isEqualTo(1);
    }
    assertThatNoException().isThrownBy(peer::close);
    assertThat(kept(folder, 64 * PAGE)).containsExactly("below", "grown");
  }

  @Test
  void whatOutgrowsMemoryTakesItsRoomOnce() throws IOException {
    TieredPeer peer =
        over(32 * PAGE, FileSystemPeer.open(folder, 76 * PAGE, PeerOptions.DEFAULT.withUsualRoom(Room.FREE)));
    try (PackiceClient client = Packice.connect(peer)) {
      put(client, "below", 36 * PAGE); // too large for memory
      put(client, "stays", 20 * PAGE);
      client.pin("stays");
      writeWithoutSizes(client, "grown", 8 * PAGE, 8 * PAGE);
      assertThat(peer.tiers().hot().objects()).isEqualTo(1);
    }
    assertThatNoException().isThrownBy(peer::close);
    assertThat(kept(folder, 76 * PAGE)).containsExactly("below", "grown", "stays");
  }

  /** What is in both tiers has its room already. */
  @Test
  void whatIsInBothTiersTakesNoRoomTwice() {
    TieredPeer peer =
        over(32 * PAGE, FileSystemPeer.open(folder, 64 * PAGE, PeerOptions.DEFAULT.withUsualRoom(Room.FREE)));
    try (PackiceClient client = Packice.connect(peer)) {
      for (int i = 0; i < 3; i++) {
        put(client, "o" + i, 10 * PAGE);
      }
      peer.flush();
      client.list("").forEach(status -> client.pin(status.object().id().value()));
      client.list("").forEach(status -> client.unpin(status.object().id().value()));
      for (int i = 3; i < 6; i++) {
        put(client, "o" + i, 10 * PAGE);
      }
    }
    assertThatNoException().isThrownBy(peer::close);
    assertThat(kept(folder, 64 * PAGE)).hasSize(6);
  }

  /** What comes down last does not evict what came down before it, nor what is in both tiers. */
  @Test
  void whatIsBroughtDownEvictsOnlyWhatTheColdTierAloneHas() {
    TieredPeer peer = over(64 * PAGE, FileSystemPeer.open(folder, 64 * PAGE));
    try (PackiceClient client = Packice.connect(peer)) {
      put(client, "twin", 20 * PAGE);
      peer.flush();
      put(client, "below", 40 * PAGE);
      put(client, "new", 20 * PAGE); // demotes
      put(client, "newer", 20 * PAGE);
      put(client, "newest", 20 * PAGE);
    }
    assertThatNoException().isThrownBy(peer::close);
    assertThat(kept(folder, 64 * PAGE)).contains("new", "newer", "newest");
  }

  @Test
  void whatADiskThatIsFilledMeanwhileCannotTakeIsNamed() throws IOException {
    try (SmallDisk disk = SmallDisk.mount(folder, 8 * MIB); LogLines log = LogLines.of("io.packice.peer")) {
      Path data = disk.root.resolve("data");
      TieredPeer peer = over(8 * MIB, FileSystemPeer.open(data, 64 * MIB));
      try (PackiceClient client = Packice.connect(peer)) {
        put(client, "flushed", MIB);
        peer.flush();
        put(client, "one", MIB);
        put(client, "two", MIB);
        ObjectWriter last = client.create("last", MIB);
        disk.fill();
        assertThatThrownBy(last::seal).isInstanceOf(CapacityExceededException.class)
            .hasMessageContaining("Cannot promise to keep last: with it ");
        last.close();
        assertThatThrownBy(() -> put(client, "three", MIB)).isInstanceOf(CapacityExceededException.class);
      }
      assertThatThrownBy(peer::close).isInstanceOf(StorageException.class)
          .hasMessageContaining("Cannot keep 2 objects (2097152 bytes) that only the hot tier had: one, two;");
      assertThat(log.all()).filteredOn(line -> line.startsWith("Cannot keep ")).hasSize(2)
          .allMatch(line -> line.contains("ENOSPC"));
      disk.empty();
      assertThat(kept(data, 64 * MIB)).containsExactly("flushed");
    }
  }
}
