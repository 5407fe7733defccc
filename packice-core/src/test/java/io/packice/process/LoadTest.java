package io.packice.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.packice.Packice;
import io.packice.PackiceClient;
import io.packice.contract.LeakCheck;
import io.packice.core.PeerStats;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** 64 clients in 4 processes for a minute: no error, and afterwards the peer holds what it held before. */
@Tag("nightly")
@Timeout(value = 10, unit = TimeUnit.MINUTES)
final class LoadTest {
  private static final int PROCESSES = 4;
  private static final int CLIENTS_PER_PROCESS = 16;
  private static final long SMALL = 16L << 20; // a fifth of what the clients would like to keep
  private static final long LARGE = 1L << 30;

  /** What the kernel says that a process holds. */
  private record Held(long descriptors, long mappings, long threads) {
    static Held by(long pid) throws IOException {
      try (Stream<Path> descriptors = Files.list(Path.of("/proc/" + pid + "/fd"));
          Stream<Path> threads = Files.list(Path.of("/proc/" + pid + "/task"));
          Stream<String> mappings = Files.lines(Path.of("/proc/" + pid + "/maps"))) {
        return new Held(descriptors.count(), mappings.filter(line -> line.contains("packice:")).count(),
            threads.count());
      }
    }
  }

  @Test
  void clientsComeAndGoAndNothingIsLeft(@TempDir Path folder) throws Exception {
    try (Child peer = new Child(PeerMain.class, folder.resolve("p.sock"), SMALL)) {
      assertThat(peer.line()).startsWith("listening");
      try (PackiceClient client = Packice.connect(folder.resolve("p.sock"))) {
        List<Held> held = new ArrayList<>();
        for (int round = 0; round < 4; round++) {
          load(folder.resolve("p.sock"), 15, 30);
          LeakCheck.eventually(() -> assertThat(client.stats().sessions()).isEqualTo(1));
          client.list("").map(status -> status.object().id().value()).forEach(client::discard);
          PeerStats stats = client.stats();
          assertThat(List.of(stats.leases(), stats.drafts(), stats.objects(), stats.liveBytes(), stats.draftBytes(),
              stats.zombieBytes()))
              .containsOnly(0L);
          LeakCheck.eventually(() -> assertThat(Held.by(peer.pid()).mappings()).isZero());
          held.add(Held.by(peer.pid()));
        }
        System.out.println("held by the peer after each round: " + held);
        assertThat(held.getLast().descriptors()).as("descriptors").isLessThanOrEqualTo(held.getFirst().descriptors());
        assertThat(held.getLast().threads()).as("threads").isLessThanOrEqualTo(held.getFirst().threads());
        assertThat(client.stats().evictions()).as("it did evict").isPositive();
      }
    }
  }

  @Test
  void acquiresDuringEvictionAreMeasured(@TempDir Path folder) throws Exception {
    for (long capacity : new long[] {LARGE, SMALL}) {
      try (Child peer = new Child(PeerMain.class, folder.resolve("p.sock"), capacity)) {
        assertThat(peer.line()).startsWith("listening");
        long p99Micros = load(folder.resolve("p.sock"), 10, 30);
        try (PackiceClient client = Packice.connect(folder.resolve("p.sock"))) {
          System.out
              .println("p99 of an acquire with " + client.stats().evictions() + " evictions: " + p99Micros + " us");
        }
      }
    }
  }

  /** Runs all clients; gives the worst process's 99th percentile of an acquire, in microseconds. */
  private static long load(Path socket, int seconds, int createPercent) throws Exception {
    List<Child> processes = new ArrayList<>();
    for (int i = 0; i < PROCESSES; i++) {
      processes.add(new Child(LoadMain.class, socket, seconds, CLIENTS_PER_PROCESS, 1000 * i, createPercent));
    }
    long worst = 0;
    for (Child process : processes) {
      try (process) {
        worst = Math.max(worst, Long.parseLong(process.line()));
        assertThat(process.exitCode()).isZero();
      }
    }
    return worst;
  }
}
