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
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A persistent peer is killed at random moments, under load and while it starts. Afterwards every object that was acknowledged as sealed is
 * there as it was, every one that was acknowledged as discarded is not, what was under way is either, and no draft is left. The seed is
 * printed; it repeats the requests, not the moments.
 */
public abstract class KillTest {
  private static final int KILLS = 30;
  private static final int NIGHTLY_KILLS = 300;
  private static final int WRITERS = 3;
  private static final int MAX_OPERATIONS = 80;
  private static final long MAX_START_NANOS = 700_000_000L;

  private final List<KillTestWriter> writers = new ArrayList<>();
  private Path socket;
  private SplittableRandom random;
  private long verified;

  /** Starts the peer on a folder that earlier ones have left; it prints a line when it listens. */
  protected abstract Child startPeer(Path socket, Path folder) throws IOException;

  /** Whether what was acknowledged as sealed is there after a kill at once, or only when it has reached the disk. */
  protected boolean sealsOutliveKills() {
    return true;
  }

  /** What else must be true of a peer that has just started and has no client yet. */
  protected abstract void verifyFolder(Path folder, PeerStats stats);

  @AfterEach
  final void nothingIsHeld() {
    LeakCheck.assertNothingHeld();
  }

  @Test
  @Timeout(value = 180)
  final void noKillLosesOrChangesWhatIsSealed(@TempDir(factory = MemoryDisk.class) Path folder) throws Exception {
    killAndVerify(folder, KILLS);
  }

  @Test
  @Tag("nightly")
  @Timeout(value = 30, unit = TimeUnit.MINUTES)
  final void noKillOfManyLosesOrChangesWhatIsSealed(@TempDir(factory = MemoryDisk.class) Path folder)
      throws Exception {
    killAndVerify(folder, NIGHTLY_KILLS);
  }

  @Test
  @Tag("nightly")
  @Timeout(value = 30, unit = TimeUnit.MINUTES)
  final void noKillOnADiskLosesOrChangesWhatIsSealed(@TempDir Path folder) throws Exception {
    killAndVerify(folder, KILLS);
  }

  private void killAndVerify(Path folder, int kills) throws Exception {
    long seed = Long.getLong("packice.seed", System.nanoTime());
    System.out.println(getClass().getSimpleName() + ": seed " + seed);
    random = new SplittableRandom(seed);
    socket = folder.resolve("p.sock");
    for (int i = 0; i < WRITERS; i++) {
      writers.add(new KillTestWriter("writer-" + i + "/", random.split(), sealsOutliveKills()));
    }
    try {
      for (int kill = 0; kill < kills; kill++) {
        killOnce(folder);
      }
      try (Child last = startPeer(socket, folder)) {
        assertThat(last.line()).startsWith("listening");
        verify(folder);
      }
    } catch (Throwable failure) {
      throw new AssertionError("seed " + seed, failure);
    }
    System.out.println(getClass().getSimpleName() + ": " + kills + " kills, "
        + writers.stream().mapToLong(KillTestWriter::acknowledged).sum() + " acknowledged operations, " + verified
        + " objects compared");
  }

  private void killOnce(Path folder) throws Exception {
    try (Child peer = startPeer(socket, folder)) {
      if (random.nextInt(6) == 0) {
        LockSupport.parkNanos(random.nextLong(MAX_START_NANOS)); // it may be scanning, or not even be there
        peer.kill();
        return;
      }
      assertThat(peer.line()).startsWith("listening");
      verify(folder);
      load(peer);
    }
  }

  /** Lets the writers work, and kills the peer behind the start of one of their operations. */
  private void load(Child peer) throws Exception {
    CountDownLatch operations = new CountDownLatch(random.nextInt(1, MAX_OPERATIONS));
    long delayNanos = random.nextLong(1_000_000);
    try (ExecutorService executor = Executors.newFixedThreadPool(WRITERS)) {
      List<Future<?>> running = new ArrayList<>();
      for (KillTestWriter writer : writers) {
        running.add(executor.submit(() -> writer.workUntilKilled(socket, operations)));
      }
      operations.await();
      LockSupport.parkNanos(delayNanos);
      peer.kill();
      for (Future<?> each : running) {
        try {
          each.get();
        } catch (ExecutionException e) {
          throw new AssertionError("a writer met what no kill explains", e.getCause());
        }
      }
    }
  }

  private void verify(Path folder) {
    try (PackiceClient client = Packice.connect(socket)) {
      PeerStats stats = client.stats();
      assertThat(stats.drafts()).as("drafts").isZero();
      assertThat(stats.zombieBytes()).as("zombie bytes").isZero();
      assertThat(stats.quarantined()).as("quarantined").isZero();
      TreeMap<String, String> found = new TreeMap<>();
      client.list("").forEach(status -> {
        String id = status.object().id().value();
        try (LeasedObject object = client.get(id)) {
          found.put(id, KillTestWriter.fingerprint(object));
        }
      });
      writers.forEach(writer -> writer.verify(found));
      assertThat(found).as("objects that nobody made").isEmpty();
      verified += stats.objects();
      verifyFolder(folder, stats);
    }
  }
}
