package io.packice.peers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.packice.LeasedObject;
import io.packice.ObjectWriter;
import io.packice.Packice;
import io.packice.PackiceClient;
import io.packice.backends.file.Verification;
import io.packice.contract.FileTree;
import io.packice.contract.LeakCheck;
import io.packice.core.AcquireRequest;
import io.packice.core.AcquireRequest.IfExists;
import io.packice.core.CapacityExceededException;
import io.packice.core.Metadata;
import io.packice.core.ObjectId;
import io.packice.core.Peer;
import io.packice.peers.tiered.TieredPeer;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * For each kind of peer that keeps objects in files: a disk smaller than the peer's capacity, which somebody has filled: a file system in memory of a few megabytes, which takes root to mount.
 * The writer is refused, readers notice nothing, nothing is lost.
 */
@Timeout(600)
@ParameterizedClass
@EnumSource(FullDiskTest.Kind.class)
final class FullDiskTest {
  /** A peer with files on the disk. */
  enum Kind {
    FILES {
      @Override
      Peer open(Path data) {
        return FileSystemPeer.open(data, CAPACITY);
      }

      @Override
      Verification verify(Path data) {
        return FileSystemPeer.verify(data, Verification.Progress.NONE);
      }
    },
    SHARED_FOLDER {
      @Override
      Peer open(Path data) {
        return SharedFileSystemPeer.open(data, CAPACITY);
      }

      @Override
      Verification verify(Path data) {
        return SharedFileSystemPeer.verify(data, Verification.Progress.NONE);
      }
    },
    /** Its hot tier has room for two of the test's objects. */
    MEMORY_OVER_FILES {
      @Override
      Peer open(Path data) {
        return TieredPeer.over(MemoryPeer.create(2 * KEPT_BYTES), FILES.open(data));
      }

      @Override
      Verification verify(Path data) {
        return FILES.verify(data);
      }

      @Override
      void keep(Peer peer) {
        ((TieredPeer) peer).flush();
      }

      @Override
      int objectsInMemory() {
        return 2;
      }
    };

    abstract Peer open(Path data);

    abstract Verification verify(Path data);

    /** Sees to it that what is sealed survives. */
    void keep(Peer peer) {
      // it does
    }

    /** How many of the test's objects need no disk. */
    int objectsInMemory() {
      return 0;
    }
  }

  private static final long CAPACITY = 1L << 30;
  private static final int DISK_BYTES = 8 << 20;
  private static final int KEPT_BYTES = 1 << 20;
  private static final int PAGE = 4096;

  @Parameter Kind kind;
  private Path disk;
  private Path data;
  private boolean mounted;
  private Peer peer;
  private PackiceClient client;

  private static boolean run(String... command) throws Exception {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    process.getOutputStream().close();
    process.getInputStream().readAllBytes();
    return process.waitFor(2, TimeUnit.MINUTES) && process.exitValue() == 0;
  }

  @BeforeEach
  void start(@TempDir Path folder) throws Exception {
    disk = Files.createDirectory(folder.resolve("packice:disk")); // LeakCheck's mark
    mounted = run("mount", "-t", "tmpfs", "-o", "size=" + DISK_BYTES, "packice-test", disk.toString());
    assumeThat(mounted).as("only root may mount a file system that can be filled").isTrue();
    data = disk.resolve("data");
    restart();
    putRandom("kept", KEPT_BYTES, IfExists.FAIL);
    kind.keep(peer);
  }

  private void restart() {
    if (peer != null) {
      client.close();
      peer.close();
    }
    peer = kind.open(data);
    client = Packice.connect(peer);
  }

  @AfterEach
  void stop() throws Exception {
    if (peer != null) {
      client.close();
      peer.close();
      LeakCheck.assertNothingHeld();
    }
    if (mounted) {
      assertThat(run("umount", disk.toString())).as("umount").isTrue();
    }
  }

  private void putRandom(String id, int byteSize, IfExists ifExists) {
    AcquireRequest request =
        AcquireRequest.create(new ObjectId(id), List.of((long) byteSize)).withIfExists(ifExists);
    try (ObjectWriter writer = client.create(request)) {
      writer.blob(0).segment().copyFrom(MemorySegment.ofArray(random(byteSize)));
      writer.seal();
    }
  }

  private static byte[] random(int byteSize) {
    byte[] bytes = new byte[byteSize];
    new SplittableRandom(byteSize).nextBytes(bytes);
    return bytes;
  }

  private static void assertUnchanged(LeasedObject object) {
    assertThat(object.blob(0).segment().toArray(ValueLayout.JAVA_BYTE)).isEqualTo(random(KEPT_BYTES));
  }

  private void assertNothingLost() {
    try (LeasedObject kept = client.get("kept")) {
      assertUnchanged(kept);
    }
    assertNoDraft();
    restart();
    try (LeasedObject kept = client.get("kept")) {
      assertUnchanged(kept);
    }
    assertThat(client.stats().quarantined()).isZero();
    assertThat(kind.verify(data).damaged()).isEmpty();
  }

  /** At some moment soon: a tiered peer goes on trying to demote what is in memory, and each try makes a draft and removes it. */
  private void assertNoDraft() {
    LeakCheck.eventually(() -> assertThat(client.stats().drafts()).isZero());
    LeakCheck.eventually(this::assertNoDraftOnDiskNow);
  }

  private void assertNoDraftOnDiskNow() {
    if (kind == Kind.SHARED_FOLDER) {
      assertThat(data.resolve("claims")).isEmptyDirectory();
      assertThat(data.resolve("tmp")).isEmptyDirectory();
      assertThat(data.resolve("data")).isDirectoryNotContaining("glob:**.draft*");
    } else {
      assertThat(FileTree.files(data.resolve("objects")).stream().filter(FullDiskTest::isWritable))
          .as("files that are not sealed").isEmpty();
    }
  }

  /** Of root, too. */
  private static boolean isWritable(Path file) {
    try {
      return Files.getPosixFilePermissions(file).contains(PosixFilePermission.OWNER_WRITE);
    } catch (IOException goneMeanwhile) {
      return false;
    }
  }

  @Test
  void whoCreatesMoreThanTheDiskHasIsRefusedAndReadersReadOn() {
    try (LeasedObject reader = client.get("kept")) {
      assertThatThrownBy(() -> {
        for (int i = 0; i < 20; i++) {
          putRandom("more-" + i, KEPT_BYTES - 1, IfExists.FAIL);
        }
      }).isInstanceOf(CapacityExceededException.class).hasMessageContaining("ENOSPC").hasMessageContaining("disk");
      assertUnchanged(reader);
    }
    assertThat(client.list("more-").count()).isBetween(4L, 7L + kind.objectsInMemory());
    assertNothingLost();
    client.discard("more-0");
    putRandom("again", KEPT_BYTES - PAGE, IfExists.FAIL);
  }

  @Test
  void aDraftThatGrowsPastTheDiskIsRefusedAndGoesWithItsWriter() throws IOException {
    try (ObjectWriter writer = client.create(AcquireRequest.create(new ObjectId("grows"), null));
        WritableByteChannel channel = writer.blob(0).channel()) {
      assertThatThrownBy(() -> {
        for (int i = 0; i < 20; i++) {
          channel.write(ByteBuffer.wrap(random(KEPT_BYTES)));
        }
        writer.seal(); // what is in memory so far would have to go to the disk now
      }).isInstanceOf(CapacityExceededException.class).hasMessageContaining("ENOSPC");
    }
    assertNothingLost();
  }

  /** What is said of it takes more than the disk set aside for that has left. */
  @Test
  void aSealThatFindsNoRoomForItsManifestLeavesTheDraftAndWhatItReplaces() throws IOException {
    putRandom("victim", KEPT_BYTES - 1, IfExists.FAIL);
    AcquireRequest replacement =
        AcquireRequest.create(new ObjectId("kept"), List.of((long) PAGE)).withIfExists(IfExists.REPLACE)
            .withMeta(Metadata.of(Map.of("text", "x".repeat(60_000))));
    try (ObjectWriter writer = client.create(replacement)) {
      Path filler = Files.write(disk.resolve("filler"), new byte[0]);
      fill(filler);
      if (kind.objectsInMemory() == 0) {
        assertThatThrownBy(writer::seal).isInstanceOf(CapacityExceededException.class).hasMessageContaining("ENOSPC");
        try (LeasedObject kept = client.get("kept")) {
          assertUnchanged(kept);
        }
        client.discard("victim");
      }
      writer.blob(0).segment().fill((byte) 7);
      writer.seal();
    }
    try (LeasedObject kept = client.get("kept")) {
      assertThat(kept.blob(0).segment().toArray(ValueLayout.JAVA_BYTE)).hasSize(PAGE).containsOnly(7);
    }
    assertNoDraft();
  }

  /** Takes every byte that is left. */
  private static void fill(Path filler) {
    assertThatThrownBy(() -> {
      try (var out = Files.newOutputStream(filler)) {
        for (int i = 0; i <= DISK_BYTES / PAGE; i++) {
          out.write(new byte[PAGE]);
        }
      }
    }).isInstanceOf(IOException.class);
  }
}
