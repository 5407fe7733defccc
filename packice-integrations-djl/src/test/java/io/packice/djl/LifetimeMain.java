package io.packice.djl;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.training.dataset.Batch;
import io.packice.Packice;
import io.packice.PackiceClient;
import io.packice.contract.LeakCheck;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Random histories with a dataset's things: taken, read, closed in every order, closed twice, left. What is open must have the right
 * numbers, what is closed must throw; a crash ends this process, which is why it is one of its own. Arguments: the peer's socket, the
 * seed, how many histories.
 */
public final class LifetimeMain {
  private static final int ROWS = 600;
  private static final int WIDTH = 700; // 2800 bytes a row: batches lie on pages of their own, so unmapped memory is noticed
  private static final int STEPS = 40;

  private static int readRight;
  private static int refused;

  private final SplittableRandom random;
  private final PackiceClient client;
  private final PackiceDataset dataset;
  private final NDManager base = NDManager.newBaseManager();
  private final List<NDManager> managers = new ArrayList<>();
  private final List<Iterator<Batch>> epochs = new ArrayList<>();
  private final List<Taken> taken = new ArrayList<>();

  /** A batch, a tensor of it or derived from it, and the rows that the tensor shows. */
  private record Taken(Batch batch, NDArray tensor, List<Long> rows) {
    void read() {
      float[] values;
      try {
        values = tensor.toFloatArray();
        readRight++;
      } catch (IllegalStateException closed) {
        refused++;
        return;
      }
      for (int i = 0; i < values.length; i++) {
        float expected = TestTables.element(rows.get(i / WIDTH), i % WIDTH);
        if (values[i] != expected) {
          throw new AssertionError("element " + i + " is " + values[i] + ", not " + expected);
        }
      }
    }
  }

  private LifetimeMain(Path socket, SplittableRandom random) {
    this.random = random;
    client = Packice.connect(socket);
    dataset = PackiceDataset.builder().setTable(client, "floats").setFeatures("x").optLabels("y")
        .setSampling(1 + random.nextInt(50), random.nextBoolean()).optSeed(random.nextLong()).build();
    managers.add(base);
  }

  public static void main(String[] args) {
    long seed = Long.parseLong(args[1]);
    Path socket = Path.of(args[0]);
    try (PackiceClient writer = Packice.connect(socket)) {
      TestTables.floats(writer, "floats", ROWS, WIDTH, 250);
    }
    SplittableRandom seeds = new SplittableRandom(seed);
    try (ExecutorService loaders = Executors.newFixedThreadPool(2)) {
      for (int history = 0; history < Integer.parseInt(args[2]); history++) {
        new LifetimeMain(socket, seeds.split()).run(loaders);
      }
    }
    System.gc();
    LeakCheck.assertNothingHeld();
    if (Math.min(readRight, refused) < 1_000) {
      throw new AssertionError(
          "hardly a test: " + readRight + " reads of open tensors, " + refused + " of closed ones");
    }
    System.out.println("survived");
  }

  private void run(ExecutorService loaders) {
    for (int step = 0; step < STEPS; step++) {
      try {
        step(loaders);
      } catch (IllegalStateException closed) {
        // the answer to whatever is done with something closed
      }
      taken.forEach(Taken::read);
    }
    dataset.close();
    client.close();
    taken.forEach(Taken::read);
    base.close();
    for (Taken one : taken) {
      if (!one.tensor().isReleased()) {
        throw new AssertionError("a tensor outlived the manager of all managers");
      }
      one.batch().close();
    }
  }

  private void step(ExecutorService loaders) {
    switch (random.nextInt(14)) {
      case 0, 1 -> epochs.add(dataset.getData(any(managers), random.nextBoolean() ? loaders : null).iterator());
      case 2, 3, 4, 5, 6 -> take();
      case 7 -> managers.add(any(managers).newSubManager());
      case 8, 9 -> any(taken).batch().close();
      case 10 -> any(taken).tensor().close();
      case 11 -> closeManager();
      case 12 -> {
        if (random.nextInt(6) == 0) {
          dataset.close();
        }
      }
      default -> {
        if (random.nextInt(6) == 0) {
          client.close();
        }
      }
    }
  }

  private void take() {
    Iterator<Batch> epoch = any(epochs);
    if (!epoch.hasNext()) {
      return;
    }
    Batch batch = epoch.next();
    List<Long> rows = batch.getIndices().stream().map(Long.class::cast).toList();
    NDArray tensor = batch.getData().head();
    switch (random.nextInt(6)) {
      case 4 -> { // what is derived without a copy, and moved: the engine's own count keeps the memory
        NDArray slice = tensor.get("-1:");
        move(slice);
        taken.add(new Taken(batch, slice, List.of(rows.getLast())));
      }
      case 5 -> {
        NDArray slice = tensor.get("0:1").transpose().transpose();
        move(slice);
        tensor.close();
        taken.add(new Taken(batch, slice, List.of(rows.getFirst())));
      }
      case 0 -> taken.add(new Taken(batch, tensor.reshape(rows.size() * (long) WIDTH), rows));
      case 1 -> taken.add(new Taken(batch, tensor.get("-1:"), List.of(rows.getLast())));
      case 2 -> {
        move(tensor);
        taken.add(new Taken(batch, tensor, rows));
      }
      default -> taken.add(new Taken(batch, tensor, rows));
    }
  }

  /** DJL lets go of an array that it cannot attach, and never frees it. */
  private void move(NDArray array) {
    try {
      array.attach(any(managers));
    } catch (IllegalStateException closed) {
      array.close();
      throw closed;
    }
  }

  private void closeManager() {
    int which = random.nextInt(managers.size());
    if (which > 0 || random.nextInt(10) == 0) { // the first is the parent of all
      managers.get(which).close();
    }
  }

  private <T> T any(List<T> list) {
    if (list.isEmpty()) {
      throw new IllegalStateException("there is none");
    }
    return list.get(random.nextInt(list.size()));
  }
}
