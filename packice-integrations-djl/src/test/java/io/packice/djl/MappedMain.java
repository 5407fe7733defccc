package io.packice.djl;

import io.packice.Packice;
import io.packice.PackiceClient;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Asks for a computed dataset, and says how many batches it had to compute itself. Arguments: the peer's socket; "dies" for one that is killed
 * while it computes, which it does until then.
 */
public final class MappedMain {
  private MappedMain() {
  }

  public static void main(String[] args) {
    AtomicInteger computed = new AtomicInteger();
    try (PackiceClient client = Packice.connect(Path.of(args[0]));
        PackiceDataset dataset = PackiceDataset.builder().setTable(client, "floats").setFeatures("x")
            .setSampling(16, true).build()) {
      if (args[1].equals("lives")) {
        System.out.println("ready");
      }
      try (PackiceDataset mapped = dataset.mapped("twice", data -> {
        if (args[1].equals("dies") && computed.get() == 2) {
          System.out.println("computing");
          waitToBeKilled();
        }
        computed.incrementAndGet();
        data.set(0, data.head().mul(2));
        return data;
      })) {
        System.out.println(mapped.size() + " rows, " + computed + " computed");
      }
    }
  }

  private static void waitToBeKilled() {
    try {
      System.in.transferTo(OutputStream.nullOutputStream());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
