package io.packice.djl;

import static org.assertj.core.api.Assertions.assertThat;

import io.packice.Packice;
import io.packice.PackiceClient;
import io.packice.process.Child;
import io.packice.process.PeerMain;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Four processes train from one table of 512 MiB, and the kernel says that there is one copy of it. */
class SharedMemoryTest {
  private static final long TABLE_BYTES = 512L << 20;
  private static final int WIDTH = 1 << 16; // 256 KiB a row
  private static final int WORKERS = 4;

  @Test
  void fourProcessesHaveOneCopyOfATable(@TempDir Path folder) throws IOException, InterruptedException {
    Path socket = folder.resolve("peer.sock");
    List<Child> workers = new ArrayList<>();
    try (Child peer = new Child(PeerMain.class, socket, 2 * TABLE_BYTES)) {
      assertThat(peer.line()).startsWith("listening");
      try (PackiceClient client = Packice.connect(socket)) {
        TestTables.floats(client, "floats", (int) (TABLE_BYTES / WIDTH / Float.BYTES), WIDTH, 256);
      }
      for (int i = 0; i < WORKERS; i++) {
        workers.add(EngineChild.start(ScanMain.class, socket));
      }
      long shared = 0;
      for (Child worker : workers) {
        assertThat(worker.line()).isEqualTo("read 2048 rows");
      }
      for (Child worker : workers) {
        shared += shmemPss(worker.pid());
      }
      long whole = shared + shmemPss(peer.pid());
      System.out.printf("PSS of shared memory: %d MiB in %d workers, %d MiB with the peer, of a table of %d MiB%n",
          shared >> 20, WORKERS, whole >> 20, TABLE_BYTES >> 20);
      assertThat(whole / (double) TABLE_BYTES).as("copies").isBetween(0.99, 1.1);
    } finally {
      workers.forEach(Child::close);
    }
  }

  /** The process's share of all shared memory, in which a page that four map counts a quarter. */
  private static long shmemPss(long pid) throws IOException {
    return Files.readAllLines(Path.of("/proc/" + pid + "/smaps_rollup")).stream()
        .filter(line -> line.startsWith("Pss_Shmem:"))
        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) << 10).sum();
  }
}
