package io.packice.arrow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.packice.arrow.imports.ImportException;
import io.packice.arrow.imports.ImportFormat;
import io.packice.arrow.imports.TableImport;
import io.packice.arrow.ipc.IpcFormat;
import io.packice.arrow.manifest.TableColumn;
import io.packice.arrow.manifest.TableDescription;
import io.packice.arrow.parquet.ParquetException;
import io.packice.arrow.parquet.ParquetExport;
import io.packice.arrow.parquet.ParquetFormat;
import io.packice.arrow.statistics.ColumnStatistics;
import io.packice.arrow.text.CsvFormat;
import io.packice.arrow.text.JsonFormat;
import io.packice.arrow.vectors.NativeMemory;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.ipc.WriteChannel;
import org.apache.arrow.vector.ipc.message.MessageSerializer;
import org.apache.arrow.vector.types.UnionMode;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Arrow allows several columns of one name: they are kept, or refused, and none is lost. */
final class RepeatedNamesTest extends TableFixture {
  private static final Path CASES = Path.of("../../shared/data/cases");
  private static final ArrowType LONG = new ArrowType.Int(64, true);
  private static final Schema TWICE =
      new Schema(
          List.of(RandomVectors.field("a", LONG), RandomVectors.field("b", LONG), RandomVectors.field("a", LONG)));

  @TempDir private Path folder;

  private void write(String table, Schema schema, long... row) {
    try (TableWriter writer = tables.create(table, schema);
        VectorSchemaRoot root = VectorSchemaRoot.create(schema, allocator)) {
      for (int i = 0; i < row.length; i++) {
        ((BigIntVector) root.getVector(i)).setSafe(0, row[i]);
      }
      root.setRowCount(1);
      writer.write(root);
      writer.commit();
    }
  }

  private List<List<Long>> rows(String table) {
    List<List<Long>> rows = new ArrayList<>();
    try (ArrowTable opened = tables.open(table); ArrowBatches batches = opened.batches(allocator)) {
      while (batches.hasNext()) {
        VectorSchemaRoot batch = batches.next();
        for (int row = 0; row < batch.getRowCount(); row++) {
          int at = row;
          rows.add(batch.getFieldVectors().stream().map(vector -> ((BigIntVector) vector).get(at)).toList());
        }
      }
    }
    return rows;
  }

  private byte[] export(String table, ExportFormat format) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (ArrowTable opened = tables.open(table)) {
      format.write(opened, Channels.newChannel(out), Progress.NONE);
    }
    return out.toByteArray();
  }

  private Path file(String name, byte... bytes) throws IOException {
    return Files.write(folder.resolve(name), bytes);
  }

  private void append(ImportFormat format, Path file, String table) throws IOException {
    TableImport.of(format, List.of(file)).appendTo(tables, table);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void arrowKeepsAllColumns(boolean isFile) throws IOException {
    IpcFormat format = isFile ? IpcFormat.file() : IpcFormat.stream();
    write("t", TWICE, 1, 2, 3);
    Path file = file("t.arrow", export("t", format));
    TableImport.of(format, List.of(file)).into(tables, "imported");
    assertThat(rows("imported")).containsExactly(List.of(1L, 2L, 3L));
    append(format, file, "imported");
    assertThat(rows("imported")).containsExactly(List.of(1L, 2L, 3L), List.of(1L, 2L, 3L));
    try (ArrowTable table = tables.open("imported");
        VectorSchemaRoot taken = table.take(new long[] {1}, allocator, ScanOptions.all())) {
      assertThat(((BigIntVector) taken.getVector(0)).get(0)).isOne();
      assertThat(((BigIntVector) taken.getVector(2)).get(0)).isEqualTo(3);
      assertThat(table.statistics()).extracting(ColumnStatistics::max).containsExactly(1L, 2L, 3L);
    }
  }

  @Test
  void whatKnowsColumnsByTheirNamesRefusesThem() throws IOException {
    write("t", TWICE, 1, 2, 3);
    List<ExportFormat> formats = List.of(JsonFormat.standard(), CsvFormat.standard(),
        (table, to, progress) -> ParquetExport.of(table).withProgress(progress).into(to));
    for (ExportFormat format : formats) {
      assertThatIllegalArgumentException().isThrownBy(() -> export("t", format))
          .withMessageMatching("Cannot write (JSON lines|CSV|Parquet): table t has several columns called a;.*");
    }
    try (ArrowTable table = tables.open("t")) {
      String says = "Cannot read column a of table t: it has several columns of that name";
      ScanOptions a = ScanOptions.all().withColumns("b", "a");
      assertThatIllegalArgumentException().isThrownBy(() -> table.batch(0, allocator, a)).withMessageContaining(says);
      assertThatIllegalArgumentException().isThrownBy(() -> table.take(new long[] {0}, allocator, a))
          .withMessageContaining(says);
      assertThatIllegalArgumentException().isThrownBy(() -> table.column("a")).withMessageContaining(says);
      assertThat(table.column("b").chunks().getFirst().values().get(NativeMemory.LONG, 0)).isEqualTo(2);
    }
    assertThatIllegalArgumentException().isThrownBy(() -> tables.describe("t")
        .withColumns(List.of(new TableColumn(RandomVectors.field("x", LONG), "a"))))
        .withMessageContaining("several columns a");
  }

  @Test
  void appendedFilesHaveTheSameColumnsAsOften() throws IOException {
    write("t", TWICE, 1, 2, 3);
    Schema once = new Schema(TWICE.getFields().subList(0, 2));
    write("once", once, 1, 2);
    Path fewer = file("once.arrow", export("once", IpcFormat.file()));
    assertThatThrownBy(() -> append(IpcFormat.file(), fewer, "t")).isInstanceOf(ImportException.class)
        .hasMessageContaining("it has no other column a, only [a, b]");
    Path more = file("t.arrow", export("t", IpcFormat.file()));
    assertThatThrownBy(() -> append(IpcFormat.file(), more, "once")).isInstanceOf(ImportException.class)
        .hasMessageContaining("the table has no other column a, only [a, b]");
    Path csv = file("t.csv", "a,b\n1,2\n".getBytes(StandardCharsets.UTF_8));
    assertThatThrownBy(() -> append(CsvFormat.standard(), csv, "t")).isInstanceOf(ImportException.class)
        .hasMessageContaining("several columns called a");
    Path json = file("t.jsonl", "{\"a\":1,\"b\":2}\n".getBytes(StandardCharsets.UTF_8));
    assertThatThrownBy(() -> append(JsonFormat.standard(), json, "t")).isInstanceOf(ImportException.class)
        .hasMessageContaining("several columns called a");
    assertThatIllegalArgumentException().isThrownBy(() -> JsonFormat.standard().withSchema(TWICE))
        .withMessageContaining("several columns called a");
    assertThat(rows("t")).containsExactly(List.of(1L, 2L, 3L));
  }

  private static List<Field> beyondVectors() {
    Field number = RandomVectors.field("n", LONG);
    Field struct = RandomVectors.field("s", new ArrowType.Struct(), number, number);
    return List.of(struct, RandomVectors.field("l", new ArrowType.List(), struct),
        RandomVectors.required("d", new ArrowType.Union(UnionMode.Dense, new int[] {0, 1}), number, number),
        RandomVectors.required("u", new ArrowType.Union(UnionMode.Sparse, new int[] {0, 1}), number,
            RandomVectors.field("m", LONG)),
        RandomVectors.field("f", new ArrowType.FixedSizeList(2),
            RandomVectors.required("u", new ArrowType.Union(UnionMode.Dense, new int[] {0}), number)));
  }

  /** Of the children of such a column, a vector would keep one. */
  @Test
  void whatVectorsCannotHoldIsRefused() throws IOException {
    for (Field field : beyondVectors()) {
      Schema schema = new Schema(List.of(field));
      String says = "column " + field.getName()
          + "(\\.s)? (has several fields called n, which is not supported|is a sparse"
          + " union of several fields of type Int\\(64, true\\), which cannot be told apart, so that it is not supported|is a"
          + " fixed-size list of unions, which is not supported); .*";
      assertThatIllegalArgumentException().isThrownBy(() -> tables.create("t", schema))
          .withMessageMatching("Cannot write table t: " + says);
      assertThatIllegalArgumentException().isThrownBy(() -> TableDescription.of("t", schema))
          .withMessageMatching("Cannot make table t: " + says);
      assertThatIllegalArgumentException().isThrownBy(() -> TableDescription.of("t", NUMBERS)
          .withColumns(
              List.of(new TableColumn(NUMBERS.getFields().getFirst(), "number"), new TableColumn(field, null))))
          .withMessageMatching(".*" + says);
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      WriteChannel channel = new WriteChannel(Channels.newChannel(out));
      MessageSerializer.serialize(channel, schema);
      channel.writeIntLittleEndian(MessageSerializer.IPC_CONTINUATION_TOKEN);
      channel.writeIntLittleEndian(0);
      Path file = file("t.arrows", out.toByteArray());
      assertThatThrownBy(() -> TableImport.of(IpcFormat.stream(), List.of(file)).into(tables, "t"))
          .isInstanceOf(ImportException.class).hasMessageMatching("Cannot import " + file + ": " + says);
    }
    peer.requireEmpty();
  }

  /** A writer that does not care; its columns are found by their names. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void parquetThatHasThemIsRefused(boolean isNested) throws IOException {
    Field first = RandomVectors.field("column one", LONG);
    Field other = RandomVectors.field("column two", LONG);
    Schema schema = new Schema(isNested ? List.of(RandomVectors.field("s", new ArrowType.Struct(), first, other))
        : List.of(first, other));
    try (TableWriter writer = tables.create("t", schema);
        VectorSchemaRoot root = VectorSchemaRoot.create(schema, allocator)) {
      writer.write(root);
      writer.commit();
    }
    byte[] bytes = export("t", (table, to, progress) -> ParquetExport.of(table).into(to));
    byte[] from = "two".getBytes(StandardCharsets.ISO_8859_1);
    ByteBuffer name = ByteBuffer.wrap(from);
    for (int i = 0; i + from.length < bytes.length; i++) {
      if (ByteBuffer.wrap(bytes, i, from.length).equals(name)) {
        System.arraycopy("one".getBytes(StandardCharsets.ISO_8859_1), 0, bytes, i, from.length);
      }
    }
    Path file = file("t.parquet", bytes);
    assertThatThrownBy(() -> TableImport.of(ParquetFormat.standard(), List.of(file)).into(tables, "imported"))
        .isInstanceOf(ParquetException.class)
        .hasMessage("Cannot read " + file + ": " + (isNested ? "column s" : "it")
            + " has several columns called column one; rename them");
  }

  @Test
  void theFileOfSomebodyElseIsImportedWithAllItsColumns() throws IOException {
    Path file = CASES.resolve("jsonl-duplicate-columns/dup.arrow");
    assumeTrue(Files.exists(file), "needs ../shared/data/cases beside the project");
    TableImport.of(IpcFormat.file(), List.of(file)).into(tables, "t");
    assertThat(rows("t")).containsExactly(List.of(1L, 2L));
    assertThatIllegalArgumentException().isThrownBy(() -> export("t", JsonFormat.standard()));
  }
}
