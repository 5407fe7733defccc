package io.packice.cli;

import static io.packice.cli.Cli.ok;
import static io.packice.cli.Cli.refused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.ipc.ArrowStreamReader;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Files of other people that were read wrongly once, and what is right for them. Skipped where they are not beside the project. */
class CasesTest {
  private static final Path CASES = Path.of("").toAbsolutePath().getParent().resolveSibling("shared").resolve("data")
      .resolve("cases");

  @TempDir Path folder;

  private Cli cli;

  @BeforeEach
  void startPeer() {
    assumeTrue(Files.isDirectory(CASES), "needs ../shared/data/cases beside the project");
    cli = new Cli(folder, 256 << 20);
  }

  @AfterEach
  void stopPeer() {
    if (cli != null) {
      cli.close();
    }
  }

  private static String real(String name) {
    return CASES.resolve(name).toString();
  }

  /** What a case's script makes, in the folder of this test. */
  private void make(String script, Path output) throws IOException, InterruptedException {
    Process python = new ProcessBuilder("python3", real(script)).directory(folder.toFile())
        .redirectOutput(output.toFile()).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    assertThat(python.waitFor(5, TimeUnit.MINUTES)).isTrue();
    assertThat(python.exitValue()).isZero();
  }

  private String types(String table) {
    return ok(cli.run("schema", table, "--json")).out().lines()
        .map(line -> line.replaceFirst(".*\"type\":\"([^\"]*)\".*", "$1")).collect(Collectors.joining(" "));
  }

  private void imports(String table, String file, String... says) {
    assertThat(ok(cli.run("import", table, file)).out()).contains(says);
  }

  // ---- CSV

  @Test
  void usualSpellingsOfNullAreNullInColumnsOfNumbers() {
    imports("t", real("csv-numbers-become-text/na.csv"), "3 rows of x:int64, y:int64");
    assertThat(ok(cli.run("head", "t", "--json")).out())
        .isEqualTo("{\"x\":1,\"y\":null}\n{\"x\":2,\"y\":3}\n{\"x\":4,\"y\":null}\n");
  }

  @Test
  void numbersAreNumbersHoweverTheyAreSpelt() {
    imports("t", real("csv-numbers-become-text/nan-inf.csv"), "3 rows");
    assertThat(types("t")).isEqualTo("float64 float64 float64 float64 int64");
  }

  @Test
  void aFileOfTabsIsReadByItsName() {
    imports("t", real("csv-numbers-become-text/tab.tsv"), "1 row of a:int64, b:int64");
  }

  @Test
  void aWideFileIsRead() throws Exception {
    Path wide = folder.resolve("wide.csv");
    make("csv-wide/make.py", wide);
    ok(cli.run("import", "t", wide.toString()));
    assertThat(ok(cli.run("schema", "t", "--json")).out().lines()).hasSize(16385);
  }

  // ---- gzip

  @Test
  void allMembersOfAGzipFileAreReadOrItIsRefused() throws Exception {
    make("gzip-later-members/make.py", folder.resolve("out"));
    imports("ok", folder.resolve("ok.csv.gz").toString(), "3000 rows");
    imports("zeros", folder.resolve("zeros.csv.gz").toString(), "3000 rows");
    for (String name : List.of("hdr.csv.gz", "method.csv.gz", "cuthdr.csv.gz", "cutbody.csv.gz", "cut1.csv.gz",
        "hdr.jsonl.gz", "cuthdr.jsonl.gz")) {
      refused(cli.run("import", "t", folder.resolve(name).toString()), 1, name, "gzip");
    }
    assertThat(ok(cli.run("ls")).out()).doesNotContain("t/part");
  }

  // ---- JSON

  @Test
  void halfACharacterIsRefusedWithItsLine() {
    refused(cli.run("import", "t", real("json-lone-surrogate/in.jsonl")), 1, "line 2", "surrogate");
  }

  @Test
  void numbersThatJsonHasNoWordForAreNumbers() {
    imports("t", real("json-nan-literal/in.jsonl"), "2 rows of a:float64, b:float64");
    refused(cli.run("import", "u", real("json-nan-literal/uint64.jsonl")), 1, "line 1", "id", "uint64");
    assertThat(ok(cli.run("import", "u", real("json-nan-literal/uint64.jsonl"), "--types", "id=uint64")).out())
        .contains("1 row of id:uint64");
    assertThat(ok(cli.run("head", "u", "--json")).out()).isEqualTo("{\"id\":12345678901234567890}\n");
  }

  @Test
  void twoColumnsOfOneNameAreKeptAndNeverOneOfThemDropped() {
    imports("t", real("jsonl-duplicate-columns/dup.arrow"), "1 row of a:int64, a:int64");
    refused(cli.run("head", "t", "--json"), 1, "t", "a");
    for (String name : List.of("t.jsonl", "t.csv", "t.parquet")) {
      refused(cli.run("export", "t", folder.resolve(name).toString()), 1, "t", "a");
      assertThat(folder.resolve(name)).doesNotExist();
    }
    ok(cli.run("export", "t", folder.resolve("t.arrow").toString()));
  }

  // ---- names that promise something else

  @ParameterizedTest
  @ValueSource(strings = {"arr.json", "lfs.parquet", "nf.arrow", "none.json", "null.json",
      "train-images-idx3-ubyte.gz"})
  void whatIsNotWhatItsNameSaysIsRefused(String name) throws IOException {
    imports("t", Files.writeString(folder.resolve("good.csv"), "a\n1\n").toString(), "1 row");
    refused(cli.run("import", "t", real("format-by-content-only/" + name), "--replace"), 1, name);
    assertThat(ok(cli.run("head", "t", "--json")).out()).isEqualTo("{\"a\":1}\n");
  }

  @Test
  void aPointerOfGitLfsIsNamed() {
    refused(cli.run("import", "t", real("format-by-content-only/lfs.parquet")), 1, "git-lfs pointer", "git lfs pull");
    refused(cli.run("weights", "import", real("weights-lfs-pointer/model.safetensors"), "w"), 1, "git-lfs pointer",
        "git lfs pull");
  }

  // ---- pipes

  private interface Import {
    Cli.Result run(String file);
  }

  /** Imports from a named pipe into which somebody writes. */
  private Cli.Result piped(String name, String text, Import command) throws Exception {
    Path pipe = folder.resolve(name);
    assertThat(new ProcessBuilder("mkfifo", pipe.toString()).inheritIO().start().waitFor()).isZero();
    Thread writer = Thread.ofPlatform().daemon().start(() -> {
      try (OutputStream out = Files.newOutputStream(pipe)) {
        out.write(text.getBytes(java.nio.charset.StandardCharsets.UTF_8));
      } catch (IOException e) {
        throw new java.io.UncheckedIOException(e);
      }
    });
    Cli.Result result = command.run(pipe.toString());
    writer.join();
    return result;
  }

  private static String rows(int count) {
    return IntStream.range(0, count)
        .mapToObj(i -> "{\"id\":" + (1000001 + i) + ",\"x\":\"" + "y".repeat(42) + "\"}\n")
        .collect(Collectors.joining());
  }

  @Test
  void whatComesThroughAPipeIsReadWhole() throws Exception {
    assertThat(ok(piped("p1", "{\"a\":1}\n{\"a\":2}\n",
        file -> cli.run("import", "p1", file, "--format", "jsonl"))).out()).contains("2 rows of a:int64");
    assertThat(ok(piped("p2", rows(5000),
        file -> cli.run("import", "p2", file, "--format", "jsonl", "--lines", "1"))).out()).contains("5000 rows");
    imports("p3", Files.writeString(folder.resolve("ten.jsonl"), rows(10)).toString(), "10 rows");
    assertThat(ok(piped("p3", rows(5000), file -> cli.run("import", "p3", file, "--append"))).out())
        .contains("5010 rows");
    assertThat(ok(piped("p4", "a,b\n1,2\n", file -> cli.run("import", "p4", file, "--format", "csv"))).out())
        .contains("1 row of a:int64, b:int64");
  }

  // ---- room

  @Test
  void anImportThatIsRefusedForWantOfRoomLeavesTheOthers() throws IOException {
    Path file = folder.resolve("mid.csv");
    Files.writeString(file, IntStream.range(0, 125_000).mapToObj(i -> i + "," + 2 * i + "\n")
        .collect(Collectors.joining("", "a,b\n", "")));
    Path big = folder.resolve("big.csv");
    Files.writeString(big, IntStream.range(0, 1_250_000).mapToObj(i -> i + "," + i + "," + i + "," + i + "\n")
        .collect(Collectors.joining("", "a,b,c,d\n", "")));
    Path inside = Files.createDirectory(folder.resolve("small"));
    try (Cli small = new Cli(inside, 34 << 20)) {
      for (int i = 1; i <= 4; i++) {
        ok(small.run("import", "keep" + i, file.toString()));
      }
      refused(small.run("import", "big", big.toString()), 1, "Cannot");
      assertThat(ok(small.run("ls")).out()).contains("keep1", "keep2", "keep3", "keep4").doesNotContain("big");
    }
  }

  // ---- Arrow

  @ParameterizedTest
  @CsvSource({"dec32.arrow, decimal32 is not supported", "v1.feather, Feather V1"})
  void whatIsNotSupportedIsRefusedByItsName(String name, String says) {
    refused(cli.run("import", "t", real("arrow-smaller-things/" + name)), 1, name, says);
  }

  @Test
  void arrowOfBefore015IsReadAsArrowReadsIt() throws IOException {
    imports("t", real("pre015_primitive.stream"),
        "37 rows of bool_nullable:bool, bool_nonnullable:bool, int8_nullable");
    List<String> rows = ok(cli.run("head", "t", "--json", "-n", "37")).out().lines().toList();
    int row = 0;
    try (RootAllocator allocator = new RootAllocator();
        InputStream in = Files.newInputStream(Path.of(real("pre015_primitive.stream")));
        ArrowStreamReader reader = new ArrowStreamReader(in, allocator)) {
      while (reader.loadNextBatch()) {
        FieldVector numbers = reader.getVectorSchemaRoot().getVector("int32_nonnullable");
        FieldVector texts = reader.getVectorSchemaRoot().getVector("utf8_nullable");
        for (int i = 0; i < numbers.getValueCount(); i++) {
          String text = texts.isNull(i) ? "null" : "\"" + texts.getObject(i) + "\"";
          assertThat(rows.get(row++)).contains("\"int32_nonnullable\":" + numbers.getObject(i) + ",",
              "\"utf8_nullable\":" + text + ",");
        }
      }
    }
    assertThat(row).isEqualTo(37);
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', value = {
      "bigendian_primitive.stream | its numbers are big-endian, which is not supported",
      "v6all.arrows | it says version 6 of Arrow's metadata, and 4 and 5 are supported",
      "v200all.arrows | it says version 201 of Arrow's metadata, and 4 and 5 are supported",
      "uniform_encryption.parquet.encrypted | it is encrypted; decrypt it first",
      "1937-cpp-21.0.0-generated_decimal256.arrow_file | column f17 has decimals of 16777270 digits",
      "109-1.0.0-littleendian-generated_primitive_no_batches.arrow_file | column uint32_nonnullable has integers of 34 bits",
      "216-cpp-21.0.0-generated_nested_dictionary.arrow_file | column struct_dict.str_dict_a has integers of 0 bits",
      "1119-1.0.0-littleendian-generated_nested_dictionary.arrow_file | column list_dict is a list of 0 fields"})
  void whatCannotBeOrIsNotReadIsRefusedByWhatItIs(String name, String says) {
    refused(cli.run("import", "t", real(name)), 1, name, says, ";");
    assertThat(ok(cli.run("ls")).out()).doesNotContain("t/part");
  }

  /** Its columns can be, and so can its bytes; a time of the day that is beyond the day is no value for Parquet. */
  @Test
  void timesBeyondTheDayAreRefusedByTheirColumn() {
    imports("t", real("1860-cpp-21.0.0-generated_datetime.arrow_file"), "17 rows");
    refused(cli.run("export", "t", folder.resolve("t.parquet").toString()), 1,
        "column f2 has the time 8338683 of 86400",
        ";");
  }

  @Test
  void streamsBehindEachOtherAreAllRead() throws IOException {
    imports("t", real("arrow-smaller-things/two.arrows"), "2000 rows");
    Path more = folder.resolve("more.arrows");
    Files.copy(Path.of(real("arrow-smaller-things/two.arrows")), more);
    Files.write(more, "tail!".getBytes(java.nio.charset.StandardCharsets.UTF_8),
        java.nio.file.StandardOpenOption.APPEND);
    refused(cli.run("import", "u", more.toString()), 1, "more.arrows", "5 bytes");
  }

  @Test
  void aColumnBehindAColumnOfViewsHasItsOwnValues() {
    imports("t", real("view-columns/views.arrow"), "300 rows of caption:text, label:float32");
    assertThat(ok(cli.run("schema", "t", "--json")).out()).contains("299");
  }

  // ---- Values as text

  private String exported(String table, String name) throws IOException {
    Path file = folder.resolve(name);
    ok(cli.run("export", table, file.toString()));
    return Files.readString(file);
  }

  @Test
  void halfFloatsAreNumbers() throws IOException {
    imports("t", real("float16_nonzeros_and_nans.parquet"), "8 rows of x:float16");
    assertThat(exported("t", "t.csv").lines()).containsExactly("x", "", "1.0", "-2.0", "NaN", "0.0", "-1.0", "-0.0",
        "2.0");
    assertThat(exported("t", "t.jsonl").lines()).containsExactly("{\"x\":null}", "{\"x\":1.0}", "{\"x\":-2.0}",
        "{\"x\":\"NaN\"}", "{\"x\":0.0}", "{\"x\":-1.0}", "{\"x\":-0.0}", "{\"x\":2.0}");
    assertThat(ok(cli.run("head", "t", "--json")).out()).isEqualTo(exported("t", "again.jsonl"));
    assertThat(ok(cli.run("schema", "t", "--json")).out())
        .isEqualTo("{\"name\":\"x\",\"type\":\"float16\",\"nullable\":true,\"nulls\":1,\"min\":-2.0,\"max\":2.0}\n");
    imports("u", folder.resolve("t.jsonl").toString(), "8 rows of x:float64");
    ok(cli.run("import", "v", folder.resolve("t.jsonl").toString(), "--types", "x=float16"));
    assertThat(exported("v", "v.jsonl")).isEqualTo(exported("t", "t.jsonl"));
  }

  @Test
  void aUnionWithAMemberOfNullsHasRows() throws IOException {
    ok(cli.run("import", "t", real("union_null_member.stream")));
    String rows = exported("t", "t.jsonl");
    assertThat(rows.lines()).hasSize(11).startsWith(
        "{\"sparse_1\":\"ôhdf11p\",\"dense_1\":-32768,\"sparse_2\":false,\"dense_2\":null}",
        "{\"sparse_1\":null,\"dense_1\":32767,\"sparse_2\":-237.797,\"dense_2\":null}",
        "{\"sparse_1\":null,\"dense_1\":8606,\"sparse_2\":null,\"dense_2\":null}");
    assertThat(ok(cli.run("head", "t", "--json", "-n", "1000")).out()).isEqualTo(rows);
    assertThat(exported("t", "t.csv").lines()).hasSize(1 + (int) rows.lines().count());
    ok(cli.run("head", "t"));
  }

  @Test
  void timesAreTimes() throws IOException {
    ok(cli.run("import", "t", real("datetime.stream")));
    for (String text : List.of(exported("t", "t.jsonl"), exported("t", "t.csv"), ok(cli.run("head", "t")).out(),
        ok(cli.run("head", "t", "--json", "-n", "1000")).out())) {
      assertThat(text).contains("7793-05-20", "15:14:49.367", "12:55:10.609636", "14:42:18.200013189",
          "6282-08-26T23:48:14", "1677-09-21T00:12:43.145224192Z").doesNotContain("1970")
          .doesNotContainPattern("[:,] *[0-9]{5,}[,}\n]");
    }
  }

  @Test
  void intervalsBelowZeroAreNotExportedAsSomethingElse() throws IOException {
    ok(cli.run("import", "t", real("interval.stream")));
    assertThat(exported("t", "t.jsonl")).contains("{\"f5\":\"P120000M\",\"f6\":\"P-762259DT10H53M58.547S\"}");
    assertThat(exported("t", "t.csv")).contains("P120000M,P-762259DT10H53M58.547S");
    refused(cli.run("export", "t", folder.resolve("t.parquet").toString()), 1, "row 0, column f5",
        "-120000 months", "Parquet has none below zero");
    assertThat(folder.resolve("t.parquet")).doesNotExist();
  }
}
