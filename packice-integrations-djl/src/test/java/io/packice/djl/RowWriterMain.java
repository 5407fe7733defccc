package io.packice.djl;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.training.dataset.RandomAccessDataset;
import io.packice.Packice;
import io.packice.PackiceClient;
import java.io.IOException;

/** Changes rows in place, one by one; where that is a fault, this process ends. */
public final class RowWriterMain {
  private static final int ROWS = 50;
  private static final int WIDTH = 1_024;

  private RowWriterMain() {
  }

  public static void main(String[] args) throws IOException {
    try (PackiceClient client = Packice.connect(); NDManager manager = NDManager.newBaseManager()) {
      TestTables.floats(client, "floats", ROWS, WIDTH, 20);
      for (Order order : new Order[] {Order.sequential(), Order.shuffled(), Order.weighted(_ -> 1)}) {
        try (
            PackiceDataset dataset = PackiceDataset.builder().setTable(client, "floats").setFeatures("x").optLabels("y")
                .setSampling(10, false).optOrder(order).optWritableBatches().build()) {
          change(dataset.asRandomAccess(), manager);
          change(dataset.asRandomAccess(), manager); // nobody sees what was written before
        }
      }
    }
    System.out.println("survived");
  }

  private static void change(RandomAccessDataset rows, NDManager manager) throws IOException {
    for (int row = 0; row < ROWS; row++) {
      for (int time = 0; time < 2; time++) {
        NDArray x = rows.get(manager, row).getData().head();
        if (x.toFloatArray()[3] != TestTables.element(row, 3)) {
          throw new AssertionError("row " + row + " is " + x.toFloatArray()[3]);
        }
        x.muli(0);
        rows.get(manager, row).getLabels().head().addi(1);
        if (x.toFloatArray()[3] != 0) {
          throw new AssertionError("row " + row + " did not change");
        }
      }
    }
  }
}
