package io.packice.djl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.dataset.Batch;
import io.packice.Packice;
import io.packice.PackiceClient;
import io.packice.arrow.ArrowTables;
import io.packice.contract.LeakCheck;
import io.packice.peers.MemoryPeer;
import io.packice.process.Child;
import io.packice.transport.uds.UdsServer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MappedDatasetTest {
  private static final int ROWS = 100;
  private static final int WIDTH = 4;

  private final MemoryPeer peer = MemoryPeer.create(64 << 20);
  private final NDManager manager = NDManager.newBaseManager();
  private final AtomicInteger computed = new AtomicInteger();
  private PackiceClient client;

  /** Sums of the rows, and labels as pairs of a boolean and a number. */
  private final BatchTransform sums = new BatchTransform() {
    @Override
    public NDList data(NDList data) {
      computed.incrementAndGet();
      return new NDList(data.head().sum(new int[] {1}), data.head().mul(2).reshape(-1, 2, 2));
    }

    @Override
    public NDList labels(NDList labels) {
      return new NDList(labels.head().gt(49), labels.head());
    }
  };

  @BeforeEach
  void open() {
    client = Packice.connect(peer);
    TestTables.floats(client, "floats", ROWS, WIDTH, 40);
  }

  @AfterEach
  void nothingIsLeft() {
    manager.close();
    client.close();
    peer.close();
    LeakCheck.assertNothingHeld();
  }

  private static PackiceDataset dataset(PackiceClient client) {
    return PackiceDataset.builder().setTable(client, "floats").setFeatures("x").optLabels("y").setSampling(16, true)
        .build();
  }

  private List<String> tables() {
    return new ArrowTables(client).list().map(table -> table.name()).filter(name -> !name.equals("floats")).toList();
  }

  @Test
  void whatATransformMakesOfEachRowIsATableLikeAnother() {
    try (PackiceDataset dataset = dataset(client); PackiceDataset mapped = dataset.mapped("sums", sums)) {
      assertThat(mapped.size()).isEqualTo(ROWS);
      int rows = 0;
      for (Batch batch : mapped.getData(manager)) {
        float[] sum = batch.getData().get(0).toFloatArray();
        assertThat(batch.getData().get(1).getShape()).isEqualTo(new Shape(batch.getSize(), 2, 2));
        assertThat(batch.getLabels().get(0).getDataType()).isEqualTo(DataType.BOOLEAN);
        long[] row = batch.getLabels().get(1).toLongArray();
        boolean[] late = batch.getLabels().get(0).toBooleanArray();
        for (int i = 0; i < row.length; i++) {
          assertThat(sum[i]).isEqualTo(row[i] * 4_000f + 6);
          assertThat(batch.getData().get(1).getFloat(i, 1, 1)).isEqualTo(2 * TestTables.element(row[i], 3));
          assertThat(late[i]).isEqualTo(row[i] > 49);
          rows++;
        }
        batch.close();
      }
      assertThat(rows).isEqualTo(ROWS);
      assertThat(computed).hasValue(7);
    }
    assertThat(tables()).singleElement().asString().matches("floats\\.mapped-[0-9a-f]{16}");
  }

  @Test
  void theSameIsComputedOnceAndAnotherKeyRowOrVersionAnew() {
    try (PackiceDataset dataset = dataset(client)) {
      dataset.mapped("sums", sums).close();
      dataset.mapped("sums", sums).close();
      assertThat(tables()).hasSize(1);
      assertThat(computed).hasValue(7);
      dataset.mapped("other sums", sums).close();
      try (PackiceDataset part = dataset.take(50)) {
        part.mapped("sums", sums).close();
      }
      assertThat(tables()).hasSize(3);
    }
    new ArrowTables(client).drop("floats");
    TestTables.floats(client, "floats", ROWS, WIDTH, 40);
    try (PackiceDataset dataset = dataset(client)) {
      dataset.mapped("sums", sums).close();
    }
    assertThat(tables()).hasSize(4);
  }

  @Test
  void ofAllWhoAskAtTheSameTimeOneComputes() throws Exception {
    try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
      List<Future<Long>> sizes = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        sizes.add(threads.submit(() -> {
          try (PackiceClient own = Packice.connect(peer);
              PackiceDataset dataset = dataset(own);
              PackiceDataset mapped = dataset.mapped("sums", sums)) {
            return mapped.size();
          }
        }));
      }
      for (Future<Long> size : sizes) {
        assertThat(size.get()).isEqualTo(ROWS);
      }
    }
    assertThat(computed).as("batches").hasValue(7);
  }

  @Test
  void ofSeveralProcessesOneComputesAndIfItDiesAnother(@TempDir Path folder) throws Exception {
    Path socket = folder.resolve("peer.sock");
    List<String> calls = new ArrayList<>();
    try (UdsServer _ = UdsServer.open(peer, socket);
        Child mortal = EngineChild.start(MappedMain.class, socket, "dies")) {
      assertThat(mortal.line()).isEqualTo("computing"); // and keeps the others waiting until it is killed
      List<Child> others = new ArrayList<>();
      try {
        for (int i = 0; i < 3; i++) {
          others.add(EngineChild.start(MappedMain.class, socket, "lives"));
        }
        for (Child other : others) {
          assertThat(other.line()).isEqualTo("ready");
        }
        assertThat(tables()).isEmpty();
        mortal.kill();
        for (Child other : others) {
          calls.addAll(other.remainingLines());
        }
      } finally {
        others.forEach(Child::close);
      }
    }
    assertThat(calls).containsExactlyInAnyOrder("100 rows, 7 computed", "100 rows, 0 computed", "100 rows, 0 computed");
  }

  @Test
  void aTransformThatFailsLeavesNothingAndTheNextOneComputes() {
    try (PackiceDataset dataset = dataset(client)) {
      assertThatThrownBy(() -> dataset.mapped("sums", data -> {
        if (computed.incrementAndGet() == 3) {
          throw new IllegalStateException("no more");
        }
        return data;
      })).hasMessage("no more");
      assertThat(client.list("")).allMatch(status -> !status.object().id().value().contains("mapped"));
      try (PackiceDataset mapped = dataset.mapped("sums", data -> data);
          Batch batch = mapped.getData(manager).iterator().next()) {
        assertThat(batch.getData().head().getShape()).isEqualTo(new Shape(16, WIDTH));
        assertThat(batch.getLabels().head().getDataType()).isEqualTo(DataType.INT64);
      }
    }
  }

  @Test
  void anInterruptedThreadDoesNotWaitForWhoComputes() {
    AtomicReference<Throwable> failure = new AtomicReference<>();
    try (PackiceDataset dataset = dataset(client)) {
      dataset.mapped("sums", data -> {
        if (computed.incrementAndGet() == 1) {
          failure.set(failureOfAnInterruptedThread());
        }
        return data;
      }).close();
    }
    assertThat(failure.get()).isInstanceOf(IllegalStateException.class)
        .hasMessageMatching("Cannot wait for table floats.mapped-[0-9a-f]{16}, which another computes: this thread was"
            + " interrupted; ask again");
  }

  private Throwable failureOfAnInterruptedThread() {
    try (ExecutorService thread = Executors.newSingleThreadExecutor()) {
      return thread.submit(() -> {
        Thread.currentThread().interrupt();
        try (PackiceClient own = Packice.connect(peer); PackiceDataset dataset = dataset(own)) {
          return catchThrowable(() -> dataset.mapped("sums", data -> data).close());
        }
      }).get();
    } catch (InterruptedException | ExecutionException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void whatIsNotOneRowForEachRowIsRefused() {
    try (PackiceDataset dataset = dataset(client); PackiceDataset shard = dataset.shard(0, 2);
        PackiceDataset single = dataset.take(1); PackiceDataset none = dataset.take(0)) {
      assertThatThrownBy(() -> dataset.mapped("sum", data -> new NDList(data.head().sum())))
          .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("of shape () of a batch of 16 rows");
      assertThatThrownBy(() -> dataset.mapped("sum", _ -> null)).isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("its transform gave null for the data of a batch; return a list of arrays");
      assertThatThrownBy(() -> single.mapped("sum", data -> new NDList(data.head().sum())))
          .hasMessageContaining("of shape () of a batch of 1 row; ");
      assertThatThrownBy(() -> dataset.mapped("none", _ -> new NDList())).isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("at least one array");
      assertThatThrownBy(() -> dataset.mapped("types", data -> new NDList(
          computed.incrementAndGet() > 1 ? data.head().toType(DataType.FLOAT64, true) : data.head())))
          .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("each batch must give the same");
      assertThatThrownBy(() -> shard.mapped("sums", sums)).isInstanceOf(IllegalStateException.class);
      assertThatThrownBy(() -> none.mapped("sums", sums)).hasMessageContaining("no rows");
    }
  }
}
