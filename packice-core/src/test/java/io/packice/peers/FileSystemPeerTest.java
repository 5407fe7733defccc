package io.packice.peers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.packice.LeasedObject;
import io.packice.ObjectWriter;
import io.packice.Packice;
import io.packice.PackiceClient;
import io.packice.backends.file.FileBlobStore;
import io.packice.backends.file.Verification;
import io.packice.backends.memory.InMemoryLeaseStore;
import io.packice.contract.LeakCheck;
import io.packice.contract.ManualTime;
import io.packice.contract.MemoryDisk;
import io.packice.core.AcquireRequest;
import io.packice.core.AcquireRequest.IfExists;
import io.packice.core.LocalPeer;
import io.packice.core.NotFoundException;
import io.packice.core.ObjectId;
import io.packice.core.StorageException;
import io.packice.process.Child;
import io.packice.process.FilePeerMain;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What outlives a peer over files, and what does not. */
@Timeout(600)
final class FileSystemPeerTest {
  private static final long CAPACITY = 1 << 20;

  private Path folder;

  @BeforeEach
  void name(@TempDir(factory = MemoryDisk.class) Path scratch) {
    folder = scratch.resolve("packice:data"); // LeakCheck's mark
  }

  @AfterEach
  void nothingIsHeld() {
    LeakCheck.assertNothingHeld();
  }

  private static void put(PackiceClient client, String id, int value) {
    AcquireRequest request =
        AcquireRequest.create(new ObjectId(id), List.of(1L)).withIfExists(IfExists.REPLACE);
    try (ObjectWriter writer = client.create(request)) {
      writer.blob(0).segment().set(ValueLayout.JAVA_BYTE, 0, (byte) value);
      writer.seal();
    }
  }

  private static int read(PackiceClient client, String id) {
    try (LeasedObject object = client.get(id)) {
      return object.blob(0).segment().get(ValueLayout.JAVA_BYTE, 0);
    }
  }

  @Test
  void sealedObjectsOutliveTheirPeerAndNothingElseDoes() {
    ObjectWriter draft;
    try (FileSystemPeer peer = FileSystemPeer.open(folder, CAPACITY); PackiceClient client = Packice.connect(peer)) {
      put(client, "sealed", 1);
      put(client, "replaced", 1);
      put(client, "discarded", 1);
      client.pin("sealed");
      try (LeasedObject _ = client.get("replaced"); LeasedObject _ = client.get("discarded")) {
        put(client, "replaced", 2);
        client.discard("discarded");
        draft = client.create("draft", 10);
      }
    }
    draft.close();
    try (FileSystemPeer peer = FileSystemPeer.open(folder, CAPACITY); PackiceClient client = Packice.connect(peer)) {
      assertThat(client.list("").map(status -> status.object().id() + (status.pinned() ? " pinned" : "")))
          .containsExactly("replaced", "sealed");
      assertThat(read(client, "replaced")).isEqualTo(2);
      assertThat(client.stats().liveBytes()).isEqualTo(2 * 4096);
      assertThat(client.stats().leases()).isZero();
    }
    assertThat(FileSystemPeer.verify(folder, Verification.Progress.NONE).objects()).isEqualTo(2);
  }

  @Test
  void anObjectsTtlGoesOnWhileNoPeerRuns() {
    ManualTime time = new ManualTime();
    try (LocalPeer peer = peer(time); PackiceClient client = Packice.connect(peer)) {
      for (int minutes : List.of(5, 20)) {
        AcquireRequest request = AcquireRequest.create(new ObjectId("for " + minutes), List.of(1L))
            .withObjectTtl(Duration.ofMinutes(minutes));
        try (ObjectWriter writer = client.create(request)) {
          writer.seal();
        }
      }
    }
    time.advance(Duration.ofMinutes(7));
    try (LocalPeer peer = peer(time); PackiceClient client = Packice.connect(peer)) {
      assertThatThrownBy(() -> client.get("for 5")).isInstanceOf(NotFoundException.class);
      assertThat(client.stat("for 20").remaining()).isEqualTo(Duration.ofMinutes(13));
      assertThat(client.stat("for 20").age()).isEqualTo(Duration.ofMinutes(7));
      assertThat(client.stat("for 20").object().ttl()).isEqualTo(Duration.ofMinutes(20));
    }
  }

  private LocalPeer peer(ManualTime time) {
    return new LocalPeer(FileBlobStore.open(folder, time), new InMemoryLeaseStore(time), CAPACITY, time);
  }

  @Test
  void aPeerThatIsTooSmallForWhatIsSealedIsRefusedAndTakesNothing() {
    try (FileSystemPeer peer = FileSystemPeer.open(folder, CAPACITY); PackiceClient client = Packice.connect(peer)) {
      put(client, "a", 1);
      put(client, "b", 2);
    }
    assertThatIllegalArgumentException().isThrownBy(() -> FileSystemPeer.open(folder, 4096))
        .withMessageContaining("8192 are sealed");
    assertThatIllegalArgumentException().isThrownBy(() -> FileSystemPeer.open(folder, 0));
    try (FileSystemPeer peer = FileSystemPeer.open(folder); PackiceClient client = Packice.connect(peer)) {
      assertThat(read(client, "b")).isEqualTo(2);
      assertThat(client.stats().capacityBytes()).isEqualTo(FileSystemPeer.defaultCapacityBytes(folder.resolve("no")));
    }
  }

  @Test
  void aFolderThatAnotherProcessServesIsRefusedAndTheMessageNamesIt() throws IOException {
    try (Child other = new Child(FilePeerMain.class, folder.resolveSibling("p.sock"), folder, CAPACITY)) {
      assertThat(other.line()).startsWith("listening");
      assertThatThrownBy(() -> FileSystemPeer.open(folder, CAPACITY)).isInstanceOf(StorageException.class)
          .hasMessageContaining("it is served by process " + other.pid());
    }
    FileSystemPeer.open(folder, CAPACITY).close();
  }

  @Test
  void whatOnlyAReaderKeptIsGoneAfterAKill() throws Exception {
    Path socket = folder.resolveSibling("p.sock");
    try (Child child = new Child(FilePeerMain.class, socket, folder, CAPACITY)) {
      assertThat(child.line()).startsWith("listening");
      try (PackiceClient client = Packice.connect(socket)) {
        for (String id : List.of("table", "discarded", "replaced", "replaced")) {
          AcquireRequest request = AcquireRequest.create(new ObjectId(id), List.of(1L)).withGroup("table")
              .withIfExists(IfExists.REPLACE);
          try (ObjectWriter writer = client.create(request)) {
            writer.seal();
          }
        }
        try (LeasedObject holder = client.get("table")) {
          try (ObjectWriter writer = client.create(AcquireRequest.create(new ObjectId("replaced"), List.of(2L))
              .withGroup("table").withIfExists(IfExists.REPLACE))) {
            client.seal(List.of(), List.of(writer), List.of("discarded"));
          }
          // What a writer still had of the first "replaced" goes with its lease, which is given back in the background
          LeakCheck.eventually(() -> assertThat(client.stats().zombieBytes()).isEqualTo(2 * 4096));
          client.get(AcquireRequest.read(new ObjectId("discarded")).withAsOf(holder.asOf())).close();
          child.kill();
        }
      }
    }
    try (FileSystemPeer peer = FileSystemPeer.open(folder, CAPACITY); PackiceClient client = Packice.connect(peer)) {
      assertThat(client.list("")).extracting(status -> status.object().id().value())
          .containsExactly("replaced", "table");
      assertThat(client.stat("replaced").object().byteSize()).isEqualTo(2);
      assertThat(client.stats().liveBytes()).isEqualTo(2 * 4096);
      LeakCheck.eventually(() -> assertThat(dataFiles()).hasSize(2)); // the others are removed while the peer serves already
    }
  }

  /** By their names alone: a walk fails at a file that is removed meanwhile. */
  private List<Path> dataFiles() {
    try (Stream<Path> files = Files.list(folder.resolve("objects/000000000000"))) {
      return files.filter(file -> file.toString().endsWith(".data")).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
