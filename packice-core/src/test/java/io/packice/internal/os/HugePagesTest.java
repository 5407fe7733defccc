package io.packice.internal.os;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.packice.LeasedObject;
import io.packice.ObjectWriter;
import io.packice.Packice;
import io.packice.PackiceClient;
import io.packice.contract.LeakCheck;
import io.packice.core.AcquireRequest;
import io.packice.core.Extent;
import io.packice.core.ObjectId;
import io.packice.peers.MemoryPeer;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class HugePagesTest {
  private static final int OBJECT_BYTES = (int) (3 * HugePages.BYTES + 4096 + 100);

  @Test
  void objectsOfKnownSizeLieInHugePagesAndHoldWhatWasWritten() throws IOException {
    byte[] bytes = random(OBJECT_BYTES);
    try (MemoryPeer peer = MemoryPeer.create(64 << 20); PackiceClient client = Packice.connect(peer)) {
      long failures = failedAllocations();
      try (ObjectWriter writer = client.create("sized", bytes.length)) {
        writer.blob(0).segment().copyFrom(MemorySegment.ofArray(bytes));
        writer.seal();
      }
      assertHuge(client, "sized", bytes, failures);
      assertThat(client.stats().liveBytes()).isEqualTo(3 * HugePages.BYTES + 8192);
    }
    LeakCheck.assertNothingHeld();
  }

  @Test
  void objectsThatGrewMoveToHugePagesAtSeal() throws IOException {
    byte[] bytes = random(OBJECT_BYTES);
    try (MemoryPeer peer = MemoryPeer.create(64 << 20); PackiceClient client = Packice.connect(peer)) {
      long failures = failedAllocations();
      try (ObjectWriter writer = client.create(AcquireRequest.create(new ObjectId("grown"), null))) {
        try (OutputStream out = writer.blob(0).outputStream()) {
          out.write(bytes);
        }
        writer.seal();
      }
      assertHuge(client, "grown", bytes, failures);
    }
    LeakCheck.assertNothingHeld();
  }

  @Test
  void newMemoryIsZeroUpToItsEnd() {
    try (Descriptor memfd = Descriptor.memfd("zeros"); Arena arena = Arena.ofConfined()) {
      memfd.allocateHuge(OBJECT_BYTES);

      assertThat(memfd.byteSize()).isEqualTo(OBJECT_BYTES);
      assertThat(memfd.allocatedBytes()).isEqualTo(3 * HugePages.BYTES + 8192);
      MemorySegment mapped = memfd.map(0, OBJECT_BYTES, Extent.Access.READ_WRITE, arena);
      assertThat(mapped.mismatch(MemorySegment.ofArray(new byte[OBJECT_BYTES]))).isEqualTo(-1);
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 4096, 2 << 20, (2 << 20) + 8192})
  void everyPartOfAnExtentMapsByItself(long offset) throws IOException {
    byte[] bytes = random(OBJECT_BYTES);
    try (Descriptor memfd = Descriptor.memfd("parts"); Arena arena = Arena.ofConfined()) {
      memfd.allocateHuge(OBJECT_BYTES);
      memfd.map(0, OBJECT_BYTES, Extent.Access.READ_WRITE, arena).copyFrom(MemorySegment.ofArray(bytes));
      int mappings = LeakCheck.held().size();
      for (Extent.Access access : Extent.Access.values()) {
        for (long byteSize : new long[] {1, HugePages.BYTES - 1, HugePages.BYTES, OBJECT_BYTES - offset}) {
          try (Arena own = Arena.ofConfined()) {
            MemorySegment part = memfd.map(offset, byteSize, access, own);
            if (byteSize >= HugePages.BYTES) {
              assertThat((part.address() - offset) % HugePages.BYTES).as("place in its huge page").isZero();
            }
            assertThat(part.mismatch(MemorySegment.ofArray(bytes).asSlice(offset, byteSize))).isEqualTo(-1);
          }
        }
      }
      assertThat(LeakCheck.held()).as("mappings").hasSize(mappings);
    }
  }

  @Test
  void memoryThatLiesInHugePagesCanBeCutAndWrittenLikeAnyOther() throws IOException {
    byte[] bytes = random(OBJECT_BYTES);
    try (Descriptor memfd = Descriptor.memfd("twice"); Arena arena = Arena.ofConfined()) {
      memfd.allocateHuge(OBJECT_BYTES);
      MemorySegment early = memfd.map(0, OBJECT_BYTES, Extent.Access.READ_WRITE, arena);
      early.copyFrom(MemorySegment.ofArray(bytes));
      memfd.collapse(memfd.byteSize()); // while somebody maps it
      early.set(ValueLayout.JAVA_BYTE, HugePages.BYTES, (byte) 42);

      bytes[(int) HugePages.BYTES] = 42;
      assertThat(early.mismatch(MemorySegment.ofArray(bytes))).isEqualTo(-1);
    }
  }

  private static byte[] random(int length) {
    byte[] bytes = new byte[length];
    new Random(7).nextBytes(bytes);
    return bytes;
  }

  private static void assertHuge(PackiceClient client, String name, byte[] expected, long failuresBefore)
      throws IOException {
    try (LeasedObject object = client.get(name)) {
      MemorySegment segment = object.blob(0).segment();
      assertThat(segment.mismatch(MemorySegment.ofArray(expected))).isEqualTo(-1);
      assertThat(segment.address() % HugePages.BYTES).isZero();
      assumeTrue(Files.exists(Path.of("/sys/kernel/mm/transparent_hugepage")), "this kernel has no huge pages");
      assumeTrue(failedAllocations() == failuresBefore, "this host's memory is in too small pieces for huge pages");
      assertThat(kilobytesInHugePages(segment.address())).isEqualTo(3 * HugePages.BYTES / 1024);
    }
  }

  /** Collapses that did not find a huge page, on the whole host, since it started. */
  private static long failedAllocations() throws IOException {
    return Files.readAllLines(Path.of("/proc/vmstat")).stream()
        .filter(line -> line.startsWith("thp_collapse_alloc_failed "))
        .mapToLong(line -> Long.parseLong(line.substring(line.indexOf(' ') + 1))).sum();
  }

  /** What proc(5) says of the mapping that begins there. */
  private static long kilobytesInHugePages(long address) throws IOException {
    List<String> lines = Files.readAllLines(Path.of("/proc/self/smaps"));
    int start = 0;
    while (!lines.get(start).startsWith(Long.toHexString(address) + "-")) {
      start++;
    }
    return lines.subList(start, lines.size()).stream().filter(line -> line.startsWith("ShmemPmdMapped:")).findFirst()
        .map(line -> Long.parseLong(line.replaceAll("[^0-9]", ""))).orElseThrow();
  }
}
