package io.packice.backends.sharedfs;

import static org.assertj.core.api.Assertions.assertThat;

import io.packice.backends.memory.InMemoryLeaseStore;
import io.packice.contract.ManualTime;
import io.packice.contract.MemoryDisk;
import io.packice.core.LocalPeer;
import io.packice.core.ObjectId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who is thought to be alive, whatever one sees of the others' hearts and however seldom one looks. */
final class MembersTest {
  private static final Duration TIMEOUT = Duration.ofSeconds(40);
  private static final Duration QUARTER = TIMEOUT.dividedBy(4);

  @TempDir(factory = MemoryDisk.class) Path root;
  private final ManualTime time = new ManualTime();
  private SharedFolder folder;
  private Members observer;
  private Members other;

  @BeforeEach
  void join() {
    folder = SharedFolder.open(root.resolve("packice:shared"));
    observer = member();
    other = member();
  }

  private Members member() {
    Members members = new Members(folder, ObjectId.random().value(), time, TIMEOUT);
    members.join();
    return members;
  }

  private boolean isDeadAfter(Duration pause) {
    time.advance(pause);
    return observer.isDead(other.own);
  }

  @Test
  void whoBeatsIsAliveForever() {
    for (int i = 0; i < 100; i++) {
      assertThat(other.beatOnce()).isTrue();
      assertThat(isDeadAfter(QUARTER)).isFalse();
    }
  }

  @Test
  void whoIsSeenSilentForTheTimeoutIsDeadAndNotEarlier() {
    assertThat(isDeadAfter(Duration.ZERO)).isFalse();
    for (int i = 0; i < 3; i++) {
      assertThat(isDeadAfter(QUARTER)).isFalse();
    }
    assertThat(isDeadAfter(QUARTER.minusNanos(1))).isFalse();
    assertThat(isDeadAfter(Duration.ofNanos(1))).isTrue();
  }

  @Test
  void timeInWhichNobodyLookedCountsForAQuarterOfTheTimeout() {
    assertThat(isDeadAfter(Duration.ZERO)).isFalse();
    for (int i = 0; i < 3; i++) {
      assertThat(isDeadAfter(Duration.ofDays(1))).isFalse();
    }
    assertThat(isDeadAfter(Duration.ofDays(1))).isTrue();
  }

  @Test
  void aBeatThatIsSeenLateOrAgainIsASignOfLife() throws IOException {
    Path heart = folder.peer(other.own);
    String stale = Files.readString(heart);
    assertThat(other.beatOnce()).isTrue();
    assertThat(isDeadAfter(Duration.ZERO)).isFalse();
    for (int i = 0; i < 3; i++) {
      assertThat(isDeadAfter(QUARTER)).isFalse();
    }
    Files.writeString(heart, stale); // as a cache may show it
    assertThat(isDeadAfter(QUARTER)).isFalse();
    Files.writeString(heart, ""); // as who reads while it is written may see it
    assertThat(isDeadAfter(QUARTER)).isFalse();
  }

  @Test
  void whoseHeartIsGoneIsDeadAtOnceAndKnowsIt() {
    assertThat(observer.isDead(other.own)).isFalse();
    other.leave();
    assertThat(observer.isDead(other.own)).isTrue();
    assertThat(other.beatOnce()).as("a beat of who was given up").isFalse();
    assertThat(observer.known()).containsExactly(observer.own);
  }

  @Test
  void nobodyThinksThatItIsDeadItself() {
    observer.leave();
    assertThat(observer.isDead(observer.own)).isFalse();
  }

  /** What is in tmp/ goes with its peer: also what one leaves that dies while it makes the folder; not what one has that just begins. */
  @Test
  void whatTheDeadWereWritingIsRemovedAndWhatTheLivingWriteIsNot() throws IOException {
    String dead = ObjectId.random().value();
    Files.createDirectory(folder.tmp(dead + "-turns"));
    Files.createFile(folder.tmp(dead + "-turns").resolve("0.free"));
    Files.writeString(folder.tmp(dead + "-settings"), "{");
    Path living = Files.writeString(folder.tmp(other.own + "-settings"), "{");

    SharedFileBlobStore store = SharedFileBlobStore.open(folder.root(), 4096, time, time, TIMEOUT,
        SharedFileBlobStore.Pace.BY_HAND);
    try (LocalPeer _ = new LocalPeer(store, new InMemoryLeaseStore(time), 4096, time)) {
      assertThat(SmallFiles.names(folder.tmp())).containsExactly(living.getFileName().toString());
    }
  }
}
