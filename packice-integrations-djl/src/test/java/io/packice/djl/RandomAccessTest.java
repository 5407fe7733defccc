package io.packice.djl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.types.Shape;
import ai.djl.training.dataset.Batch;
import ai.djl.training.dataset.RandomAccessDataset;
import ai.djl.training.dataset.Record;
import ai.djl.training.dataset.Sampler;
import ai.djl.translate.TranslateException;
import io.packice.process.Child;
import java.io.IOException;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Rows one by one: which they are, what they cost, and that they may be changed. */
class RandomAccessTest extends RowsFixture {
  private PackiceDataset.Builder builder() {
    return PackiceDataset.builder().setTable(client, "floats").setFeatures("x").optLabels("y").setSampling(7, false);
  }

  @Test
  void rowsOfADatasetWithWritableBatchesMayBeChangedInPlace() throws IOException, InterruptedException {
    try (Child child = EngineChild.start(RowWriterMain.class)) {
      assertThat(child.remainingLines()).containsExactly("survived");
      assertThat(child.exitCode()).isZero();
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {-1, 30, 31, 99, 100, Long.MAX_VALUE, Long.MIN_VALUE, 1L << 32})
  void rowsOfTheOtherPartAreNotHandedOut(long index) {
    try (PackiceDataset all = builder().build();
        PackiceDataset first = all.take(30);
        PackiceDataset last = all.skip(70);
        PackiceDataset listed = all.filter(row -> row.index() % 2 == 0 && row.index() < 60)) {
      for (PackiceDataset part : List.of(first, last, listed)) {
        assertThatThrownBy(() -> part.asRandomAccess().get(manager, index))
            .isInstanceOf(IndexOutOfBoundsException.class)
            .hasMessage("Cannot read row " + index + " of 30 rows; count from 0 to one less than there are");
      }
    }
  }

  @Test
  void everyRowOfAPartIsItsOwn() throws IOException {
    try (PackiceDataset all = builder().build();
        PackiceDataset rest = all.skip(70);
        PackiceDataset odd = rest.filter(row -> row.index() % 2 == 1)) {
      for (int i = 0; i < 30; i++) {
        assertThat(rest.asRandomAccess().get(manager, i).getLabels().head().getLong()).isEqualTo(70 + i);
      }
      for (int i = 0; i < 15; i++) {
        assertThat(odd.asRandomAccess().get(manager, i).getLabels().head().getLong()).isEqualTo(71 + 2 * i);
      }
    }
  }

  @Test
  void whatASamplerAsksForBeyondThePartIsRefused() throws IOException, TranslateException {
    try (PackiceDataset all = builder().build(); PackiceDataset part = all.take(30)) {
      Iterable<Batch> data = part.asRandomAccess().getData(manager, new Wrong());
      assertThatThrownBy(() -> data.iterator().next()).isInstanceOf(IndexOutOfBoundsException.class)
          .hasMessageContaining("Cannot read row 30 of 30 rows");
    }
  }

  /** Counts from 1. */
  private static final class Wrong implements Sampler {
    @Override
    public Iterator<List<Long>> sample(RandomAccessDataset dataset) {
      return List.of(List.of(1L, 2L, dataset.size())).iterator();
    }

    @Override
    public int getBatchSize() {
      return 3;
    }
  }

  @Test
  void aRowBorrowsNoMoreThanItself() throws IOException {
    int width = 3_072; // 12 KiB as floats
    TestTables.floats(client, "wide", 256, width, 256);
    try (PackiceDataset dataset = PackiceDataset.builder().setTable(client, "wide")
        .addFeature(Column.of("x").withScale(2)).setSampling(256, false).build()) {
      RandomAccessDataset rows = dataset.asRandomAccess();
      long before = directBytes();
      List<Record> kept = new ArrayList<>();
      for (int row = 0; row < 256; row++) {
        kept.add(rows.get(manager, row));
      }
      assertThat(directBytes() - before).isLessThan(2L * 256 * width * Float.BYTES);
      assertThat(kept.get(200).getData().head().getShape()).isEqualTo(new Shape(width));
      assertThat(kept.get(200).getData().head().getFloat(5)).isEqualTo(2 * TestTables.element(200, 5));
    }
  }

  private static long directBytes() {
    return ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
        .filter(pool -> pool.getName().equals("direct")).mapToLong(BufferPoolMXBean::getMemoryUsed).sum();
  }
}
