package io.packice.djl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.packice.djl.OpenDataset.Shard;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RowOrderTest {
  private static final Long[] GOLDEN = {0L, 4L, 3L, 1L, 5L, 6L, 2L, 7L};
  private static final long BIG = 144_596_890_856L;

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3, 64, 1_000, 1_024, 1_025, 70_000})
  void aShuffledEpochVisitsEveryRowOnce(int rows) {
    assertThat(Arrays.stream(rows(RowOrder.Shuffled.of(rows, 7, 0))).sorted())
        .containsExactly(LongStream.range(0, rows).boxed().toArray(Long[]::new));
  }

  @Test
  void theOrderFollowsFromSeedAndEpochAlone() {
    assertThat(rows(RowOrder.Shuffled.of(100, 7, 3))).isEqualTo(rows(RowOrder.Shuffled.of(100, 7, 3)));
    assertThat(rows(RowOrder.Shuffled.of(100, 7, 3))).isNotEqualTo(rows(RowOrder.Shuffled.of(100, 7, 4)))
        .isNotEqualTo(rows(RowOrder.Shuffled.of(100, 8, 3))).isNotEqualTo(rows(RowOrder.Shuffled.of(100, 8, 2)));
  }

  /** So that a run of today can be repeated with a later version. */
  @Test
  void theOrderIsTheOneItAlwaysWas() {
    assertThat(rows(RowOrder.Shuffled.of(8, 42, 0))).containsExactly(GOLDEN);
    assertThat(RowOrder.Shuffled.of(1L << 40, 42, 1).row(5)).isEqualTo(BIG);
  }

  @Test
  void allPlacesAreEquallyLikely() {
    int[][] seen = new int[4][4];
    for (int epoch = 0; epoch < 4_000; epoch++) {
      for (int place = 0; place < 4; place++) {
        seen[place][(int) RowOrder.Shuffled.of(4, 1, epoch).row(place)]++;
      }
    }
    assertThat(Arrays.stream(seen).flatMapToInt(IntStream::of)).allMatch(count -> count > 870 && count < 1_130);
  }

  @Test
  void neighboursAreNoNeighboursAnyMore() {
    Long[] rows = rows(RowOrder.Shuffled.of(10_000, 3, 0));
    double mean =
        IntStream.range(1, rows.length).mapToLong(i -> Math.abs(rows[i] - rows[i - 1])).average().orElseThrow();
    assertThat(mean).as("a third of the rows").isBetween(3_200.0, 3_470.0);
  }

  @Test
  void moreRowsThanAnArrayHoldsAreShuffledWithoutOne() {
    RowOrder order = RowOrder.Shuffled.of(1L << 40, 1, 0);
    assertThat(LongStream.range(0, 1_000).map(order::row)).doesNotHaveDuplicates()
        .allMatch(row -> row >= 0 && row < 1L << 40);
    assertThat(new RowOrder.Sequential(1L << 40).row((1L << 40) - 1)).isEqualTo((1L << 40) - 1);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 9, 10, 11, 95, 100})
  void blocksAreShuffledAndTheirRowsStayTogether(int rows) {
    for (int epoch = 0; epoch < 20; epoch++) {
      Long[] order = rows(RowOrder.Blocks.of(rows, 10, 1, epoch));
      assertThat(Arrays.stream(order).sorted())
          .containsExactly(LongStream.range(0, rows).boxed().toArray(Long[]::new));
      for (int i = 0; i < order.length; i++) {
        assertThat(i % 10 == 0 || order[i] == order[i - 1] + 1).as("row %d in place %d", order[i], i).isTrue();
      }
    }
    assertThat(rows(RowOrder.Blocks.of(100, 10, 1, 0))).isNotEqualTo(rows(RowOrder.Blocks.of(100, 10, 1, 1)));
  }

  @Test
  void whichRowsTheShorterBlockHasDiffersFromEpochToEpoch() {
    assertThat(IntStream.range(0, 20).mapToLong(epoch -> RowOrder.Blocks.of(95, 10, 1, epoch).row(90)).distinct())
        .hasSizeGreaterThan(5).allMatch(row -> row % 10 == 0);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 7, 20})
  void workersShareOutEachEpoch(int workers) {
    RowOrder all = RowOrder.Shuffled.of(17, 5, 2);
    List<Long[]> shares = IntStream.range(0, workers).mapToObj(worker -> rows(new Shard(worker, workers).of(all)))
        .toList();
    assertThat(shares.stream().flatMap(Arrays::stream)).containsExactly(rows(all));
    assertThat(shares).allMatch(share -> share.length == 17 / workers || share.length == 17 / workers + 1);
    for (int worker = 0; worker < workers; worker++) {
      Shard shard = new Shard(worker, workers);
      assertThat(shares.get(worker)).hasSize((int) shard.rowCount(17));
      assertThat(Stream.of(0, 1, 2).flatMap(inner -> Arrays.stream(rows(shard.of(inner, 3).of(all)))))
          .as("shares of a share").containsExactly(shares.get(worker));
    }
    assertThat(new Shard(2, 3).rowCount(Long.MAX_VALUE) + new Shard(1, 3).rowCount(Long.MAX_VALUE)
        + new Shard(0, 3).rowCount(Long.MAX_VALUE)).isEqualTo(Long.MAX_VALUE);
  }

  @Test
  void manyRowsAtATimeAreTheSameRows() {
    RowSet rows = new RowSet.Listed(IntStream.range(0, 95).map(i -> 3 * i).toArray());
    for (RowOrder order : List.of(new RowOrder.Sequential(95), RowOrder.Shuffled.of(95, 1, 2),
        RowOrder.Blocks.of(95, 10, 1, 2), new Shard(1, 3).of(RowOrder.Blocks.of(95, 10, 1, 2)),
        new RowOrder.Selected(RowOrder.Blocks.of(95, 10, 1, 2), rows))) {
      for (int first = 0; first < order.rowCount(); first += 7) {
        long[] some = new long[(int) Math.min(7, order.rowCount() - first)];
        order.fill(some, first);
        assertThat(some).isEqualTo(LongStream.range(first, first + some.length).map(order::row).toArray());
      }
    }
  }

  @Test
  void rowsAreDrawnAsOftenAsTheirWeightsSay() {
    double[] weights = {0, 1, 0, 3, 0};
    WeightedRows plan = WeightedRows.of(new RowSet.Range(10, 5), row -> weights[(int) row - 10]);
    int[] seen = new int[5];
    for (int epoch = 0; epoch < 2_000; epoch++) {
      for (Long row : rows(plan.epoch(1, epoch))) {
        seen[row.intValue()]++;
      }
    }
    assertThat(seen[0] + seen[2] + seen[4]).isZero();
    assertThat(seen[3]).isBetween(7_300, 7_700);
    assertThat(rows(plan.epoch(1, 5))).isEqualTo(rows(plan.epoch(1, 5)));
    assertThatThrownBy(() -> WeightedRows.of(new RowSet.Range(0, 2), _ -> -1)).hasMessageContaining("weight -1.0");
    assertThatThrownBy(() -> WeightedRows.of(new RowSet.Range(0, 2), _ -> Double.NaN))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> WeightedRows.of(new RowSet.Range(0, 2), _ -> 0))
        .hasMessage("Cannot draw from 2 rows whose weights are all 0; give one that is more");
    assertThatThrownBy(() -> WeightedRows.of(new RowSet.Range(0, 1), _ -> 0))
        .hasMessage("Cannot draw from 1 row whose weight is 0; give one that is more");
  }

  @Test
  void everyStretchHasTheValuesInTheirProportions() {
    StratifiedRows plan = StratifiedRows.of(new RowSet.Range(0, 1_000), row -> row < 900 ? "often" : null);
    for (int epoch = 0; epoch < 3; epoch++) {
      Long[] order = rows(plan.epoch(1, epoch));
      assertThat(order).doesNotHaveDuplicates().hasSize(1_000);
      for (int start = 0; start < 1_000; start += 50) {
        assertThat(Arrays.stream(order, start, start + 50).filter(row -> row >= 900)).hasSizeBetween(4, 6);
      }
    }
    assertThat(rows(plan.epoch(1, 0))).isNotEqualTo(rows(plan.epoch(1, 1)));
  }

  private static Long[] rows(RowOrder order) {
    return LongStream.range(0, order.rowCount()).map(order::row).boxed().toArray(Long[]::new);
  }
}
