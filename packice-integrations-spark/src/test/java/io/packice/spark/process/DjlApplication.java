package io.packice.spark.process;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.training.dataset.Batch;
import io.packice.Packice;
import io.packice.PackiceClient;
import io.packice.djl.PackiceDataset;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;

/** A program without Spark, such as one that trains: it reads a column of a table, says what it saw, and keeps it until its input ends. */
public final class DjlApplication {
  private DjlApplication() {
  }

  /**
   * Runs.
   *
   * @param arguments the peer's socket
   */
  public static void main(String[] arguments) throws IOException {
    try (PackiceClient client = Packice.connect(Path.of(arguments[0]));
        PackiceDataset dataset = PackiceDataset.builder().setTable(client, "shared.t").setFeatures("id")
            .setSampling(1000, false).build();
        NDManager manager = NDManager.newBaseManager()) {
      long sum = 0;
      for (Batch batch : dataset.getData(manager)) {
        NDArray ids = batch.getData().head();
        if (ids.getDataType() != DataType.INT64) {
          throw new IllegalStateException("ids are of type " + ids.getDataType());
        }
        try (NDArray batchSum = ids.sum()) {
          sum += batchSum.getLong();
        }
        batch.close();
      }
      System.out.println(sum);
      System.out.println(String.join(",", SharedPages.inodes()));
      System.in.transferTo(OutputStream.nullOutputStream());
    }
  }
}
