package io.packice.djl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDList;
import ai.djl.training.dataset.Batch;
import ai.djl.translate.Batchifier;
import io.packice.arrow.schema.TensorField;
import io.packice.contract.LeakCheck;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.stream.LongStream;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.VarBinaryVector;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which rows come, in which order, and how a training goes on in the middle. */
class DatasetRowsTest extends RowsFixture {
  private PackiceDataset.Builder builder() {
    return PackiceDataset.builder().setTable(client, "floats").setFeatures("x").optLabels("y").setSampling(7, true)
        .optSeed(3);
  }

  /** The rows of the next epoch, as the labels say. */
  private List<Long> rows(PackiceDataset dataset) {
    List<Long> rows = new ArrayList<>();
    for (Batch batch : dataset.getData(manager)) {
      LongStream.of(batch.getLabels().head().toLongArray()).forEach(rows::add);
      assertThat(rows).endsWith(batch.getIndices().toArray(Long[]::new));
      batch.close();
    }
    return rows;
  }

  private static List<Long> range(long from, long to) {
    return LongStream.range(from, to).boxed().toList();
  }

  private static Order order(String name) {
    return switch (name) {
      case "sequential" -> Order.sequential();
      case "shuffled" -> Order.shuffled();
      case "blocks" -> Order.blocks(14);
      case "weighted" -> Order.weighted("y");
      default -> Order.stratified("y");
    };
  }

  @ParameterizedTest
  @ValueSource(strings = {"sequential", "shuffled", "blocks", "weighted", "stratified"})
  void aTrainingGoesOnInTheMiddleOfAnEpochWithTheSameBatches(String name) {
    List<Long> epoch2;
    List<Long> epoch3;
    String token;
    try (PackiceDataset dataset = builder().optOrder(order(name)).build()) {
      rows(dataset);
      rows(dataset);
      epoch2 = rows(dataset);
      epoch3 = rows(dataset);
    }
    try (PackiceDataset dataset = builder().optOrder(order(name)).build()) {
      rows(dataset);
      rows(dataset);
      Iterator<Batch> epoch = dataset.getData(manager).iterator();
      epoch.next().close();
      try (Batch second = epoch.next()) {
        token = PackiceDataset.tokenAfter(second).toString();
      }
    }
    assertThat(token).startsWith("packice-epoch-1:2:14:");
    for (int i = 0; i < 2; i++) {
      try (PackiceDataset dataset = builder().optOrder(order(name)).build()) {
        dataset.resume(EpochToken.parse(token));
        assertThat(rows(dataset)).isEqualTo(epoch2.subList(14, ROWS));
        assertThat(rows(dataset)).isEqualTo(epoch3);
      }
    }
  }

  @Test
  void afterTheLastBatchComesTheNextEpoch() {
    try (PackiceDataset dataset = builder().setSampling(30, true, true).build();
        PackiceDataset resumed = builder().setSampling(30, true, true).build()) {
      EpochToken token = null;
      for (Batch batch : dataset.getData(manager)) {
        token = PackiceDataset.tokenAfter(batch);
        batch.close();
      }
      resumed.resume(token);
      assertThat(rows(resumed)).isEqualTo(rows(dataset));
    }
  }

  @Test
  void theProgressOfAResumedEpochCountsTheRowsBefore() {
    try (PackiceDataset dataset = builder().build()) {
      dataset.prepare(null);
      Iterator<Batch> epoch = dataset.getData(manager).iterator();
      EpochToken token;
      try (Batch batch = epoch.next()) {
        token = PackiceDataset.tokenAfter(batch);
      }
      dataset.resume(token);
      try (Batch batch = dataset.getData(manager).iterator().next()) {
        assertThat(batch.getProgress()).isEqualTo(14);
        assertThat(batch.getProgressTotal()).isEqualTo(ROWS);
      }
    }
  }

  @Test
  void aTokenOfAnotherOrderIsRefused() {
    EpochToken token;
    try (PackiceDataset dataset = builder().build();
        Batch batch = dataset.getData(manager).iterator().next()) {
      token = PackiceDataset.tokenAfter(batch);
    }
    for (PackiceDataset.Builder other : List.of(builder().optSeed(4), builder().optOrder(Order.blocks(7)))) {
      try (PackiceDataset dataset = other.build()) {
        assertThatThrownBy(() -> dataset.resume(token)).isInstanceOf(IllegalArgumentException.class)
            .hasMessageContaining("build the dataset as it was then");
      }
    }
    try (PackiceDataset dataset = builder().build();
        PackiceDataset part = dataset.take(50)) {
      assertThatThrownBy(() -> part.resume(token)).isInstanceOf(IllegalArgumentException.class);
    }
    assertThatThrownBy(() -> EpochToken.parse("packice-epoch-2:1:2:3")).isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("should look like packice-epoch-1:0:0:0000000000000000");
    Batch foreign = new Batch(manager.newSubManager(), new NDList(), new NDList(), 1,
        Batchifier.STACK, Batchifier.STACK, 1, 1);
    assertThatThrownBy(() -> PackiceDataset.tokenAfter(foreign)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void rowsAreTakenSkippedAndFiltered() {
    try (PackiceDataset all = builder().setSampling(7, false).build();
        PackiceDataset first = all.take(30);
        PackiceDataset rest = all.skip(30);
        PackiceDataset tail = first.skip(10);
        PackiceDataset middle = tail.take(5);
        PackiceDataset even = rest.filter(row -> row.integer("y") % 2 == 0);
        PackiceDataset none = all.filter(_ -> false)) {
      assertThat(rows(first)).isEqualTo(range(0, 30));
      assertThat(rows(rest)).isEqualTo(range(30, 100));
      assertThat(rows(middle)).isEqualTo(range(10, 15));
      assertThat(rows(even)).isEqualTo(LongStream.range(15, 50).map(i -> 2 * i).boxed().toList());
      assertThat(rows(none)).isEmpty();
      assertThat(none.size()).isZero();
      assertThatThrownBy(() -> all.take(-1)).isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> all.filter(row -> row.isNull("z"))).isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("Cannot read column z of table floats");
    }
  }

  @Test
  void partsOfASplitAreAsLargeAsSaidAndTheSameEachTime() {
    try (PackiceDataset all = builder().setSampling(7, false).build()) {
      List<List<Long>> parts = splitRows(all.split(0.7, 0.2, 0.1));
      assertThat(parts).extracting(List::size).containsExactly(70, 20, 10);
      assertThat(parts).allSatisfy(part -> assertThat(part).isSorted());
      assertThat(parts.stream().flatMap(List::stream)).containsExactlyInAnyOrderElementsOf(range(0, 100));
      assertThat(splitRows(all.split(7, 2, 1))).isEqualTo(parts);
      assertThat(parts.getFirst()).isNotEqualTo(range(0, 70));
      for (double[] shares : new double[][] {{}, {0, 0}, {1, -1, 3}, {Double.NaN}}) {
        assertThatThrownBy(() -> all.split(shares)).isInstanceOf(IllegalArgumentException.class)
            .hasMessageContaining("Cannot split into shares of");
      }
    }
    try (PackiceDataset other = builder().optSeed(4).setSampling(7, false).build()) {
      assertThat(splitRows(other.split(0.7, 0.3)).getFirst()).hasSize(70);
    }
  }

  @Test
  void anOrderIsOfTheRowsThatAreLeft() {
    try (PackiceDataset all = builder().optOrder(Order.weighted(row -> row.integer("y") < 50 ? -1 : 1)).build();
        PackiceDataset good = all.filter(row -> row.integer("y") >= 50)) {
      assertThat(rows(good)).hasSize(50).allMatch(row -> row >= 50);
      assertThat(all.size()).isEqualTo(ROWS);
      assertThatThrownBy(() -> all.getData(manager)).isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("Cannot draw row 0 with the weight -1.0");
    }
    try (PackiceDataset all = builder().optOrder(Order.stratified("z")).build()) {
      assertThatThrownBy(() -> all.getData(manager)).isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("Cannot read column z of table floats: it has only [x, y]");
    }
  }

  private List<List<Long>> splitRows(List<PackiceDataset> parts) {
    List<List<Long>> rows = parts.stream().map(this::rows).toList();
    parts.forEach(PackiceDataset::close);
    return rows;
  }

  @Test
  void rowsOfEqualValueStayTogetherInASplitByColumn() {
    TestTables.grouped(client, "groups", 2_000, 100);
    try (PackiceDataset all = PackiceDataset.builder().setTable(client, "groups").setFeatures("x").optLabels("y")
        .setSampling(64, false).build()) {
      List<List<Long>> parts = splitRows(all.splitBy("group", 0.6, 0.4));
      Set<Long> left = new HashSet<>();
      Set<Long> right = new HashSet<>();
      parts.get(0).forEach(row -> left.add(row % 100));
      parts.get(1).forEach(row -> right.add(row % 100));
      assertThat(left).doesNotContainAnyElementsOf(right).hasSizeBetween(45, 75);
      assertThat(left.size() + right.size()).isEqualTo(100);
      assertThat(parts.get(0).size() + parts.get(1).size()).isEqualTo(2_000);
    }
  }

  @Test
  void bytesOfEqualValueStayTogetherToo() {
    Field group = new Field("group", FieldType.nullable(new ArrowType.Binary()), null);
    TestTables.write(client, "bytes", 400, 100, List.of(TensorField.of("y", new ArrowType.Int(64, true)), group),
        (root, first, count) -> {
          root.allocateNew();
          for (int row = 0; row < count; row++) {
            ((BigIntVector) root.getVector("y")).setSafe(row, first + row);
            ((VarBinaryVector) root.getVector("group")).setSafe(row, new byte[] {(byte) ((first + row) % 20), -1});
          }
        });
    PackiceDataset.Builder builder = PackiceDataset.builder().setTable(client, "bytes").setFeatures("y").optLabels("y")
        .setSampling(20, false);
    try (PackiceDataset all = builder.build()) {
      List<List<Long>> parts = splitRows(all.splitBy("group", 0.5, 0.5));
      assertThat(parts).allSatisfy(part -> assertThat(part).isNotEmpty());
      assertThat(parts.get(0)).extracting(row -> row % 20)
          .doesNotContainAnyElementsOf(parts.get(1).stream().map(row -> row % 20).toList());
      assertThat(splitRows(all.splitBy("group", 0.5, 0.5))).isEqualTo(parts);
    }
    try (PackiceDataset stratified = builder.optOrder(Order.stratified("group")).build()) {
      assertThat(rows(stratified).subList(0, 20)).extracting(row -> row % 20).doesNotHaveDuplicates();
    }
  }

  @Test
  void rowsAreReadToTheEndThoughTheDatasetIsClosedMeanwhile() {
    PackiceDataset filtered = builder().build();
    try (PackiceDataset even = filtered.filter(row -> {
      filtered.close();
      return row.integer("y") % 2 == 0;
    })) {
      assertThat(even.size()).isEqualTo(50);
      assertThat(new HashSet<>(rows(even))).hasSize(50).allMatch(row -> row % 2 == 0);
    }
    assertThatThrownBy(() -> filtered.filter(_ -> true)).isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("the dataset is closed");
  }

  @Test
  void workersHaveEachRowOnceInEveryEpochAndOthersInTheNext() {
    try (PackiceDataset all = builder().build();
        PackiceDataset one = all.shard(0, 2);
        PackiceDataset other = all.shard(1, 2)) {
      List<Long> first = rows(one);
      List<Long> second = rows(other);
      assertThat(first).hasSize(50).doesNotContainAnyElementsOf(second);
      assertThat(second).hasSize(50);
      assertThat(new HashSet<>(rows(one))).isNotEqualTo(new HashSet<>(first));
      assertThatThrownBy(() -> all.shard(2, 2)).isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> one.take(3)).isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("shard last");
      try (PackiceDataset half = one.shard(1, 2)) {
        assertThat(half.size()).isEqualTo(25);
      }
    }
  }

  @Test
  void aDatasetThatCameOfAnotherOutlivesIt() {
    PackiceDataset all = builder().setSampling(7, false).build();
    PackiceDataset part = all.take(5);
    all.close();
    assertThat(rows(part)).isEqualTo(range(0, 5));
    part.close();
    part.close();
    assertThat(LeakCheck.held()).noneMatch(line -> line.contains(" r--s "));
  }
}
