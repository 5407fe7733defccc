package io.packice.cluster.network;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.packice.LeasedObject;
import io.packice.ObjectWriter;
import io.packice.Packice;
import io.packice.PackiceClient;
import io.packice.contract.MemoryDisk;
import io.packice.core.NotFoundException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Ten peers, two of which die while many read: what a living peer has is read, and nobody waits for long. */
@Tag("nightly")
final class TenPeersTest {
  private static final int PEERS = 10;
  private static final int OBJECTS = 2_000;
  private static final int THREADS = 4;
  private static final int READS = 5_000; // of each thread, before and after
  private static final Duration LONGEST = Duration.ofSeconds(1);

  @TempDir(factory = MemoryDisk.class) Path folder;

  @Test
  void twoOfTenDieInMidLoad() throws Exception {
    try (Peers peers = new Peers(folder, PEERS, false);
        NetworkPeer network = peers.open(2, false);
        PackiceClient client = Packice.connect(network)) {
      for (int i = 0; i < OBJECTS; i++) {
        put(client, "o" + i);
      }
      Set<String> lost = new HashSet<>();
      for (int i = 0; i < OBJECTS; i++) {
        if (Set.copyOf(network.holders("o" + i)).equals(Set.of("p3", "p7"))) {
          lost.add("o" + i);
        }
      }
      AtomicLong longestNanos = new AtomicLong();
      AtomicLong misses = new AtomicLong();
      AtomicLong reads = new AtomicLong();
      AtomicBoolean isDead = new AtomicBoolean();
      CountDownLatch midway = new CountDownLatch(THREADS);
      List<Future<?>> readers = new ArrayList<>();
      try (ExecutorService executor = Executors.newFixedThreadPool(THREADS)) {
        for (int t = 0; t < THREADS; t++) {
          Random random = new Random(t);
          readers.add(executor.submit(() -> {
            for (int i = 0; i < 2 * READS; i++) {
              if (i == READS) {
                midway.countDown();
              }
              String id = "o" + random.nextInt(OBJECTS);
              boolean mayBeLost = lost.contains(id);
              long startNanos = System.nanoTime();
              try (LeasedObject object = client.get(id)) {
                assertThat(new String(object.blob(0).segment().toArray(ValueLayout.JAVA_BYTE), UTF_8)).isEqualTo(id);
              } catch (NotFoundException absent) {
                assertThat(mayBeLost).as(absent.getMessage()).isTrue();
                misses.incrementAndGet();
              }
              longestNanos.accumulateAndGet(System.nanoTime() - startNanos, Math::max);
              reads.incrementAndGet();
            }
            return isDead.get();
          }));
        }
        midway.await();
        peers.kill(3);
        peers.kill(7);
        isDead.set(true);
        for (Future<?> reader : readers) {
          reader.get();
        }
      }
      System.out.printf(Locale.ROOT,
          "%d reads, %d of them of the %d objects that lay on both dead peers (%d missed), longest %.1f ms%n",
          reads.get(), misses.get(), lost.size(), misses.get(), longestNanos.get() / 1e6);
      assertThat(longestNanos.get()).isLessThan(LONGEST.toNanos());
    }
  }

  private static void put(PackiceClient client, String id) {
    byte[] bytes = id.getBytes(UTF_8);
    try (ObjectWriter writer = client.create(id, bytes.length)) {
      writer.blob(0).segment().copyFrom(MemorySegment.ofArray(bytes));
      writer.seal();
    }
  }
}
