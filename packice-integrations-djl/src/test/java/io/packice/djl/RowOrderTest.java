package io.packice.djl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class RowOrderTest {
  @Test
  void aShuffledEpochVisitsEveryRowOnce() {
    assertThat(rows(RowOrder.shuffled(1_000, 7, 0))).doesNotHaveDuplicates().hasSize(1_000)
        .allMatch(row -> row >= 0 && row < 1_000);
  }

  @Test
  void theOrderFollowsFromSeedAndEpochAlone() {
    assertThat(rows(RowOrder.shuffled(100, 7, 3))).isEqualTo(rows(RowOrder.shuffled(100, 7, 3)));
    assertThat(rows(RowOrder.shuffled(100, 7, 3))).isNotEqualTo(rows(RowOrder.shuffled(100, 7, 4)))
        .isNotEqualTo(rows(RowOrder.shuffled(100, 8, 3))).isNotEqualTo(rows(RowOrder.shuffled(100, 8, 2)));
  }

  /** So that a run of today can be repeated with a later version. */
  @Test
  void theOrderIsTheOneItAlwaysWas() {
    assertThat(rows(RowOrder.shuffled(8, 42, 0))).containsExactly(3L, 5L, 6L, 7L, 0L, 2L, 4L, 1L);
  }

  @Test
  void allPositionsAreEquallyLikely() {
    int[] firsts = new int[4];
    for (int epoch = 0; epoch < 4_000; epoch++) {
      firsts[(int) RowOrder.shuffled(4, 1, epoch).row(0)]++;
    }
    assertThat(IntStream.of(firsts)).allMatch(count -> count > 880 && count < 1_120); // four standard deviations
  }

  @Test
  void anEmptyTableHasAnEmptyEpoch() {
    assertThat(rows(RowOrder.shuffled(0, 1, 0))).isEmpty();
    assertThat(rows(RowOrder.sequential(0))).isEmpty();
  }

  @Test
  void moreRowsThanAnArrayHoldsAreRefusedToShuffleAndReadInSequence() {
    assertThatThrownBy(() -> RowOrder.shuffled(1L << 31, 1, 0)).isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("Cannot shuffle 2147483648 rows").hasMessageContaining("in sequence");
    assertThat(RowOrder.sequential(1L << 40).row((1L << 40) - 1)).isEqualTo((1L << 40) - 1);
  }

  private static Long[] rows(RowOrder order) {
    return LongStream.range(0, order.rowCount()).map(order::row).boxed().toArray(Long[]::new);
  }
}
