package io.packice.peers.tiered;

import static org.assertj.core.api.Assertions.assertThat;

import io.packice.LeasedObject;
import io.packice.ObjectWriter;
import io.packice.Packice;
import io.packice.PackiceClient;
import io.packice.contract.LeakCheck;
import io.packice.core.AcquireRequest;
import io.packice.core.AcquireRequest.IfExists;
import io.packice.core.NotFoundException;
import io.packice.core.NotSealedException;
import io.packice.core.ObjectId;
import io.packice.core.PeerStats;
import io.packice.peers.MemoryPeer;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Readers, writers and the background thread at once, in a hot tier that is always too small: a reader sees a version that was there while it
 * asked, whole, or that there is none if somebody discards the object; a listing has everything once.
 */
@Timeout(600)
final class TieredConcurrencyTest {
  private static final long HOT = 1 << 20;
  private static final long COLD = 1 << 26;
  private static final int WRITERS = 2;
  private static final int READERS = 3;
  private static final int IDS_EACH = 8;
  private static final int OPERATIONS = 1500;
  private static final int MAX_BYTES = 160 << 10;

  /**
   * What an object is, as its only writer says before and after each operation.
   *
   * @param sequence counts the writer's operations on it
   * @param oldest the oldest version that a reader may see
   * @param newest the newest one
   * @param mayBeAbsent whether there may be none
   */
  private record Expected(long sequence, long oldest, long newest, boolean mayBeAbsent) {
  }

  private final AtomicReferenceArray<Expected> expected = new AtomicReferenceArray<>(WRITERS * IDS_EACH);
  private final AtomicBoolean done = new AtomicBoolean();

  private static String id(int number) {
    return "object-" + (char) ('a' + number);
  }

  /** Half of the objects are replaced only. */
  private static boolean isDiscarded(int number) {
    return number % 2 == 1;
  }

  @Test
  void readersSeeWholeVersionsWhateverMoves() throws Exception {
    long seed = Long.getLong("packice.seed", System.nanoTime());
    System.out.println("TieredConcurrencyTest: seed " + seed);
    SplittableRandom random = new SplittableRandom(seed);
    TieringPolicy policy = TieringPolicy.DEFAULT.withWatermarks(0.6, 0.4);
    try (TieredPeer peer = TieredPeer.over(MemoryPeer.create(HOT), MemoryPeer.create(COLD), policy);
        ExecutorService executor = Executors.newCachedThreadPool()) {
      try (PackiceClient client = Packice.connect(peer)) {
        for (int number = 0; number < expected.length(); number++) {
          expected.set(number, new Expected(0, 0, 0, false));
          write(client, number, random, 0);
        }
      }
      List<Future<?>> writers = new ArrayList<>();
      for (int i = 0; i < WRITERS; i++) {
        int first = i * IDS_EACH;
        SplittableRandom own = random.split();
        writers.add(executor.submit(() -> writeAll(peer, first, own)));
      }
      List<Future<?>> others = new ArrayList<>();
      for (int i = 0; i < READERS; i++) {
        SplittableRandom own = random.split();
        others.add(executor.submit(() -> readUntilDone(peer, own)));
      }
      others.add(executor.submit(() -> listUntilDone(peer)));
      try {
        for (Future<?> each : writers) {
          each.get();
        }
      } finally {
        done.set(true);
      }
      for (Future<?> each : others) {
        each.get();
      }
      verifyEnd(peer);
      System.out.println("TieredConcurrencyTest: " + peer.tiers());
      assertThat(peer.tiers().demotions()).as("demotions").isPositive();
      LeakCheck.eventually(() -> { // its thread may have had no turn
        verifyEnd(peer); // each look at the cold tier is a reason for one
        assertThat(peer.tiers().promotions()).as("promotions").isPositive();
      });
    } catch (Throwable failure) {
      throw new AssertionError("seed " + seed, failure);
    }
    LeakCheck.assertNothingHeld();
  }

  private void writeAll(TieredPeer peer, int first, SplittableRandom random) {
    try (PackiceClient client = Packice.connect(peer)) {
      for (int i = 0; i < OPERATIONS; i++) {
        int number = first + random.nextInt(IDS_EACH);
        Expected before = expected.get(number);
        boolean isAbsent = before.mayBeAbsent;
        long sequence = before.sequence + 1;
        if (isDiscarded(number) && !isAbsent && random.nextInt(3) == 0) {
          expected.set(number, new Expected(sequence, before.newest, before.newest, true));
          client.discard(id(number));
        } else {
          expected.set(number, new Expected(sequence, before.newest, before.newest + 1, isAbsent));
          write(client, number, random, before.newest + 1);
          expected.set(number, new Expected(sequence, before.newest + 1, before.newest + 1, false));
        }
      }
    }
  }

  private static void write(PackiceClient client, int number, SplittableRandom random, long version) {
    long longs = random.nextLong(1, MAX_BYTES / Long.BYTES);
    AcquireRequest request = AcquireRequest.create(new ObjectId(id(number)), List.of(longs * Long.BYTES))
        .withIfExists(IfExists.REPLACE);
    try (ObjectWriter writer = client.create(request)) {
      MemorySegment bytes = writer.blob(0).segment();
      for (long i = 0; i < longs; i++) {
        bytes.setAtIndex(ValueLayout.JAVA_LONG, i, version);
      }
      writer.seal();
    }
  }

  private void readUntilDone(TieredPeer peer, SplittableRandom random) {
    try (PackiceClient client = Packice.connect(peer)) {
      while (!done.get()) {
        int number = random.nextInt(expected.length());
        Expected before = expected.get(number);
        try (LeasedObject object = client.get(id(number))) {
          Expected after = expected.get(number);
          MemorySegment bytes = object.blob(0).segment();
          long version = bytes.get(ValueLayout.JAVA_LONG, 0);
          assertThat(version).as("version of %s", id(number)).isBetween(before.oldest, after.newest);
          for (long i = 1; i < bytes.byteSize() / Long.BYTES; i++) {
            if (bytes.getAtIndex(ValueLayout.JAVA_LONG, i) != version) {
              throw new AssertionError("torn: " + id(number) + " at " + i);
            }
          }
        } catch (NotFoundException | NotSealedException absent) {
          Expected after = expected.get(number);
          assertThat(isDiscarded(number) && (before.mayBeAbsent || before.sequence != after.sequence
              || after.mayBeAbsent)).as("absence of %s: %s, %s", id(number), before, after).isTrue();
        }
      }
    }
  }

  private void listUntilDone(TieredPeer peer) {
    List<String> lasting = new ArrayList<>();
    for (int number = 0; number < expected.length(); number += 2) {
      lasting.add(id(number));
    }
    try (PackiceClient client = Packice.connect(peer)) {
      while (!done.get()) {
        List<String> listed = client.list("").map(status -> status.object().id().value()).toList();
        assertThat(listed).doesNotHaveDuplicates().containsAll(lasting);
        for (String id : lasting) {
          assertThat(client.stat(id).object().id().value()).isEqualTo(id);
        }
      }
    }
  }

  private void verifyEnd(TieredPeer peer) {
    try (PackiceClient client = Packice.connect(peer)) {
      for (int number = 0; number < expected.length(); number++) {
        Expected last = expected.get(number);
        boolean isListed = client.list(id(number)).findAny().isPresent();
        assertThat(isListed).as("%s is there", id(number)).isEqualTo(!last.mayBeAbsent);
        if (isListed) {
          try (LeasedObject object = client.get(id(number))) {
            assertThat(object.blob(0).segment().get(ValueLayout.JAVA_LONG, 0)).isEqualTo(last.newest);
          }
        }
      }
      LeakCheck.eventually(() -> {
        PeerStats stats = client.stats();
        assertThat(stats.leases()).as("leases").isZero();
        assertThat(stats.drafts()).as("drafts").isZero();
        assertThat(stats.zombieBytes()).as("zombie bytes").isZero();
        assertThat(stats.objects()).as("objects").isEqualTo(client.list("").count());
      });
    }
  }
}
