package io.packice.arrow;

import static org.assertj.core.api.Assertions.assertThat;

import io.packice.arrow.ScanOptions.Dictionaries;
import io.packice.arrow.imports.TableImport;
import io.packice.arrow.ipc.IpcFormat;
import io.packice.arrow.parquet.ParquetExport;
import io.packice.arrow.parquet.ParquetFormat;
import io.packice.arrow.schema.FixedWidth;
import io.packice.arrow.schema.TensorField;
import io.packice.arrow.text.CsvFormat;
import io.packice.arrow.text.JsonFormat;
import io.packice.arrow.vectors.NativeMemory;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.channels.Channels;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.IntVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.ViewVarCharVector;
import org.apache.arrow.vector.dictionary.Dictionary;
import org.apache.arrow.vector.dictionary.DictionaryProvider.MapDictionaryProvider;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.DictionaryEncoding;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A column's values are the same whatever columns stand before and behind it, by every way of reading them. What is read is compared with what was written;
 * text formats, whose form of values is the business of other tests, with what they make of the column alone.
 */
final class ColumnOrderTest extends TableFixture {
  private static final long SEED = Long.getLong("packice.seed", 18);
  private static final int[] ROWS = {90, 1, 0, 57};
  private static final String[] WORDS = {"a", "word that is too long to be kept in its view", "", "ÄÖÜ"};
  private static final DictionaryEncoding ENCODING = new DictionaryEncoding(4, false, new ArrowType.Int(32, true));

  @TempDir private Path folder;

  private final MapDictionaryProvider dictionaries = new MapDictionaryProvider();
  private final List<VectorSchemaRoot> written = new ArrayList<>();

  @BeforeEach
  void makeADictionary() {
    ViewVarCharVector words =
        (ViewVarCharVector) RandomVectors.field("words", new ArrowType.Utf8View()).createVector(allocator);
    words.allocateNew(WORDS.length);
    for (int i = 0; i < WORDS.length; i++) {
      words.setSafe(i, WORDS[i].getBytes(StandardCharsets.UTF_8));
    }
    words.setValueCount(WORDS.length);
    dictionaries.put(new Dictionary(words, ENCODING));
  }

  @AfterEach
  void releaseWhatWasWritten() {
    written.forEach(VectorSchemaRoot::close);
    dictionaries.close();
  }

  private static Field coded() {
    return new Field("coded", new FieldType(true, ENCODING.getIndexType(), ENCODING), null);
  }

  private static List<Field> everyType() {
    Field view = RandomVectors.field("view", new ArrowType.Utf8View());
    return Stream.of(RandomVectors.everyType().getFields(), RandomVectors.rareTypes(),
        List.of(RandomVectors.field("pair of views", new ArrowType.Struct(), view,
            RandomVectors.field("bytes", new ArrowType.BinaryView())),
            RandomVectors.field("views", new ArrowType.List(), view), coded()))
        .flatMap(List::stream).toList();
  }

  private static Field renamed(Field field, String name) {
    return new Field(name, field.getFieldType(), field.getChildren());
  }

  /** Writes batches of random values, each a part, and remembers them. */
  private void write(String name, long seed, double nullShare, List<Field> fields) {
    Schema schema = new Schema(fields);
    RandomVectors vectors = new RandomVectors(seed, nullShare);
    try (TableWriter writer =
        tables.create(name, schema, TableOptions.defaults().withPartBytes(1 << 16), dictionaries)) {
      for (int rows : ROWS) {
        VectorSchemaRoot batch = vectors.batch(schema, rows, allocator);
        written.add(batch);
        for (FieldVector vector : batch.getFieldVectors()) {
          for (int i = 0; vector.getField().getDictionary() != null && i < rows; i++) {
            if (!vector.isNull(i)) {
              ((IntVector) vector).set(i, i % WORDS.length);
            }
          }
        }
        writer.write(batch);
      }
      writer.commit();
    }
  }

  private List<Object> expected(int column) {
    return written.stream().flatMap(batch -> RandomVectors.values(batch.getVector(column)).stream()).toList();
  }

  private void requireWritten(String table) {
    try (ArrowTable opened = tables.open(table)) {
      List<Field> fields = opened.schema().getFields();
      List<List<Object>> together = vectors(opened, ScanOptions.all());
      for (int column = 0; column < fields.size(); column++) {
        String name = fields.get(column).getName();
        List<Object> expected = expected(column);
        assertThat(vectors(opened, ScanOptions.all().withColumns(name)).getFirst()).as("%s alone, seed=%d", name, SEED)
            .isEqualTo(expected);
        assertThat(together.get(column)).as("%s with others, seed=%d", name, SEED).isEqualTo(expected);
        requireAddresses(opened, column);
      }
      requireTaken(opened);
    }
  }

  private List<List<Object>> vectors(ArrowTable table, ScanOptions options) {
    List<List<Object>> values = new ArrayList<>();
    table.schema(options).getFields().forEach(_ -> values.add(new ArrayList<>()));
    try (ArrowBatches batches = table.batches(allocator, options)) {
      while (batches.hasNext()) {
        VectorSchemaRoot batch = batches.next();
        for (int column = 0; column < values.size(); column++) {
          values.get(column).addAll(RandomVectors.values(batch.getVector(column)));
        }
      }
    }
    return values;
  }

  private void requireTaken(ArrowTable table) {
    long[] rows = new Random(SEED).longs(50, 0, table.rowCount()).toArray();
    try (VectorSchemaRoot taken = table.take(rows, allocator, ScanOptions.all())) {
      List<List<Object>> all = IntStream.range(0, taken.getFieldVectors().size()).mapToObj(this::expected).toList();
      for (int column = 0; column < taken.getFieldVectors().size(); column++) {
        FieldVector vector = taken.getVector(column);
        List<Object> expected = all.get(column);
        boolean encoded = table.schema().getFields().get(column).getDictionary() != null;
        for (int i = 0; i < rows.length; i++) {
          Object value = expected.get((int) rows[i]);
          assertThat(RandomVectors.value(vector, i)).as("row %d of %s, seed=%d", rows[i], vector.getName(), SEED)
              .isEqualTo(encoded && value != null ? WORDS[Integer.parseInt((String) value)] : value);
        }
      }
    }
  }

  private static FieldVector elements(FieldVector vector) {
    return vector.getField().getType() instanceof ArrowType.FixedSizeList
        ? elements(vector.getChildrenFromFields().getFirst())
        : vector;
  }

  private static boolean hasNulls(FieldVector vector) {
    return vector.getNullCount() > 0 || (vector.getField().getType() instanceof ArrowType.FixedSizeList
        && hasNulls(vector.getChildrenFromFields().getFirst()));
  }

  private void requireAddresses(ArrowTable table, int column) {
    Field field = written.getFirst().getVector(column).getField();
    FieldVector first = elements(written.getFirst().getVector(column));
    if (field.getDictionary() != null || FixedWidth.bits(first.getField().getType()) % 8 != 0
        || FixedWidth.bits(first.getField().getType()) == 0
        || written.stream().anyMatch(batch -> hasNulls(batch.getVector(column)))) {
      return;
    }
    try (Arena arena = Arena.ofConfined()) {
      for (FixedWidthColumn read : List.of(table.column(field.getName()),
          table.copyOnWriteColumn(field.getName(), arena))) {
        List<VectorSchemaRoot> filled = written.stream().filter(batch -> batch.getRowCount() > 0).toList();
        assertThat(read.chunks()).hasSameSizeAs(filled);
        for (int i = 0; i < filled.size(); i++) {
          FieldVector vector = elements(filled.get(i).getVector(column));
          assertThat(read.chunks().get(i).values()
              .mismatch(NativeMemory.of(vector.getDataBuffer(), read.rowBytes() * filled.get(i).getRowCount())))
              .as("%s by address, seed=%d", field.getName(), SEED).isEqualTo(-1);
        }
      }
    }
  }

  private byte[] export(String table, ExportFormat format) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (ArrowTable opened = tables.open(table)) {
      format.write(opened, Channels.newChannel(out), Progress.NONE);
    }
    return out.toByteArray();
  }

  private static void writeParquet(ArrowTable table, WritableByteChannel to, Progress progress)
      throws IOException {
    ParquetExport.of(table).withProgress(progress).into(to);
  }

  /** All types twice, the other way round: so each is before, and behind, each other. */
  private static List<Field> eachBeforeEach(List<Field> fields) {
    List<Field> all = new ArrayList<>(fields);
    fields.reversed().forEach(field -> all.add(renamed(field, field.getName() + " again")));
    return all;
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, 0.2})
  void eachTypeBeforeAndBehindEachOther(double nullShare) throws IOException {
    write("t", SEED, nullShare, eachBeforeEach(everyType()));
    requireWritten("t");
    for (IpcFormat format : List.of(IpcFormat.file(), IpcFormat.stream())) {
      Path file = Files.write(folder.resolve("exported"), export("t", format));
      TableImport.of(IpcFormat.file(), List.of(file)).into(tables, "imported");
      requireWritten("imported");
      tables.drop("imported");
    }
  }

  @Test
  void eachTypeNextToEachOther() {
    List<Field> fields = everyType();
    Random random = new Random(SEED);
    for (int i = 0; i < fields.size(); i++) {
      for (Field number : List.of(RandomVectors.required("number", new ArrowType.Int(64, true)),
          TensorField.of("number", new ArrowType.Int(16, true), 3))) {
        write("t", random.nextLong(), i % 2 == 0 ? 0.3 : 0, List.of(fields.get(i), number,
            renamed(fields.get(i), "again"), renamed(number, "number again")));
        requireWritten("t");
        tables.drop("t");
        written.forEach(VectorSchemaRoot::close);
        written.clear();
      }
    }
  }

  @Test
  void anyOrder() {
    Random random = new Random(SEED);
    for (int round = 0; round < 10; round++) {
      List<Field> fields = new ArrayList<>(everyType());
      Collections.shuffle(fields, random);
      write("t", random.nextLong(), random.nextInt(2) * 0.1, fields.subList(0, 1 + random.nextInt(fields.size())));
      requireWritten("t");
      tables.drop("t");
      written.forEach(VectorSchemaRoot::close);
      written.clear();
    }
  }

  private static boolean isInParquet(Field field) {
    return switch (field.getType()) {
      case ArrowType.ListView _,ArrowType.LargeListView _,ArrowType.Union _,ArrowType.RunEndEncoded _,ArrowType.Interval _,ArrowType.Duration _ ->
          false;
      case ArrowType.Date _,ArrowType.Time _,ArrowType.Decimal _ -> false; // random bits are too much for these
      default -> true;
    };
  }

  @Test
  void theirParquetHasTheSameValues() throws IOException {
    write("t", SEED, 0.2, eachBeforeEach(everyType().stream().filter(ColumnOrderTest::isInParquet).toList()));
    Path file = Files.write(folder.resolve("exported"), export("t", ColumnOrderTest::writeParquet));
    TableImport.of(ParquetFormat.standard(), List.of(file)).into(tables, "imported");
    try (ArrowTable table = tables.open("t"); ArrowTable imported = tables.open("imported")) {
      ScanOptions decoded = ScanOptions.all().withDictionaries(Dictionaries.DECODED);
      assertThat(vectors(imported, ScanOptions.all())).as("seed=%d", SEED).isEqualTo(vectors(table, decoded));
    }
  }

  private static boolean isInText(Field field) {
    return !(field.getType() instanceof ArrowType.Timestamp || field.getType() instanceof ArrowType.Date
        || field.getType() instanceof ArrowType.Time); // random bits are no times
  }

  /** Writes one column of what was written to a table of its own. */
  private void writeAgain(String name, Field field, int column) {
    Schema schema = new Schema(List.of(field));
    try (TableWriter writer = tables.create(name, schema, TableOptions.defaults(), dictionaries)) {
      for (VectorSchemaRoot batch : written) {
        writer.write(new VectorSchemaRoot(schema, List.of(batch.getVector(column)), batch.getRowCount()));
      }
      writer.commit();
    }
  }

  private String[] lines(String table, ExportFormat format) throws IOException {
    return new String(export(table, format), StandardCharsets.UTF_8).split("\n");
  }

  private static String withoutEnd(String line) {
    return line.endsWith("\r") ? line.substring(0, line.length() - 1) : line;
  }

  @Test
  void theirTextIsThatOfTheColumnAlone() throws IOException {
    List<Field> fields = eachBeforeEach(everyType().stream().filter(ColumnOrderTest::isInText).toList());
    write("t", SEED, 0.2, fields);
    List<String[]> json = new ArrayList<>();
    List<String[]> csv = new ArrayList<>();
    for (int column = 0; column < fields.size(); column++) {
      writeAgain("alone", fields.get(column), column);
      json.add(lines("alone", JsonFormat.standard()));
      csv.add(lines("alone", CsvFormat.standard().withSeparator('\u001F')));
      tables.drop("alone");
    }
    assertThat(lines("t", JsonFormat.standard())).isEqualTo(IntStream.range(0, json.getFirst().length)
        .mapToObj(row -> json.stream().map(lines -> lines[row].substring(1, lines[row].length() - 1))
            .collect(Collectors.joining(",", "{", "}")))
        .toArray(String[]::new));
    String[] wide = lines("t", CsvFormat.standard().withSeparator('\u001F'));
    for (int row = 0; row < wide.length; row++) {
      String[] cells = withoutEnd(wide[row]).split("\u001F", -1);
      for (int column = 0; column < fields.size(); column++) {
        String alone = withoutEnd(csv.get(column)[row]);
        assertThat(cells[column]).as(fields.get(column).getName()).isIn(alone, alone.equals("\"\"") ? "" : alone);
      }
    }
  }
}
