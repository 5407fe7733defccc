package io.packice.arrow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.packice.ObjectWriter;
import io.packice.PackiceClient;
import io.packice.arrow.manifest.TableFormatException;
import io.packice.arrow.manifest.TableSummary;
import io.packice.arrow.schema.TensorField;
import io.packice.arrow.statistics.ColumnStatistics;
import io.packice.arrow.vectors.NativeMemory;
import io.packice.contract.LeakCheck;
import io.packice.core.AcquireRequest.IfExists;
import io.packice.core.AlreadyExistsException;
import io.packice.core.CapacityExceededException;
import io.packice.core.NotFoundException;
import io.packice.core.NotSealedException;
import io.packice.core.ObjectStatus;
import io.packice.peers.MemoryPeer;
import io.packice.process.Child;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.OutOfMemoryException;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.ipc.ArrowFileReader;
import org.apache.arrow.vector.ipc.SeekableReadChannel;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.DictionaryEncoding;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;
import org.apache.arrow.vector.util.ByteArrayReadableSeekableByteChannel;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class TablesTest extends TableFixture {
  private static final long SEED = Long.getLong("packice.seed", 20250101L);
  @ParameterizedTest
  @ValueSource(doubles = {0, 0.3, 1})
  void aTableOfEveryTypeComesBackAsItWasWritten(double nullShare) {
    Schema schema = RandomVectors.everyType();
    RandomVectors random = new RandomVectors(SEED, nullShare);
    List<VectorSchemaRoot> written = new ArrayList<>();
    for (int rows : new int[] {100, 0, 1, 1_000, 17}) { // batches of different sizes, one of them empty, in several parts
      written.add(random.batch(schema, rows, allocator));
    }
    try (TableWriter writer = tables.create("t", schema, TableOptions.defaults().withPartBytes(100_000))) {
      written.forEach(writer::write);
      TableSummary summary = writer.commit();
      assertThat(tables.list()).containsExactly(summary);
      assertThat(summary.rowCount()).isEqualTo(1_118);
      assertThat(summary.partCount()).isBetween(2, 4).isEqualTo(partIds("t").size());
    }
    try (ArrowTable table = tables.open("t"); ArrowBatches batches = table.batches(allocator)) {
      assertThat(table.schema()).isEqualTo(schema);
      assertThat(table.rowCount()).isEqualTo(1_118);
      for (VectorSchemaRoot batch : written) {
        assertEqual(batches.next(), batch);
      }
      assertThat(batches.hasNext()).isFalse();
    }
    written.forEach(VectorSchemaRoot::close);
  }

  @Test
  void anyArrowFileReaderReadsAPart() throws IOException {
    Schema schema = RandomVectors.everyType();
    try (VectorSchemaRoot batch = new RandomVectors(SEED, 0.1).batch(schema, 500, allocator)) {
      try (TableWriter writer = tables.create("t", schema)) {
        writer.write(batch);
        writer.write(batch);
        writer.commit();
      }
      String part = partIds("t").getFirst();
      byte[] bytes;
      try (var object = client.get(part)) {
        bytes = object.blob(0).inputStream().readAllBytes();
      }
      try (ArrowFileReader reader = new ArrowFileReader(
          new SeekableReadChannel(new ByteArrayReadableSeekableByteChannel(bytes)), allocator)) {
        assertThat(reader.getVectorSchemaRoot().getSchema()).isEqualTo(schema);
        assertThat(reader.loadNextBatch()).isTrue();
        assertEqual(reader.getVectorSchemaRoot(), batch);
        assertThat(reader.loadNextBatch()).isTrue();
        assertThat(reader.loadNextBatch()).isFalse();
        assertThat(reader.getRecordBlocks()).allMatch(block -> block.getOffset() % 64 == 0
            && (block.getOffset() + block.getMetadataLength()) % 64 == 0);
      }
    }
  }

  private List<String> partIds(String table) {
    return client.list(table + "/part-").map(status -> status.object().id().value()).toList();
  }

  @Test
  void aTableMayHaveNoRowsAtAll() {
    try (TableWriter writer = tables.create("empty", RandomVectors.everyType())) {
      writer.commit();
    }
    try (ArrowTable table = tables.open("empty"); ArrowBatches batches = table.batches(allocator)) {
      assertThat(table.rowCount()).isZero();
      assertThat(batches.hasNext()).isFalse();
      assertThat(table.column("int32").chunks()).isEmpty();
      assertThat(table.statistics()).allMatch(
          column -> column.nullCount() == 0 && column.min() == null && column.max() == null
              && (column.sum() == null || column.sum().doubleValue() == 0));
    }
  }

  @Test
  void everyBufferLiesInSharedMemory() throws IOException {
    Schema schema = RandomVectors.everyType();
    try (VectorSchemaRoot batch = new RandomVectors(SEED, 0.3).batch(schema, 2_000, allocator);
        TableWriter writer = tables.create("t", schema)) {
      writer.write(batch);
      writer.commit();
    }
    try (ArrowTable table = tables.open("t"); VectorSchemaRoot root = table.batch(0, allocator)) {
      List<long[]> mappings = memfdMappings();
      int buffers = 0;
      long elsewhere = 0;
      for (FieldVector vector : root.getFieldVectors()) {
        for (ArrowBuf buffer : vector.getBuffers(false)) {
          long from = buffer.memoryAddress();
          boolean shared = mappings.stream().anyMatch(m -> m[0] <= from && from + buffer.capacity() <= m[1]);
          elsewhere += shared ? 0 : buffer.capacity();
          buffers++;
        }
      }
      assertThat(buffers).isGreaterThan(80);
      // What the allocator itself holds: validity of columns that may have nulls and have none, such as a map's keys.
      assertThat(elsewhere).isLessThan(3_000);
      assertThat(allocator.getAllocatedMemory()).isLessThan(table.summary().byteSize() + elsewhere);
    }
  }

  private static List<long[]> memfdMappings() throws IOException {
    try (Stream<String> lines = Files.lines(Path.of("/proc/self/maps"))) {
      return lines.filter(line -> line.contains("memfd:"))
          .map(line -> line.substring(0, line.indexOf(' ')).split("-"))
          .map(range -> new long[] {Long.parseUnsignedLong(range[0], 16), Long.parseUnsignedLong(range[1], 16)})
          .toList();
    }
  }

  @Test
  void vectorsOutliveTheTableAndTheClientAndTheLastOneEndsTheLease() throws InterruptedException {
    writeNumbers("t", TableOptions.defaults(), 1, 2, 3);
    PackiceClient other = peer.overSocket();
    ArrowTable table = new ArrowTables(other).open("t");
    VectorSchemaRoot first = table.batch(0, allocator);
    VectorSchemaRoot second = table.batch(0, allocator);
    var chunk = table.column("number").chunks().getFirst().values();
    table.close();
    table.close();
    other.close();
    client.discard("t"); // nobody else protects it
    partIds("t").forEach(client::discard);

    assertThat(((BigIntVector) first.getVector(0)).get(2)).isEqualTo(3);
    first.close();
    assertThat(((BigIntVector) second.getVector(0)).get(2)).isEqualTo(3);
    // A release over the socket is not waited for
    LeakCheck.eventually(() -> assertThat(peer.stats().leases()).isOne());
    Thread elsewhere = Thread.ofPlatform().start(second::close);
    elsewhere.join();
    LeakCheck.eventually(() -> assertThat(peer.stats().leases()).isZero());
    assertThatThrownBy(() -> chunk.get(NativeMemory.LONG, 0)).isInstanceOf(IllegalStateException.class);
    peer.requireEmpty();
  }

  @Test
  void aClosedTableRefusesToBeRead() {
    writeNumbers("t", TableOptions.defaults(), 1);
    ArrowTable table = tables.open("t");
    ArrowBatches batches = table.batches(allocator);
    table.close();
    assertThatThrownBy(() -> table.batch(0, allocator)).isInstanceOf(IllegalStateException.class)
        .hasMessage("Cannot read table t: it is closed; open it anew");
    assertThatThrownBy(batches::next).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> table.column("number")).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void anAllocatorThatRefusesLeavesNothingBehind() {
    writeNumbers("t", TableOptions.defaults(), LongStream.range(0, 100_000).toArray());
    try (ArrowTable table = tables.open("t"); BufferAllocator small = allocator.newChildAllocator("small", 0, 1_000)) {
      assertThatThrownBy(() -> table.batch(0, small)).isInstanceOf(OutOfMemoryException.class);
    }
  }

  @Test
  void withoutCommitNothingWas() {
    try (VectorSchemaRoot batch = numbers(1, 2, 3)) {
      TableWriter writer = tables.create("t", NUMBERS, TableOptions.defaults().withPartBytes(1));
      writer.write(batch);
      writer.write(batch);
      assertThat(peer.stats().objects()).isZero();
      assertThatThrownBy(() -> tables.open("t")).isInstanceOf(NotSealedException.class);
      writer.close();
      assertThatThrownBy(() -> writer.write(batch)).hasMessage("Cannot write to table t: this writer is closed");
      writer.close();
    }
    peer.requireEmpty();
  }

  @Test
  void aWriterThatIsKilledLeavesNothing() throws IOException, InterruptedException {
    try (Child writer = new Child(DoomedWriter.class, peer.socket())) {
      assertThat(writer.line()).isEqualTo("written");
      assertThat(peer.stats().drafts()).isEqualTo(3); // two parts and the manifest
      writer.kill();
      LeakCheck.eventually(() -> assertThat(peer.stats().drafts()).isZero());
      peer.requireEmpty();
    }
  }

  @Test
  void aWriterThatRunsOutOfRoomCanOnlyBeClosed() {
    try (TablePeer small = new TablePeer(MemoryPeer.create(100_000)); PackiceClient other = small.overSocket();
        VectorSchemaRoot batch = numbers(LongStream.range(0, 10_000).toArray())) {
      try (TableWriter writer = new ArrowTables(other).create("t", NUMBERS, TableOptions.defaults().withPartBytes(1))) {
        writer.write(batch);
        assertThatThrownBy(() -> writer.write(batch)).isInstanceOf(CapacityExceededException.class);
        assertThatThrownBy(() -> writer.write(batch)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(writer::commit).hasMessage(
            "Cannot commit table t: an earlier write failed; close this writer and begin anew");
      }
      small.requireEmpty();
    }
  }

  @Test
  void aNameIsTakenWhileItIsWrittenAndAfter() {
    try (TableWriter writer = tables.create("t", NUMBERS)) {
      assertThatThrownBy(() -> tables.create("t", NUMBERS)).isInstanceOf(AlreadyExistsException.class);
      writer.commit();
    }
    assertThatThrownBy(() -> tables.create("t", NUMBERS)).isInstanceOf(AlreadyExistsException.class);
    try (ObjectWriter plain = client.create("plain", 1)) {
      plain.seal();
    }
    TableOptions replace = TableOptions.defaults().withIfExists(IfExists.REPLACE);
    assertThatThrownBy(() -> tables.create("plain", NUMBERS, replace)).isInstanceOf(TableFormatException.class)
        .hasMessageContaining("ordinary object");
    assertThatThrownBy(() -> tables.open("plain")).isInstanceOf(TableFormatException.class);
    assertThatThrownBy(() -> tables.drop("plain")).isInstanceOf(TableFormatException.class);
    assertThatThrownBy(() -> tables.open("none")).isInstanceOf(NotFoundException.class);
    assertThatThrownBy(() -> tables.drop("none")).isInstanceOf(NotFoundException.class);
    assertThatThrownBy(() -> tables.create("x".repeat(201), NUMBERS)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aReplacedTableIsTheNextVersionAndReadersOfTheOldOneKeepIt() {
    TableOptions replace = TableOptions.defaults().withIfExists(IfExists.REPLACE);
    writeNumbers("t", replace, 1, 2);
    try (ArrowTable old = tables.open("t")) {
      writeNumbers("t", replace, 3);
      assertThat(readNumbers("t")).containsExactly(3L);
      try (ArrowTable now = tables.open("t")) {
        assertThat(now.version()).isEqualTo(2);
      }
      assertThat(old.version()).isOne();
      assertThat(readNumbers(old)).containsExactly(1L, 2L);
    }
    assertThat(partIds("t")).hasSize(1);
  }

  @Test
  void aDroppedTableIsGoneAndItsReadersKeepIt() {
    writeNumbers("a", TableOptions.defaults(), 1);
    writeNumbers("b", TableOptions.defaults(), 2);
    try (ArrowTable table = tables.open("a")) {
      tables.drop("a");
      assertThat(tables.list().map(TableSummary::name)).containsExactly("b");
      assertThat(readNumbers(table)).containsExactly(1L);
    }
    assertThatThrownBy(() -> tables.open("a")).isInstanceOf(NotFoundException.class);
    tables.drop("b");
    peer.requireEmpty();
  }

  @Test
  void partsThatAKilledWriterSealedAreDiscardedByTheNextWriter() {
    writeNumbers("t", TableOptions.defaults(), 1);
    client.discard("t"); // what a writer leaves that is killed after the seal of its part, before that of the manifest
    assertThat(partIds("t")).hasSize(1);
    writeNumbers("t", TableOptions.defaults(), 2);
    assertThat(partIds("t")).hasSize(1);
    assertThat(readNumbers("t")).containsExactly(2L);
  }

  @Test
  void theManifestAndThePartsShareTheTablesGroup() {
    writeNumbers("t", TableOptions.defaults(), 1);
    assertThat(client.list("t").map(ObjectStatus::object)).hasSize(2).allMatch(object -> "t".equals(object.group()));
  }

  @Test
  void statisticsAreKeptOfAllParts() {
    try (TableWriter writer = tables.create("t", NUMBERS, TableOptions.defaults().withPartBytes(1));
        VectorSchemaRoot one = numbers(5, -7); VectorSchemaRoot two = numbers(9)) {
      two.getVector(0).setNull(1);
      two.setRowCount(2);
      writer.write(one);
      writer.write(two);
      writer.commit();
    }
    try (ArrowTable table = tables.open("t")) {
      assertThat(table.statistics()).containsExactly(new ColumnStatistics(1, -7L, 9L, 7L));
      assertThatThrownBy(() -> table.column("number")).isInstanceOf(IllegalArgumentException.class)
          .hasMessage("Cannot read column number of table t as plain memory: 1 of its values from row 2 on are null;"
              + " fill them before writing the table");
      assertThatThrownBy(() -> table.column("numbr")).hasMessage(
          "Cannot read column numbr of table t: it has only [number]");
    }
  }

  @Test
  void aTableSaysHowMuchItHas() {
    writeNumbers("one", TableOptions.defaults(), 1);
    writeNumbers("two", TableOptions.defaults(), 1, 2);
    try (ArrowTable one = tables.open("one"); ArrowTable two = tables.open("two")) {
      assertThat(one).hasToString("one (version 1, 1 row, 1 batch)");
      assertThat(two).hasToString("two (version 1, 2 rows, 1 batch)");
    }
  }

  @Test
  void aBatchMustFitTheTable() {
    Field encoded = new Field("c", new FieldType(true, new ArrowType.Utf8(),
        new DictionaryEncoding(1, false, new ArrowType.Int(32, true))), null);
    assertThatThrownBy(() -> tables.create("t", new Schema(List.of(encoded))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("there is no dictionary 1; give the dictionaries of its columns");
    try (TableWriter writer = tables.create("t", NUMBERS); VectorSchemaRoot batch = numbers(1, 2)) {
      batch.getVector(0).setValueCount(1);
      assertThatThrownBy(() -> writer.write(batch)).isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("2 rows, its column number 1 value; set");
      try (VectorSchemaRoot other = VectorSchemaRoot.create(RandomVectors.everyType(), allocator)) {
        assertThatThrownBy(() -> writer.write(other)).isInstanceOf(IllegalArgumentException.class);
      }
    }
  }

  /** Their empty buffers are one and the same, and say that they have an offset, which lies nowhere. */
  @Test
  void emptyListsOfListsNeedNoMemory() {
    Schema schema = new Schema(List.of(RandomVectors.everyType().findField("list of lists")));
    try (TableWriter writer = tables.create("t", schema)) {
      for (int rows : new int[] {0, 2, 0}) {
        try (VectorSchemaRoot batch = new RandomVectors(SEED, 0).batch(schema, rows, allocator)) {
          writer.write(batch);
        }
      }
      writer.commit();
    }
    try (ArrowTable table = tables.open("t"); ArrowBatches batches = table.batches(allocator)) {
      List<Integer> rows = new ArrayList<>();
      batches.forEachRemaining(batch -> rows.add(batch.getRowCount()));
      assertThat(rows).containsExactly(0, 2, 0);
    }
  }

  /** Vectors of what no list has any of were never allocated, and yet say that there is an offset to be read: it ended the JVM. */
  @Test
  void listsWithoutAnyElementAreWritten() {
    Schema schema = RandomVectors.everyType();
    for (int i = 0; i < 60; i++) {
      int rows = i % 3;
      String name = "t" + i;
      try (VectorSchemaRoot batch = new RandomVectors(SEED + i, i % 2 == 0 ? 0.5 : 1).batch(schema, rows, allocator)) {
        try (TableWriter writer = tables.create(name, schema)) {
          writer.write(batch);
          writer.commit();
        }
        try (ArrowTable table = tables.open(name); VectorSchemaRoot read = table.batch(0, allocator)) {
          assertEqual(read, batch);
        }
      }
    }
  }

  @Test
  void tensorsKeepTheirShape() {
    ArrowType bytes = new ArrowType.Int(8, false);
    Field flat = TensorField.of("flat", bytes, 2, 3);
    Field nested = RandomVectors.field("nested", new ArrowType.FixedSizeList(2),
        RandomVectors.field("row", new ArrowType.FixedSizeList(3), RandomVectors.field("item", bytes)));
    Schema schema = new Schema(List.of(RandomVectors.field("text", new ArrowType.Utf8()), nested, flat));
    try (VectorSchemaRoot batch = new RandomVectors(SEED, 0).batch(schema, 10, allocator);
        TableWriter writer = tables.create("t", schema)) {
      writer.write(batch);
      writer.write(batch);
      writer.commit();
    }
    try (ArrowTable table = tables.open("t"); VectorSchemaRoot root = table.batch(1, allocator)) {
      for (String name : List.of("nested", "flat")) {
        FixedWidthColumn column = table.column(name);
        assertThat(column.rowShape()).containsExactly(2, 3);
        assertThat(column.rowBytes()).isEqualTo(6);
        assertThat(column.rowCount()).isEqualTo(20);
        assertThat(column.elementType()).isEqualTo(bytes);
        FixedWidthColumn.Chunk chunk = column.chunks().get(1);
        assertThat(chunk.firstRow()).isEqualTo(10);
        assertThat(chunk.values().address() % 64).isZero();
        assertThat(chunk.values().isReadOnly()).isTrue();
        FieldVector values = root.getVector(name);
        while (!values.getChildrenFromFields().isEmpty()) {
          values = values.getChildrenFromFields().getFirst();
        }
        assertThat(chunk.values().mismatch(NativeMemory.of(values.getDataBuffer(), 60))).isEqualTo(-1);
      }
      assertThatThrownBy(() -> table.column("text")).isInstanceOf(IllegalArgumentException.class);
    }
  }

  private static Field fixedShape(String parameters) {
    return new Field("x", new FieldType(false, new ArrowType.FixedSizeList(6), null, Map.of("ARROW:extension:name",
        "arrow.fixed_shape_tensor", "ARROW:extension:metadata", parameters)),
        List.of(RandomVectors.field("item", new ArrowType.Int(8, false))));
  }

  private FixedWidthColumn column(Field field) {
    Schema schema = new Schema(List.of(field));
    try (VectorSchemaRoot batch = new RandomVectors(SEED, 0).batch(schema, 10, allocator);
        TableWriter writer = tables.create("t", schema, TableOptions.defaults().withIfExists(IfExists.REPLACE))) {
      writer.write(batch);
      writer.commit();
    }
    try (ArrowTable table = tables.open("t")) {
      return table.column("x");
    }
  }

  @Test
  void tensorsOfArrowsOwnTypeHaveTheirShape() {
    FixedWidthColumn named = column(fixedShape("{\"shape\":[2,3],\"dim_names\":[\"H\",\"W\"],\"permutation\":[0,1]}"));
    assertThat(named.rowShape()).containsExactly(2, 3);
    assertThat(named.isPermuted()).isFalse();
    FixedWidthColumn turned = column(fixedShape("{\"shape\":[3,1,2],\"permutation\":[2,0,1]}"));
    assertThat(turned.rowShape()).containsExactly(3, 1, 2);
    assertThat(turned.isPermuted()).isTrue();
    for (String wrong : List.of("", "{", "{}", "[2,3]", "{\"shape\":[2,2]}", "{\"shape\":[-2,-3]}",
        "{\"shape\":[2,3.0]}",
        "{\"shape\":[0,6]}", "{\"shape\":\"6\"}", "{\"shape\":[4294967296,4294967296,6]}",
        "{\"shape\":[2,3],\"permutation\":[0,0]}", "{\"shape\":[2,3],\"permutation\":[0]}")) {
      assertThatThrownBy(() -> column(fixedShape(wrong))).as(wrong).isInstanceOf(IllegalArgumentException.class)
          .hasMessageStartingWith("Cannot read column x as arrow.fixed_shape_tensor " + wrong);
    }
  }
}
