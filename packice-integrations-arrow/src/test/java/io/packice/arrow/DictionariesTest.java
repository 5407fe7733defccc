package io.packice.arrow;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.packice.ObjectWriter;
import io.packice.arrow.ScanOptions.Check;
import io.packice.arrow.ScanOptions.Dictionaries;
import io.packice.arrow.manifest.TableFormatException;
import io.packice.arrow.statistics.ColumnStatistics;
import io.packice.core.AcquireRequest;
import io.packice.core.AcquireRequest.IfExists;
import io.packice.core.Metadata;
import io.packice.core.ObjectId;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.arrow.vector.IntVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.dictionary.Dictionary;
import org.apache.arrow.vector.dictionary.DictionaryEncoder;
import org.apache.arrow.vector.dictionary.DictionaryProvider;
import org.apache.arrow.vector.dictionary.DictionaryProvider.MapDictionaryProvider;
import org.apache.arrow.vector.ipc.ArrowFileReader;
import org.apache.arrow.vector.ipc.SeekableReadChannel;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.DictionaryEncoding;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;
import org.apache.arrow.vector.util.ByteArrayReadableSeekableByteChannel;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Tables with a dictionary-encoded column of colours beside one of plain numbers. */
final class DictionariesTest extends TableFixture {
  private static final ArrowType.Int INDEX = new ArrowType.Int(32, true);
  private static final DictionaryEncoding ENCODING = new DictionaryEncoding(7, false, INDEX);
  private static final Schema SCHEMA = new Schema(List.of(
      RandomVectors.field("number", new ArrowType.Int(64, true)),
      new Field("colour", new FieldType(true, INDEX, ENCODING), null)));
  private static final ScanOptions DECODED = ScanOptions.all().withDictionaries(Dictionaries.DECODED);

  private final VarCharVector words = new VarCharVector("words", allocator);
  private final MapDictionaryProvider dictionaries = new MapDictionaryProvider(new Dictionary(words, ENCODING));

  @Override
  @AfterEach
  void nothingLeaks() {
    words.close();
    super.nothingLeaks();
  }

  private void say(String... texts) {
    words.clear();
    words.allocateNew();
    for (int i = 0; i < texts.length; i++) {
      if (texts[i] == null) {
        words.setNull(i);
      } else {
        words.setSafe(i, texts[i].getBytes(UTF_8));
      }
    }
    words.setValueCount(texts.length);
  }

  private VectorSchemaRoot batch(Integer... indices) {
    VectorSchemaRoot root = VectorSchemaRoot.create(SCHEMA, allocator);
    IntVector vector = (IntVector) root.getVector("colour");
    for (int i = 0; i < indices.length; i++) {
      if (indices[i] == null) {
        vector.setNull(i);
      } else {
        vector.setSafe(i, indices[i]);
      }
    }
    root.setRowCount(indices.length);
    return root;
  }

  private void write(TableWriter writer, Integer... indices) {
    try (VectorSchemaRoot batch = batch(indices)) {
      writer.write(batch);
    }
  }

  private void writeTable(Integer... indices) {
    try (TableWriter writer = tables.create("t", SCHEMA, TableOptions.defaults(), dictionaries)) {
      write(writer, indices);
      writer.commit();
    }
  }

  private List<String> read() {
    List<String> texts = new ArrayList<>();
    try (ArrowTable table = tables.open("t"); ArrowBatches batches = table.batches(allocator, DECODED)) {
      while (batches.hasNext()) {
        VectorSchemaRoot batch = batches.next();
        for (int i = 0; i < batch.getRowCount(); i++) {
          texts.add(String.valueOf(batch.getVector("colour").getObject(i)));
        }
      }
    }
    return texts;
  }

  private List<String> parts() {
    return client.list("t/part-").map(part -> part.object().id().value()).toList();
  }

  @Test
  void indicesAndTheirDictionariesLieInTheMappingAndOutliveTheTable() {
    say("red", "green");
    writeTable(1, 0, null, 1);
    VectorSchemaRoot batch;
    ArrowDictionaries opened;
    try (ArrowTable table = tables.open("t")) {
      assertThat(table.schema()).isEqualTo(SCHEMA);
      batch = table.batch(0, allocator);
      long before = allocator.getAllocatedMemory();
      opened = table.dictionaries(0, allocator, ScanOptions.all());
      assertThat(allocator.getAllocatedMemory() - before).isLessThan(4096); // counted, not taken: the mapping's own
    }
    try (batch; opened) {
      assertThat(opened.getDictionaryIds()).containsExactly(7L);
      try (var decoded = DictionaryEncoder.decode(batch.getVector("colour"), opened.lookup(7), allocator)) {
        assertThat(decoded.getObject(0)).hasToString("green");
        assertThat(decoded.getObject(2)).isNull();
      }
    }
    opened.close();
    assertThat(opened.lookup(7)).isNull();
  }

  @Test
  void anyArrowFileReaderReadsAPartAndItsDictionary() throws IOException {
    say("red", "green");
    writeTable(1, 0);
    byte[] bytes;
    try (var object = client.get(parts().getFirst())) {
      bytes = object.blob(0).inputStream().readAllBytes();
    }
    try (ArrowFileReader reader = new ArrowFileReader(
        new SeekableReadChannel(new ByteArrayReadableSeekableByteChannel(bytes)), allocator)) {
      assertThat(reader.loadNextBatch()).isTrue();
      assertThat(reader.lookup(7).getVector().getObject(1)).hasToString("green");
      assertThat(reader.getDictionaryBlocks()).hasSize(1).allMatch(block -> block.getOffset() % 64 == 0);
    }
  }

  @Test
  void aDictionaryMayGrowInAPartAndBeReplacedBetweenParts() {
    say("red");
    try (TableWriter writer = tables.create("t", SCHEMA, TableOptions.defaults(), dictionaries)) {
      write(writer, 0, 0);
      say("red", "green", "blue");
      write(writer, 2, 0);
      say("white", "green");
      write(writer, 0, 1);
      writer.commit();
    }
    assertThat(parts()).hasSize(2);
    assertThat(read()).containsExactly("red", "red", "blue", "red", "white", "green");
    try (ArrowTable table = tables.open("t"); ArrowBatches batches = table.batches(allocator)) {
      assertThatIllegalStateException().isThrownBy(batches::dictionaries).withMessageContaining("call next first");
      batches.next();
      DictionaryProvider first = batches.dictionaries();
      batches.next();
      assertThat(batches.dictionaries()).isSameAs(first);
      assertThat(first.lookup(7).getVector().getValueCount()).isEqualTo(3);
      batches.next();
      assertThat(batches.dictionaries().lookup(7).getVector().getObject(0)).hasToString("white");
    }
  }

  @Test
  void aVersionThatIsAppendedHasDictionariesOfItsOwn() {
    say("red", "green");
    writeTable(1);
    assertThatIllegalArgumentException().isThrownBy(() -> tables.append("t"))
        .withMessageContaining("there is no dictionary 7; give the dictionaries");
    say("black");
    try (TableWriter writer = tables.append("t", TableOptions.defaults(), dictionaries)) {
      write(writer, 0);
      writer.commit();
    }
    assertThat(read()).containsExactly("green", "black");
    try (IntVector numbers = new IntVector("numbers", allocator)) {
      MapDictionaryProvider others = new MapDictionaryProvider(new Dictionary(numbers, ENCODING));
      assertThatIllegalArgumentException().isThrownBy(() -> tables.append("t", TableOptions.defaults(), others))
          .withMessageContaining("dictionary 7 has values of type Int(32, true)[] instead of Utf8[]");
    }
  }

  @Test
  void rowsAreTakenAsValuesAcrossParts() {
    say("red");
    try (TableWriter writer = tables.create("t", SCHEMA, TableOptions.defaults(), dictionaries)) {
      write(writer, 0, null);
      say("white");
      write(writer, 0);
      writer.commit();
    }
    try (ArrowTable table = tables.open("t");
        VectorSchemaRoot taken =
            table.take(new long[] {2, 0, 1, 2}, allocator, ScanOptions.all().withColumns("colour"))) {
      assertThat(taken.getSchema()).isEqualTo(table.schema(DECODED.withColumns("colour")));
      assertThat(taken.getVector(0).getObject(0)).hasToString("white");
      assertThat(taken.getVector(0).getObject(1)).hasToString("red");
      assertThat(taken.getVector(0).getObject(2)).isNull();
    }
  }

  @Test
  void aStreamGivesEachBatchWithItsDictionaries() {
    say("red", "green");
    writeTable(1, 0, 1);
    try (ArrowTable table = tables.open("t")) {
      assertThat(table.stream(allocator, ScanOptions.all().withColumns("colour"), (batch, of) -> {
        int index = ((IntVector) batch.getVector(0)).get(0);
        return String.valueOf(of.lookup(7).getVector().getObject(index));
      })).containsExactly("green");
      assertThat(table.stream(allocator, DECODED.withColumns("colour"),
          batch -> String.valueOf(batch.getVector(0).getObject(2)))).containsExactly("green");
    }
  }

  @Test
  void aColumnThatIsNotEncodedNeedsNoDictionary() {
    say("red");
    writeTable(0);
    try (ArrowTable table = tables.open("t");
        ArrowDictionaries none = table.dictionaries(0, allocator, ScanOptions.all().withColumns("number"))) {
      assertThat(none.getDictionaryIds()).isEmpty();
      assertThatIllegalArgumentException().isThrownBy(() -> table.column("colour"))
          .withMessageContaining("it is dictionary-encoded");
    }
  }

  @Test
  void statisticsCountNullsWhetherTheIndexOrTheValueIsNull() {
    say("red", null);
    writeTable(0, 1, null, 0);
    try (ArrowTable table = tables.open("t")) {
      assertThat(table.statistics().get(1)).isEqualTo(new ColumnStatistics(2, null, null));
    }
    assertThat(read()).containsExactly("red", "null", "null", "red");
  }

  @Test
  void anIndexThatIsNotInItsDictionaryIsNotWritten() {
    say("red");
    try (TableWriter writer = tables.create("t", SCHEMA, TableOptions.defaults(), dictionaries)) {
      for (int wrong : new int[] {1, -1, Integer.MAX_VALUE}) {
        assertThatIllegalArgumentException().isThrownBy(() -> write(writer, 0, wrong))
            .withMessageStartingWith("Cannot write to table t: column colour has the index ")
            .withMessageContaining("in row 1 into a dictionary of 1 values");
      }
      write(writer, 0); // nothing was taken of the others
      writer.commit();
    }
    assertThat(read()).containsExactly("red");
  }

  @Test
  void anIndexThatLeadsOutIsFoundBeforeAVectorIsHandedOut() throws IOException {
    say("red", "green", "blue");
    writeTable(2, 2, 0);
    String part = parts().getFirst();
    byte[] bytes;
    Metadata meta = client.stat(part).object().meta();
    try (var object = client.get(part)) {
      bytes = object.blob(0).inputStream().readAllBytes();
    }
    int index = indexOf(bytes, 2, 2, 0);
    bytes[index] = 3; // just behind the last value, which Arrow's own decoder lets pass
    try (ObjectWriter writer = client.create(AcquireRequest.create(new ObjectId(part), List.of((long) bytes.length))
        .withIfExists(IfExists.REPLACE).withMeta(meta).withGroup("t")); var out = writer.blob(0).outputStream()) {
      out.write(bytes);
      writer.seal();
    }
    try (ArrowTable table = tables.open("t")) {
      assertThatThrownBy(() -> table.columns(0, ScanOptions.all())).isInstanceOf(TableFormatException.class)
          .hasMessageContaining("it is damaged (column colour has the index 3 in row 0 into a dictionary of 3 values)");
      for (ScanOptions options : List.of(ScanOptions.all(), DECODED, DECODED.withCheck(Check.NONE))) {
        assertThatThrownBy(() -> table.batch(0, allocator, options)).isInstanceOf(TableFormatException.class)
            .hasMessageContaining(
                "it is damaged (column colour has the index 3 in row 0 into a dictionary of 3 values)");
      }
      assertThatThrownBy(() -> table.take(new long[] {1}, allocator, ScanOptions.all()))
          .isInstanceOf(TableFormatException.class);
      table.batch(0, allocator, ScanOptions.all().withColumns("number")).close();
    }
  }

  private static int indexOf(byte[] bytes, int... values) {
    for (int i = 0; i <= bytes.length - 4 * values.length; i += 4) {
      boolean same = true;
      for (int n = 0; n < values.length; n++) {
        same &= bytes[i + 4 * n] == values[n] && bytes[i + 4 * n + 1] == 0 && bytes[i + 4 * n + 2] == 0
            && bytes[i + 4 * n + 3] == 0;
      }
      if (same && i % 64 == 0) {
        return i;
      }
    }
    throw new AssertionError("no such values");
  }

  @Test
  void aColumnMustHaveTheTypeThatItsEncodingSays() {
    Schema wrong = new Schema(List.of(
        new Field("colour", new FieldType(true, new ArrowType.Int(8, true), ENCODING), null)));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> tables.create("t", wrong, TableOptions.defaults(), dictionaries))
        .withMessageContaining("other types than their encodings say");
  }

  @Test
  void theDictionaryMustStayWhileItsTableIsWritten() {
    say("red");
    AtomicReference<DictionaryProvider> current = new AtomicReference<>(dictionaries);
    DictionaryProvider switched = new DictionaryProvider() {
      @Override
      public Dictionary lookup(long id) {
        return current.get().lookup(id);
      }

      @Override
      public Set<Long> getDictionaryIds() {
        return current.get().getDictionaryIds();
      }
    };
    try (TableWriter writer = tables.create("t", SCHEMA, TableOptions.defaults(), switched)) {
      current.set(new MapDictionaryProvider());
      assertThatIllegalArgumentException().isThrownBy(() -> write(writer, 0))
          .withMessageContaining("dictionary 7 is gone");
    }
    peer.requireEmpty();
  }
}
