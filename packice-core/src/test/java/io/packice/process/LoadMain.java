package io.packice.process;

import io.packice.LeasedObject;
import io.packice.ObjectWriter;
import io.packice.Packice;
import io.packice.PackiceClient;
import io.packice.core.AcquireRequest;
import io.packice.core.AcquireRequest.IfExists;
import io.packice.core.AlreadyExistsException;
import io.packice.core.CapacityExceededException;
import io.packice.core.NotFoundException;
import io.packice.core.NotSealedException;
import io.packice.core.ObjectId;
import io.packice.core.PackiceException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Many clients of one peer, each on a thread and a connection of its own, which do whatever clients do and check every byte that they read.
 * Arguments: socket, seconds, clients, seed, percent of the operations that create. Prints the 99th
 * percentile of what an acquire took, in microseconds, and how many there were; any surprise ends it with exit code 1.
 */
final class LoadMain {
  private static final int IDS = 400;
  private static final int MAX_BYTES = 256 * 1024;

  private LoadMain() {
  }

  public static void main(String[] args) throws Exception {
    Path socket = Path.of(args[0]);
    long endNanos = System.nanoTime() + Long.parseLong(args[1]) * 1_000_000_000L;
    int clients = Integer.parseInt(args[2]);
    long seed = Long.parseLong(args[3]);
    int createPercent = Integer.parseInt(args[4]);
    List<Future<long[]>> running = new ArrayList<>();
    try (ExecutorService executor = Executors.newFixedThreadPool(clients)) {
      for (int i = 0; i < clients; i++) {
        SplittableRandom random = new SplittableRandom(seed + i);
        running.add(executor.submit(() -> new Load(socket, random, createPercent).run(endNanos)));
      }
      List<long[]> latencies = new ArrayList<>();
      for (Future<long[]> client : running) {
        latencies.add(client.get());
      }
      long[] all = latencies.stream().flatMapToLong(Arrays::stream).sorted().toArray();
      System.out.println(all[(int) (all.length * 0.99)] / 1000);
      System.out.println(all.length);
    }
  }

  /** One client: it connects anew now and then, as processes come and go. */
  private static final class Load {
    private final Path socket;
    private final SplittableRandom random;
    private final int createPercent;
    private final List<Long> acquireNanos = new ArrayList<>();

    Load(Path socket, SplittableRandom random, int createPercent) {
      this.socket = socket;
      this.random = random;
      this.createPercent = createPercent;
    }

    long[] run(long endNanos) {
      while (System.nanoTime() < endNanos || acquireNanos.isEmpty()) { // a machine that is busy otherwise may take longer
        try (PackiceClient client = Packice.connect(socket)) {
          for (int i = random.nextInt(1, 500); i > 0 && (System.nanoTime() < endNanos || acquireNanos.isEmpty()); i--) {
            step(client);
          }
        }
      }
      return acquireNanos.stream().mapToLong(Long::longValue).toArray();
    }

    private void step(PackiceClient client) {
      String id = "load/" + random.nextInt(IDS);
      int roll = random.nextInt(100);
      try {
        if (roll < createPercent) {
          create(client, id);
        } else if (roll < 90) {
          read(client, id);
        } else if (roll < 94) {
          client.discard(id);
        } else if (roll < 96) {
          client.create(id, random.nextInt(MAX_BYTES)).close();
        } else if (roll < 98) {
          client.stat(id);
        } else {
          client.list("load/1").forEach(status -> status.object().byteSize());
        }
      } catch (NotFoundException | AlreadyExistsException | NotSealedException | CapacityExceededException ordinary) {
        return; // what a client of a busy peer meets
      }
    }

    /** The content says what it should be: its length, again and again. */
    private void create(PackiceClient client, String id) throws PackiceException {
      long byteSize = 8L * random.nextInt(1, MAX_BYTES / 8);
      try (ObjectWriter writer =
          client.create(AcquireRequest.create(new ObjectId(id), List.of(byteSize)).withIfExists(IfExists.REPLACE))) {
        MemorySegment segment = writer.blob(0).segment();
        for (long at = 0; at < byteSize; at += 8) {
          segment.set(ValueLayout.JAVA_LONG, at, byteSize);
        }
        writer.seal();
      }
    }

    private void read(PackiceClient client, String id) {
      long start = System.nanoTime();
      try (LeasedObject object = client.get(id)) {
        acquireNanos.add(System.nanoTime() - start);
        MemorySegment segment = object.blob(0).segment();
        for (long at = 0; at < segment.byteSize(); at += 4096) {
          if (segment.get(ValueLayout.JAVA_LONG, at) != segment.byteSize()) {
            throw new AssertionError(id + " has wrong bytes at " + at);
          }
        }
      }
    }
  }
}
