package io.packice.djl;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.training.dataset.Batch;
import io.packice.Packice;
import io.packice.PackiceClient;
import io.packice.arrow.ArrowTables;
import io.packice.contract.LeakCheck;
import io.packice.core.CapacityExceededException;
import io.packice.core.NotFoundException;
import io.packice.core.PeerUnavailableException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Everything that can go wrong around a training, one after the other; a crash ends this process, which is why it is one of its own. Argument: the
 * socket of a peer of 64 MiB. Prints "training" when the peer may be killed, and waits for its end.
 */
public final class TortureMain {
  private static final int ROWS = 2_000;
  private static final int WIDTH = 1_024; // 4 KiB a row
  private static final String TABLE = "floats";

  private final Path socket;

  private TortureMain(Path socket) {
    this.socket = socket;
  }

  public static void main(String[] args) throws InterruptedException {
    TortureMain torture = new TortureMain(Path.of(args[0]));
    try (PackiceClient client = Packice.connect(torture.socket)) {
      TestTables.floats(client, TABLE, ROWS, WIDTH, 500);
    }
    torture.nothingHeldAfter("iterators left early", torture::leaveEarly);
    torture.nothingHeldAfter("iterators left and collected", torture::abandon);
    torture.nothingHeldAfter("a dataset forgotten", torture::forget);
    torture.nothingHeldAfter("exceptions while loading", torture::failToLoad);
    torture.nothingHeldAfter("an exception in the training", torture::failToTrain);
    torture.nothingHeldAfter("concurrent iterators", torture::iterateConcurrently);
    torture.nothingHeldAfter("discard and eviction", torture::discardAndEvict);
    torture.nothingHeldAfter("the peer killed", torture::loseThePeer);
    System.out.println("survived");
  }

  private interface Phase {
    void run(PackiceClient client, NDManager manager) throws InterruptedException;
  }

  private void nothingHeldAfter(String what, Phase phase) throws InterruptedException {
    long managers = managers();
    try (PackiceClient client = Packice.connect(socket); NDManager manager = NDManager.newBaseManager()) {
      phase.run(client, manager);
    }
    LeakCheck.eventually(() -> {
      System.gc();
      LeakCheck.assertNothingHeld();
    });
    if (managers() != managers) {
      throw new AssertionError(what + ": " + (managers() - managers) + " managers more");
    }
    System.out.println(what);
  }

  /** How many managers hang at the one of all. */
  private static long managers() {
    NDManager system;
    try (NDManager base = NDManager.newBaseManager()) {
      system = base.getParentManager();
    }
    String text = system.toString();
    return Long.parseLong(text.substring(text.indexOf("Resource size: ") + 15));
  }

  private static PackiceDataset.Builder builder(PackiceClient client) {
    return PackiceDataset.builder().setTable(client, TABLE).setFeatures("x").optLabels("y").setSampling(64, true)
        .optThreads(2).optPrefetchNumber(4);
  }

  private static void check(Batch batch) {
    long[] rows = batch.getLabels().head().toLongArray();
    float[] values = batch.getData().head().toFloatArray();
    for (int i = 0; i < values.length; i++) {
      if (values[i] != TestTables.element(rows[i / WIDTH], i % WIDTH)) {
        throw new AssertionError("element " + i + " is " + values[i]);
      }
    }
  }

  private static void require(boolean condition, String what) {
    if (!condition) {
      throw new AssertionError(what);
    }
  }

  private void leaveEarly(PackiceClient client, NDManager manager) {
    for (boolean shuffled : new boolean[] {false, true}) {
      try (PackiceDataset dataset = builder(client).setSampling(64, shuffled).build()) {
        for (int taken = 0; taken < 5; taken++) {
          Iterator<Batch> epoch = dataset.getData(manager).iterator();
          for (int i = 0; i < taken; i++) {
            check(epoch.next());
          }
        }
      }
    }
  }

  private void abandon(PackiceClient client, NDManager manager) {
    List<NDArray> kept = new ArrayList<>();
    try (PackiceDataset dataset = builder(client).setSampling(64, false).build()) {
      for (int i = 0; i < 20; i++) {
        Batch batch = dataset.getData(manager).iterator().next();
        kept.add(batch.getData().head());
      }
    }
    System.gc();
    kept.forEach(array -> require(array.toFloatArray()[1] == 1, "a batch that was taken stays"));
    int before = manager.getManagedArrays().size();
    require(before == 40, before + " arrays instead of 40");
  }

  private void forget(PackiceClient client, NDManager manager) {
    Batch batch = builder(client).build().getData(manager).iterator().next();
    System.gc();
    check(batch);
    batch.close();
  }

  private void failToLoad(PackiceClient client, NDManager manager) {
    AtomicInteger calls = new AtomicInteger();
    try (PackiceDataset dataset = PackiceDataset.builder().setTable(client, TABLE).addFeature(Column.of("x"))
        .addFeature(Column.of("y").withOneHot(1_000)).setSampling(100, false).optThreads(2).build()) {
      Iterator<Batch> epoch = dataset.getData(manager).iterator();
      while (epoch.hasNext()) {
        try {
          epoch.next().close();
        } catch (IllegalArgumentException none) {
          require(none.getMessage().contains("none of 0 to 999"), none.getMessage());
          calls.incrementAndGet();
        }
      }
    }
    require(calls.get() == 10, calls + " batches failed instead of 10");
  }

  private void failToTrain(PackiceClient client, NDManager manager) {
    try (PackiceDataset dataset = builder(client).build()) {
      try {
        for (Batch batch : dataset.getData(manager)) {
          check(batch);
          batch.getData().head().matMul(batch.getLabels().head()); // shapes that do not fit
        }
        throw new AssertionError("it does not fit");
      } catch (RuntimeException engine) {
        require(!(engine instanceof NullPointerException), "a clear exception");
      }
    }
  }

  private void iterateConcurrently(PackiceClient client, NDManager manager) throws InterruptedException {
    AtomicInteger failures = new AtomicInteger();
    try (PackiceDataset dataset = builder(client).build()) {
      List<Thread> threads = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        int number = i;
        threads.add(Thread.ofPlatform().start(() -> {
          try (NDManager own = manager.newSubManager()) {
            int batches = 0;
            for (Batch batch : dataset.getData(own)) {
              check(batch);
              if (number % 2 == 0) {
                batch.close();
              }
              if (++batches == 20 && number == 3) {
                break;
              }
            }
          } catch (Throwable failure) {
            failure.printStackTrace();
            failures.incrementAndGet();
          }
        }));
      }
      for (Thread thread : threads) {
        thread.join();
      }
    }
    require(failures.get() == 0, "concurrent iterators failed");
  }

  private void discardAndEvict(PackiceClient client, NDManager manager) {
    try (PackiceDataset dataset = builder(client).setSampling(64, false).build()) {
      int batches = 0;
      for (Batch batch : dataset.getData(manager)) {
        check(batch);
        batch.close();
        if (++batches == 3) {
          new ArrowTables(client).drop(TABLE);
          fillThePeer(client);
        }
      }
      require(batches == 32, batches + " batches");
      check(dataset.getData(manager).iterator().next());
    }
    try (PackiceDataset dataset = builder(client).build()) {
      dataset.prepare(null);
      throw new AssertionError("it was dropped");
    } catch (NotFoundException gone) {
      require(gone.getMessage().contains(TABLE), gone.getMessage());
    }
    TestTables.floats(client, TABLE, ROWS, WIDTH, 500); // evicts what filled the peer
  }

  private static void fillThePeer(PackiceClient client) {
    try {
      for (int i = 0; i < 100; i++) {
        try (var writer = client.create("filler" + i, 4 << 20)) {
          writer.seal();
        }
      }
    } catch (CapacityExceededException full) {
      // leased bytes cannot be evicted
    }
  }

  private void loseThePeer(PackiceClient client, NDManager manager) {
    try (PackiceDataset dataset = builder(client).build();
        PackiceDataset views = builder(client).setSampling(64, false).build()) {
      views.prepare(null);
      Iterator<Batch> epoch = dataset.getData(manager).iterator();
      check(epoch.next());
      System.out.println("training");
      awaitTheEnd(client);
      while (epoch.hasNext()) {
        try (Batch batch = epoch.next()) {
          check(batch);
        }
      }
      for (Batch batch : views.getData(manager)) {
        check(batch);
      }
      try (PackiceDataset another = builder(client).build()) {
        another.prepare(null);
        throw new AssertionError("the peer is gone");
      } catch (PeerUnavailableException gone) {
        require(!gone.getMessage().isEmpty(), "a clear message");
      }
    }
  }

  private static void awaitTheEnd(PackiceClient client) {
    LeakCheck.eventually(() -> {
      try {
        client.stats();
      } catch (PeerUnavailableException gone) {
        return;
      }
      throw new AssertionError("the peer lives");
    });
  }
}
