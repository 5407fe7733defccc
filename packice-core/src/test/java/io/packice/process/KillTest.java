package io.packice.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.packice.LeasedObject;
import io.packice.Packice;
import io.packice.PackiceClient;
import io.packice.contract.LeakCheck;
import io.packice.contract.MemoryDisk;
import io.packice.core.PeerStats;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Persistent peers are killed at random moments, under load and while they start. Afterwards every object that was acknowledged as sealed is
 * there as it was, every one that was acknowledged as discarded is not, what was under way is either, and no draft is left. Where several
 * peers share a folder, those that were not killed go on serving, and all see the same. The seed is printed; it repeats the requests, not the
 * moments.
 */
public abstract class KillTest {
  private static final int KILLS = 12;
  private static final int NIGHTLY_KILLS = 300;
  private static final int NIGHTLY_KILLS_ON_A_DISK = 30;
  private static final int WRITERS = 3;
  private static final int MAX_OPERATIONS = 80;
  private static final int OPERATIONS_OF_SURVIVORS = 3;
  private static final long MAX_START_NANOS = 700_000_000L;

  private final List<KillTestWriter> writers = new ArrayList<>();
  private final Map<Integer, Child> alive = new TreeMap<>();
  private SplittableRandom random;
  private Path folder;
  private int kills;
  private int killsAtLastSweep;
  private long verified;

  /** Starts a peer on a folder that earlier ones have left; it prints a line when it listens. */
  protected abstract Child startPeer(Path socket, Path folder) throws IOException;

  /** How many peers there are at a time. */
  protected int peers() {
    return 1;
  }

  /** Whether what was acknowledged as sealed is there after a kill at once, or only when it has reached the disk. */
  protected boolean sealsOutliveKills() {
    return true;
  }

  /** After how many kills what the dead held is looked for: after each, if it is gone when the next peer has started. */
  protected int killsBetweenSweeps() {
    return 1;
  }

  /** What else must be true when every peer has just started or rests, and nothing of the dead is left. */
  protected abstract void verifyFolder(Path folder, PeerStats stats);

  @AfterEach
  final void nothingIsHeld() {
    LeakCheck.assertNothingHeld();
  }

  @Test
  @Timeout(value = 20, unit = TimeUnit.MINUTES)
  final void noKillLosesOrChangesWhatIsSealed(@TempDir(factory = MemoryDisk.class) Path own) throws Exception {
    killAndVerify(own, KILLS);
  }

  @Test
  @Tag("nightly")
  @Timeout(value = 40, unit = TimeUnit.MINUTES)
  final void noKillOfManyLosesOrChangesWhatIsSealed(@TempDir(factory = MemoryDisk.class) Path own) throws Exception {
    killAndVerify(own, NIGHTLY_KILLS);
  }

  @Test
  @Tag("nightly")
  @Timeout(value = 30, unit = TimeUnit.MINUTES)
  final void noKillOnADiskLosesOrChangesWhatIsSealed(@TempDir Path own) throws Exception {
    killAndVerify(own, NIGHTLY_KILLS_ON_A_DISK);
  }

  private void killAndVerify(Path own, int wanted) throws Exception {
    long startNanos = System.nanoTime();
    long seed = Long.getLong("packice.seed", startNanos);
    System.out.println(getClass().getSimpleName() + ": seed " + seed);
    random = new SplittableRandom(seed);
    folder = own;
    for (int i = 0; i < WRITERS; i++) {
      writers.add(new KillTestWriter("writer-" + i + "/", random.split(), sealsOutliveKills()));
    }
    try {
      while (kills < wanted) {
        killSome();
      }
      startMissing();
      verify(true);
    } catch (Throwable failure) {
      throw new AssertionError("seed " + seed + ", after " + kills + " kills", failure);
    } finally {
      alive.values().forEach(Child::close);
    }
    System.out.println(getClass().getSimpleName() + ": " + kills + " kills, "
        + writers.stream().mapToLong(KillTestWriter::acknowledged).sum() + " acknowledged operations, " + verified
        + " objects compared, " + (System.nanoTime() - startNanos) / 1_000_000_000 + " s");
  }

  private void killSome() throws Exception {
    if (random.nextInt(6) == 0) {
      killAStartingOne();
      return;
    }
    startMissing();
    boolean isSweep = kills - killsAtLastSweep >= killsBetweenSweeps();
    verify(isSweep);
    if (isSweep) {
      killsAtLastSweep = kills;
    }
    load(victims());
  }

  // ---- lives

  private Path socket(int peer) {
    return folder.resolve("p" + peer + ".sock");
  }

  private int someMissing() {
    int peer = 0;
    while (alive.containsKey(peer)) {
      peer++;
    }
    return peer;
  }

  private void killAStartingOne() throws Exception {
    try (Child peer = startPeer(socket(someMissing()), folder)) {
      LockSupport.parkNanos(random.nextLong(MAX_START_NANOS)); // it may be scanning, or not even be there
      peer.kill();
      kills++;
    }
  }

  private void startMissing() throws IOException {
    while (alive.size() < peers()) {
      int peer = someMissing();
      Child child = startPeer(socket(peer), folder);
      alive.put(peer, child);
      assertThat(child.line()).startsWith("listening");
    }
  }

  /** Who is to die: one, or two at once. */
  private List<Integer> victims() {
    int first = random.nextInt(peers());
    return peers() > 1 && random.nextInt(3) == 0 ? List.of(first, (first + 1) % peers()) : List.of(first);
  }

  /** Lets the writers work, and kills the victims behind the start of one of their operations. */
  private void load(List<Integer> victims) throws Exception {
    CountDownLatch operations = new CountDownLatch(random.nextInt(1, MAX_OPERATIONS));
    long delayNanos = random.nextLong(1_000_000);
    AtomicBoolean over = new AtomicBoolean();
    List<Future<?>> doomed = new ArrayList<>();
    List<Future<?>> surviving = new ArrayList<>();
    try (ExecutorService executor = Executors.newFixedThreadPool(WRITERS)) {
      for (int i = 0; i < WRITERS; i++) {
        KillTestWriter writer = writers.get(i);
        int peer = i % peers();
        boolean isDoomed = victims.contains(peer);
        (isDoomed ? doomed : surviving).add(executor.submit(() -> {
          if (isDoomed) {
            writer.workUntilKilled(socket(peer), operations);
          } else {
            writer.work(socket(peer), operations, over::get);
          }
        }));
      }
      operations.await();
      LockSupport.parkNanos(delayNanos);
      try {
        for (int victim : victims) {
          alive.get(victim).kill();
          alive.remove(victim).close();
          kills++;
        }
        end(doomed);
        awaitMore(victims, surviving);
      } finally {
        over.set(true);
      }
      end(surviving);
    }
  }

  private void awaitMore(List<Integer> victims, List<Future<?>> surviving) {
    Map<KillTestWriter, Long> atKill = new HashMap<>();
    for (int i = 0; i < WRITERS; i++) {
      if (!victims.contains(i % peers())) {
        atKill.put(writers.get(i), writers.get(i).acknowledged());
      }
    }
    LeakCheck.eventually(() -> {
      if (surviving.stream().noneMatch(Future::isDone)) { // else one has failed, and says why
        atKill.forEach((writer, before) -> assertThat(writer.acknowledged()).as("operations of a survivor")
            .isGreaterThanOrEqualTo(before + OPERATIONS_OF_SURVIVORS));
      }
    });
  }

  private static void end(List<Future<?>> writers) throws InterruptedException {
    for (Future<?> each : writers) {
      try {
        each.get();
      } catch (ExecutionException e) {
        throw new AssertionError("a writer met what no kill explains", e.getCause());
      }
    }
  }

  // ---- comparison

  private void verify(boolean isSweep) {
    for (int peer : alive.keySet()) {
      try (PackiceClient client = Packice.connect(socket(peer))) {
        if (isSweep) {
          verifyNothingIsLeft(client);
        }
        TreeMap<String, String> found = new TreeMap<>();
        client.list("").forEach(status -> {
          String id = status.object().id().value();
          try (LeasedObject object = client.get(id)) {
            found.put(id, KillTestWriter.fingerprint(object));
          }
        });
        verified += found.size();
        writers.forEach(writer -> writer.verify(found));
        KillTestWriter.verifyContested(found);
        assertThat(found).as("objects that nobody made").isEmpty();
        assertThat(client.stats().quarantined()).as("quarantined").isZero();
      }
    }
    if (isSweep) {
      writers.forEach(KillTestWriter::nothingOfTheDeadIsLeft);
      try (PackiceClient client = Packice.connect(socket(0))) {
        verifyFolder(folder, client.stats());
      }
    }
  }

  /** After a while: others must notice first that a peer is dead, and one that has just started may be moving or freeing. */
  private static void verifyNothingIsLeft(PackiceClient client) {
    LeakCheck.eventually(() -> {
      PeerStats stats = client.stats();
      assertThat(stats.drafts()).as("drafts").isZero();
      assertThat(stats.zombieBytes()).as("zombie bytes").isZero();
    });
  }
}
