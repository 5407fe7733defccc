package io.packice.arrow.parquet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.packice.Packice;
import io.packice.PackiceClient;
import io.packice.arrow.ArrowBatches;
import io.packice.arrow.ArrowTable;
import io.packice.arrow.ArrowTables;
import io.packice.arrow.TableOptions;
import io.packice.arrow.imports.TableImport;
import io.packice.arrow.manifest.TableSummary;
import io.packice.core.AcquireRequest.IfExists;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ParquetImportTest {
  @TempDir Path folder;

  private final RootAllocator allocator = new RootAllocator();
  private final PackiceClient client = Packice.connect();
  private final ArrowTables tables = new ArrowTables(client);

  @AfterEach
  void nothingLeaks() {
    allocator.close();
    assertThat(client.stats().drafts()).isZero();
    assertThat(client.stats().leases()).isZero();
    client.close();
  }

  private List<List<Object>> rows(String name) {
    List<List<Object>> rows = new ArrayList<>();
    try (ArrowTable table = tables.open(name); ArrowBatches batches = table.batches(allocator)) {
      while (batches.hasNext()) {
        VectorSchemaRoot batch = batches.next();
        for (int i = 0; i < batch.getRowCount(); i++) {
          List<Object> row = new ArrayList<>();
          for (FieldVector vector : batch.getFieldVectors()) {
            row.add(ParquetFiles.value(vector, i));
          }
          rows.add(row);
        }
      }
    }
    return rows;
  }

  @Test
  void everyFileBecomesATableOfItsRows() throws IOException {
    for (Path file : ParquetFiles.all()) {
      TableSummary summary = TableImport.of(ParquetFormat.standard(), List.of(file))
          .withOptions(TableOptions.defaults().withIfExists(IfExists.REPLACE)).into(tables, "t");
      List<List<Object>> expected = ParquetFiles.rows(file, allocator, ReadOptions.defaults());
      assertThat(summary.rowCount()).isEqualTo(expected.size());
      assertThat(rows("t")).as(file.getFileName().toString()).isEqualTo(expected);
    }
  }

  @Test
  void severalFilesMakeOneTableInTheirOrder() throws IOException {
    Path plain = ParquetFiles.folder().resolve("alltypes_plain.parquet");
    Path snappy = ParquetFiles.folder().resolve("alltypes_plain.snappy.parquet");
    List<Long> heard = new ArrayList<>();
    ParquetFormat format = ParquetFormat.of(ReadOptions.defaults().withColumns(List.of("id")));
    TableImport.of(format, List.of(snappy, plain)).withProgress((done, total) -> {
      assertThat(done).isLessThanOrEqualTo(total);
      heard.add(done);
    }).into(tables, "t");
    assertThat(rows("t").stream().map(List::getFirst).toList()).isEqualTo(List.of(6, 7, 4, 5, 6, 7, 2, 3, 0, 1));
    assertThat(heard).isSorted().startsWith(0L);
  }

  @Test
  void filesOfDifferentColumnsAreRefused() {
    Path plain = ParquetFiles.folder().resolve("alltypes_plain.parquet");
    Path other = ParquetFiles.folder().resolve("binary.parquet");
    assertThatThrownBy(() -> TableImport.of(ParquetFormat.standard(), List.of(plain, other)).into(tables, "t"))
        .isInstanceOf(ParquetException.class)
        .hasMessageContainingAll("Cannot import " + other, "together with " + plain);
    assertThat(client.list("")).isEmpty();
  }

  @Test
  void aFileThatIsDamagedInItsLastPageMakesNoTable() throws IOException {
    byte[] bytes = Files.readAllBytes(ParquetFiles.folder().resolve("alltypes_plain.snappy.parquet"));
    Arrays.fill(bytes, 700, 760, (byte) 0x55);
    Path damaged = Files.write(folder.resolve("damaged.parquet"), bytes);
    Path good = ParquetFiles.folder().resolve("alltypes_plain.parquet");
    assertThatThrownBy(() -> TableImport.of(ParquetFormat.standard(), List.of(good, damaged)).into(tables, "t"))
        .isInstanceOf(ParquetException.class)
        .hasMessageContainingAll("Cannot read " + damaged, "row group 0", "column ");
    assertThat(client.list("")).isEmpty();
    assertThat(client.stats().draftBytes()).isZero();
  }

  private static byte[] join(byte[]... parts) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      all.writeBytes(part);
    }
    return all.toByteArray();
  }

  /** By the places of the second one's footer, the rows of the first would be read. */
  @Test
  void filesBehindEachOtherAreRefusedAndSoIsWhatStandsAroundOne() throws IOException {
    Path own = folder.resolve("own.parquet");
    TableImport.of(ParquetFormat.standard(), List.of(ParquetFiles.folder().resolve("alltypes_plain.parquet")))
        .into(tables, "t");
    try (ArrowTable table = tables.open("t");
        FileChannel out = FileChannel.open(own, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      ParquetExport.of(table).into(out);
    }
    List<Path> firsts = new ArrayList<>(ParquetFiles.all());
    firsts.add(own);
    for (Path first : firsts) {
      byte[] one = Files.readAllBytes(first);
      Path two = folder.resolve("two.parquet");
      String problem = "a file of " + one.length + " bytes lies before it, as when files were put behind each other;"
          + " import each of them by itself";
      for (byte[] more : List.of(join(one, one), join(one, Files.readAllBytes(own)))) {
        Files.write(two, more);
        assertThatThrownBy(() -> TableImport.of(ParquetFormat.standard(), List.of(two)).into(tables, "u"))
            .as("%s", first).isInstanceOf(ParquetException.class).hasMessage("Cannot read " + two + ": " + problem);
      }
      Files.write(two, join(new byte[8], one));
      assertThatThrownBy(() -> TableImport.of(ParquetFormat.standard(), List.of(two)).into(tables, "u"))
          .isInstanceOf(ParquetException.class).hasMessageContaining("it does not begin with PAR1");
      Files.write(two, join(one, new byte[8]));
      assertThatThrownBy(() -> TableImport.of(ParquetFormat.standard(), List.of(two)).into(tables, "u"))
          .isInstanceOf(ParquetException.class).hasMessageContaining("it does not end with PAR1; get it anew");
    }
  }

  @Test
  void whatIsNoParquetIsRefusedInOneLine() throws IOException {
    Path text = Files.writeString(folder.resolve("t.parquet"), "a,b\n1,2\n1,2\n1,2\n");
    assertThatThrownBy(() -> TableImport.of(ParquetFormat.standard(), List.of(text)).into(tables, "t"))
        .isInstanceOf(ParquetException.class)
        .hasMessage(
            "Cannot read " + text + ": not a Parquet file or cut short, it does not end with PAR1; get it anew");
    Path empty = Files.writeString(folder.resolve("e.parquet"), "");
    assertThatThrownBy(() -> TableImport.of(ParquetFormat.standard(), List.of(empty)).into(tables, "t"))
        .isInstanceOf(ParquetException.class)
        .hasMessage("Cannot read " + empty + ": not a Parquet file, it has 0 bytes; get it anew");
  }
}
