package io.packice.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.packice.LeasedObject;
import io.packice.ObjectWriter;
import io.packice.Packice;
import io.packice.PackiceClient;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import org.junit.jupiter.api.Test;

class ProcessMemoryTest {
  private static final long BYTES = 4 << 20;

  @Test
  void countsTheObjectsThatAProcessHasMapped() throws IOException {
    long self = ProcessHandle.current().pid();
    try (PackiceClient client = Packice.connect()) {
      try (ObjectWriter writer = client.create("x", BYTES)) {
        writer.blob(0).segment().fill((byte) 1);
        writer.seal();
      }
      long before = ProcessMemory.of(self).mappedBytes();
      try (LeasedObject object = client.get("x")) {
        long sum = object.blob(0).segment().elements(ValueLayout.JAVA_LONG)
            .mapToLong(e -> e.get(ValueLayout.JAVA_LONG, 0)).sum();
        assertThat(sum).isNotZero();
        ProcessMemory memory = ProcessMemory.of(self);
        assertThat(memory.mappedBytes() - before).isEqualTo(BYTES);
        assertThat(memory.proportionalBytes()).isGreaterThan(memory.mappedProportionalBytes());
      }
      assertThat(ProcessMemory.of(self).mappedBytes()).isEqualTo(before);
    }
  }

  @Test
  void aProcessThatHasEndedOccupiesNothing() throws Exception {
    Process process = new ProcessBuilder("true").start();
    process.waitFor();
    assertThat(ProcessMemory.of(process.pid())).isEqualTo(ProcessMemory.NONE);
  }
}
