package io.packice.arrow.imports;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.packice.arrow.ArrowBatches;
import io.packice.arrow.ArrowTable;
import io.packice.arrow.Progress;
import io.packice.arrow.TableBranch;
import io.packice.arrow.TableFixture;
import io.packice.arrow.TableOptions;
import io.packice.arrow.TableWriter;
import io.packice.arrow.ipc.IpcFormat;
import io.packice.arrow.manifest.TableSummary;
import io.packice.arrow.text.CsvFormat;
import io.packice.arrow.text.PlainRows;
import io.packice.core.NotFoundException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class TableImportTest extends TableFixture {
  @TempDir private Path folder;

  private Path file(String name, String text) throws IOException {
    Path path = folder.resolve(name);
    Files.createDirectories(path.getParent());
    return Files.writeString(path, text);
  }

  private List<List<Object>> rows(String table) {
    List<List<Object>> rows = new ArrayList<>();
    try (ArrowTable opened = tables.open(table); ArrowBatches batches = opened.batches(allocator)) {
      while (batches.hasNext()) {
        VectorSchemaRoot batch = batches.next();
        for (int i = 0; i < batch.getRowCount(); i++) {
          int row = i;
          rows.add(Arrays.asList(
              batch.getFieldVectors().stream().map(vector -> PlainRows.value(vector.getField(), vector, row))
                  .toArray()));
        }
      }
    }
    return rows;
  }

  private static TableImport csv(List<Path> files) {
    return TableImport.of(CsvFormat.standard(), files);
  }

  // ---- several files at a time

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 7})
  void manyFilesAreOneTableInTheirOrderWhateverTheThreads(int threads) throws IOException {
    List<Path> files = new ArrayList<>();
    List<Long> expected = new ArrayList<>();
    for (int i = 0; i < 30; i++) { // some are large enough for parts of their own
      int count = i % 10 == 3 ? 400_000 : i;
      StringBuilder text = new StringBuilder("n\n");
      for (int n = 0; n < count; n++) {
        text.append(i * 1_000_000L + n).append('\n');
        expected.add(i * 1_000_000L + n);
      }
      files.add(file("f" + i, text.toString()));
    }
    List<long[]> heard = new ArrayList<>();
    TableSummary summary = csv(files).withThreads(threads)
        .withProgress((done, total) -> heard.add(new long[] {done, total})).into(tables, "t");
    assertThat(summary.rowCount()).isEqualTo(expected.size());
    assertThat(readNumbers("t")).isEqualTo(expected);
    assertThat(heard).isSortedAccordingTo((a, b) -> Long.compare(a[0], b[0]));
    assertThat(heard.getLast()[0]).isEqualTo(heard.getLast()[1]).isPositive();
  }

  @Test
  void oneBadFileAmongManyLeavesNothing() throws IOException {
    List<Path> files = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      files.add(file("f" + i, i == 13 ? "n\n1,2\n" : "n\n" + "1\n".repeat(3_000_000 / 10)));
    }
    assertThatThrownBy(() -> csv(files).withThreads(4).into(tables, "t")).isInstanceOf(ImportException.class)
        .hasMessageContaining("f13: line 2 has 2 fields");
    peer.requireEmpty();
  }

  /** A format that fails, or is interrupted, when it has written half. */
  private record Failing(boolean interrupts) implements ImportFormat {
    @Override
    public int passes(ImportWork work) {
      return 1;
    }

    @Override
    public ImportPlan plan(List<ImportSource> sources, ImportWork work) {
      Thread importing = Thread.currentThread();
      return new ImportPlan() {
        @Override
        public Schema schema() {
          return NUMBERS;
        }

        @Override
        public ImportReader open(int file, BufferAllocator allocator, java.util.function.LongConsumer read) {
          VectorSchemaRoot root = VectorSchemaRoot.create(NUMBERS, allocator);
          root.getVector(0).setInitialCapacity(1_000_000);
          root.getVector(0).allocateNew();
          root.setRowCount(1_000_000);
          return new ImportReader() {
            private int batches;

            @Override
            public VectorSchemaRoot next() throws IOException {
              if (file == 1 && batches == 2) {
                if (!interrupts) {
                  throw new ImportException("Cannot import: half of it is missing");
                }
                importing.interrupt();
              }
              return batches++ < 50 ? root : null;
            }

            @Override
            public void close() {
              root.close();
            }
          };
        }
      };
    }
  }

  @Test
  void aFailureInTheMiddleStopsAllAndLeavesNothing() throws IOException {
    List<Path> files = List.of(file("a", "x".repeat(5 << 20)), file("b", "x".repeat(5 << 20)),
        file("c", "x".repeat(5 << 20)));
    assertThatThrownBy(() -> TableImport.of(new Failing(false), files).withThreads(3).into(tables, "t"))
        .isInstanceOf(ImportException.class).hasMessageContaining("half of it is missing");
    peer.requireEmpty();
    assertThatThrownBy(() -> TableImport.of(new Failing(true), files).withThreads(3).into(tables, "t"))
        .isInstanceOf(InterruptedIOException.class);
    assertThat(Thread.interrupted()).isTrue();
    peer.requireEmpty();
  }

  @Test
  void thereMustBeAFileAndAThread() {
    assertThatIllegalArgumentException().isThrownBy(() -> csv(List.of()));
    assertThatIllegalArgumentException().isThrownBy(() -> csv(List.of(folder)).withThreads(0));
    assertThatThrownBy(() -> csv(List.of(folder.resolve("none"))).into(tables, "t"))
        .isInstanceOf(NoSuchFileException.class);
  }

  @Test
  void aColumnsTypeFitsAllFiles() throws IOException {
    csv(List.of(file("a", "n,t\n1,2026-01-31\n"), file("b", "n,t\n2.5,\n"), file("c", "n,t\n,soon\n"))).into(tables,
        "t");
    assertThat(rows("t")).containsExactly(Arrays.asList(1.0, "2026-01-31"), Arrays.asList(2.5, null),
        Arrays.asList(null, "soon"));
    Path other = file("d", "n,u\n1,2\n");
    assertThatThrownBy(() -> csv(List.of(folder.resolve("a"), other)).into(tables, "u"))
        .isInstanceOf(ImportException.class)
        .hasMessage("Cannot import " + other + " together with " + folder.resolve("a")
            + ": its first line names [n, u], the other's [n, t]; make two tables");
  }

  // ---- branches

  @Test
  void branchesAreWrittenByOtherThreadsAndKeepTheirPlace() throws InterruptedException {
    try (TableWriter writer = tables.create("t", NUMBERS); VectorSchemaRoot first = numbers(0);
        VectorSchemaRoot last = numbers(99)) {
      writer.write(first);
      List<TableBranch> branches = IntStream.range(0, 4).mapToObj(_ -> writer.branch()).toList();
      writer.write(last);
      assertThatIllegalStateException().isThrownBy(writer::commit).withMessageContaining("a branch is not finished");
      List<Thread> threads = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        int number = i;
        threads.add(Thread.ofPlatform().start(() -> {
          try (TableBranch branch = branches.get(number);
              VectorSchemaRoot batch = numbers(number * 10L, number * 10L + 1)) {
            branch.write(batch);
            branch.finish();
          }
        }));
      }
      for (Thread thread : threads) {
        thread.join();
      }
      writer.commit();
    }
    assertThat(readNumbers("t")).containsExactly(0L, 0L, 1L, 10L, 11L, 20L, 21L, 30L, 31L, 99L);
  }

  // ---- appending

  @Test
  void appendedFilesHaveTheTablesTypes() throws IOException {
    csv(List.of(file("a", "n,t\n1.5,x\n"))).into(tables, "t");
    assertThat(csv(List.of(file("b", "t,n\n7,2\n"), file("c", "t,n\n,3\n"))).appendTo(tables, "t").version())
        .isEqualTo(2);
    assertThat(rows("t")).containsExactly(Arrays.asList(1.5, "x"), Arrays.asList(2.0, "7"), Arrays.asList(3.0, null));
  }

  @Test
  void whatDoesNotFitTheTableIsNotAppended() throws IOException {
    csv(List.of(file("a", "n,t\n1,x\n"))).into(tables, "t");
    Path other = file("b", "n,u\n1,x\n");
    assertThatThrownBy(() -> csv(List.of(other)).appendTo(tables, "t")).isInstanceOf(ImportException.class)
        .hasMessageContaining("its first line names [n, u], the table has [n, t]");
    Path wrong = file("c", "n,t\n1,x\nsoon,y\n");
    assertThatThrownBy(() -> csv(List.of(wrong)).appendTo(tables, "t")).isInstanceOf(ImportException.class)
        .hasMessageContaining("c: line 3, column n: \"soon\" is no value of Int(64, true)");
    assertThatThrownBy(() -> csv(List.of(wrong)).appendTo(tables, "none")).isInstanceOf(NotFoundException.class);
    assertThat(rows("t")).hasSize(1);
    assertThat(tables.versions("t")).containsExactly(1L);
  }

  @Test
  void anArrowFileIsAppendedByTheNamesOfItsColumns() throws IOException {
    writeNumbers("t", TableOptions.defaults(), 1, 2);
    Path file = folder.resolve("t.arrow");
    try (ArrowTable table = tables.open("t"); FileChannel out = FileChannel.open(file, StandardOpenOption.CREATE,
        StandardOpenOption.WRITE)) {
      IpcFormat.file().write(table, out, Progress.NONE);
    }
    TableImport.of(IpcFormat.file(), List.of(file, file)).appendTo(tables, "t");
    assertThat(readNumbers("t")).containsExactly(1L, 2L, 1L, 2L, 1L, 2L);
    csv(List.of(file("a", "number,t\n1,x\n"))).into(tables, "u");
    assertThatThrownBy(() -> TableImport.of(IpcFormat.file(), List.of(file)).appendTo(tables, "u"))
        .isInstanceOf(ImportException.class).hasMessageContaining("it has no column t, only [number]");
  }

  // ---- folders and patterns

  private List<String> find(Set<String> endings, String... given) throws IOException {
    return ImportFiles.of(Arrays.stream(given).map(name -> folder + "/" + name).toList(), endings).find().stream()
        .map(file -> folder.relativize(Path.of(file.source().name())).toString()).toList();
  }

  @Test
  void foldersAndPatternsMeanFiles() throws IOException {
    for (String name : List.of("d/a.csv", "d/b.txt", "d/.hidden.csv", "d/_SUCCESS", "d/_tmp/x.csv", "d/.git/x.csv",
        "d/in/c.csv.gz", "d/in/deep/e.CSV", "d/in/deep/_f=1/g.csv", "d/z[1].csv")) {
      file(name, "n\n1\n");
    }
    assertThat(find(Set.of("csv"), "d"))
        .containsExactly("d/a.csv", "d/in/c.csv.gz", "d/in/deep/_f=1/g.csv", "d/in/deep/e.CSV", "d/z[1].csv");
    assertThat(find(Set.of("csv", "txt"), "d/in/deep", "d/b.txt")).endsWith("d/b.txt").hasSize(3);
    assertThat(find(Set.of(), "d/*.csv")).containsExactly("d/a.csv", "d/z[1].csv");
    assertThat(find(Set.of(), "d/**/*.csv"))
        .containsExactly("d/_tmp/x.csv", "d/a.csv", "d/in/deep/_f=1/g.csv", "d/z[1].csv");
    assertThat(find(Set.of(), "**/deep/*")).containsExactly("d/in/deep/e.CSV");
    assertThat(find(Set.of(), "d/{a,b}.{csv,txt}")).containsExactly("d/a.csv", "d/b.txt");
    assertThat(find(Set.of(), "d/z[1].csv")).containsExactly("d/z[1].csv"); // it is called like that
    assertThatThrownBy(() -> find(Set.of("csv"), "d/*.parquet")).isInstanceOf(ImportException.class)
        .hasMessageContaining("no file is called like that");
    assertThatThrownBy(() -> find(Set.of("parquet", "pq"), "d")).isInstanceOf(ImportException.class)
        .hasMessageContaining("it is a folder without a file that ends with parquet, pq");
    assertThatThrownBy(() -> find(Set.of("csv"), "d/{a")).isInstanceOf(ImportException.class)
        .hasMessageContaining("it is no pattern");
    assertThatThrownBy(() -> find(Set.of("csv"), "none")).isInstanceOf(NoSuchFileException.class);
  }

  @Test
  void foldersSayColumns() throws IOException {
    file("d/year=2025/city=New%20York+1/a.csv", "n\n1\n2\n");
    file("d/year=2026/city=__HIVE_DEFAULT_PARTITION__/b.csv", "n\n3\n");
    List<ImportFile> files = ImportFiles.of(List.of(folder + "/d"), Set.of("csv")).find();
    TableImport.ofFiles(CsvFormat.standard(), files).into(tables, "t");
    assertThat(rows("t")).containsExactly(Arrays.asList(1L, 2025L, "New York+1"),
        Arrays.asList(2L, 2025L, "New York+1"), Arrays.asList(3L, 2026L, null));
    try (ArrowTable table = tables.open("t")) {
      assertThat(table.schema().getFields()).extracting(Field::getName).containsExactly("n", "year", "city");
    }
    file("d/year=2027/city=Oslo/c.csv", "n\n4\n");
    TableImport.ofFiles(CsvFormat.standard(),
        ImportFiles.of(List.of(folder + "/d/year=2027/**"), Set.of()).find()).appendTo(tables, "t");
    assertThat(rows("t")).endsWith(Arrays.asList(4L, 2027L, "Oslo"));
    TableImport.ofFiles(CsvFormat.standard(), ImportFiles.of(List.of(folder + "/d"), Set.of("csv"))
        .withKeys(ImportFiles.Keys.IGNORED).find()).into(tables, "plain");
    assertThat(readNumbers("plain")).isEqualTo(LongStream.rangeClosed(1, 4).boxed().toList());
  }

  @Test
  void aColumnThatFoldersSayTwiceIsRefused() throws IOException {
    Path file = Files.createDirectories(folder.resolve("d/day=1/month=2/day=3")).resolve("t.csv");
    Files.writeString(file, "x\n1\n");
    assertThatThrownBy(() -> ImportFiles.of(List.of(folder + "/d"), Set.of("csv")).find())
        .isInstanceOf(ImportException.class)
        .hasMessage("Cannot import " + file + ": two of its folders are called day=…, and one column cannot have both"
            + " values; rename one");
  }

  @Test
  void typesOfFoldersColumnsFitAllOfThem() throws IOException {
    file("d/day=2026-01-31/v=007/a.csv", "n,v\n1,2\n");
    file("d/day=2026-02-28/v=8/a.csv", "n,v\n1,3\n");
    TableImport.ofFiles(CsvFormat.standard(), ImportFiles.of(List.of(folder + "/d"), Set.of("csv")).find())
        .into(tables, "t");
    assertThat(rows("t")).containsExactly(Arrays.asList(1L, "2026-01-31", "007"), Arrays.asList(1L, "2026-02-28", "8"));
    try (ArrowTable table = tables.open("t")) {
      assertThat(table.schema().toString()).isEqualTo("Schema<n: Int(64, true), day: Date(DAY), v: Utf8>");
    }
  }

  @Test
  void aPercentSignInAFoldersNameThatIsNoTextMeansItself() throws IOException {
    file("d/k=%FF/a.csv", "n\n1\n");
    file("d/k=5%25/a.csv", "n\n1\n");
    file("d/k=%zz/a.csv", "n\n1\n");
    TableImport.ofFiles(CsvFormat.standard(), ImportFiles.of(List.of(folder + "/d"), Set.of("csv")).find())
        .into(tables, "t");
    assertThat(rows("t")).extracting(row -> row.get(1)).containsExactlyInAnyOrder("%FF", "5%", "%zz");
  }

  @Test
  void filesWhoseFoldersSayDifferentColumnsAreRefused() throws IOException {
    file("d/year=2025/a.csv", "n\n1\n");
    Path other = file("d/b.csv", "n\n1\n");
    List<ImportFile> files = ImportFiles.of(List.of(folder + "/d"), Set.of("csv")).find();
    assertThatThrownBy(() -> TableImport.ofFiles(CsvFormat.standard(), files).into(tables, "t"))
        .isInstanceOf(ImportException.class).hasMessageContaining(other.toString())
        .hasMessageContaining("its folders say the columns");
    peer.requireEmpty();
  }
}
