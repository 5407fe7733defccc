package io.packice.storage;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Nodes are small enough to have many. */
class FootprintTest {
  private static final int COUNT = 100_000;

  @Test
  void aHundredThousandNodesTakeLessThan500BytesEach() {
    try (Storage storage = Storage.builder().mount("a", "memory", Map.of()).build()) {
      com.sun.management.ThreadMXBean threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
      List<StorageNode> nodes = new ArrayList<>(COUNT);
      StorageNode folder = storage.node("a:some/folder/of/a/dataset");
      long before = threads.getCurrentThreadAllocatedBytes();
      for (int i = 0; i < COUNT; i++) {
        nodes.add(folder.child("part-" + i + ".parquet"));
      }
      long allocated = threads.getCurrentThreadAllocatedBytes() - before; // with what was garbage at once: an upper bound
      assertThat(allocated / COUNT).isLessThan(500);
      assertThat(nodes).hasSize(COUNT);
    }
  }
}
