package io.packice.arrow;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.packice.LeasedObject;
import io.packice.ObjectWriter;
import io.packice.core.AcquireRequest;
import io.packice.core.AcquireRequest.IfExists;
import io.packice.core.Metadata;
import io.packice.core.ObjectId;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.IntVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.complex.DenseUnionVector;
import org.apache.arrow.vector.complex.LargeListViewVector;
import org.apache.arrow.vector.complex.ListViewVector;
import org.apache.arrow.vector.complex.RunEndEncodedVector;
import org.apache.arrow.vector.complex.UnionVector;
import org.apache.arrow.vector.types.UnionMode;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;
import org.junit.jupiter.api.Test;

/** List views, unions and run ends, of which Arrow cannot copy single values. */
final class RareTypesTest extends TableFixture {
  private static final long SEED = Long.getLong("packice.seed", 13);
  private static final ArrowType INT = new ArrowType.Int(32, true);
  private static final int ROWS = 300;

  private static Field of(String name, boolean nullable, ArrowType type, Field... children) {
    return new Field(name, new FieldType(nullable, type, null, Map.of()), List.of(children));
  }

  private static final Field NUMBER = of("number", true, INT);
  private static final Field TEXT = of("text", true, new ArrowType.Utf8());
  private static final Schema SCHEMA = new Schema(List.of(
      of("view", true, new ArrowType.ListView(), NUMBER), of("large view", true, new ArrowType.LargeListView(), NUMBER),
      of("sparse", false, new ArrowType.Union(UnionMode.Sparse, new int[] {3, 7}), NUMBER, TEXT),
      of("dense", false, new ArrowType.Union(UnionMode.Dense, new int[] {2, 5}), NUMBER, TEXT),
      of("runs", false, ArrowType.RunEndEncoded.INSTANCE, of("run_ends", false, INT),
          of("values", true, new ArrowType.Utf8()))));

  private final Random random = new Random(SEED);

  private void fill(IntVector vector, int rows) {
    vector.allocateNew(Math.max(1, rows));
    for (int i = 0; i < rows; i++) {
      if (random.nextInt(5) > 0) {
        vector.set(i, random.nextInt());
      }
    }
    vector.setValueCount(rows);
  }

  private void fill(VarCharVector vector, int rows) {
    vector.allocateNew();
    for (int i = 0; i < rows; i++) {
      if (random.nextInt(5) > 0) {
        vector.setSafe(i, ("text " + random.nextInt(100)).getBytes(UTF_8));
      }
    }
    vector.setValueCount(rows);
  }

  private VectorSchemaRoot batch(int rows) {
    VectorSchemaRoot root = VectorSchemaRoot.create(SCHEMA, allocator);
    root.allocateNew();
    ListViewVector view = (ListViewVector) root.getVector("view");
    LargeListViewVector large = (LargeListViewVector) root.getVector("large view");
    fill((IntVector) view.getDataVector(), 50);
    fill((IntVector) large.getDataVector(), 50);
    UnionVector sparse = (UnionVector) root.getVector("sparse");
    DenseUnionVector dense = (DenseUnionVector) root.getVector("dense");
    fill((IntVector) sparse.getChildrenFromFields().get(0), rows);
    fill((VarCharVector) sparse.getChildrenFromFields().get(1), rows);
    sparse.setValueCount(rows);
    int[] denseRows = new int[2];
    for (int i = 0; i < rows; i++) {
      if (random.nextInt(5) == 0) {
        view.setNull(i);
        large.setNull(i);
      } else { // lists overlap, as views may
        int start = random.nextInt(45);
        view.setNull(i);
        view.setValidity(i, 1);
        view.setOffset(i, start);
        view.setSize(i, random.nextInt(5));
        large.setNull(i);
        large.setValidity(i, 1);
        large.getOffsetBuffer().setLong(i * 8L, start);
        large.getSizeBuffer().setLong(i * 8L, random.nextInt(5));
      }
      int which = random.nextInt(2);
      sparse.getTypeBuffer().setByte(i, which == 0 ? 3 : 7);
      dense.setTypeId(i, (byte) (which == 0 ? 2 : 5));
      dense.setOffset(i, denseRows[which]++);
    }
    fill((IntVector) dense.getChildrenFromFields().get(0), denseRows[0]);
    fill((VarCharVector) dense.getChildrenFromFields().get(1), denseRows[1]);
    RunEndEncodedVector runs = (RunEndEncodedVector) root.getVector("runs");
    IntVector ends = (IntVector) runs.getRunEndsVector();
    int count = 0;
    for (int end = 0; end < rows; count++) {
      end = Math.min(rows, end + 1 + random.nextInt(10));
      ends.setSafe(count, end);
    }
    ends.setValueCount(count);
    fill((VarCharVector) runs.getValuesVector(), count);
    root.setRowCount(rows);
    return root;
  }

  private static Object value(FieldVector vector, int row) {
    if (!(vector instanceof UnionVector || vector instanceof DenseUnionVector) && vector.isNull(row)) {
      return null;
    }
    if (vector instanceof LargeListViewVector list) { // its own getObject takes 64 bits for 32
      List<Object> values = new ArrayList<>();
      long start = list.getOffsetBuffer().getLong(row * 8L);
      for (long i = start; i < start + list.getSizeBuffer().getLong(row * 8L); i++) {
        values.add(list.getDataVector().getObject((int) i));
      }
      return values.toString();
    }
    return String.valueOf(vector.getObject(row));
  }

  private static List<Object> column(FieldVector vector) {
    List<Object> values = new ArrayList<>();
    for (int row = 0; row < vector.getValueCount(); row++) {
      values.add(value(vector, row));
    }
    return values;
  }

  @Test
  void theyComeBackAndTheirRowsAreTakenInAnyOrder() {
    List<List<Object>> expected = new ArrayList<>();
    try (TableWriter writer = tables.create("t", SCHEMA, TableOptions.defaults().withPartBytes(1))) {
      for (int i = 0; i < 3; i++) {
        try (VectorSchemaRoot batch = batch(i == 1 ? 1 : ROWS)) {
          for (int column = 0; column < SCHEMA.getFields().size(); column++) {
            if (i == 0) {
              expected.add(new ArrayList<>());
            }
            expected.get(column).addAll(column(batch.getVector(column)));
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
            read.get(column).addAll(column(batch.getVector(column)));
          }
        }
      }
      assertThat(read).as("seed=%d", SEED).isEqualTo(expected);
      long[] rows = random.longs(400, 0, table.rowCount()).toArray();
      java.util.Arrays.sort(rows, 100, 300); // some of one run, one after the other
      try (VectorSchemaRoot taken = table.take(rows, allocator, ScanOptions.all())) {
        for (int column = 0; column < read.size(); column++) {
          for (int i = 0; i < rows.length; i++) {
            assertThat(value(taken.getVector(column), i))
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
      fill((VarCharVector) runs.getValuesVector(), 2);
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
