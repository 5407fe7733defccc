package io.packice.arrow;

import io.packice.Packice;
import io.packice.PackiceClient;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Schema;

/** Writes two parts of a table, says so, and waits to be killed. */
final class DoomedWriter {
  private DoomedWriter() {
  }

  static void main(String[] arguments) throws IOException {
    Schema schema = new Schema(List.of(RandomVectors.field("number", new ArrowType.Int(64, true))));
    try (PackiceClient client = Packice.connect(Path.of(arguments[0]));
        RootAllocator allocator = new RootAllocator();
        VectorSchemaRoot batch = new RandomVectors(1, 0).batch(schema, 1_000, allocator);
        TableWriter writer =
            new ArrowTables(client).create("t", schema, TableOptions.defaults().withPartBytes(1))) {
      writer.write(batch);
      writer.write(batch);
      System.out.println("written");
      int _ = System.in.read();
    }
  }
}
