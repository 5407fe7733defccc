package io.packice.arrow.imports;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.packice.PackiceClient;
import io.packice.arrow.ArrowBatches;
import io.packice.arrow.ArrowTable;
import io.packice.arrow.ArrowTables;
import io.packice.arrow.FixedWidthColumn;
import io.packice.arrow.TableOptions;
import io.packice.arrow.TablePeer;
import io.packice.arrow.manifest.TableSummary;
import io.packice.arrow.statistics.ColumnStatistics;
import io.packice.arrow.text.CsvFormat;
import io.packice.core.AcquireRequest.IfExists;
import io.packice.core.AlreadyExistsException;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.zip.GZIPOutputStream;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ImportTest {
  private static final long SEED = Long.getLong("packice.seed", 20250102L);

  @TempDir private Path folder;

  private final TablePeer peer = new TablePeer();
  private final RootAllocator allocator = new RootAllocator(Long.MAX_VALUE);
  private final PackiceClient client = peer.overSocket();
  private final ArrowTables tables = new ArrowTables(client);

  @AfterEach
  void nothingLeaks() {
    allocator.close();
    peer.requireIdle();
    client.close();
    peer.close();
  }

  // ---- IDX

  private interface Values {
    void write(DataOutputStream out) throws IOException;
  }

  private Path idx(String name, int type, int[] dimensions, Values values) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      out.writeInt(type << 8 | dimensions.length);
      for (int dimension : dimensions) {
        out.writeInt(dimension);
      }
      values.write(out);
    }
    return file(name, bytes.toByteArray());
  }

  private Path file(String name, byte... bytes) throws IOException {
    return Files.write(folder.resolve(name), bytes);
  }

  private Path gzip(Path source) throws IOException {
    Path target = folder.resolve(source.getFileName() + ".gz");
    try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(target))) {
      Files.copy(source, out);
    }
    return target;
  }

  private byte[] randomBytes(int count) {
    byte[] bytes = new byte[count];
    new Random(SEED).nextBytes(bytes);
    return bytes;
  }

  private void requireNothing() {
    peer.requireEmpty();
  }

  @Test
  void imagesAndLabelsBecomeTensorsAndIndices() throws IOException {
    byte[] pixels = randomBytes(50_000 * 12);
    Path images = idx("images", 0x08, new int[] {50_000, 3, 4}, out -> out.write(pixels));
    Path labels = idx("labels", 0x08, new int[] {50_000}, out -> {
      for (int i = 0; i < 50_000; i++) {
        out.write(i % 251);
      }
    });
    List<long[]> heard = new ArrayList<>();
    TableSummary summary = IdxImport.of(gzip(images), labels)
        .withProgress((done, total) -> heard.add(new long[] {done, total}))
        .into(tables, "digits");
    assertThat(summary.rowCount()).isEqualTo(50_000);
    try (ArrowTable table = tables.open("digits")) {
      FixedWidthColumn image = table.column("image");
      assertThat(image.rowShape()).containsExactly(3, 4);
      assertThat(image.elementType()).isEqualTo(new ArrowType.Int(8, false));
      assertThat(image.chunks()).hasSize(1);
      assertThat(image.chunks().getFirst().values().toArray(ValueLayout.JAVA_BYTE)).isEqualTo(pixels);
      FixedWidthColumn label = table.column("label");
      assertThat(label.elementType()).isEqualTo(new ArrowType.Int(64, true));
      assertThat(label.chunks().getFirst().values().getAtIndex(ValueLayout.JAVA_LONG, 49_999)).isEqualTo(49_999 % 251);
      assertThat(table.statistics()).containsExactly(new ColumnStatistics(0, null, null),
          new ColumnStatistics(0, 0L, 250L, 6_244_900L));
      try (VectorSchemaRoot root = table.batch(0, allocator)) {
        assertThat(root.getVector("label").getObject(250)).isEqualTo(250L);
        assertThat(root.getVector("image").getObject(0).toString()).startsWith("[" + pixels[0] + ",");
      }
    }
    assertThat(heard.getLast()[0]).isEqualTo(heard.getLast()[1]);
    assertThat(heard).isSortedAccordingTo((a, b) -> Long.compare(a[0], b[0]));
  }

  @ParameterizedTest
  @CsvSource({"9, 1", "11, 2", "12, 4", "13, 4", "14, 8"})
  void everyElementTypeIsTurnedToLittleEndian(int type, int width) throws IOException {
    byte[] bytes = randomBytes(20_000 * width);
    Path file = idx("values", type, new int[] {5_000, 2, 1, 2}, out -> out.write(bytes));
    IdxImport.of(file).into(tables, "t");
    byte[] expected = bytes.clone();
    for (int i = 0; i < expected.length; i++) {
      expected[i] = bytes[i - i % width + width - 1 - i % width];
    }
    try (ArrowTable table = tables.open("t")) {
      FixedWidthColumn column = table.column("image");
      assertThat(column.rowShape()).containsExactly(2, 1, 2);
      assertThat(column.chunks().getFirst().values().toArray(ValueLayout.JAVA_BYTE)).isEqualTo(expected);
    }
  }

  @Test
  void aFileWithoutRowsMakesATableWithoutRows() throws IOException {
    Path file = idx("none", 0x08, new int[] {0, 28, 28}, _ -> {
    });
    assertThat(IdxImport.of(file).into(tables, "t").rowCount()).isZero();
    try (ArrowTable table = tables.open("t")) {
      assertThat(table.column("image").rowShape()).containsExactly(28, 28);
    }
  }

  @Test
  void anImportReplacesATableOnlyWhenItIsTold() throws IOException {
    Path file = idx("one", 0x08, new int[] {3}, out -> out.write(new byte[3]));
    IdxImport.of(file).into(tables, "t");
    assertThatThrownBy(() -> IdxImport.of(file).into(tables, "t")).isInstanceOf(AlreadyExistsException.class);
    IdxImport.of(file).withOptions(TableOptions.defaults().withIfExists(IfExists.REPLACE)).into(tables, "t");
    try (ArrowTable table = tables.open("t")) {
      assertThat(table.version()).isEqualTo(2);
    }
  }

  @Test
  void whatIsNotIdxIsRefusedInOneLine() throws IOException {
    Path good = idx("good", 0x08, new int[] {10, 100}, out -> out.write(randomBytes(1_000)));
    Path labels = idx("labels", 0x08, new int[] {9}, out -> out.write(new byte[9]));
    byte[] bytes = Files.readAllBytes(good);
    byte[] zipped = Files.readAllBytes(gzip(good));
    byte[] flipped = zipped.clone();
    flipped[zipped.length - 6] ^= 1; // in the checksum
    refused(() -> IdxImport.of(good, labels), "it has 9 labels for the 10 images of");
    refused(file("png", (byte) 0x89, (byte) 'P', (byte) 'N', (byte) 'G', (byte) 0),
        "not an IDX file, it begins with 89504e47");
    refused(file("empty"), "not an IDX file, it ends within its header");
    refused(file("short", Arrays.copyOf(bytes, 500)),
        "its header says [10, 100] UINT8, but the file has only 500 bytes");
    refused(file("nearly", Arrays.copyOf(bytes, bytes.length - 4)), "it ends 4 bytes before its header says");
    refused(file("long", Arrays.copyOf(bytes, bytes.length + 1)), "it goes on after the [10, 100] UINT8 of its header");
    refused(file("cut", Arrays.copyOf(zipped, zipped.length / 2)), "its gzip data was cut short");
    refused(file("cut in the head", Arrays.copyOf(zipped, 5)), "its gzip header is damaged");
    refused(file("flipped", flipped), "its gzip data is damaged");
    refused(idx("forged", 0x0E, new int[] {-1, -1, -1, -1}, _ -> {
    }), "but the file has only 20 bytes");
    refused(idx("flat", 0x08, new int[] {3, 0}, _ -> {
    }), "are empty");
    assertThatThrownBy(() -> IdxImport.of(folder.resolve("none")).into(tables, "t")).isInstanceOf(IOException.class);
    requireNothing();
  }

  private void refused(Path file, String message) {
    refused(() -> IdxImport.of(file), message);
  }

  private interface Maker {
    IdxImport make();
  }

  private void refused(Maker maker, String message) {
    assertThatThrownBy(() -> maker.make().into(tables, "t")).isInstanceOf(ImportException.class)
        .hasMessageStartingWith("Cannot import ").hasMessageContaining(message).hasMessageNotContaining("\n");
  }

  @Test
  void realMnistIsImported() throws IOException {
    Path mnist = Path.of("").toAbsolutePath().getParent().resolveSibling("shared").resolve("data").resolve("mnist");
    assumeTrue(Files.isDirectory(mnist), "needs ../shared/data/mnist beside the project");
    IdxImport.of(mnist.resolve("t10k-images-idx3-ubyte.gz"), mnist.resolve("t10k-labels-idx1-ubyte.gz"))
        .into(tables, "mnist");
    try (ArrowTable table = tables.open("mnist")) {
      assertThat(table.rowCount()).isEqualTo(10_000);
      assertThat(table.column("image").rowShape()).containsExactly(28, 28);
      FixedWidthColumn label = table.column("label");
      assertThat(label.chunks().getFirst().values().asSlice(0, 40).toArray(ValueLayout.JAVA_LONG))
          .containsExactly(7, 2, 1, 0, 4);
      ColumnStatistics labels = table.statistics().get(1);
      assertThat(labels.min()).isEqualTo(0L);
      assertThat(labels.max()).isEqualTo(9L);
    }
  }

  // ---- CSV

  private Path csv(String text) throws IOException {
    return file("t.csv", text.getBytes(UTF_8));
  }

  private List<String> importCsv(String text) throws IOException {
    TableImport.of(CsvFormat.standard(), List.of(csv(text)))
        .withOptions(TableOptions.defaults().withIfExists(IfExists.REPLACE)).into(tables, "t");
    List<String> rows = new ArrayList<>();
    try (ArrowTable table = tables.open("t"); ArrowBatches batches = table.batches(allocator)) {
      rows.add(
          String.join(" ", table.schema().getFields().stream().map(Field::getType).map(Object::toString).toList()));
      while (batches.hasNext()) {
        VectorSchemaRoot root = batches.next();
        for (int i = 0; i < root.getRowCount(); i++) {
          int row = i;
          rows.add(String.join("|", root.getFieldVectors().stream().map(v -> "" + v.getObject(row)).toList()));
        }
      }
    }
    return rows;
  }

  @Test
  void everyColumnGetsTheNarrowestTypeThatFitsAllItsValues() throws IOException {
    assertThat(importCsv("""
        id,score,ok,day,at,instant,name,none
        1,1.5,true,2025-01-31,2025-01-31 12:00:00.5,2025-01-31T12:00:00+01:00,"a, ""b""
        c",
        -9223372036854775808,2,FALSE,1969-12-31,1969-12-31T23:59,1970-01-01T00:00:00Z,é,

        ,,,,,,,
        """)).containsExactly(
        "Int(64, true) FloatingPoint(DOUBLE) Bool Date(DAY) Timestamp(MICROSECOND, null) Timestamp(MICROSECOND, UTC) Utf8 Utf8",
        "1|1.5|true|20119|2025-01-31T12:00:00.500|1738321200000000|a, \"b\"\nc|null",
        "-9223372036854775808|2.0|false|-1|1969-12-31T23:59|0|é|null",
        "null|null|null|null|null|null|null|null");
  }

  @ParameterizedTest
  @CsvSource({"007", "9223372036854775808", "9007199254740993;0.5", "1e999", "-0;x", "2025-02-30", "yes", "1;true",
      "2025-01-01;2025-01-01 10:00", "1_000", "0x1F", "١٢", "+007", "1.2.3", "1e", "--1", "+", "."})
  void aValueThatANarrowerTypeWouldChangeMakesItsColumnText(String values) throws IOException {
    List<String> column = List.of(values.split(";"));
    List<String> expected = new ArrayList<>(List.of("Utf8"));
    expected.addAll(column);
    assertThat(importCsv("c\n" + String.join("\n", column))).isEqualTo(expected);
  }

  @Test
  void aTypeMayBeContradictedByTheLastOfManyRows() throws IOException {
    StringBuilder text = new StringBuilder("\uFEFFn,s\r\n");
    for (int i = 0; i < 100_000; i++) {
      text.append(i).append(",row ").append(i).append("\r\n");
    }
    text.append("1.25,last");
    List<String> rows = importCsv(text.toString());
    assertThat(rows).hasSize(100_002).startsWith("FloatingPoint(DOUBLE) Utf8", "0.0|row 0").endsWith("1.25|last");
    try (ArrowTable table = tables.open("t")) {
      assertThat(table.schema().getFields().getFirst().getName()).isEqualTo("n");
      assertThat(table.batchCount()).isEqualTo(2);
      assertThat(table.statistics().getFirst()).isEqualTo(new ColumnStatistics(0, 0.0, 99_999.0));
    }
  }

  @Test
  void anEmptyLineIsARowOnlyWhereARowIsOneField() throws IOException {
    assertThat(importCsv("a\n1\n\n2\n")).containsExactly("Int(64, true)", "1", "null", "2");
    assertThat(importCsv("a,b\n1,2\n\n3,4\n")).containsExactly("Int(64, true) Int(64, true)", "1|2", "3|4");
    assertThat(importCsv("a,b\n")).containsExactly("Utf8 Utf8");
  }

  @Test
  void anotherSeparatorCanBeGiven() throws IOException {
    TableSummary summary =
        TableImport.of(CsvFormat.standard().withSeparator(';'), List.of(csv("a;b\n1;2,5\n"))).into(tables, "t");
    assertThat(summary.columnCount()).isEqualTo(2);
  }

  @Test
  void progressGoesFromNothingToEverything() throws IOException {
    List<Long> heard = new ArrayList<>();
    Path file = csv("a\n" + "123456\n".repeat(200_000));
    TableImport.of(CsvFormat.standard(), List.of(file)).withProgress((done, total) -> {
      assertThat(total).isEqualTo(2 * 1_400_002);
      heard.add(done);
    }).into(tables, "t");
    assertThat(heard).isSorted().startsWith(0L).endsWith(2_800_004L).hasSizeGreaterThan(5);
  }

  @Test
  void whatIsNotCsvIsRefusedInOneLine() throws IOException {
    refusedCsv("", "its first line is empty");
    refusedCsv("\n1,2\n", "its first line is empty");
    refusedCsv("a,,c\n", "column 2 has no name");
    refusedCsv("a,b,a\n", "column 3 is another \"a\"");
    refusedCsv("a,b\n1,2\n\n\"x\ny\",3\n1,2,3\n", "line 6 has 3 fields, the first line 2");
    refusedCsv("a,b\n1\n", "line 2 has 1 fields, the first line 2");
    refusedCsv("a\n1\0\n", "zero byte in line 2");
    refusedCsv("a\n\"open", "the row of line 2 has a quote that is not closed");
    refusedCsv("a,b\n1,\"x\"y\n", "the row of line 2 has something behind a closing quote");
    Path binary = file("t.csv", (byte) 'a', (byte) '\n', (byte) 0xFF, (byte) 0xFE);
    assertThatThrownBy(() -> TableImport.of(CsvFormat.standard(), List.of(binary)).into(tables, "t"))
        .isInstanceOf(ImportException.class)
        .hasMessageContaining("line 2 is not CSV, it has bytes that are no UTF-8 text");
    requireNothing();
  }

  private void refusedCsv(String text, String message) throws IOException {
    Path file = csv(text);
    assertThatThrownBy(() -> TableImport.of(CsvFormat.standard(), List.of(file)).into(tables, "t"))
        .isInstanceOf(ImportException.class)
        .hasMessageStartingWith("Cannot import " + file).hasMessageContaining(message).hasMessageNotContaining("\n");
  }
}
