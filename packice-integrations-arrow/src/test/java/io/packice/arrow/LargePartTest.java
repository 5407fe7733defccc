package io.packice.arrow;

import static org.assertj.core.api.Assertions.assertThat;

import io.packice.PackiceClient;
import io.packice.arrow.manifest.TableSummary;
import io.packice.peers.MemoryPeer;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Parts beyond what an int counts. Takes 7 GiB of memory: the part, a batch that fills it, and the other half of a part. */
@Tag("nightly")
@Timeout(300)
final class LargePartTest {
  private static final Schema SCHEMA =
      new Schema(List.of(new Field("n", FieldType.notNullable(new ArrowType.Int(64, true)), null)));
  private static final int ROWS = (1 << 28) + 1_000; // 2 GiB and 8,000 bytes

  private static void fill(VectorSchemaRoot batch, long first, int rows) {
    BigIntVector vector = (BigIntVector) batch.getVector(0);
    vector.allocateNew(rows);
    for (int i = 0; i < rows; i++) {
      vector.set(i, first + i);
    }
    batch.setRowCount(rows);
  }

  @Test
  void aPartOfOneBatchAndOneOfManyAreReadAtBothEnds() {
    try (TablePeer peer = new TablePeer(MemoryPeer.create(6L << 30)); PackiceClient client = peer.overSocket();
        BufferAllocator allocator = new RootAllocator()) {
      ArrowTables tables = new ArrowTables(client);
      try (TableWriter writer =
          tables.create("large", SCHEMA, TableOptions.defaults().withPartBytes(2_200L << 20));
          VectorSchemaRoot batch = VectorSchemaRoot.create(SCHEMA, allocator)) {
        fill(batch, 0, ROWS);
        writer.write(batch);
        int some = 1 << 24;
        for (long first = ROWS; first < 2L * ROWS; first += some) {
          fill(batch, first, (int) Math.min(some, 2L * ROWS - first));
          writer.write(batch);
        }
        TableSummary summary = writer.commit();
        assertThat(summary.rowCount()).isEqualTo(2L * ROWS);
        assertThat(summary.byteSize()).isGreaterThan(4L << 30);
        assertThat(summary.partCount()).isEqualTo(2);
      }
      long[] rows = {0, ROWS - 1, ROWS, 2L * ROWS - 1};
      try (ArrowTable table = tables.open("large");
          VectorSchemaRoot taken = table.take(rows, allocator, ScanOptions.all())) {
        assertThat(table.statistics().getFirst().max()).isEqualTo(2L * ROWS - 1);
        for (int i = 0; i < rows.length; i++) {
          assertThat(((BigIntVector) taken.getVector(0)).get(i)).isEqualTo(rows[i]);
        }
      }
      tables.drop("large");
      peer.requireEmpty();
    }
  }
}
