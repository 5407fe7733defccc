package io.packice.djl;

import ai.djl.ndarray.NDManager;
import ai.djl.training.dataset.Batch;
import io.packice.Packice;
import io.packice.PackiceClient;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;

/** Reads a whole table as views, says so, and keeps it until its standard input ends. Argument: the peer's socket. */
public final class ScanMain {
  private ScanMain() {
  }

  public static void main(String[] args) throws IOException {
    try (PackiceClient client = Packice.connect(Path.of(args[0]));
        PackiceDataset dataset = PackiceDataset.builder().setTable(client, "floats").setFeatures("x")
            .setSampling(64, false).build();
        NDManager manager = NDManager.newBaseManager()) {
      long rows = 0;
      for (Batch batch : dataset.getData(manager)) {
        if (batch.getData().head().max().getFloat() > 0) {
          rows += batch.getSize();
        }
        batch.close();
      }
      System.out.println("read " + rows + " rows");
      System.in.transferTo(OutputStream.nullOutputStream());
    }
  }
}
