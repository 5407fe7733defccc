package io.packice.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.packice.Packice;
import io.packice.PackiceClient;
import io.packice.contract.LeakCheck;
import io.packice.contract.MemoryDisk;
import io.packice.core.NotFoundException;
import io.packice.core.PeerStats;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** For each kind of peer: 64 clients in 4 processes for a minute: no error, and afterwards the peer holds what it held before. */
@Tag("nightly")
@Timeout(value = 10, unit = TimeUnit.MINUTES)
@ParameterizedClass
@EnumSource(LoadTest.Kind.class)
final class LoadTest {
  private static final int PROCESSES = 4;
  private static final int CLIENTS_PER_PROCESS = 16;
  private static final long SMALL = 16L << 20; // a fifth of what the clients would like to keep
  private static final long LARGE = 1L << 30;
  private static final long SILENCE_MS = 5000;

  /** What is under load. */
  enum Kind {
    MEMORY {
      @Override
      Child start(Path socket, Path data, long capacity) throws IOException {
        return new Child(PeerMain.class, socket, capacity);
      }
    },
    FILES {
      @Override
      Child start(Path socket, Path data, long capacity) throws IOException {
        return new Child(FilePeerMain.class, socket, data, capacity);
      }
    },
    /** Two peers, with half of the clients each. */
    SHARED_FOLDER {
      @Override
      Child start(Path socket, Path data, long capacity) throws IOException {
        return new Child(SharedPeerMain.class, socket, data, capacity, SILENCE_MS);
      }

      @Override
      int peers() {
        return 2;
      }
    },
    MEMORY_OVER_FILES {
      @Override
      Child start(Path socket, Path data, long capacity) throws IOException {
        return new Child(TieredPeerMain.class, socket, data, "memory", capacity / 4, capacity * 3 / 4);
      }
    };

    abstract Child start(Path socket, Path data, long capacity) throws IOException;

    int peers() {
      return 1;
    }
  }

  /** What the kernel says that processes hold. */
  private record Held(long descriptors, long mappings, long threads) {
    static Held by(long pid) throws IOException {
      try (Stream<Path> descriptors = Files.list(Path.of("/proc/" + pid + "/fd"));
          Stream<Path> threads = Files.list(Path.of("/proc/" + pid + "/task"));
          Stream<String> mappings = Files.lines(Path.of("/proc/" + pid + "/maps"))) {
        return new Held(descriptors.count(), mappings.filter(line -> line.contains("packice:")).count(),
            threads.filter(Held::isOurs).count());
      }
    }

    /** The JVM's own compile and collect, as many as there is work for. */
    private static boolean isOurs(Path thread) {
      try {
        return Files.readString(thread.resolve("comm")).startsWith("packice-");
      } catch (IOException ended) {
        return false;
      }
    }
  }

  @Parameter Kind kind;
  private final List<Child> peers = new ArrayList<>();

  private void start(Path folder, long capacity) throws IOException {
    for (int i = 0; i < kind.peers(); i++) {
      Child peer = kind.start(socket(folder, i), folder.resolve("packice:data"), capacity);
      peers.add(peer);
      assertThat(peer.line()).startsWith("listening");
    }
  }

  private Path socket(Path folder, int client) {
    return folder.resolve("p" + client % kind.peers() + ".sock");
  }

  @AfterEach
  void stop() {
    peers.forEach(Child::close);
    peers.clear();
  }

  @Test
  void clientsComeAndGoAndNothingIsLeft(@TempDir(factory = MemoryDisk.class) Path folder) throws Exception {
    start(folder, SMALL);
    List<List<Held>> held = new ArrayList<>();
    for (int round = 0; round < 4; round++) {
      System.out.println(kind + ", round " + round + ": " + load(folder, 15, 30));
      List<Held> now = new ArrayList<>();
      for (int i = 0; i < kind.peers(); i++) {
        try (PackiceClient client = Packice.connect(socket(folder, i))) {
          now.add(heldAtRest(client, peers.get(i).pid()));
        }
      }
      held.add(now);
    }
    System.out.println(kind + ", held after each round: " + held);
    for (int i = 0; i < kind.peers(); i++) {
      Held first = held.getFirst().get(i);
      Held last = held.getLast().get(i);
      assertThat(last.descriptors()).as("descriptors").isLessThanOrEqualTo(first.descriptors());
      assertThat(last.threads()).as("threads").isLessThanOrEqualTo(first.threads());
      try (PackiceClient client = Packice.connect(socket(folder, i))) {
        assertThat(client.stats().evictions()).as("it did evict").isPositive();
      }
    }
  }

  private static Held heldAtRest(PackiceClient client, long pid) throws IOException {
    LeakCheck.eventually(() -> assertThat(client.stats().sessions()).isEqualTo(1));
    LeakCheck.eventually(() -> {
      client.list("").forEach(status -> {
        try {
          client.discard(status.object().id().value());
        } catch (NotFoundException _) { // a tiered peer was still moving and evicting
          return;
        }
      });
      PeerStats stats = client.stats();
      assertThat(List.of(stats.leases(), stats.drafts(), stats.objects(), stats.liveBytes(), stats.draftBytes(),
          stats.zombieBytes())).containsOnly(0L);
      assertThat(Held.by(pid).mappings()).isZero();
    });
    return Held.by(pid);
  }

  @Test
  void acquiresDuringEvictionAreMeasured(@TempDir(factory = MemoryDisk.class) Path folder) throws Exception {
    for (long capacity : new long[] {LARGE, SMALL}) {
      Path own = Files.createDirectory(folder.resolve("of-" + capacity));
      start(own, capacity);
      Loaded loaded = load(own, 10, 30);
      try (PackiceClient client = Packice.connect(socket(own, 0))) {
        System.out.println(kind + ", p99 of an acquire with " + client.stats().evictions() + " evictions: " + loaded);
      }
      stop();
    }
  }

  /**
   * What the clients of a round did.
   *
   * @param p99Micros the worst process's 99th percentile of an acquire
   * @param acquires how many objects were read
   */
  private record Loaded(long p99Micros, long acquires) {
  }

  /** Runs all clients. */
  private Loaded load(Path folder, int seconds, int createPercent) throws Exception {
    List<Child> processes = new ArrayList<>();
    for (int i = 0; i < PROCESSES; i++) {
      processes.add(
          new Child(LoadMain.class, socket(folder, i), seconds, CLIENTS_PER_PROCESS, 1000 * i, createPercent));
    }
    long worst = 0;
    long acquires = 0;
    for (Child process : processes) {
      try (process) {
        worst = Math.max(worst, Long.parseLong(process.line()));
        acquires += Long.parseLong(process.line());
        assertThat(process.exitCode()).isZero();
      }
    }
    return new Loaded(worst, acquires);
  }
}
