package io.packice.cli.tables;

import static io.packice.cli.Cli.ok;
import static io.packice.cli.Cli.refused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.packice.cli.Cli;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.ipc.ArrowFileReader;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ParquetCommandsTest {
  @TempDir Path folder;

  private Cli cli;

  @BeforeEach
  void startPeer() {
    cli = new Cli(folder, 64 << 20);
  }

  @AfterEach
  void stopPeer() {
    cli.close();
  }

  private static String real(String name) {
    Path data = Path.of("").toAbsolutePath().getParent().resolveSibling("shared").resolve("data").resolve("parquet");
    assumeTrue(Files.isDirectory(data), "needs ../shared/data/parquet beside the project");
    return data.resolve(name).toString();
  }

  @Test
  void aFileBecomesATable() {
    assertThat(ok(cli.run("import", "t", real("nested_maps.snappy.parquet"))).out()).startsWith("t: 6 rows of "
        + "a:map(key:text, value:map(key:int32, value:bool)), b:int32, c:float64; ");
    assertThat(ok(cli.run("head", "t", "-n", "1", "--json")).out())
        .isEqualTo(
            "{\"a\":[{\"key\":\"a\",\"value\":[{\"key\":1,\"value\":true},{\"key\":2,\"value\":false}]}],\"b\":1,\"c\":1.0}\n");
  }

  @Test
  void someColumnsAndRowsOfSeveralFiles() {
    ok(cli.run("import", "t", real("alltypes_plain.parquet"), real("alltypes_plain.snappy.parquet"), "--columns",
        "double_col,id", "--where", "id > 4 AND (double_col < 1 OR timestamp_col >= '2009-04-01')"));
    assertThat(ok(cli.run("head", "t")).out()).isEqualTo("""
        double_col:float64  id:int32
                       0.0         6
                      10.1         7
                       0.0         6
                      10.1         7
        (4 of 4 rows)
        """);
    assertThat(ok(cli.run("schema", "t")).out()).isEqualTo("""
        COLUMN      TYPE     NULLS  MIN  MAX
        double_col  float64      0  0.0  10.1
        id          int32        0  6    7
        (4 rows)
        """);
  }

  @Test
  void theFilesOfAFolderMakeOneTable() throws IOException {
    Path inside = Files.createDirectory(folder.resolve("data.parquet"));
    Files.copy(Path.of(real("int32_decimal.parquet")), inside.resolve("part-0.parquet"));
    Files.copy(Path.of(real("int32_decimal.parquet")), inside.resolve("part-1.parquet"));
    Files.writeString(inside.resolve("_SUCCESS"), "");
    Files.writeString(inside.resolve("_draft.parquet"), "not yet");
    assertThat(ok(cli.run("import", "t", inside.toString())).out()).startsWith("t: 48 rows of value:decimal(4,2); ");
    assertThat(ok(cli.run("schema", "t", "--json")).out())
        .startsWith("{\"name\":\"value\",\"type\":\"decimal(4,2)\",\"nullable\":true,\"nulls\":0");
  }

  @Test
  void columnsOfFoldersCanBeChosenToo() throws IOException {
    Path inside = Files.createDirectories(folder.resolve("trips/year=2026/city=Oslo"));
    Files.copy(Path.of(real("alltypes_plain.snappy.parquet")), inside.resolve("a.parquet"));
    String data = folder + "/trips";
    ok(cli.run("import", "t", data, "--columns", "id,year"));
    assertThat(ok(cli.run("head", "t", "--json")).out())
        .isEqualTo("{\"id\":6,\"year\":2026}\n{\"id\":7,\"year\":2026}\n");
    ok(cli.run("import", "t", data, "--columns", "id", "--replace"));
    assertThat(ok(cli.run("head", "t", "--json")).out()).isEqualTo("{\"id\":6}\n{\"id\":7}\n");
    refused(cli.run("import", "t", data, "--columns", "year"), 2, "must name a column of the files");
    refused(cli.run("import", "t", data, "--columns", "id,month"), 1, "column month: there is none");
    refused(cli.run("import", "t", data, "--where", "year = 2026"), 1, "column year: there is none");
  }

  @Test
  void timesAreShownAsTimes() {
    ok(cli.run("import", "t", real("int96_from_spark.parquet")));
    assertThat(ok(cli.run("head", "t", "--json")).out()).startsWith("{\"a\":\"2024-01-01T20:34:56.123456Z\"}\n");
    assertThat(ok(cli.run("schema", "t")).out())
        .contains("a       timestamp(us,UTC)      1  2024-01-01T01:00:00Z  +290000-");
  }

  @Test
  void wrongUsesAreOneLineAndLeaveNothing() throws IOException {
    String plain = real("alltypes_plain.parquet");
    refused(cli.run("import", "t", plain, "--columns", "nothing"), 1, "column nothing: there is none", "id, bool_col");
    refused(cli.run("import", "t", plain, "--columns", "id,id"), 1, "named twice");
    refused(cli.run("import", "t", plain, "--where", "nothing = 1"), 1, "column nothing: there is none");
    refused(cli.run("import", "t", plain, "--where", "id ="), 1, "expected a number", "character 5");
    refused(cli.run("import", "t", plain, "--where", "id = 'x'"), 1, "column id", "give a number");
    refused(cli.run("import", "t", plain, "--where", "timestamp_col > 'yesterday'"), 1,
        "such as '2026-01-31 12:30:00'");
    refused(cli.run("import", "t", plain, real("binary.parquet")), 1, "together with");
    refused(cli.run("import", "t", real("datapage_v1-corrupt-checksum.parquet"), "--verify-checksums"), 1,
        "row group 0, column a", "checksum");
    Path csv = Files.writeString(folder.resolve("a.csv"), "a\n1\n");
    refused(cli.run("import", "t", csv.toString(), "--where", "a > 0"), 2, "--where is for Parquet, and this is csv");
    refused(cli.run("import", "t", csv.toString(), "--format", "parquet"), 1, "not a Parquet file");
    Path encrypted = Files.writeString(folder.resolve("f.parquet.encrypted"), "PARE----\0\0\0\1\b\0\0\0PARE");
    refused(cli.run("import", "t", encrypted.toString()), 1, "f.parquet.encrypted: it is encrypted; decrypt it first");
    byte[] bytes = Files.readAllBytes(Path.of(plain));
    Path cut = Files.write(folder.resolve("cut.parquet"), Arrays.copyOf(bytes, bytes.length - 1));
    refused(cli.run("import", "t", cut.toString()), 1, cut.toString(), "cut short");
    refused(cli.run("schema", "missing"), 1, "missing");
    assertThat(ok(cli.run("ls", "--json")).out()).isEmpty();
  }

  @Test
  void aTableIsExportedAndImportedAgain() throws IOException {
    ok(cli.run("import", "t", real("nested_maps.snappy.parquet")));
    String rows = ok(cli.run("head", "t", "--json")).out();
    for (String codec : new String[] {"zstd", "SNAPPY", "gzip", "lz4_raw", "uncompressed"}) {
      Path file = folder.resolve(codec + ".parquet");
      assertThat(ok(cli.run("export", "t", file.toString(), "--codec", codec)).out()).startsWith(file + ": 6 rows, ");
      ok(cli.run("import", "u", file.toString(), "--replace"));
      assertThat(ok(cli.run("head", "u", "--json")).out()).isEqualTo(rows);
    }
  }

  @Test
  void aTableIsExportedAsArrowAndCsv() throws IOException {
    ok(cli.run("import", "t", real("nested_maps.snappy.parquet"), "--columns", "b,c,a"));
    Path csv = folder.resolve("t.csv");
    ok(cli.run("export", "t", csv.toString()));
    assertThat(Files.readAllLines(csv)).hasSize(7).startsWith("b,c,a",
        "1,1.0,\"[{\"\"key\"\":\"\"a\"\",\"\"value\"\":[{\"\"key\"\":1,\"\"value\"\":true},{\"\"key\"\":2,\"\"value\"\":false}]}]\"");
    Path arrow = folder.resolve("t.bin");
    ok(cli.run("export", "t", arrow.toString(), "--format", "arrow", "--json"));
    try (RootAllocator allocator = new RootAllocator(); FileChannel file = FileChannel.open(arrow);
        ArrowFileReader reader = new ArrowFileReader(file, allocator)) {
      assertThat(reader.loadNextBatch()).isTrue();
      assertThat(reader.getVectorSchemaRoot().getRowCount()).isEqualTo(6);
    }
  }

  @Test
  void wrongExportsAreOneLineAndLeaveNothing() throws IOException {
    ok(cli.run("import", "t", real("binary.parquet")));
    refused(cli.run("export", "missing", folder + "/x.parquet"), 1, "missing");
    refused(cli.run("export", "t", folder + "/x.xls"), 1,
        "does not end with .parquet, .arrow, .arrows, .csv or .jsonl");
    refused(cli.run("export", "t", folder + "/none/x.csv"), 1, "Cannot write", "no such file");
    refused(cli.run("export", "t", folder.toString(), "--format", "csv"), 1, "it is a folder");
    refused(cli.run("export", "t", folder + "/x.parquet", "--codec", "lzma"), 2,
        "no codec lzma; choose one of uncompressed, snappy");
    refused(cli.run("export", "t", folder + "/x.csv", "--codec", "zstd"), 2, "--codec is for Parquet");
    try (var files = Files.list(folder)) {
      assertThat(files.map(file -> file.getFileName().toString())).containsExactly("p.sock");
    }
  }
}
