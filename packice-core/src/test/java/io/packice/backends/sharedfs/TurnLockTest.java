package io.packice.backends.sharedfs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.packice.contract.ManualTime;
import io.packice.contract.MemoryDisk;
import io.packice.core.Commons.Turn;
import io.packice.core.ObjectId;
import io.packice.core.StorageException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Turns of several peers, whose listings of the folder may be out of date. */
@Timeout(600)
final class TurnLockTest {
  private static final Duration TIMEOUT = Duration.ofSeconds(40);
  private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(30);

  @TempDir(factory = MemoryDisk.class) Path root;
  private final ManualTime time = new ManualTime();
  private SharedFolder folder;

  @BeforeEach
  void make() {
    folder = SharedFolder.open(root.resolve("shared"));
  }

  private Members member() {
    Members members = new Members(folder, ObjectId.random().value(), time, TIMEOUT);
    members.join();
    folder.agree(1, members.own);
    return members;
  }

  private TurnLock turns(Members members) {
    return new TurnLock(folder, members, PATIENCE_NANOS);
  }

  private static void nothing() {
    // no turn was cut short
  }

  private List<String> files() {
    return SmallFiles.names(folder.turns());
  }

  /** Gives listings in an order, and the true one from then on. */
  private static Function<Path, List<String>> first(List<List<String>> stale) {
    List<List<String>> rest = new ArrayList<>(stale);
    return path -> rest.isEmpty() ? SmallFiles.names(path) : rest.removeFirst();
  }

  private static long take(TurnLock turns) {
    try (Turn _ = turns.take(TurnLockTest::nothing)) {
      return turns.number();
    }
  }

  @Test
  void turnsAreNumberedAndOneFileIsLeft() {
    TurnLock a = turns(member());
    TurnLock b = turns(member());

    assertThat(List.of(take(a), take(b), take(b), take(a))).containsExactly(1L, 2L, 3L, 4L);
    assertThat(files()).containsExactly("4.free");
    try (Turn _ = a.take(TurnLockTest::nothing); Turn _ = a.take(TurnLockTest::nothing)) {
      assertThat(a.isMine()).isTrue();
      assertThat(files()).containsExactly("5");
    }
    assertThat(files()).containsExactly("5.free");
  }

  @Test
  void aTurnThatIsOverIsNotGivenAgainToWhoSeesTheOneBeforeIt() {
    TurnLock a = turns(member());
    take(a);
    List<String> stale = files();
    take(a); // in 2, whose name is free again now
    TurnLock late = new TurnLock(folder, member(), PATIENCE_NANOS, first(List.of(stale, stale)));

    assertThat(take(late)).isEqualTo(3);
    assertThat(files()).containsExactly("3.free");
  }

  @Test
  void whoTakesATurnOutOfAListingThatLacksItsPredecessorRemovesThatNevertheless() {
    TurnLock a = turns(member());
    take(a);
    List<String> stale = files();
    TurnLock b = new TurnLock(folder, member(), PATIENCE_NANOS, first(List.of(stale, List.of())));
    assertThat(take(b)).isEqualTo(2);
    TurnLock late = new TurnLock(folder, member(), PATIENCE_NANOS, first(List.of(stale)));

    assertThat(take(late)).as("the turn of who sees 1.free still").isEqualTo(3);
  }

  @Test
  void aListingWithoutAnyTurnIsLookedAtAgain() {
    take(turns(member()));

    assertThat(take(new TurnLock(folder, member(), PATIENCE_NANOS, first(List.of(List.of(), List.of()))))).isEqualTo(2);
  }

  /** Four peers see the folder as it was at any of their last looks, or as it is; never two have a turn, and no number comes twice. */
  @Test
  void noTurnIsGivenTwiceHoweverOldTheListings() throws Exception {
    long seed = Long.getLong("packice.seed", System.nanoTime());
    SplittableRandom random = new SplittableRandom(seed);
    AtomicInteger inTurn = new AtomicInteger();
    List<Long> numbers = Collections.synchronizedList(new ArrayList<>());
    try (ExecutorService executor = Executors.newCachedThreadPool()) {
      List<Future<?>> peers = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        SplittableRandom own = random.split();
        TurnLock turns = new TurnLock(folder, member(), PATIENCE_NANOS, memory(own));
        peers.add(executor.submit(() -> {
          for (int turn = 0; turn < 150; turn++) {
            try (Turn _ = turns.take(TurnLockTest::nothing)) {
              assertThat(inTurn.incrementAndGet()).as("peers that have a turn").isEqualTo(1);
              numbers.add(turns.number());
              turns.requireHeld();
              inTurn.decrementAndGet();
            }
          }
        }));
      }
      for (Future<?> peer : peers) {
        peer.get();
      }
    } catch (Throwable failure) {
      throw new AssertionError("seed " + seed, failure);
    }
    assertThat(numbers).hasSize(600).doesNotHaveDuplicates().isSorted();
  }

  private static Function<Path, List<String>> memory(SplittableRandom random) {
    List<List<String>> seen = new ArrayList<>();
    return path -> {
      List<String> now = SmallFiles.names(path);
      seen.add(now);
      if (seen.size() > 8) {
        seen.removeFirst();
      }
      return random.nextBoolean() ? now : seen.get(random.nextInt(seen.size()));
    };
  }

  // ---- the dead

  private void letTimePass(Members... awake) {
    for (int look = 0; look < 5; look++) {
      for (Members each : awake) {
        assertThat(each.beatOnce()).isTrue();
        each.known().forEach(each::isDead);
      }
      time.advance(TIMEOUT.dividedBy(4));
    }
  }

  @Test
  void theTurnOfADeadPeerPassesOnAndItNoticesThat() {
    Members silent = member();
    TurnLock itsTurns = turns(silent);
    Members awake = member();
    TurnLock a = turns(awake);
    Turn cutShort = itsTurns.take(TurnLockTest::nothing);
    itsTurns.requireHeld();
    letTimePass(awake);

    assertThat(take(a)).isEqualTo(2);
    assertThatThrownBy(itsTurns::requireHeld).isInstanceOf(StorageException.class).hasMessageContaining("given up");
    cutShort.close();
    assertThat(files()).as("what its end leaves alone").containsExactly("2.free");
  }

  @Test
  void whoWasGivenUpIsToldSoWhenItWantsATurn() {
    Members gone = member();
    gone.leave();

    assertThatThrownBy(() -> take(turns(gone))).isInstanceOf(StorageException.class)
        .hasMessageContaining("other peers have given up").hasMessageContaining("start anew");
    assertThat(files()).containsExactly("0.free");
  }

  @Test
  void whoWaitsTooLongIsToldWhoseTurnItIs() {
    TurnLock a = turns(member());
    TurnLock impatient = new TurnLock(folder, member(), TimeUnit.MILLISECONDS.toNanos(20));
    try (Turn _ = a.take(TurnLockTest::nothing)) {
      assertThatThrownBy(() -> take(impatient)).isInstanceOf(StorageException.class).hasMessageContaining("20 ms")
          .hasMessageContaining("turns/1").hasMessageContaining("hangs");
    }
    assertThat(take(impatient)).isEqualTo(2);
  }

  @Test
  void aTurnWhoseBeginningFailsIsOver() {
    TurnLock a = turns(member());

    assertThatThrownBy(() -> a.take(() -> {
      throw new StorageException("Cannot begin");
    })).hasMessage("Cannot begin");
    assertThat(take(turns(member()))).isEqualTo(2);
  }
}
