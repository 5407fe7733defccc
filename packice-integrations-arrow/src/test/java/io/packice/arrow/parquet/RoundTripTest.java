package io.packice.arrow.parquet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.packice.Packice;
import io.packice.PackiceClient;
import io.packice.arrow.ArrowBatches;
import io.packice.arrow.ArrowTable;
import io.packice.arrow.ArrowTables;
import io.packice.arrow.Progress;
import io.packice.arrow.TableOptions;
import io.packice.arrow.TableWriter;
import io.packice.arrow.imports.TableImport;
import io.packice.arrow.ipc.IpcFormat;
import io.packice.core.AcquireRequest.IfExists;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.DateMilliVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.Float4Vector;
import org.apache.arrow.vector.Float8Vector;
import org.apache.arrow.vector.IntVector;
import org.apache.arrow.vector.IntervalDayVector;
import org.apache.arrow.vector.IntervalMonthDayNanoVector;
import org.apache.arrow.vector.IntervalYearVector;
import org.apache.arrow.vector.TimeMilliVector;
import org.apache.arrow.vector.TimeNanoVector;
import org.apache.arrow.vector.TimeSecVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.compare.Range;
import org.apache.arrow.vector.compare.RangeEqualsVisitor;
import org.apache.arrow.vector.types.DateUnit;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.IntervalUnit;
import org.apache.arrow.vector.types.TimeUnit;
import org.apache.arrow.vector.types.UnionMode;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;
import org.apache.parquet.PlainReadOptions;
import org.apache.parquet.format.ConvertedType;
import org.apache.parquet.format.FileMetaData;
import org.apache.parquet.format.SchemaElement;
import org.apache.parquet.format.Util;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.metadata.BlockMetaData;
import org.apache.parquet.hadoop.metadata.ColumnChunkMetaData;
import org.apache.parquet.io.LocalInputFile;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Whatever schema and data: a table, through Parquet, and back. Replay one with {@code -Dpackice.seed=…}. */
class RoundTripTest {
  private static final long SEED = Long.getLong("packice.seed", 20250601L);

  @TempDir Path folder;

  private final RootAllocator allocator = new RootAllocator();

  @AfterEach
  void nothingLeaks() {
    allocator.close();
  }

  @Test
  void anyTableComesBackAsItWas() throws IOException {
    roundTrips(Long.getLong("packice.seed") == null ? 150 : 1);
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

  private void roundTrip(long seed) throws IOException {
    Random random = new Random(seed);
    RandomTable dice = new RandomTable(seed);
    Schema schema = dice.schema();
    WriteOptions.Codec codec = List.of(WriteOptions.Codec.values()).get(random.nextInt(5));
    WriteOptions writing = WriteOptions.defaults().withCodec(codec);
    if (random.nextBoolean()) {
      writing = writing.withPageBytes(64).withRowGroupBytes(2000);
    }
    Path file = folder.resolve(seed + ".parquet");
    List<VectorSchemaRoot> batches = new ArrayList<>();
    try (PackiceClient client = Packice.connect()) {
      ArrowTables tables = new ArrowTables(client);
      try (TableWriter writer = tables.create("t", schema)) {
        for (int i = random.nextInt(4); i > 0; i--) {
          VectorSchemaRoot batch = dice.batch(schema, random.nextInt(4) == 0 ? 0 : 1 + random.nextInt(300), allocator);
          batches.add(batch);
          writer.write(batch);
        }
        writer.commit();
      }
      try (ArrowTable table = tables.open("t"); FileChannel out = create(file)) {
        ParquetExport.of(table).withOptions(writing).into(out);
      }
      ReadOptions reading = ReadOptions.defaults().withChecksums(ReadOptions.Checksums.VERIFY)
          .withBatchRows(random.nextBoolean() ? 7 : 1000);
      TableImport.of(ParquetFormat.of(reading), List.of(file)).into(tables, "u");
      try (ArrowTable table = tables.open("u"); ArrowBatches read = table.batches(allocator)) {
        assertThat(table.schema()).isEqualTo(schema);
        requireSame(batches, read, table.rowCount());
      }
      for (IpcFormat format : List.of(IpcFormat.file(), IpcFormat.stream())) {
        throughIpc(tables, format, schema, batches);
      }
    } finally {
      batches.forEach(VectorSchemaRoot::close);
    }
  }

  private void throughIpc(ArrowTables tables, IpcFormat format, Schema schema, List<VectorSchemaRoot> batches)
      throws IOException {
    Path file = Files.createTempFile(folder, "table", ".arrow");
    try (ArrowTable table = tables.open("t"); FileChannel out = FileChannel.open(file, StandardOpenOption.WRITE)) {
      format.write(table, out, Progress.NONE);
    }
    TableImport.of(format, List.of(file)).withOptions(TableOptions.defaults().withIfExists(IfExists.REPLACE))
        .into(tables, "ipc");
    try (ArrowTable table = tables.open("ipc"); ArrowBatches read = table.batches(allocator)) {
      assertThat(table.schema()).isEqualTo(schema);
      requireSame(batches, read, table.rowCount());
    }
  }

  private static FileChannel create(Path file) throws IOException {
    return FileChannel.open(file, StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW);
  }

  /** Row by row, however the rows lie in batches. */
  private static void requireSame(List<VectorSchemaRoot> expected, ArrowBatches read, long rows) {
    assertThat(expected.stream().mapToLong(VectorSchemaRoot::getRowCount).sum()).isEqualTo(rows);
    VectorSchemaRoot batch = null;
    int at = 0;
    for (VectorSchemaRoot wanted : expected) {
      for (int row = 0; row < wanted.getRowCount(); row++, at++) {
        while (batch == null || at == batch.getRowCount()) {
          batch = read.next();
          at = 0;
        }
        for (int i = 0; i < wanted.getFieldVectors().size(); i++) {
          FieldVector a = wanted.getVector(i);
          FieldVector b = batch.getVector(i);
          boolean same = new RangeEqualsVisitor(a, b).rangeEquals(new Range(row, at, 1));
          assertThat(same).as("row %d of %s: %s and %s", row, a.getField(), shown(a, row), shown(b, at)).isTrue();
        }
      }
    }
  }

  private static Object shown(FieldVector vector, int row) {
    return vector.isNull(row) ? null : vector.getObject(row);
  }

  // ---- What is in the file

  private static Schema schema(Field... fields) {
    return new Schema(List.of(fields));
  }

  private Path numbers(WriteOptions options, int rows) throws IOException {
    Schema schema = schema(new Field("n", FieldType.notNullable(new ArrowType.Int(32, true)), null),
        Field.nullable("s", new ArrowType.Utf8()));
    Path file = folder.resolve("numbers.parquet");
    try (VectorSchemaRoot root = VectorSchemaRoot.create(schema, allocator); FileChannel out = create(file);
        ParquetWriter writer = ParquetEngine.standard().create(out, schema, options)) {
      for (int i = 0; i < rows; i++) {
        ((IntVector) root.getVector(0)).setSafe(i, i);
        ((VarCharVector) root.getVector(1)).setSafe(i,
            ("value " + i % 10).getBytes(java.nio.charset.StandardCharsets.UTF_8));
      }
      root.setRowCount(rows);
      writer.write(root);
      writer.finish();
    }
    return file;
  }

  @ParameterizedTest
  @EnumSource(WriteOptions.Codec.class)
  void parquetJavaReadsWhatWeWrite(WriteOptions.Codec codec) throws IOException {
    Path file = numbers(WriteOptions.defaults().withCodec(codec), 1000);
    assertThat(GroupRows.rows(file)).hasSize(1000).isEqualTo(ParquetFiles.rows(file, allocator, ReadOptions.defaults()))
        .endsWith(List.of(999, "value 9"));
  }

  @Test
  void aFileHasDictionariesStatisticsAndAPageIndex() throws IOException {
    Path file = numbers(WriteOptions.defaults().withRowGroupBytes(20_000).withPageBytes(1000), 20_000);
    try (ParquetFileReader reader =
        new ParquetFileReader(new LocalInputFile(file), PlainReadOptions.with(new Codecs()))) {
      assertThat(reader.getRowGroups()).hasSizeGreaterThan(1);
      for (BlockMetaData rowGroup : reader.getRowGroups()) {
        for (ColumnChunkMetaData column : rowGroup.getColumns()) {
          assertThat(column.getCodec().name()).isEqualTo("ZSTD");
          assertThat(column.getStatistics().hasNonNullValue()).isTrue();
          assertThat(column.getColumnIndexReference()).isNotNull();
          assertThat(column.getOffsetIndexReference()).isNotNull();
        }
        assertThat(rowGroup.getColumns().get(1).hasDictionaryPage()).isTrue();
      }
    }
  }

  @Test
  void rowGroupsWithoutAWantedRowAreNotRead() throws IOException {
    Path file = numbers(WriteOptions.defaults().withRowGroupBytes(20_000).withPageBytes(1000), 20_000);
    ReadOptions options =
        ReadOptions.defaults().withFilter(RowFilter.parse("n BETWEEN 5000 AND 5009 AND s <> 'value 3'"));
    try (ParquetReader reader = ParquetEngine.standard().open(file, allocator, options)) {
      assertThat(reader.rowGroups().all()).isGreaterThan(2);
      assertThat(reader.rowGroups().wanted()).isEqualTo(1);
      assertThat(reader.rowCount()).isEqualTo(20_000);
    }
    assertThat(ParquetFiles.rows(file, allocator, options)).hasSize(9).startsWith(List.of(5000, "value 0"));
    assertThat(ParquetFiles.rows(file, allocator, options.withFilter(RowFilter.parse("n IS NULL OR s > 'value 9'"))))
        .isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"f > 1e30,3", "f = 1e30,0", "f = 0.5,1", "f = 0.1,0", "f > 0.1,5", "f >= 1e300,1", "f = 1e300,0",
      "f > 1e400,1", "f = 1e400,0", "f < 1e400,5", "f <> 1e400,7", "f < -1e400,1", "f <= -1e39,1", "f = -1e39,0",
      "f > 1e9999,1", "d = 0.1,1", "d > 1e308,1", "d >= 1e400,1", "d = 1e400,0", "n < 1e9999,7", "n > 1e-9999,6"})
  void aColumnIsWidenedToALiteralThatIsNotRounded(String where, int count) throws IOException {
    Schema schema = schema(Field.nullable("f", new ArrowType.FloatingPoint(FloatingPointPrecision.SINGLE)),
        Field.nullable("d", new ArrowType.FloatingPoint(FloatingPointPrecision.DOUBLE)),
        Field.nullable("n", new ArrowType.Int(32, true)));
    float[] floats = {1e30f, 0.1f, 0.5f, 3e38f, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY, Float.NaN};
    double[] doubles = {0.1, 0, 1, 2, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY, Double.NaN};
    Path file = folder.resolve("floats.parquet");
    try (VectorSchemaRoot root = VectorSchemaRoot.create(schema, allocator); FileChannel out = create(file);
        ParquetWriter writer = ParquetEngine.standard().create(out, schema, WriteOptions.defaults())) {
      for (int i = 0; i < floats.length; i++) {
        ((Float4Vector) root.getVector(0)).setSafe(i, floats[i]);
        ((Float8Vector) root.getVector(1)).setSafe(i, doubles[i]);
        ((IntVector) root.getVector(2)).setSafe(i, i);
      }
      root.setRowCount(floats.length);
      writer.write(root);
      writer.finish();
    }
    ReadOptions options = ReadOptions.defaults().withFilter(RowFilter.parse(where));
    assertThat(ParquetFiles.rows(file, allocator, options)).hasSize(count);
  }

  @Test
  void wantedRowsAreWholeWhateverTheirTypes() throws IOException {
    for (long seed = SEED; seed < SEED + 30; seed++) {
      RandomTable dice = new RandomTable(seed);
      List<Field> fields = new ArrayList<>(dice.schema().getFields());
      fields.add(new Field("id", FieldType.notNullable(new ArrowType.Int(32, true)), null));
      Schema schema = new Schema(fields);
      Path file = folder.resolve("wanted" + seed + ".parquet");
      try (VectorSchemaRoot batch = dice.batch(schema, 300, allocator); FileChannel out = create(file);
          ParquetWriter writer =
              ParquetEngine.standard().create(out, schema, WriteOptions.defaults().withPageBytes(100))) {
        IntVector ids = (IntVector) batch.getVector("id");
        for (int i = 0; i < 300; i++) {
          ids.set(i, i);
        }
        writer.write(batch);
        writer.finish();
      }
      ReadOptions options = ReadOptions.defaults().withBatchRows(64);
      List<List<Object>> all = ParquetFiles.rows(file, allocator, options);
      List<List<Object>> expected = new ArrayList<>(List.of(all.get(3)));
      expected.addAll(all.subList(50, 150));
      expected.add(all.get(299));
      assertThat(ParquetFiles.rows(file, allocator,
          options.withFilter(RowFilter.parse("id BETWEEN 50 AND 149 OR id IN (3, 299)"))))
          .as("seed=%d", seed).isEqualTo(expected);
    }
  }

  /** By UNKNOWN, which parquet-java writes beside it, others read nulls. */
  @ParameterizedTest
  @EnumSource(IntervalUnit.class)
  void anIntervalIsSaidToBeOneAndNothingElse(IntervalUnit unit) throws IOException {
    Field interval = Field.nullable("i", new ArrowType.Interval(unit));
    Schema schema = schema(interval, new Field("l", FieldType.nullable(new ArrowType.List()), List.of(interval)),
        Field.nullable("n", new ArrowType.Null()));
    Path file = folder.resolve("intervals.parquet");
    try (VectorSchemaRoot root = new RandomTable(SEED).batch(schema, 1000, allocator); FileChannel out = create(file);
        ParquetWriter writer = ParquetEngine.standard().create(out, schema,
            WriteOptions.defaults().withRowGroupBytes(2000).withPageBytes(100))) {
      writer.write(root);
      writer.finish();
    }
    FileMetaData metadata = footer(file);
    assertThat(metadata.getRow_groupsSize()).isGreaterThan(1);
    List<SchemaElement> leaves = metadata.getSchema().stream().filter(SchemaElement::isSetType).toList();
    for (SchemaElement leaf : leaves.subList(0, 2)) {
      assertThat(leaf.getConverted_type()).isEqualTo(ConvertedType.INTERVAL);
      assertThat(leaf.isSetLogicalType()).isFalse();
    }
    assertThat(leaves.getLast().getLogicalType().isSetUNKNOWN()).isTrue();
    assertThat(leaves.getLast().isSetConverted_type()).isFalse();
    assertThat(GroupRows.rows(file)).hasSize(1000);
    try (ParquetFileReader reader =
        new ParquetFileReader(new LocalInputFile(file), PlainReadOptions.with(new Codecs()))) {
      for (BlockMetaData rowGroup : reader.getRowGroups()) {
        for (ColumnChunkMetaData column : rowGroup.getColumns()) {
          assertThat(reader.readOffsetIndex(column)).isNotNull(); // which lies between the pages and the metadata
        }
      }
    }
  }

  private static FileMetaData footer(Path file) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    int length = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getInt(bytes.length - 8);
    return Util.readFileMetaData(new ByteArrayInputStream(bytes, bytes.length - 8 - length, length));
  }

  // ---- What cannot be written

  @Test
  void whatParquetHasNotIsRefused() {
    Field number = Field.nullable("n", new ArrowType.Int(32, true));
    refused(schema(), "there are no columns");
    refused(schema(number, number), "two columns called n");
    refused(
        schema(
            new Field("u", FieldType.nullable(new ArrowType.Union(UnionMode.Sparse, new int[] {0})), List.of(number))),
        "Cannot write column u of type Union");
    refused(schema(new Field("s", FieldType.nullable(new ArrowType.Struct()), List.of())), "a struct needs a field");
    refused(schema(Field.nullable("d", new ArrowType.Decimal(5, -1, 128))), "its scale must be 0 to 5");
  }

  private void refused(Schema schema, String says) {
    Path file = folder.resolve("refused.parquet");
    assertThatThrownBy(() -> {
      try (FileChannel out = FileChannel.open(file, StandardOpenOption.WRITE, StandardOpenOption.CREATE)) {
        ParquetEngine.standard().create(out, schema, WriteOptions.defaults()).close();
      }
    }).isInstanceOf(IllegalArgumentException.class).hasMessageStartingWith("Cannot write ").hasMessageContaining(says);
  }

  @Test
  void aValueThatParquetHasNotIsRefusedAndMakesNoFile() throws IOException {
    Schema schema = schema(Field.nullable("d", new ArrowType.Date(DateUnit.MILLISECOND)));
    Path file = folder.resolve("half.parquet");
    try (VectorSchemaRoot root = VectorSchemaRoot.create(schema, allocator); FileChannel out = create(file);
        ParquetWriter writer = ParquetEngine.standard().create(out, schema, WriteOptions.defaults())) {
      ((DateMilliVector) root.getVector(0)).setSafe(0, 1);
      root.setRowCount(1);
      assertThatThrownBy(() -> writer.write(root)).isInstanceOf(ParquetException.class)
          .hasMessage("Cannot write a Parquet file: row 0, column d has 1 ms, and a date is whole days; correct it, or"
              + " write Arrow");
      assertThatThrownBy(writer::finish).isInstanceOf(IllegalStateException.class);
    }
    assertThatThrownBy(() -> ParquetFiles.rows(file, allocator, ReadOptions.defaults()))
        .isInstanceOf(ParquetException.class);
  }

  private interface Fill {
    void fill(FieldVector vector);
  }

  /** Others would read something else. */
  private void refusedValue(ArrowType type, Fill fill, String says) throws IOException {
    Schema schema = schema(Field.nullable("v", type));
    Path file = folder.resolve("value.parquet");
    try (VectorSchemaRoot root = VectorSchemaRoot.create(schema, allocator);
        FileChannel out = FileChannel.open(file, StandardOpenOption.WRITE, StandardOpenOption.CREATE);
        ParquetWriter writer = ParquetEngine.standard().create(out, schema, WriteOptions.defaults())) {
      fill.fill(root.getVector(0));
      root.setRowCount(1);
      assertThatThrownBy(() -> writer.write(root)).isInstanceOf(ParquetException.class)
          .hasMessage("Cannot write a Parquet file: row 0, column v has " + says + "; correct it, or write Arrow");
    }
  }

  @Test
  void whatIsNoTimeOfTheDayOrLessThanNoTimeIsRefused() throws IOException {
    refusedValue(new ArrowType.Time(TimeUnit.SECOND, 32), v -> ((TimeSecVector) v).setSafe(0, Integer.MAX_VALUE),
        "the time 2147483647 of 86400 in a day, which is none of any day");
    refusedValue(new ArrowType.Time(TimeUnit.MILLISECOND, 32), v -> ((TimeMilliVector) v).setSafe(0, -1),
        "the time -1 of 86400000 in a day, which is none of any day");
    refusedValue(new ArrowType.Time(TimeUnit.NANOSECOND, 64), v -> ((TimeNanoVector) v).setSafe(0, Long.MAX_VALUE),
        "the time 9223372036854775807 of 86400000000000 in a day, which is none of any day");
    String below = ", and Parquet has none below zero, or of more milliseconds than 32 bits hold";
    refusedValue(new ArrowType.Interval(IntervalUnit.YEAR_MONTH), v -> ((IntervalYearVector) v).setSafe(0, -1),
        "an interval of -1 months, 0 days and 0 ms" + below);
    refusedValue(new ArrowType.Interval(IntervalUnit.DAY_TIME), v -> ((IntervalDayVector) v).setSafe(0, 1, -1),
        "an interval of 0 months, 1 days and -1 ms" + below);
    refusedValue(new ArrowType.Interval(IntervalUnit.MONTH_DAY_NANO),
        v -> ((IntervalMonthDayNanoVector) v).setSafe(0, 0, -1, 0),
        "an interval of 0 months, -1 days and 0 ms" + below);
    refusedValue(new ArrowType.Interval(IntervalUnit.MONTH_DAY_NANO),
        v -> ((IntervalMonthDayNanoVector) v).setSafe(0, 0, 0, Long.MAX_VALUE / 1_000_000 * 1_000_000),
        "an interval of 0 months, 0 days and 9223372036854 ms" + below);
    refusedValue(new ArrowType.Interval(IntervalUnit.MONTH_DAY_NANO),
        v -> ((IntervalMonthDayNanoVector) v).setSafe(0, 0, 0, 1),
        "1 ns, and an interval of Parquet has whole milliseconds");
  }
}
