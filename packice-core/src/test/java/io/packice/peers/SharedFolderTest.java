package io.packice.peers;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.packice.ObjectWriter;
import io.packice.Packice;
import io.packice.PackiceClient;
import io.packice.backends.file.Verification;
import io.packice.backends.file.Verification.Damage;
import io.packice.contract.LeakCheck;
import io.packice.core.AcquireRequest;
import io.packice.core.AcquireRequest.IfExists;
import io.packice.core.MemberStatus;
import io.packice.core.ObjectId;
import io.packice.core.StorageException;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What can be told of a shared folder: who shares it, and whether its bytes are those that were sealed. */
final class SharedFolderTest {
  private static final long CAPACITY = 1 << 20;

  @TempDir Path folder;

  private SharedFileSystemPeer peer;
  private PackiceClient client;

  @BeforeEach
  void join() {
    peer = SharedFileSystemPeer.open(folder, CAPACITY);
    client = Packice.connect(peer);
  }

  @AfterEach
  void leave() {
    client.close();
    peer.close();
    LeakCheck.assertNothingHeld();
  }

  private void put(String id, String content) {
    AcquireRequest request =
        AcquireRequest.create(new ObjectId(id), List.of((long) content.length())).withIfExists(IfExists.REPLACE);
    try (ObjectWriter writer = client.create(request)) {
      writer.blob(0).segment().copyFrom(MemorySegment.ofArray(content.getBytes(UTF_8)));
      writer.seal();
    }
  }

  private Verification verify() {
    return SharedFileSystemPeer.verify(folder, Verification.Progress.NONE);
  }

  private Path onlyData() throws IOException {
    try (Stream<Path> files = Files.list(folder.resolve("data"))) {
      return files.findFirst().orElseThrow();
    }
  }

  @Test
  void membersAreThoseWhoShareIt() {
    String here = "pid " + ProcessHandle.current().pid() + " on ";
    assertThat(client.stats().members()).singleElement().satisfies(member -> {
      assertThat(member.place()).startsWith(here).doesNotEndWith(" ");
      assertThat(member.silence()).isZero();
    });
    try (SharedFileSystemPeer _ = SharedFileSystemPeer.open(folder, CAPACITY)) {
      assertThat(client.stats().members()).hasSize(2).extracting(MemberStatus::name).isSorted().doesNotHaveDuplicates();
    }
    assertThat(client.stats().members()).hasSize(1);
  }

  @Test
  void aMemberThatSaysNothingIsSilentBeforeItIsGivenUp(@TempDir Path own) throws IOException {
    try (SharedFileSystemPeer watching = SharedFileSystemPeer.open(own, CAPACITY, Duration.ofSeconds(5));
        PackiceClient watcher = Packice.connect(watching)) {
      Path frozen = own.resolve("peers").resolve("0".repeat(32));
      Files.writeString(frozen, "0".repeat(32) + " 0000000000000000"); // as a version before this one wrote it
      LeakCheck.eventually(() -> assertThat(watcher.stats().members()).anySatisfy(member -> {
        assertThat(member.place()).isEqualTo("unknown");
        assertThat(member.silence()).isPositive();
      }));
      LeakCheck.eventually(() -> assertThat(watcher.stats().members()).hasSize(1));
    }
  }

  @Test
  void aPeerThatIsAloneHasNoMembers() {
    try (PackiceClient alone = Packice.connect()) {
      assertThat(alone.stats().members()).isEmpty();
      assertThat(alone.stats().tiers()).isEmpty();
    }
  }

  @Test
  void verificationReadsEveryByteWhilePeersRun() {
    put("one", "x".repeat(1000));
    put("two", "x".repeat(500));
    put("two", "y".repeat(3));
    long[] last = new long[2];
    assertThat(SharedFileSystemPeer.verify(folder, (done, total) -> {
      last[0] = done;
      last[1] = total;
    })).isEqualTo(new Verification(2, 1003, List.of(), 0));
    assertThat(last).containsExactly(1003, 1003);
  }

  @Test
  void verificationFindsOneChangedByte() throws IOException {
    put("changed", "as it was sealed");
    assertThat(onlyData().toFile().setWritable(true)).isTrue();
    Files.writeString(onlyData(), "As it was sealed");
    assertThat(verify().damaged()).singleElement().satisfies(damage -> {
      assertThat(damage.name()).isEqualTo("changed");
      assertThat(damage.what()).contains("blob 0 of 16 bytes has the checksum");
      assertThat(damage.file()).exists();
    });
  }

  @Test
  void verificationFindsWhatIsShorterOrGone() throws IOException {
    put("short", "as it was sealed");
    assertThat(onlyData().toFile().setWritable(true)).isTrue();
    Files.writeString(onlyData(), "as it");
    assertThat(verify().damaged()).extracting(Damage::what).singleElement().asString()
        .contains("5 bytes instead of 16");
    Files.delete(onlyData());
    assertThat(verify().damaged()).extracting(Damage::what).singleElement().asString().contains("is gone");
  }

  @Test
  void verificationFindsAManifestInAnothersPlace() throws IOException {
    put("moved", "as it was sealed");
    try (Stream<Path> manifests = Files.list(folder.resolve("objects"))) {
      Files.move(manifests.findFirst().orElseThrow(), folder.resolve("objects").resolve("0".repeat(40)));
    }
    assertThat(verify().damaged()).singleElement().satisfies(damage -> {
      assertThat(damage.name()).isEqualTo("0".repeat(40));
      assertThat(damage.what()).contains("that of moved");
    });
  }

  @Test
  void onlyASharedFolderCanBeVerified(@TempDir Path other) {
    assertThat(SharedFileSystemPeer.isSharedFolder(folder)).isTrue();
    assertThat(SharedFileSystemPeer.isSharedFolder(other)).isFalse();
    assertThatThrownBy(() -> SharedFileSystemPeer.verify(other, Verification.Progress.NONE))
        .isInstanceOf(StorageException.class).hasMessageContaining("no shared.json");
  }

  @Test
  void aFolderIsSharedOrNot(@TempDir Path own) {
    FileSystemPeer.open(own, CAPACITY).close();
    assertThatThrownBy(() -> SharedFileSystemPeer.open(own, CAPACITY)).isInstanceOf(StorageException.class)
        .hasMessageContaining("to itself");
    assertThatThrownBy(() -> FileSystemPeer.open(folder, CAPACITY)).isInstanceOf(StorageException.class)
        .hasMessageContaining("peers share");
    FileSystemPeer.open(own, CAPACITY).close();
  }
}
