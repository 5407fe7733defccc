package io.packice.arrow;

import static org.assertj.core.api.Assertions.assertThat;

import io.packice.PackiceClient;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.compare.VectorEqualsVisitor;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Schema;
import org.junit.jupiter.api.AfterEach;

/** A peer, a client of it and its tables, anew for each test; afterwards nothing is leased, drafted or allocated. */
public abstract class TableFixture {
  protected static final Schema NUMBERS =
      new Schema(List.of(RandomVectors.field("number", new ArrowType.Int(64, true))));

  protected final TablePeer peer = new TablePeer();
  protected final RootAllocator allocator = new RootAllocator(Long.MAX_VALUE);
  protected final PackiceClient client = peer.overSocket();
  protected final ArrowTables tables = new ArrowTables(client);

  @AfterEach
  void nothingLeaks() {
    allocator.close(); // throws if a buffer was not released
    peer.requireIdle();
    client.close();
    peer.close();
  }

  protected VectorSchemaRoot numbers(long... values) {
    VectorSchemaRoot root = VectorSchemaRoot.create(NUMBERS, allocator);
    BigIntVector vector = (BigIntVector) root.getVector(0);
    for (int i = 0; i < values.length; i++) {
      vector.setSafe(i, values[i]);
    }
    root.setRowCount(values.length);
    return root;
  }

  protected void writeNumbers(String name, TableOptions options, long... values) {
    try (TableWriter writer = tables.create(name, NUMBERS, options); VectorSchemaRoot batch = numbers(values)) {
      writer.write(batch);
      writer.commit();
    }
  }

  protected List<Long> readNumbers(ArrowTable table) {
    List<Long> values = new ArrayList<>();
    try (ArrowBatches batches = table.batches(allocator)) {
      while (batches.hasNext()) {
        BigIntVector vector = (BigIntVector) batches.next().getVector(0);
        for (int i = 0; i < vector.getValueCount(); i++) {
          values.add(vector.get(i));
        }
      }
    }
    return values;
  }

  protected List<Long> readNumbers(String name) {
    try (ArrowTable table = tables.open(name)) {
      return readNumbers(table);
    }
  }

  protected static void assertEqual(VectorSchemaRoot actual, VectorSchemaRoot expected) {
    assertThat(actual.getRowCount()).isEqualTo(expected.getRowCount());
    for (int i = 0; i < expected.getFieldVectors().size(); i++) {
      FieldVector vector = expected.getVector(i);
      assertThat(VectorEqualsVisitor.vectorEquals(actual.getVector(i), vector)).as(vector.getName()).isTrue();
      assertThat(actual.getVector(i).getNullCount()).as(vector.getName()).isEqualTo(vector.getNullCount());
    }
  }
}
