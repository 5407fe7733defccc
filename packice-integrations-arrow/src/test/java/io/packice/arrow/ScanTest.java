package io.packice.arrow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.packice.arrow.ScanOptions.Check;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.compare.VectorEqualsVisitor;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;
import org.junit.jupiter.api.Test;

final class ScanTest extends TableFixture {
  private static final long SEED = Long.getLong("packice.seed", 11);
  private static final Schema EVERY_TYPE = RandomVectors.everyType();
  private static final int BATCHES = 4;
  private static final int BATCH_ROWS = 25;

  private void writeEveryType() {
    try (TableWriter writer = tables.create("t", EVERY_TYPE, TableOptions.defaults().withPartBytes(1))) {
      RandomVectors random = new RandomVectors(SEED, 0.2);
      for (int i = 0; i < BATCHES; i++) {
        try (VectorSchemaRoot batch = random.batch(EVERY_TYPE, i == 1 ? 0 : BATCH_ROWS, allocator)) {
          writer.write(batch);
        }
      }
      writer.commit();
    }
  }

  private static long sum(VectorSchemaRoot batch) {
    BigIntVector vector = (BigIntVector) batch.getVector(0);
    return IntStream.range(0, vector.getValueCount()).mapToLong(vector::get).sum();
  }

  @Test
  void eachColumnByItselfIsWhatItIsAmongTheOthers() {
    writeEveryType();
    try (ArrowTable table = tables.open("t"); VectorSchemaRoot whole = table.batch(2, allocator)) {
      for (Field field : EVERY_TYPE.getFields()) {
        try (VectorSchemaRoot one =
            table.batch(2, allocator, ScanOptions.all().withColumns(field.getName()))) {
          FieldVector expected = whole.getVector(field.getName());
          assertThat(one.getFieldVectors()).hasSize(1);
          assertThat(VectorEqualsVisitor.vectorEquals(one.getVector(0), expected)).as(field.getName()).isTrue();
          assertThat(one.getSchema().getCustomMetadata()).isEqualTo(EVERY_TYPE.getCustomMetadata());
        }
      }
    }
  }

  @Test
  void columnsComeInTheOrderAskedForAndNoneLeavesTheRowCount() {
    writeEveryType();
    try (ArrowTable table = tables.open("t");
        VectorSchemaRoot two = table.batch(0, allocator, ScanOptions.all().withColumns("utf8 view", "int8"));
        VectorSchemaRoot none = table.batch(0, allocator, ScanOptions.all().withColumns())) {
      assertThat(two.getFieldVectors()).extracting(FieldVector::getName).containsExactly("utf8 view", "int8");
      assertThat(none.getFieldVectors()).isEmpty();
      assertThat(none.getRowCount()).isEqualTo(BATCH_ROWS);
    }
  }

  @Test
  void readingTakesNoMemory() {
    writeNumbers("t", TableOptions.defaults(), LongStream.range(0, 1000).toArray());
    try (ArrowTable table = tables.open("t")) {
      long first = table.column("number").chunks().getFirst().values().address();
      try (VectorSchemaRoot batch = table.batch(0, allocator, ScanOptions.all().withColumns("number"))) {
        assertThat(batch.getVector(0).getDataBufferAddress()).isEqualTo(first);
      }
    }
  }

  @Test
  void aColumnThatIsNotThereOrTwiceIsRefused() {
    writeNumbers("t", TableOptions.defaults(), 1);
    try (ArrowTable table = tables.open("t")) {
      ScanOptions missing = ScanOptions.all().withColumns("numbers");
      assertThatIllegalArgumentException().isThrownBy(() -> table.batch(0, allocator, missing))
          .withMessage("Cannot read column numbers of table t: it has only [number]");
      assertThatIllegalArgumentException().isThrownBy(() -> table.batches(allocator, missing));
      assertThatIllegalArgumentException().isThrownBy(() -> table.stream(allocator, missing, _ -> 1));
      assertThatIllegalArgumentException().isThrownBy(() -> table.take(new long[1], allocator, missing));
    }
    assertThatIllegalArgumentException().isThrownBy(() -> ScanOptions.all().withColumns("a", "a"))
        .withMessageContaining("twice");
  }

  @Test
  void aStreamGivesEachBatchOnceInOrderAndInParallelToo() {
    try (TableWriter writer = tables.create("t", NUMBERS, TableOptions.defaults().withPartBytes(1))) {
      for (int i = 0; i < 20; i++) {
        try (VectorSchemaRoot batch = numbers(i, i)) {
          writer.write(batch);
        }
      }
      writer.commit();
    }
    try (ArrowTable table = tables.open("t")) {
      assertThat(table.stream(allocator, ScanOptions.all(), ScanTest::sum))
          .isEqualTo(LongStream.range(0, 20).map(i -> 2 * i).boxed().toList());
      assertThat(table.stream(allocator, ScanOptions.all(), ScanTest::sum).parallel().toList())
          .isEqualTo(LongStream.range(0, 20).map(i -> 2 * i).boxed().toList());
      assertThatIllegalStateException().isThrownBy(() -> table.stream(allocator, ScanOptions.all(), _ -> {
        throw new IllegalStateException("mine");
      }).toList()).withMessage("mine");
      assertThat(table.stream(allocator, ScanOptions.all(), ScanTest::sum).findFirst()).contains(0L);
    }
  }

  @Test
  void anyRowsAreTakenInAnyOrder() {
    writeEveryType();
    Random random = new Random(SEED);
    try (ArrowTable table = tables.open("t")) {
      long[] rows = random.longs(200, 0, table.rowCount()).toArray();
      try (VectorSchemaRoot taken = table.take(rows, allocator, ScanOptions.all())) {
        assertThat(taken.getRowCount()).isEqualTo(rows.length);
        for (int i = 0; i < rows.length; i++) {
          int skipped = rows[i] < BATCH_ROWS ? 0 : 1; // the second batch is empty
          try (VectorSchemaRoot batch = table.batch((int) (rows[i] / BATCH_ROWS) + skipped, allocator)) {
            int at = (int) (rows[i] % BATCH_ROWS);
            for (FieldVector vector : taken.getFieldVectors()) {
              assertThat(vector.getObject(i)).as("seed=%d row %d column %s", SEED, rows[i], vector.getName())
                  .isEqualTo(batch.getVector(vector.getName()).getObject(at));
            }
          }
        }
      }
    }
  }

  @Test
  void whatWasTakenOutlivesTheTableAndMayBeChanged() {
    writeNumbers("t", TableOptions.defaults(), 5, 6, 7);
    VectorSchemaRoot taken;
    try (ArrowTable table = tables.open("t")) {
      taken = table.take(new long[] {2, 0, 2}, allocator, ScanOptions.all().withCheck(Check.NONE));
    }
    try (taken) {
      BigIntVector vector = (BigIntVector) taken.getVector(0);
      vector.set(1, 50);
      assertThat(new long[] {vector.get(0), vector.get(1), vector.get(2)}).containsExactly(7, 50, 7);
    }
  }

  @Test
  void takingNothingGivesNoRowsAndARowThatIsNotThereIsRefused() {
    writeNumbers("t", TableOptions.defaults(), 5);
    try (ArrowTable table = tables.open("t");
        VectorSchemaRoot none = table.take(new long[0], allocator, ScanOptions.all())) {
      assertThat(none.getRowCount()).isZero();
      for (long row : new long[] {-1, 1, Long.MAX_VALUE}) {
        assertThatThrownBy(() -> table.take(new long[] {0, row}, allocator, ScanOptions.all()))
            .isInstanceOf(IndexOutOfBoundsException.class)
            .hasMessage("Cannot read row " + row + " of table t: it has 1");
      }
    }
  }
}
