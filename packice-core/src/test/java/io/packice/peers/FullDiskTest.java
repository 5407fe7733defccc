package io.packice.peers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.packice.LeasedObject;
import io.packice.ObjectWriter;
import io.packice.Packice;
import io.packice.PackiceClient;
import io.packice.backends.file.Verification;
import io.packice.contract.LeakCheck;
import io.packice.core.AcquireRequest;
import io.packice.core.AcquireRequest.IfExists;
import io.packice.core.CapacityExceededException;
import io.packice.core.ObjectId;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A disk smaller than the peer's capacity, which somebody has filled: a file system in memory of a few megabytes, which takes root to mount.
 * The writer is refused, readers notice nothing, nothing is lost.
 */
@Timeout(60)
final class FullDiskTest {
  private static final int DISK_BYTES = 8 << 20;
  private static final int KEPT_BYTES = 1 << 20;
  private static final int PAGE = 4096;

  private Path disk;
  private Path data;
  private boolean mounted;
  private FileSystemPeer peer;
  private PackiceClient client;

  private static boolean run(String... command) throws Exception {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    process.getOutputStream().close();
    process.getInputStream().readAllBytes();
    return process.waitFor(20, TimeUnit.SECONDS) && process.exitValue() == 0;
  }

  @BeforeEach
  void start(@TempDir Path folder) throws Exception {
    disk = Files.createDirectory(folder.resolve("packice:disk")); // LeakCheck's mark
    mounted = run("mount", "-t", "tmpfs", "-o", "size=" + DISK_BYTES, "packice-test", disk.toString());
    assumeThat(mounted).as("only root may mount a file system that can be filled").isTrue();
    data = disk.resolve("data");
    restart();
    putRandom("kept", KEPT_BYTES, IfExists.FAIL);
  }

  private void restart() {
    if (peer != null) {
      client.close();
      peer.close();
    }
    peer = FileSystemPeer.open(data, 1L << 30);
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
    assertThat(client.stats().drafts()).isZero();
    assertThat(data.resolve("drafts")).isEmptyDirectory();
    restart();
    try (LeasedObject kept = client.get("kept")) {
      assertUnchanged(kept);
    }
    assertThat(client.stats().quarantined()).isZero();
    assertThat(FileSystemPeer.verify(data, Verification.Progress.NONE).damaged()).isEmpty();
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
    assertThat(client.list("more-").count()).isBetween(4L, 7L);
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
      }).isInstanceOf(CapacityExceededException.class).hasMessageContaining("ENOSPC");
    }
    assertNothingLost();
  }

  @Test
  void aSealThatFindsNoRoomForItsManifestLeavesTheDraftAndWhatItReplaces() throws IOException {
    putRandom("victim", KEPT_BYTES - 1, IfExists.FAIL);
    AcquireRequest replacement =
        AcquireRequest.create(new ObjectId("kept"), List.of((long) PAGE)).withIfExists(IfExists.REPLACE);
    try (ObjectWriter writer = client.create(replacement)) {
      Path filler = Files.write(disk.resolve("filler"), new byte[0]);
      fill(filler);
      assertThatThrownBy(writer::seal).isInstanceOf(CapacityExceededException.class).hasMessageContaining("ENOSPC");
      try (LeasedObject kept = client.get("kept")) {
        assertUnchanged(kept);
      }
      client.discard("victim");
      writer.blob(0).segment().fill((byte) 7);
      writer.seal();
    }
    try (LeasedObject kept = client.get("kept")) {
      assertThat(kept.blob(0).segment().toArray(ValueLayout.JAVA_BYTE)).hasSize(PAGE).containsOnly(7);
    }
    assertThat(data.resolve("drafts")).isEmptyDirectory();
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
