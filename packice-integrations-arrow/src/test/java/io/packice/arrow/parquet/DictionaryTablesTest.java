package io.packice.arrow.parquet;

import static org.assertj.core.api.Assertions.assertThat;

import io.packice.Packice;
import io.packice.PackiceClient;
import io.packice.arrow.ArrowBatches;
import io.packice.arrow.ArrowTable;
import io.packice.arrow.ArrowTables;
import io.packice.arrow.Progress;
import io.packice.arrow.ScanOptions;
import io.packice.arrow.TableOptions;
import io.packice.arrow.TableWriter;
import io.packice.arrow.imports.TableImport;
import io.packice.arrow.ipc.IpcFormat;
import io.packice.core.AcquireRequest.IfExists;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.LongStream;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.dictionary.Dictionary;
import org.apache.arrow.vector.dictionary.DictionaryProvider;
import org.apache.arrow.vector.dictionary.DictionaryProvider.MapDictionaryProvider;
import org.apache.arrow.vector.ipc.ArrowFileReader;
import org.apache.arrow.vector.ipc.ArrowFileWriter;
import org.apache.arrow.vector.ipc.ArrowReader;
import org.apache.arrow.vector.ipc.ArrowStreamReader;
import org.apache.arrow.vector.types.pojo.Schema;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Whatever columns are dictionary-encoded, at whatever depth, and whatever becomes of the dictionaries while the table is written: it comes back, as
 * indices and as values, and goes through Parquet and IPC. Replay one with {@code -Dpackice.seed=…}.
 */
class DictionaryTablesTest {
  private static final long SEED = Long.getLong("packice.seed", 20251101L);
  private static final ScanOptions DECODED =
      ScanOptions.all().withDictionaries(ScanOptions.Dictionaries.DECODED);

  @TempDir Path folder;

  private final RootAllocator allocator = new RootAllocator();

  @AfterEach
  void nothingLeaks() {
    allocator.close();
  }

  @Test
  void anyTableComesBackAsItWas() throws IOException {
    roundTrips(Long.getLong("packice.seed") == null ? 100 : 1);
  }

  @Test
  @Tag("nightly")
  void manyTablesComeBackAsTheyWere() throws IOException {
    roundTrips(5_000);
  }

  private void roundTrips(int times) throws IOException {
    for (int i = 0; i < times; i++) {
      long seed = SEED + i;
      try {
        roundTrip(seed);
      } catch (AssertionError | RuntimeException | IOException e) {
        throw new AssertionError("seed=" + seed, e);
      }
    }
  }

  /** Dictionaries that are replaced while a table is written. */
  private static final class Replaced implements DictionaryProvider {
    private MapDictionaryProvider current;

    Replaced(MapDictionaryProvider first) {
      this.current = first;
    }

    void by(MapDictionaryProvider next) {
      current.close();
      current = next;
    }

    @Override
    public Dictionary lookup(long id) {
      return current.lookup(id);
    }

    @Override
    public Set<Long> getDictionaryIds() {
      return current.getDictionaryIds();
    }
  }

  private void roundTrip(long seed) throws IOException {
    Random random = new Random(seed);
    RandomTable dice = RandomTable.withDictionaries(seed);
    Schema schema = dice.schema();
    Replaced dictionaries = new Replaced(dice.dictionaries(schema, allocator));
    List<List<Object>> expected = new ArrayList<>();
    TableOptions options = TableOptions.defaults().withPartBytes(random.nextBoolean() ? 1 : 1 << 20);
    Path stream = folder.resolve(seed + ".arrows");
    try (PackiceClient client = Packice.connect()) {
      ArrowTables tables = new ArrowTables(client);
      try (TableWriter writer = tables.create("t", schema, options, dictionaries)) {
        for (int i = random.nextInt(5); i > 0; i--) {
          if (random.nextInt(3) == 0) {
            dictionaries.by(dice.dictionaries(schema, allocator));
          }
          try (VectorSchemaRoot batch =
              dice.batch(schema, random.nextInt(4) == 0 ? 0 : 1 + random.nextInt(200), allocator)) {
            add(batch, dictionaries, expected);
            writer.write(batch);
            if (i == 1) {
              write(stream, batch, dictionaries);
            }
          }
        }
        writer.commit();
      } finally {
        dictionaries.current.close();
      }
      try (ArrowTable table = tables.open("t")) {
        assertThat(table.schema()).isEqualTo(schema);
        assertThat(rows(table, ScanOptions.all())).isEqualTo(expected);
        assertThat(rows(table, DECODED)).isEqualTo(expected);
        taken(table, expected, random);
        exported(tables, table, expected);
        throughIpc(tables, table, expected, IpcFormat.file());
        throughIpc(tables, table, expected, IpcFormat.stream());
      }
      streamed(tables, stream, schema, expected);
    }
  }

  private static void add(VectorSchemaRoot batch, DictionaryProvider dictionaries, List<List<Object>> rows) {
    for (int row = 0; row < batch.getRowCount(); row++) {
      List<Object> values = new ArrayList<>();
      for (FieldVector vector : batch.getFieldVectors()) {
        values.add(ParquetFiles.value(vector, row, dictionaries));
      }
      rows.add(values);
    }
  }

  private List<List<Object>> rows(ArrowTable table, ScanOptions options) {
    List<List<Object>> rows = new ArrayList<>();
    try (ArrowBatches batches = table.batches(allocator, options)) {
      while (batches.hasNext()) {
        VectorSchemaRoot batch = batches.next();
        assertThat(batch.getSchema()).isEqualTo(table.schema(options));
        add(batch, batches.dictionaries(), rows);
      }
    }
    return rows;
  }

  private void taken(ArrowTable table, List<List<Object>> expected, Random random) {
    long[] rows = expected.isEmpty() ? new long[0] : random.longs(20, 0, expected.size()).toArray();
    List<List<Object>> values = new ArrayList<>();
    try (VectorSchemaRoot taken = table.take(rows, allocator, ScanOptions.all());
        MapDictionaryProvider none = new MapDictionaryProvider()) {
      add(taken, none, values);
    }
    assertThat(values).isEqualTo(LongStream.of(rows).mapToObj(row -> expected.get((int) row)).toList());
  }

  private void exported(ArrowTables tables, ArrowTable table, List<List<Object>> expected) throws IOException {
    Path file = folder.resolve("exported.parquet");
    try (FileChannel out = FileChannel.open(file, StandardOpenOption.WRITE, StandardOpenOption.CREATE,
        StandardOpenOption.TRUNCATE_EXISTING)) {
      ParquetExport.of(table).into(out);
    }
    TableImport.of(ParquetFormat.standard(), List.of(file)).into(tables, "parquet");
    try (ArrowTable back = tables.open("parquet")) {
      assertThat(back.schema()).isEqualTo(table.schema(DECODED));
      assertThat(rows(back, ScanOptions.all())).isEqualTo(expected);
    }
  }

  private void throughIpc(ArrowTables tables, ArrowTable table, List<List<Object>> expected, IpcFormat format)
      throws IOException {
    Path file = folder.resolve("exported.arrow");
    try (FileChannel out = FileChannel.open(file, StandardOpenOption.WRITE, StandardOpenOption.CREATE,
        StandardOpenOption.TRUNCATE_EXISTING)) {
      format.write(table, out, Progress.NONE);
    }
    TableImport.of(format, List.of(file)).withOptions(TableOptions.defaults().withIfExists(IfExists.REPLACE))
        .into(tables, "ipc");
    try (ArrowTable back = tables.open("ipc")) {
      assertThat(back.schema(DECODED)).isEqualTo(table.schema(DECODED));
      assertThat(rows(back, ScanOptions.all())).isEqualTo(expected);
    }
    try (FileChannel in = FileChannel.open(file);
        ArrowReader reader = format == IpcFormat.file() ? new ArrowFileReader(in, allocator)
            : new ArrowStreamReader(in, allocator)) { // Arrow's own
      long rows = 0;
      while (reader.loadNextBatch()) {
        rows += reader.getVectorSchemaRoot().getRowCount();
      }
      assertThat(rows).isEqualTo(expected.size());
    }
  }

  /** The last batch, by Arrow's own writer. */
  private void write(Path file, VectorSchemaRoot batch, Replaced dictionaries) throws IOException {
    try (var out = Files.newOutputStream(file);
        ArrowFileWriter writer = new ArrowFileWriter(batch, dictionaries.current, Channels.newChannel(out))) {
      writer.start();
      writer.writeBatch();
      writer.end();
    }
  }

  private void streamed(ArrowTables tables, Path file, Schema schema, List<List<Object>> expected)
      throws IOException {
    if (!Files.exists(file)) {
      return;
    }
    TableImport.of(IpcFormat.file(), List.of(file, file)).into(tables, "stream");
    try (ArrowTable table = tables.open("stream")) {
      int half = (int) table.rowCount() / 2;
      List<List<Object>> last = expected.subList(expected.size() - half, expected.size());
      List<List<Object>> twice = new ArrayList<>(last);
      twice.addAll(last);
      assertThat(table.schema().getFields().stream().map(field -> field.getDictionary() != null).toList())
          .isEqualTo(schema.getFields().stream().map(field -> field.getDictionary() != null).toList());
      assertThat(rows(table, ScanOptions.all())).isEqualTo(twice);
      assertThat(rows(table, DECODED)).isEqualTo(twice);
    }
  }
}
