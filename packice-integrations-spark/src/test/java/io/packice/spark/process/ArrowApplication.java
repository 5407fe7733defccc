package io.packice.spark.process;

import io.packice.Packice;
import io.packice.PackiceClient;
import io.packice.arrow.ArrowTable;
import io.packice.arrow.ArrowTables;
import io.packice.arrow.FixedWidthColumn;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;

/** A program without Spark, such as one that trains: it maps a column of a table. */
public final class ArrowApplication {
  private ArrowApplication() {
  }

  /**
   * Runs.
   *
   * @param arguments the peer's socket
   */
  public static void main(String[] arguments) {
    try (PackiceClient client = Packice.connect(Path.of(arguments[0]));
        ArrowTable table = new ArrowTables(client).open("shared.t")) {
      long sum = 0;
      for (FixedWidthColumn.Chunk chunk : table.column("id").chunks()) {
        for (long row = 0; row < chunk.rowCount(); row++) {
          sum += chunk.values().getAtIndex(ValueLayout.JAVA_LONG_UNALIGNED, row);
        }
      }
      System.out.println(sum);
      System.out.println(String.join(",", SharedPages.inodes()));
    }
  }
}
