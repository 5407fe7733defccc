package io.packice.storage.snippets;

import static org.assertj.core.api.Assertions.assertThat;

import io.packice.storage.CopyOptions;
import io.packice.storage.CopySummary;
import io.packice.storage.NodeOutputStream;
import io.packice.storage.NodeReader;
import io.packice.storage.Skip;
import io.packice.storage.Storage;
import io.packice.storage.StorageNode;
import io.packice.storage.WriteOptions;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MountsSnippetsTest {
  @TempDir Path folder;

  @Test
  void nodesAreReadWrittenAndCopied() {
    // @start region="mounts"
    try (Storage storage =
        Storage.builder().mount("home", "local", Map.of("path", folder)).mount("scratch", "memory", Map.of()).build()) {
      StorageNode node = storage.node("scratch:train/part-0.csv").writeText("a,b\n1,2\n");
      try (NodeReader reader = node.open(); Arena arena = Arena.ofConfined()) {
        MemorySegment header = arena.allocate(3);
        reader.read(0, header);                                            // a range, straight into memory
      }
      try (NodeOutputStream out = storage.node("home:log.txt").outputStream(WriteOptions.DEFAULT)) {
        out.write('x');
        out.commit();                                                      // closed without: nothing is seen
      }
      CopySummary summary = storage.node("scratch:train").copyTo(storage.node("home:train"),
          CopyOptions.DEFAULT.withSkip(Skip.HASH).including("*.csv"));
      // @end
      assertThat(summary.copied()).isEqualTo(1);
      assertThat(folder.resolve("train/part-0.csv")).content().isEqualTo("a,b\n1,2\n");
      assertThat(folder.resolve("log.txt")).content().isEqualTo("x");
    }
  }
}
