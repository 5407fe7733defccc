package io.packice.arrow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.packice.arrow.batch.PartFile;
import io.packice.arrow.vectors.NativeMemory;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class StagingAreaTest {
  @Test
  void whatIsTakenBelongsToOneUntilItIsCleared() {
    Random random = new Random(42);
    try (StagingArea area = new StagingArea()) {
      for (int round = 0; round < 20; round++) {
        List<MemorySegment> taken = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
          taken.add(area.take(random.nextInt(i % 10 == 0 ? 3_000_000 : 100_000)).fill((byte) i));
        }
        for (int i = 0; i < taken.size(); i++) {
          MemorySegment segment = taken.get(i);
          assertThat(segment.address() % PartFile.ALIGNMENT).isZero();
          if (segment.byteSize() > 0) {
            assertThat(segment.toArray(NativeMemory.BYTE)).containsOnly(i);
          }
        }
        area.clear();
      }
    }
  }

  @Test
  void memoryIsUsedAgainAndEndsWithTheArea() {
    StagingArea area = new StagingArea();
    MemorySegment first = area.take(100);
    area.clear();
    MemorySegment second = area.take(50);
    assertThat(second.address()).isEqualTo(first.address());
    area.close();
    area.close();
    assertThatIllegalStateException().isThrownBy(() -> second.fill((byte) 1));
  }
}
