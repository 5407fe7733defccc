package io.packice.djl;

import static io.packice.djl.TestTables.element;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.core.Linear;
import ai.djl.training.DefaultTrainingConfig;
import ai.djl.training.EasyTrain;
import ai.djl.training.Trainer;
import ai.djl.training.dataset.Batch;
import ai.djl.training.dataset.RandomAccessDataset;
import ai.djl.training.listener.EvaluatorTrainingListener;
import ai.djl.training.loss.Loss;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.training.tracker.Tracker;
import ai.djl.translate.TranslateException;
import com.sun.management.ThreadMXBean;
import io.packice.Packice;
import io.packice.PackiceClient;
import io.packice.arrow.ArrowTables;
import io.packice.contract.LeakCheck;
import io.packice.core.NotFoundException;
import io.packice.djl.samples.SyntheticDigits;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PackiceDatasetTest {
  private static final int ROWS = 100;
  private static final int WIDTH = 16;

  /** Chunks of 40, 40 and 20 rows: a batch of 16 crosses a border now and then. */
  private static final int ROWS_PER_CHUNK = 40;

  private PackiceClient client;
  private NDManager manager;

  @BeforeEach
  void open() {
    client = Packice.connect();
    manager = NDManager.newBaseManager();
    TestTables.floats(client, "floats", ROWS, WIDTH, ROWS_PER_CHUNK);
  }

  @AfterEach
  void nothingIsLeft() {
    manager.close();
    client.close();
    LeakCheck.assertNothingHeld();
  }

  private static PackiceDataset.Builder floats(PackiceClient client) {
    return PackiceDataset.builder().setTable(client, "floats").setFeatures("x").optLabels("y");
  }

  @Test
  void batchesInSequenceAreViewsOfTheMapping() {
    try (PackiceDataset dataset = floats(client).setSampling(20, false).build()) {
      List<Long> addresses = new ArrayList<>();
      for (Batch batch : dataset.getData(manager)) {
        NDArray x = batch.getData().head();
        assertThat(isMapped(x)).as("tensor %s of the features", x.getShape()).isTrue();
        assertThat(isMapped(batch.getLabels().head())).as("labels").isTrue();
        addresses.add(address(x));
        batch.close();
      }
      assertThat(addresses.get(1) - addresses.get(0)).isEqualTo(20L * WIDTH * Float.BYTES);
    }
  }

  @Test
  void batchesInSequenceHaveTheTablesRows() {
    try (PackiceDataset dataset = floats(client).setSampling(16, false).build()) {
      long row = 0;
      for (Batch batch : dataset.getData(manager)) {
        int size = batch.getSize();
        assertThat(batch.getData().head().getShape()).isEqualTo(new Shape(size, WIDTH));
        assertThat(batch.getLabels().head().getShape()).isEqualTo(new Shape(size));
        assertRows(batch, LongStream.range(row, row + size).toArray());
        row += size;
        assertThat(batch.getProgress()).isEqualTo(row);
        assertThat(batch.getProgressTotal()).isEqualTo(ROWS);
        batch.close();
      }
      assertThat(row).isEqualTo(ROWS);
      assertThat(dataset.size()).isEqualTo(ROWS);
    }
  }

  @Test
  void aBatchAcrossTwoRecordBatchesIsGatheredAndTheOthersAreNot() {
    try (PackiceDataset dataset = floats(client).setSampling(16, false).build()) {
      List<Boolean> mapped = new ArrayList<>();
      for (Batch batch : dataset.getData(manager)) {
        mapped.add(isMapped(batch.getData().head()));
        batch.close();
      }
      assertThat(mapped).containsExactly(true, true, false, true, true, true, true);
    }
  }

  @Test
  void runsOfTheBatchSizeAreViewsWhereTheyLieInOneRecordBatch() {
    try (PackiceDataset all = floats(client).setSampling(10, false).optOrder(Order.blocks(10)).build();
        PackiceDataset dataset = all.take(95)) {
      for (Batch batch : dataset.getData(manager)) {
        long first = (Long) batch.getIndices().getFirst();
        long last = (Long) batch.getIndices().getLast();
        assertThat(last - first).isEqualTo(batch.getSize() - 1);
        assertThat(isMapped(batch.getData().head())).as("rows %d to %d", first, last)
            .isEqualTo(first / ROWS_PER_CHUNK == last / ROWS_PER_CHUNK);
        batch.close();
      }
    }
  }

  @Test
  void everyWorkersBatchesInSequenceAreViews() {
    try (PackiceDataset all = floats(client).setSampling(10, false).build();
        PackiceDataset second = all.shard(1, 2)) {
      long row = ROWS / 2;
      for (Batch batch : second.getData(manager)) {
        assertThat(isMapped(batch.getData().head())).isTrue();
        assertThat(batch.getIndices().getFirst()).isEqualTo(row);
        row += batch.getSize();
        batch.close();
      }
      assertThat(row).isEqualTo(ROWS);
    }
  }

  @Test
  void shuffledBatchesHaveEveryRowOnceAndTheRightBytes() {
    try (PackiceDataset dataset = floats(client).setSampling(16, true).build()) {
      List<Long> seen = new ArrayList<>();
      for (Batch batch : dataset.getData(manager)) {
        long[] rows = rows(batch);
        assertRows(batch, rows);
        assertThat(address(batch.getData().head()) % 64).as("alignment").isZero();
        LongStream.of(rows).forEach(seen::add);
        batch.close();
      }
      assertThat(seen).hasSize(ROWS).doesNotHaveDuplicates().isNotEqualTo(LongStream.range(0, ROWS).boxed().toList());
    }
  }

  @Test
  void theSameSeedGivesTheSameOrderAndEveryEpochAnother() {
    try (PackiceDataset first = floats(client).setSampling(16, true).optSeed(5).build();
        PackiceDataset second = floats(client).setSampling(16, true).optSeed(5).build();
        PackiceDataset other = floats(client).setSampling(16, true).optSeed(6).build()) {
      List<Long> epoch0 = order(first);
      List<Long> epoch1 = order(first);
      assertThat(epoch1).isNotEqualTo(epoch0).containsExactlyInAnyOrderElementsOf(epoch0);
      assertThat(order(second)).isEqualTo(epoch0);
      assertThat(order(second)).isEqualTo(epoch1);
      assertThat(order(other)).isNotEqualTo(epoch0);
    }
  }

  @ParameterizedTest
  @CsvSource({"false, 7, 4", "true, 6, 16"})
  void theLastSmallerBatchIsKeptOrDropped(boolean dropLast, int batches, int lastSize) {
    try (PackiceDataset dataset = floats(client).setSampling(16, false, dropLast).build()) {
      List<Integer> sizes = new ArrayList<>();
      for (Batch batch : dataset.getData(manager)) {
        sizes.add(batch.getSize());
        batch.close();
      }
      assertThat(sizes).hasSize(batches).endsWith(lastSize);
    }
  }

  @Test
  void bytesBecomeScaledFloatsAndLabelsLongs() {
    SyntheticDigits digits = SyntheticDigits.generate(1, 30);
    TestTables.digits(client, "digits", digits, 30);
    try (PackiceDataset dataset =
        PackiceDataset.builder().setTable(client, "digits").setFeatures("image").optScale(1f / 255)
            .optLabels("label").optLabelType(DataType.INT64).setSampling(7, true).build()) {
      for (Batch batch : dataset.getData(manager)) {
        NDArray images = batch.getData().head();
        assertThat(images.getShape()).isEqualTo(new Shape(batch.getSize(), 28, 28));
        assertThat(images.getDataType()).isEqualTo(DataType.FLOAT32);
        float[] pixels = images.toFloatArray();
        long[] labels = batch.getLabels().head().toLongArray();
        long[] rows = rows(batch);
        for (int i = 0; i < rows.length; i++) {
          assertThat(labels[i]).isEqualTo(digits.label((int) rows[i]));
          for (int pixel = 0; pixel < 784; pixel++) {
            assertThat(pixels[i * 784 + pixel])
                .isEqualTo(Byte.toUnsignedInt(digits.image((int) rows[i]).get(pixel)) * (1f / 255));
          }
        }
        batch.close();
      }
    }
  }

  @Test
  void theMemoryOfAClosedBatchIsUsedAgain() {
    try (PackiceDataset dataset = floats(client).setSampling(10, true).optThreads(0).build()) {
      List<Long> addresses = new ArrayList<>();
      for (Batch batch : dataset.getData(manager)) {
        addresses.add(address(batch.getData().head()));
        batch.close();
      }
      assertThat(addresses).hasSize(10).containsOnly(addresses.getFirst());
    }
  }

  @Test
  void noBatchChangesWhileItIsOpenHoweverManyThereAre() {
    try (PackiceDataset dataset = floats(client).setSampling(10, true).build()) {
      List<Batch> open = new ArrayList<>();
      Iterator<Batch> epoch = dataset.getData(manager).iterator();
      for (int i = 0; i < 10; i++) {
        open.add(epoch.next());
      }
      open.forEach(batch -> assertRows(batch, rows(batch)));
      assertThat(open.stream().map(batch -> address(batch.getData().head())).distinct()).hasSize(10);
      assertThat(epoch.hasNext()).isFalse(); // which closes them, as DJL's own datasets do
      assertThatThrownBy(() -> open.getFirst().getData().head().toFloatArray())
          .isInstanceOf(IllegalStateException.class);
    }
  }

  @ParameterizedTest
  @CsvSource({"false", "true"})
  void aTensorThatMovedToAnotherManagerOutlivesItsBatch(boolean shuffle) {
    moveAndRead(shuffle);
    LeakCheck.eventually(() -> {
      System.gc(); // the memory goes with the tensor that was moved
      assertThat(LeakCheck.held()).isEmpty();
    });
  }

  private void moveAndRead(boolean shuffle) {
    try (NDManager keeper = NDManager.newBaseManager()) {
      NDArray kept;
      long[] rows;
      try (PackiceDataset dataset = floats(client).setSampling(10, shuffle).build()) {
        Iterator<Batch> epoch = dataset.getData(manager).iterator();
        try (Batch batch = epoch.next()) {
          kept = batch.getData().head();
          kept.attach(keeper);
          rows = rows(batch);
        }
        while (epoch.hasNext()) {
          epoch.next().close();
        }
      }
      client.close();
      assertThat(kept.toFloatArray()).isEqualTo(expected(rows));
    }
  }

  @Test
  void theTableStaysMappedUntilTheLastBatchIsClosed() {
    PackiceDataset dataset = floats(client).setSampling(10, false).build();
    Batch batch = dataset.getData(manager).iterator().next();
    NDArray slice = batch.getData().head().get("3:5");
    dataset.close();
    client.close();
    assertThat(slice.toFloatArray()).isEqualTo(expected(3, 4));
    manager.close();
    assertThat(LeakCheck.held()).isEmpty();
    assertThatThrownBy(slice::toFloatArray).isInstanceOf(IllegalStateException.class);
    batch.close();
    batch.close();
    dataset.close();
  }

  @Test
  void anEpochThatHasBegunGoesOnAfterTheDatasetIsClosedAndNoOtherBegins() {
    PackiceDataset dataset = floats(client).setSampling(10, true).build();
    Iterable<Batch> data = dataset.getData(manager);
    Iterator<Batch> epoch = data.iterator();
    epoch.next().close();
    dataset.close();
    int batches = 1;
    while (epoch.hasNext()) {
      try (Batch batch = epoch.next()) {
        assertRows(batch, rows(batch));
        batches++;
      }
    }
    assertThat(batches).isEqualTo(10);
    assertThat(LeakCheck.held().stream().filter(line -> line.contains(" r--s "))).as("mappings").isEmpty();
    assertThatThrownBy(() -> dataset.getData(manager)).isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("Cannot read floats: the dataset is closed");
    assertThatThrownBy(data::iterator).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void anIteratorOfAClosedManagerSaysSo() {
    NDManager closing = manager.newSubManager();
    try (PackiceDataset dataset = floats(client).setSampling(10, true).build()) {
      Iterator<Batch> epoch = dataset.getData(closing).iterator();
      epoch.next();
      closing.close();
      assertThatThrownBy(epoch::next).isInstanceOf(IllegalStateException.class).hasMessageContaining("manager");
    }
  }

  @Test
  void othersMayLoadAhead() {
    try (ExecutorService loaders = Executors.newFixedThreadPool(2);
        PackiceDataset dataset = floats(client).setSampling(7, true).optPrefetchNumber(3).optSeed(9).build();
        PackiceDataset alone = floats(client).setSampling(7, true).optSeed(9).build()) {
      List<Long> order = new ArrayList<>();
      for (Batch batch : dataset.getData(manager, loaders)) {
        assertRows(batch, rows(batch));
        order.addAll(LongStream.of(rows(batch)).boxed().toList());
        batch.close();
      }
      assertThat(order).isEqualTo(order(alone));
    }
  }

  @Test
  void anInterruptedThreadReadsAllTheSame() throws IOException {
    Thread.currentThread().interrupt();
    try (PackiceDataset dataset = floats(client).setSampling(10, true).build();
        PackiceDataset some = dataset.filter(row -> row.integer("y") < 50);
        PackiceDataset twice = some.mapped("twice", data -> new NDList(data.head().mul(2)))) {
      for (Batch batch : twice.getData(manager)) {
        assertThat(batch.getData().head().toFloatArray()).hasSize(10 * WIDTH);
        batch.close();
      }
      NDArray row = some.asRandomAccess().get(manager, 3).getData().head();
      assertThat(Thread.interrupted()).isTrue();
      assertThat(isMapped(row)).as("shared, not copied").isTrue();
    } finally {
      boolean _ = Thread.interrupted();
    }
  }

  @Test
  void batchesThatAnExecutorForgetsAreLoadedByWhoNeedsThem() throws InterruptedException {
    CountDownLatch blocked = new CountDownLatch(1);
    CountDownLatch end = new CountDownLatch(1);
    try (PackiceDataset dataset = floats(client).setSampling(10, true).optPrefetchNumber(20).build();
        ExecutorService loaders = Executors.newSingleThreadExecutor()) {
      loaders.execute(() -> {
        blocked.countDown();
        awaitQuietly(end);
      });
      blocked.await();
      Iterator<Batch> epoch = dataset.getData(manager, loaders).iterator();
      assertThat(loaders.shutdownNow()).hasSize(10);
      for (int i = 0; i < 10; i++) {
        try (Batch batch = epoch.next()) {
          assertRows(batch, rows(batch));
        }
      }
      assertThat(epoch.hasNext()).isFalse();
      assertThatThrownBy(() -> dataset.getData(manager, loaders).iterator()).isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("the executor that was given takes no more work; give one that is not shut down");
      end.countDown();
    }
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException expected) { // by shutdownNow
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void whatWasLoadedAheadForNobodyIsGivenBack() {
    PackiceDataset dataset = floats(client).setSampling(5, false).optPrefetchNumber(4).build();
    try (ExecutorService loaders = Executors.newSingleThreadExecutor()) {
      dataset.getData(manager, loaders).iterator().next(); // and left
      dataset.close();
      manager.close();
    }
    client.close();
    assertThat(LeakCheck.held()).isEmpty();
  }

  @Test
  void aViewIsNotChangedByMistakeAndAGatheredBatchMayBe() {
    try (PackiceDataset dataset = floats(client).setSampling(10, false).build();
        PackiceDataset shuffled = floats(client).setSampling(10, true).build()) {
      try (Batch batch = dataset.getData(manager).iterator().next()) {
        NDArray x = batch.getData().head();
        assertThatThrownBy(() -> x.muli(0)).isInstanceOf(UnsupportedOperationException.class)
            .hasMessageContaining("optWritableBatches");
        assertThat(x.duplicate().muli(0).toFloatArray()).containsOnly(0);
        assertThat(x.toType(DataType.FLOAT32, true).muli(0).toFloatArray()).containsOnly(0);
        assertRows(batch, rows(batch));
      }
      try (Batch batch = shuffled.getData(manager).iterator().next()) {
        assertThat(batch.getData().head().muli(0).toFloatArray()).containsOnly(0);
      }
    }
  }

  @Test
  void aTrainingIsFedWithViews() throws IOException, TranslateException {
    try (PackiceDataset dataset = PackiceDataset.builder().setTable(client, "floats").setFeatures("x").optLabels("y")
        .optLabelType(DataType.FLOAT32).setSampling(10, false).build();
        Model model = Model.newInstance("views")) {
      model.setBlock(Linear.builder().setUnits(1).build());
      try (Trainer trainer = model.newTrainer(new DefaultTrainingConfig(Loss.l1Loss())
          .optOptimizer(Optimizer.sgd().setLearningRateTracker(Tracker.fixed(1e-9f)).build())
          .addTrainingListeners(new EvaluatorTrainingListener()))) {
        trainer.initialize(new Shape(1, WIDTH));
        EasyTrain.fit(trainer, 2, dataset, dataset);
        assertThat(trainer.getTrainingResult().getValidateLoss()).isFinite();
        for (Batch batch : dataset.getData(trainer.getManager())) {
          assertThat(isMapped(batch.getData().head(), "r--s")).isTrue();
          assertThat(batch.getData().head().toFloatArray()).isEqualTo(expected(rows(batch)));
          batch.close();
        }
      }
    }
  }

  @Test
  void writableBatchesMayBeChangedInPlace() {
    try (PackiceDataset dataset = floats(client).setSampling(10, false).optWritableBatches().build()) {
      Iterable<Batch> data = dataset.getData(manager);
      try (Batch batch = data.iterator().next()) {
        batch.getData().head().muli(0);
        assertThat(batch.getData().head().toFloatArray()).containsOnly(0);
      }
      try (Batch again = data.iterator().next()) {
        assertRows(again, rows(again));
      }
    }
  }

  @Test
  void writableBatchesAreViewsOfTheirOwnAndNobodyElseSeesWhatIsWritten() {
    try (PackiceDataset dataset = floats(client).setSampling(10, false).optWritableBatches().build();
        PackiceDataset other = floats(client).setSampling(10, false).build()) {
      for (int epoch = 0; epoch < 3; epoch++) {
        for (Batch batch : dataset.getData(manager)) {
          assertRows(batch, rows(batch));
          assertThat(isMapped(batch.getData().head(), "rw-p")).isTrue();
          batch.getData().head().addi(1);
          batch.close();
        }
      }
      assertThat(LeakCheck.held()).as("views of epochs that are over").noneMatch(line -> line.contains(" rw-p "));
      for (Batch batch : other.getData(manager)) {
        assertRows(batch, rows(batch));
        batch.close();
      }
    }
  }

  @Test
  void writableColumnsShareAMappingAndOneThatComesTwiceDoesNot() {
    try (PackiceDataset dataset = PackiceDataset.builder().setTable(client, "floats").setFeatures("x", "y")
        .optLabels("x").setSampling(10, false).optWritableBatches().build()) {
      for (Batch batch : dataset.getData(manager)) {
        batch.getData().get(0).muli(0);
        batch.getData().get(1).muli(0);
        assertThat(batch.getLabels().head().toFloatArray()).isEqualTo(expected(rows(batch)));
        assertThat(LeakCheck.held()).as("two mappings of the one part")
            .satisfies(held -> assertThat(held.stream().filter(line -> line.contains(" rw-p "))).hasSize(2));
        batch.close();
      }
    }
  }

  @Test
  void aRowThatIsDrawnTwiceIsNotSeenAsItWasChanged() {
    try (PackiceDataset dataset =
        floats(client).setSampling(1, false).optOrder(Order.weighted(_ -> 1)).optWritableBatches().build()) {
      for (Batch batch : dataset.getData(manager)) {
        assertRows(batch, rows(batch));
        batch.getData().head().muli(0);
        batch.close();
      }
    }
  }

  @Test
  void oneByOneForCodeThatNeedsDjlsOwnKind() throws IOException, TranslateException {
    try (PackiceDataset dataset = floats(client).setSampling(16, false).build();
        PackiceDataset part = dataset.skip(60)) {
      RandomAccessDataset rows = part.asRandomAccess();
      assertThat(rows.size()).isEqualTo(40);
      long row = 60;
      for (Batch batch : rows.getData(manager)) {
        assertThat(batch.getData().head().getShape()).isEqualTo(new Shape(batch.getSize(), WIDTH));
        assertThat(batch.getData().head().toFloatArray())
            .isEqualTo(expected(LongStream.range(row, row + batch.getSize()).toArray()));
        row += batch.getSize();
        batch.close();
      }
      assertThat(row).isEqualTo(100);
      assertThat(rows.get(manager, 3).getLabels().head().getLong()).isEqualTo(63);
      assertThat(rows.randomSplit(1, 1)[0].size()).isEqualTo(20);
      assertThat(rows.toArray(manager).getValue()[39]).containsExactly(99L);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void batchesAreSplitBetweenDevices(boolean labelled) {
    PackiceDataset.Builder builder = floats(client).setSampling(10, true);
    if (!labelled) {
      builder.optLabels();
    }
    Device[] devices = {Device.cpu(), Device.cpu(), Device.cpu()};
    try (PackiceDataset dataset = builder.build(); Batch batch = dataset.getData(manager).iterator().next()) {
      Batch[] parts = batch.split(devices, false);
      List<Float> together = new ArrayList<>();
      for (Batch part : parts) {
        assertThat(part.getLabels()).hasSize(labelled ? 1 : 0);
        for (float value : part.getData().head().toFloatArray()) {
          together.add(value);
        }
      }
      assertThat(parts).extracting(part -> part.getData().head().size(0)).containsExactly(4L, 4L, 2L);
      float[] expected = expected(rows(batch));
      assertThat(together).hasSize(expected.length);
      for (int i = 0; i < expected.length; i++) {
        assertThat(together.get(i)).isEqualTo(expected[i]);
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"16, true", "16, false", "32, false", "64, false"})
  void integersThatTheEngineHasNotAreRefusedUnlessConverted(int bits, boolean signed) {
    TestTables.zeros(client, "zeros", new ArrowType.Int(bits, signed), 10);
    PackiceDataset.Builder builder =
        PackiceDataset.builder().setTable(client, "zeros").setFeatures("x").setSampling(5, false);
    try (PackiceDataset dataset = builder.build()) {
      assertThatThrownBy(() -> dataset.prepare(null)).isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("Cannot make a tensor of column x: the engine has no type for");
    }
    try (PackiceDataset dataset = builder.optFeatureType(DataType.FLOAT32).build();
        Batch batch = dataset.getData(manager).iterator().next()) {
      assertThat(batch.getData().head().toFloatArray()).containsExactly(0, 0, 0, 0, 0);
    }
  }

  @Test
  void whatIsNotThereIsSaidSo() {
    try (
        PackiceDataset noTable =
            PackiceDataset.builder().setTable(client, "nowhere").setFeatures("x").setSampling(1, false).build();
        PackiceDataset noColumn = floats(client).setFeatures("z").setSampling(1, false).build()) {
      assertThatThrownBy(() -> noTable.prepare(null)).isInstanceOf(NotFoundException.class)
          .hasMessageContaining("nowhere");
      assertThatThrownBy(() -> noColumn.getData(manager)).isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("z");
    }
  }

  @Test
  void manyColumnsArePreparedWithoutLookingAtAllOfThemForEach() {
    int columns = 500;
    List<Field> fields = IntStream.range(0, columns)
        .mapToObj(i -> new Field("c" + i, FieldType.nullable(new ArrowType.Int(64, true)), null)).toList();
    TestTables.write(client, "wide", 20, 1, fields, (root, _, count) -> {
      root.allocateNew();
      root.getFieldVectors().forEach(vector -> ((BigIntVector) vector).set(0, count));
    });
    OpenTable wide = new OpenTable(new ArrowTables(client).open("wide"));
    try {
      long first = allocated(() -> wide.nullCount("c0"));
      long all = allocated(() -> fields.forEach(field -> wide.nullCount(field.getName())));
      assertThat(all).as("bytes allocated for all columns").isLessThan(first);
      assertThat(wide.nullCount("c7")).isZero();
    } finally {
      wide.close();
    }
  }

  private static long allocated(Runnable action) {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long before = threads.getCurrentThreadAllocatedBytes();
    action.run();
    return threads.getCurrentThreadAllocatedBytes() - before;
  }

  @Test
  void anIncompleteDescriptionSaysWhatIsMissing() {
    PackiceDataset.Builder builder = PackiceDataset.builder();
    assertThatThrownBy(builder::build).isInstanceOf(IllegalStateException.class).hasMessageContaining("setTable");
    builder.setTable(client, "floats");
    assertThatThrownBy(builder::build).isInstanceOf(IllegalStateException.class).hasMessageContaining("setFeatures");
    builder.setFeatures("x");
    assertThatThrownBy(builder::build).isInstanceOf(IllegalStateException.class).hasMessageContaining("setSampling");
    assertThatThrownBy(() -> builder.setSampling(0, true)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aBatchSizeOfMoreThanThereIsTakesOnlyTheMemoryOfWhatThereIs() {
    try (PackiceDataset dataset = floats(client).setSampling(Integer.MAX_VALUE, true).build();
        Batch batch = dataset.getData(manager).iterator().next()) {
      assertThat(batch.getSize()).isEqualTo(ROWS);
    }
  }

  private static void assertRows(Batch batch, long[] rows) {
    assertThat(batch.getData().head().toFloatArray()).isEqualTo(expected(rows));
    assertThat(batch.getLabels().head().toLongArray()).isEqualTo(rows);
  }

  private static float[] expected(long... rows) {
    float[] values = new float[rows.length * WIDTH];
    for (int i = 0; i < values.length; i++) {
      values[i] = element(rows[i / WIDTH], i % WIDTH);
    }
    return values;
  }

  private static long[] rows(Batch batch) {
    return batch.getIndices().stream().mapToLong(row -> (Long) row).toArray();
  }

  private List<Long> order(PackiceDataset dataset) {
    List<Long> order = new ArrayList<>();
    for (Batch batch : dataset.getData(manager)) {
      LongStream.of(rows(batch)).forEach(order::add);
      batch.close();
    }
    return order;
  }

  private static long address(NDArray tensor) {
    return MemorySegment.ofBuffer(tensor.toByteBuffer(true)).address();
  }

  /** Whether the tensor's buffer lies inside a mapping of an object of ours. */
  private static boolean isMapped(NDArray tensor) {
    return isMapped(tensor, "r--s");
  }

  private static boolean isMapped(NDArray tensor, String protection) {
    long address = address(tensor);
    long end = address + tensor.getShape().size() * tensor.getDataType().getNumOfBytes();
    return LeakCheck.held().stream().filter(line -> line.matches("[0-9a-f]+-[0-9a-f]+ " + protection + " .*"))
        .anyMatch(line -> {
          long[] range = Arrays.stream(line.substring(0, line.indexOf(' ')).split("-", -1))
              .mapToLong(hex -> Long.parseLong(hex, 16)).toArray();
          return range[0] <= address && end <= range[1];
        });
  }
}
