package io.packice.arrow;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.packice.LeasedObject;
import io.packice.ObjectWriter;
import io.packice.arrow.manifest.TableFormatException;
import io.packice.core.AcquireRequest;
import io.packice.core.AcquireRequest.IfExists;
import io.packice.core.Metadata;
import io.packice.core.ObjectId;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.apache.arrow.vector.IntVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.ViewVarCharVector;
import org.apache.arrow.vector.complex.RunEndEncodedVector;
import org.apache.arrow.vector.types.pojo.Schema;
import org.junit.jupiter.api.Test;

/** List views, unions and run ends, of which Arrow cannot copy single values. */
final class RareTypesTest extends TableFixture {
  private static final long SEED = Long.getLong("packice.seed", 13);
  private static final int ROWS = 300;

  private static final Schema SCHEMA = new Schema(RandomVectors.rareTypes());

  private final Random random = new Random(SEED);

  @Test
  void theyComeBackAndTheirRowsAreTakenInAnyOrder() {
    List<List<Object>> expected = new ArrayList<>();
    RandomVectors vectors = new RandomVectors(SEED, 0.2);
    try (TableWriter writer = tables.create("t", SCHEMA, TableOptions.defaults().withPartBytes(1))) {
      for (int i = 0; i < 3; i++) {
        try (VectorSchemaRoot batch = vectors.batch(SCHEMA, i == 1 ? 1 : ROWS, allocator)) {
          for (int column = 0; column < SCHEMA.getFields().size(); column++) {
            if (i == 0) {
              expected.add(new ArrayList<>());
            }
            expected.get(column).addAll(RandomVectors.values(batch.getVector(column)));
          }
          writer.write(batch);
        }
      }
      writer.commit();
    }
    try (ArrowTable table = tables.open("t")) {
      List<List<Object>> read = new ArrayList<>();
      SCHEMA.getFields().forEach(_ -> read.add(new ArrayList<>()));
      try (ArrowBatches batches = table.batches(allocator)) {
        while (batches.hasNext()) {
          VectorSchemaRoot batch = batches.next();
          for (int column = 0; column < read.size(); column++) {
            read.get(column).addAll(RandomVectors.values(batch.getVector(column)));
          }
        }
      }
      assertThat(read).as("seed=%d", SEED).isEqualTo(expected);
      long[] rows = random.longs(400, 0, table.rowCount()).toArray();
      java.util.Arrays.sort(rows, 100, 300); // some of one run, one after the other
      try (VectorSchemaRoot taken = table.take(rows, allocator, ScanOptions.all())) {
        for (int column = 0; column < read.size(); column++) {
          for (int i = 0; i < rows.length; i++) {
            assertThat(RandomVectors.value(taken.getVector(column), i))
                .as("seed=%d row %d of %s", SEED, rows[i], SCHEMA.getFields().get(column).getName())
                .isEqualTo(expected.get(column).get((int) rows[i]));
          }
        }
        assertThat(((RunEndEncodedVector) taken.getVector("runs")).getRunEndsVector().getValueCount())
            .isLessThan(rows.length);
        try (TableWriter writer = tables.create("taken", SCHEMA)) { // what was taken is sound
          writer.write(taken);
          writer.commit();
        }
      }
    }
    try (ArrowTable table = tables.open("taken"); VectorSchemaRoot batch = table.batch(0, allocator)) {
      assertThat(batch.getRowCount()).isEqualTo(400);
    }
  }

  @Test
  void runsThatDoNotReachTheEndAreFoundBeforeAVectorIsHandedOut() throws IOException {
    Schema schema = new Schema(List.of(SCHEMA.findField("runs")));
    try (VectorSchemaRoot root = VectorSchemaRoot.create(schema, allocator);
        TableWriter writer = tables.create("t", schema)) {
      root.allocateNew();
      RunEndEncodedVector runs = (RunEndEncodedVector) root.getVector(0);
      IntVector ends = (IntVector) runs.getRunEndsVector();
      ends.setSafe(0, 0x7001);
      ends.setSafe(1, 0x7007);
      ends.setValueCount(2);
      ((ViewVarCharVector) runs.getValuesVector()).setSafe(0, "first".getBytes(UTF_8));
      runs.getValuesVector().setValueCount(2);
      root.setRowCount(0x7007);
      writer.write(root);
      writer.commit();
    }
    String part = client.list("t/part-").findFirst().orElseThrow().object().id().value();
    Metadata meta = client.stat(part).object().meta();
    byte[] bytes;
    try (LeasedObject object = client.get(part)) {
      bytes = object.blob(0).inputStream().readAllBytes();
    }
    int at = 0;
    while (!(at % 64 == 0 && bytes[at] == 1 && bytes[at + 1] == 0x70 && bytes[at + 4] == 7 && bytes[at + 5] == 0x70)) {
      at++;
    }
    bytes[at + 4] = 6;
    try (ObjectWriter writer = client.create(AcquireRequest.create(new ObjectId(part), List.of((long) bytes.length))
        .withIfExists(IfExists.REPLACE).withMeta(meta).withGroup("t")); var out = writer.blob(0).outputStream()) {
      out.write(bytes);
      writer.seal();
    }
    try (ArrowTable table = tables.open("t")) {
      assertThatThrownBy(() -> table.batch(0, allocator)).isInstanceOf(TableFormatException.class)
          .hasMessageContaining("column runs has runs up to row 28678 of 28679");
    }
  }
}
