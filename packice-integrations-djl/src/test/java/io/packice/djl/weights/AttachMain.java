package io.packice.djl.weights;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.packice.Packice;
import io.packice.PackiceClient;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;

/** Attaches weights, reads all of them, says so, and keeps them until its standard input ends. Argument: the peer's socket. */
public final class AttachMain {
  private AttachMain() {
  }

  public static void main(String[] args) throws IOException {
    try (NDManager manager = NDManager.newBaseManager(); PackiceClient client = Packice.connect(Path.of(args[0]))) {
      manager.zeros(new ai.djl.ndarray.types.Shape(1)).close(); // the engine is started before the clock is
      long start = System.nanoTime();
      try (SharedWeights weights = SharedWeights.open(client, "big")) {
        double sum = 0;
        var list = weights.attach(manager);
        long micros = (System.nanoTime() - start) / 1000;
        for (NDArray array : list) {
          sum += array.sum().getFloat();
        }
        System.out.println("sum " + sum);
        System.out.println(micros);
      }
      System.in.transferTo(OutputStream.nullOutputStream());
    }
  }
}
