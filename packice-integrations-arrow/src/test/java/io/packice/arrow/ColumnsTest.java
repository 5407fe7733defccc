package io.packice.arrow;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.packice.arrow.batch.StoredColumn;
import io.packice.arrow.manifest.TableColumn;
import java.lang.foreign.ValueLayout;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.IntVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.dictionary.Dictionary;
import org.apache.arrow.vector.dictionary.DictionaryProvider.MapDictionaryProvider;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.DictionaryEncoding;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;
import org.junit.jupiter.api.Test;

/** Columns in place: the same memory and counts as those of the vectors, without any vector. */
final class ColumnsTest extends TableFixture {
  private static final long SEED = Long.getLong("packice.seed", 7);

  private static void assertSame(StoredColumn column, FieldVector vector) {
    String name = vector.getField() + " with -Dpackice.seed=" + SEED;
    assertThat(column.length()).as(name).isEqualTo(vector.getValueCount());
    List<ArrowBuf> buffers = vector.getFieldBuffers();
    assertThat(column.buffers()).as(name).hasSameSizeAs(buffers);
    if (!(vector.getField().getType() instanceof ArrowType.Union)) { // whose vectors count and number otherwise
      assertThat(column.field().getType()).as(name).isEqualTo(vector.getField().getType());
      assertThat(column.nullCount()).as(name).isEqualTo(vector.getNullCount());
      assertThat(column.validity() == 0).as(name).isEqualTo(column.nullCount() == 0 || buffers.isEmpty());
    }
    for (int i = 0; i < buffers.size(); i++) {
      boolean isMade = i == 0 && column.nullCount() == 0; // vectors want bits that say so
      assertThat(isMade || column.buffers().get(i).byteSize() == 0
          || column.address(i) == buffers.get(i).memoryAddress()).as(name).isTrue();
    }
    List<FieldVector> children = vector.getChildrenFromFields();
    assertThat(column.children()).as(name).hasSameSizeAs(children);
    for (int i = 0; i < children.size(); i++) {
      assertSame(column.children().get(i), children.get(i));
    }
  }

  @Test
  void columnsAreTheMemoryThatVectorsOfABatchPointInto() {
    Schema schema = new Schema(
        Stream.concat(RandomVectors.everyType().getFields().stream(), RandomVectors.rareTypes().stream()).toList());
    RandomVectors random = new RandomVectors(SEED, 0.2);
    try (TableWriter writer = tables.create("t", schema); VectorSchemaRoot batch = random.batch(schema, 300, allocator);
        VectorSchemaRoot none = random.batch(schema, 0, allocator)) {
      writer.write(batch);
      writer.write(none);
      writer.commit();
    }
    try (ArrowTable table = tables.open("t")) {
      for (int index = 0; index < table.batchCount(); index++) {
        List<StoredColumn> columns = table.columns(index, ScanOptions.all());
        try (VectorSchemaRoot batch = table.batch(index, allocator)) {
          assertThat(columns).hasSameSizeAs(batch.getFieldVectors());
          for (int i = 0; i < columns.size(); i++) {
            assertSame(columns.get(i), batch.getVector(i));
          }
        }
      }
    }
  }

  @Test
  void someColumnsComeInTheOrderInWhichTheyAreWanted() {
    writeNumbers("t", TableOptions.defaults(), 5, 6);
    ArrowTable table = tables.open("t");
    StoredColumn column = table.columns(0, ScanOptions.all().withColumns("number")).getFirst();
    assertThat(column.buffers().get(1).get(ValueLayout.JAVA_LONG_UNALIGNED, Long.BYTES)).isEqualTo(6);
    assertThat(column.buffers().get(1).isReadOnly()).isTrue();
    assertThat(table.columns(0, ScanOptions.all().withColumns())).isEmpty();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> table.columns(0, ScanOptions.all().withColumns("nothing")));
    table.close();
    assertThatIllegalStateException().isThrownBy(() -> table.columns(0, ScanOptions.all()));
    assertThatIllegalStateException().as("segments know")
        .isThrownBy(() -> column.buffers().get(1).get(ValueLayout.JAVA_BYTE, 0));
  }

  @Test
  void anEncodedColumnHasItsValuesBesideIt() {
    ArrowType.Int index = new ArrowType.Int(32, true);
    DictionaryEncoding encoding = new DictionaryEncoding(7, false, index);
    Schema schema = new Schema(List.of(new Field("word", new FieldType(true, index, encoding), null)));
    try (VarCharVector words = new VarCharVector("words", allocator);
        VectorSchemaRoot batch = VectorSchemaRoot.create(schema, allocator)) {
      words.setSafe(0, "no".getBytes(UTF_8));
      words.setSafe(1, "yes".getBytes(UTF_8));
      words.setValueCount(2);
      ((IntVector) batch.getVector(0)).setSafe(0, 1);
      ((IntVector) batch.getVector(0)).setSafe(2, 0);
      batch.setRowCount(3);
      MapDictionaryProvider dictionaries = new MapDictionaryProvider(new Dictionary(words, encoding));
      try (TableWriter writer = tables.create("t", schema, TableOptions.defaults(), dictionaries)) {
        writer.write(batch);
        writer.commit();
      }
    }
    try (ArrowTable table = tables.open("t")) {
      StoredColumn column = table.columns(0, ScanOptions.all()).getFirst();
      assertThat(column.nullCount()).isEqualTo(1);
      try (ArrowDictionaries dictionaries = table.dictionaries(0, allocator, ScanOptions.all())) {
        assertSame(Objects.requireNonNull(column.dictionary()), dictionaries.vector(7));
      }
    }
  }

  @Test
  void aColumnThatWasAddedLaterIsNullOrItsFill() {
    writeNumbers("t", TableOptions.defaults(), 1, 2, 3);
    try (TableChange change = tables.change("t", Duration.ZERO)) {
      Field number = RandomVectors.field("number", new ArrowType.Int(64, true));
      var _ = change.commit(now -> now.withColumns(List.of(new TableColumn(number, "number", null),
          new TableColumn(RandomVectors.field("none", new ArrowType.Utf8()), null, null),
          new TableColumn(RandomVectors.field("word", new ArrowType.Utf8()), null, "ab"),
          new TableColumn(RandomVectors.field("seven", new ArrowType.Int(32, true)), null, 7))));
    }
    try (ArrowTable table = tables.open("t")) {
      List<StoredColumn> columns = table.columns(0, ScanOptions.all());
      assertThat(columns).extracting(StoredColumn::length).containsOnly(3);
      assertThat(columns).extracting(StoredColumn::nullCount).containsExactly(0, 3, 0, 0);
      assertThat(columns.get(1).field().getType()).isEqualTo(ArrowType.Null.INSTANCE);
      List<Integer> sevens = new ArrayList<>();
      for (int row = 0; row < 3; row++) {
        sevens.add(columns.get(3).buffers().get(1).get(ValueLayout.JAVA_INT_UNALIGNED, row * (long) Integer.BYTES));
      }
      assertThat(sevens).containsExactly(7, 7, 7);
      assertThat(columns.get(2).buffers().get(1).get(ValueLayout.JAVA_INT_UNALIGNED, 3L * Integer.BYTES)).isEqualTo(6);
    }
  }
}
