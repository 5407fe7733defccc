package io.packice.arrow;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import org.apache.arrow.c.ArrowArray;
import org.apache.arrow.c.ArrowSchema;
import org.apache.arrow.c.Data;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Schema;
import org.junit.jupiter.api.Test;

/**
 * A table's batch goes through Arrow's C Data Interface to other native libraries as any root does: by {@code Data.exportVectorSchemaRoot} of
 * arrow-c-data. It stays where it is mapped, and leased until the other side releases it.
 */
final class CDataTest extends TableFixture {
  private static final Schema COLUMNS = new Schema(List.of(
      RandomVectors.field("number", new ArrowType.Int(64, true)), RandomVectors.field("text", new ArrowType.Utf8()),
      RandomVectors.field("list", new ArrowType.List(), RandomVectors.field("item", new ArrowType.Int(32, true)))));

  private static long[] addresses(FieldVector vector) {
    return Arrays.stream(vector.getBuffers(false)).mapToLong(ArrowBuf::memoryAddress).toArray();
  }

  @Test
  void anExportedBatchStaysInTheMappingAndKeepsItsLease() {
    try (VectorSchemaRoot batch = new RandomVectors(1, 0.1).batch(COLUMNS, 1_000, allocator);
        TableWriter writer = tables.create("t", COLUMNS)) {
      writer.write(batch);
      writer.commit();
      try (ArrowArray array = ArrowArray.allocateNew(allocator);
          ArrowSchema schema = ArrowSchema.allocateNew(allocator)) {
        long[] exported;
        try (ArrowTable table = tables.open("t"); VectorSchemaRoot root = table.batch(0, allocator)) {
          exported = addresses(root.getVector("number"));
          Data.exportVectorSchemaRoot(allocator, root, null, array, schema);
        }
        tables.drop("t"); // nobody else holds it any more
        try (VectorSchemaRoot imported = Data.importVectorSchemaRoot(allocator, array, schema, null)) {
          assertThat(addresses(imported.getVector("number"))).isEqualTo(exported);
          assertEqual(imported, batch);
          assertThat(peer.stats().zombieBytes()).isPositive();
        }
      }
    }
    peer.requireEmpty();
  }
}
