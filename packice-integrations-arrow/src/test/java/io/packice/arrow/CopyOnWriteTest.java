package io.packice.arrow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.packice.arrow.vectors.NativeMemory;
import io.packice.core.AcquireRequest.IfExists;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

class CopyOnWriteTest extends TableFixture {
  @Test
  void whatIsWrittenToACopyIsSeenByNobodyElseAndGoneWithIt() {
    writeNumbers("t", TableOptions.defaults(), 1, 2, 3);
    try (TableWriter writer = tables.append("t"); var batch = numbers(4, 5)) {
      writer.write(batch);
      writer.commit();
    }
    Arena arena = Arena.ofShared();
    try (ArrowTable table = tables.open("t")) {
      FixedWidthColumn mine = table.copyOnWriteColumn("number", arena);
      assertThat(mine.chunks()).hasSize(2).extracting(FixedWidthColumn.Chunk::firstRow).containsExactly(0L, 3L);
      mine.chunks().get(1).values().set(NativeMemory.LONG, 8, 50);
      assertThat(mine.chunks().get(1).values().get(NativeMemory.LONG, 8)).isEqualTo(50);
      assertThat(table.copyOnWriteColumn("number", arena).chunks().get(1).values().get(NativeMemory.LONG, 8))
          .isEqualTo(5);
      assertThat(readNumbers(table)).containsExactly(1L, 2L, 3L, 4L, 5L);
      arena.close();
      assertThatThrownBy(() -> mine.chunks().get(0).values().get(NativeMemory.LONG, 0))
          .isInstanceOf(IllegalStateException.class);
      assertThatThrownBy(() -> table.copyOnWriteColumn("number", arena)).isInstanceOf(IllegalStateException.class);
    }
  }

  @Test
  void valuesOfAnyColumnHaveOnePlaceInPrivateMemory() {
    writeNumbers("t", TableOptions.defaults(), 1, 2, 3);
    try (TableWriter writer = tables.append("t"); var batch = numbers(4, 5)) {
      writer.write(batch);
      writer.commit();
    }
    Arena arena = Arena.ofShared();
    try (ArrowTable table = tables.open("t")) {
      List<MemorySegment> shared =
          table.column("number").chunks().stream().map(FixedWidthColumn.Chunk::values).toList();
      UnaryOperator<MemorySegment> mine = table.copyOnWrite(arena);
      mine.apply(shared.get(1)).set(NativeMemory.LONG, 8, 50);
      assertThat(mine.apply(shared.get(1)).toArray(NativeMemory.LONG)).containsExactly(4, 50);
      assertThat(mine.apply(shared.get(0)).toArray(NativeMemory.LONG)).containsExactly(1, 2, 3);
      assertThat(table.copyOnWrite(arena).apply(shared.get(1)).toArray(NativeMemory.LONG)).containsExactly(4, 5);
      assertThat(readNumbers(table)).containsExactly(1L, 2L, 3L, 4L, 5L);
      assertThatThrownBy(() -> mine.apply(MemorySegment.ofAddress(8))).isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("not of table t");
      arena.close();
      assertThatThrownBy(() -> mine.apply(shared.get(0)).get(NativeMemory.LONG, 0))
          .isInstanceOf(IllegalStateException.class);
    }
    assertThatThrownBy(() -> table("t").copyOnWrite(Arena.ofAuto())).isInstanceOf(IllegalStateException.class);
  }

  /** Closed. */
  private ArrowTable table(String name) {
    try (ArrowTable table = tables.open(name)) {
      return table;
    }
  }

  @Test
  void onlyTheSameVersionOfTheSameTableHasTheSameFingerprint() {
    writeNumbers("t", TableOptions.defaults(), 1, 2, 3);
    writeNumbers("u", TableOptions.defaults(), 1, 2, 3);
    String first;
    try (ArrowTable table = tables.open("t"); ArrowTable again = tables.open("t");
        ArrowTable other = tables.open("u")) {
      first = table.fingerprint();
      assertThat(again.fingerprint()).isEqualTo(first);
      assertThat(other.fingerprint()).isNotEqualTo(first);
    }
    writeNumbers("t", TableOptions.defaults().withIfExists(IfExists.REPLACE), 1, 2, 3);
    try (ArrowTable table = tables.open("t")) {
      assertThat(table.fingerprint()).isNotEqualTo(first);
    }
  }
}
