package io.packice.cli.tables;

import static io.packice.cli.Cli.ok;
import static io.packice.cli.Cli.refused;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.packice.cli.Cli;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.Channels;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.zip.GZIPOutputStream;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.IntVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.ipc.ArrowStreamWriter;
import org.apache.arrow.vector.ipc.message.IpcOption;
import org.apache.arrow.vector.types.MetadataVersion;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What {@code import} makes of names, contents and pipes. */
final class ImportSourcesTest {
  private static final String PAGE = "<!DOCTYPE html>\n<html>\n<head><title>403 Forbidden</title></head>\n</html>\n";
  private static final String POINTER = "version https://git-lfs.github.com/spec/v1\noid sha256:abc\nsize 12345\n";

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

  private String write(String name, String text) throws IOException {
    return Files.writeString(folder.resolve(name), text).toString();
  }

  private String write(String name, byte[] bytes) throws IOException {
    return Files.write(folder.resolve(name), bytes).toString();
  }

  private static byte[] gzip(String text) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(bytes)) {
      out.write(text.getBytes(UTF_8));
    }
    return bytes.toByteArray();
  }

  private static String jsonLines(int count) {
    return IntStream.range(0, count).mapToObj(i -> "{\"id\":" + i + "}\n").collect(Collectors.joining());
  }

  /** An Arrow file, a stream and a Parquet file of the numbers 1 and 2. */
  private String exported(String name) throws IOException {
    ok(cli.run("import", "numbers", write("numbers.csv", "n\n1\n2\n"), "--replace"));
    ok(cli.run("export", "numbers", folder.resolve(name).toString()));
    return folder.resolve(name).toString();
  }

  // ---- names and contents

  @ParameterizedTest
  @CsvSource(delimiter = '|', value = {"a.parquet|Not Found|its name says parquet, and its content is text",
      "a.arrow|Not Found|its name says arrow, and its content is text", "a.json|// comment|line 1",
      "a.json|[]|has no objects", "a.json|null|has something else than a JSON object",
      "a.json|[[1, 2], [3, 4]]|has something else than a JSON object", "a.jsonl|a,b|line 1",
      "a.csv|{\"a\": 1}|its name says csv, and its content jsonl; rename it, or say --format jsonl",
      "a.tsv|[{\"a\": 1}]|its name says csv, and its content jsonl",
      "a.parquet|{\"a\": 1}|its name says parquet, and its content jsonl",
      "a|a,b|its name does not say CSV (.csv, .tsv, .txt); say --format csv if it is that",
      "a.gz|a,b|its name does not say CSV", "a.csv.gz|a,b|its name says gzip, and its content is not gzipped",
      "a.dat|a,b|its name does not say CSV"})
  void aNameAndAContentThatContradictEachOtherAreRefused(String name, String content, String reason)
      throws IOException {
    ok(cli.run("import", "t", write("good.csv", "good\n1\n")));
    String file = write(name, content + "\n");
    refused(cli.run("import", "t", file, "--replace"), 1, "Cannot import " + file, reason);
    assertThat(ok(cli.run("head", "t", "--json")).out()).isEqualTo("{\"good\":1}\n");
  }

  @ParameterizedTest
  @ValueSource(strings = {"train-images-idx3-ubyte.gz", "a.csv", "a.csv.gz", "a.json", "a.parquet", "a"})
  void pagesAndPointersInThePlaceOfAFileAreNamedAsSuch(String name) throws IOException {
    String labels = write("labels", "\0\0\10\1\0\0\0\1\7");
    String file = write(name, PAGE);
    refused(cli.run("import", "t", file, labels), 1, "Cannot import " + file + ": it is a page of HTML or XML");
    write(name, POINTER);
    refused(cli.run("import", "t", file), 1, "Cannot import " + file + ": it is a git-lfs pointer; run git lfs pull");
    refused(cli.run("import", "t", file, "--format", "csv"), 1, "it is a git-lfs pointer");
    refused(cli.run("weights", "import", file, "w"), 1, "it is a git-lfs pointer; run git lfs pull");
  }

  @Test
  void aTextMayHaveControlsIfItsNameSaysThatItIsOne() throws IOException {
    String text = "id,line\r\n1,\033[31mred\033[0m\r\n2,\7\r\n";
    ok(cli.run("import", "t", write("log.csv", text)));
    String copy = folder.resolve("copy.csv").toString();
    ok(cli.run("export", "t", copy));
    ok(cli.run("import", "t", copy, "--append"));
    assertThat(ok(cli.run("head", "t", "--json")).out().lines()).hasSize(4)
        .contains("{\"id\":1,\"line\":\"\\u001B[31mred\\u001B[0m\"}", "{\"id\":2,\"line\":\"\\u0007\"}");
    refused(cli.run("import", "u", write("log", text)), 1, "it is neither Parquet nor Arrow nor IDX nor CSV");
    refused(cli.run("import", "u", write("zero.csv", "a,b\n1,\0\n")), 1, "it has a zero byte in line 2",
        "say which encoding it has (--encoding)");
  }

  /** Of before 0.15, without the mark that streams have had since. */
  @Test
  void anOldArrowStreamIsKnownByItsContent() throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (RootAllocator allocator = new RootAllocator(); IntVector vector = new IntVector("n", allocator);
        VectorSchemaRoot root = VectorSchemaRoot.of(vector);
        ArrowStreamWriter writer =
            new ArrowStreamWriter(root, null, Channels.newChannel(out), new IpcOption(true, MetadataVersion.V4))) {
      vector.setSafe(0, 7);
      root.setRowCount(1);
      writer.start();
      writer.writeBatch();
      writer.end();
    }
    for (String name : List.of("a.stream", "a.arrows", "a")) {
      ok(cli.run("import", "t", write(name, out.toByteArray()), "--replace"));
      assertThat(ok(cli.run("head", "t", "--json")).out()).as(name).isEqualTo("{\"n\":7}\n");
    }
    refused(cli.run("import", "t", write("a.csv", out.toByteArray()), "--replace"), 1,
        "its name says csv, and its content arrow");
  }

  @Test
  void aNameThatSaysNothingLeavesItToTheContent() throws IOException {
    ok(cli.run("import", "a", write("json", "{\"n\":1}\n")));
    ok(cli.run("import", "b", write("json.txt", "[\n  {\"n\":1}]\n")));
    ok(cli.run("import", "c", write("json.gz", gzip("{\"n\":1}\n"))));
    ok(cli.run("import", "d", write("table.txt", "n\n1\n")));
    ok(cli.run("import", "e", write("table.TXT.gz", gzip("n\n1\n"))));
    ok(cli.run("import", "f", write("table", "n\n1\n"), "--format", "csv"));
    ok(cli.run("import", "g", write("page.csv", "{n}\n1\n"))); // a brace alone is no JSON
    for (String table : List.of("a", "b", "c", "d", "e", "f", "g")) {
      assertThat(ok(cli.run("head", table, "--json")).out()).as(table)
          .isEqualTo(table.equals("g") ? "{\"{n}\":1}\n" : "{\"n\":1}\n");
    }
    for (String name : List.of("a.arrow", "a.arrows", "a.parquet")) {
      Path plain = folder.resolve("plain");
      Files.move(Path.of(exported(name)), plain);
      ok(cli.run("import", "t", plain.toString(), "--replace"));
      assertThat(ok(cli.run("head", "t", "--json")).out()).isEqualTo("{\"n\":1}\n{\"n\":2}\n");
      Path wrong = Files.move(plain, folder.resolve("wrong.csv"));
      refused(cli.run("import", "u", wrong.toString()), 1, "its name says csv, and its content ");
      Files.delete(wrong);
    }
  }

  @Test
  void everyFileIsLookedAt() throws IOException {
    String csv = write("a.csv", "n\n1\n");
    String json = write("a", "{\"n\":1}\n");
    refused(cli.run("import", "t", csv, json), 1,
        json + ": it is jsonl, and " + csv + " is csv; name files of one kind");
    refused(cli.run("import", "t", csv, write("b.csv", PAGE)), 1, "b.csv: it is a page");
    refused(cli.run("import", "t", csv, write("c.csv", "")), 1, "c.csv: it is empty");
  }

  @Test
  void whatIsGzippedAndReadWhereItLiesIsToBeUnzipped() throws IOException {
    String file = write("a.parquet.gz", gzip("PAR1 and more"));
    refused(cli.run("import", "t", file), 1, "it is gzipped, and parquet is read where it lies; gunzip it first");
  }

  private static byte[] join(byte[]... parts) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      all.writeBytes(part);
    }
    return all.toByteArray();
  }

  @ParameterizedTest
  @ValueSource(strings = {"csv", "jsonl"})
  void gzippedFilesOfSeveralMembersAreReadToTheirEnd(String ending) throws IOException {
    boolean csv = ending.equals("csv");
    byte[] first = gzip(csv ? "id\n1\n" : "{\"id\":1}\n");
    byte[] second = gzip(csv ? "2\n" : "{\"id\":2}\n");
    byte[] damaged = second.clone();
    damaged[0] = 0x1E;
    String name = "a." + ending + ".gz";
    String file = write(name, join(first, second));
    assertThat(ok(cli.run("import", "t", file)).out()).startsWith("t: 2 rows of id:int64");
    write(name, join(first, new byte[512], second, new byte[7]));
    assertThat(ok(cli.run("import", "t", file, "--replace")).out()).startsWith("t: 2 rows of id:int64");
    for (byte[] bad : List.of(damaged, Arrays.copyOf(second, 1), Arrays.copyOf(second, 6),
        Arrays.copyOf(second, second.length - 2), "more".getBytes(UTF_8))) {
      write(name, join(first, bad));
      for (String how : List.of("--replace", "--append")) {
        refused(cli.run("import", "t", file, how), 1,
            "Cannot import " + file + ": its gzip data is cut short or damaged; get the file anew");
      }
    }
    refused(cli.run("import", "t", file, "--replace", "--format", ending), 1, "its gzip data is cut short or damaged");
  }

  // ---- pipes

  @Test
  void standardInputIsReadOnceAndWhole() {
    assertThat(ok(cli.runWithInput("{\"a\":1}\n{\"a\":2}\n", "import", "t", "-")).out())
        .startsWith("t: 2 rows of a:int64");
    String lines = jsonLines(5_000);
    assertThat(ok(cli.runWithInput(lines, "import", "u", "-", "--lines", "1")).out()).startsWith("u: 5000 rows");
    assertThat(ok(cli.runWithInput(lines, "import", "u", "-", "--append")).out()).startsWith("u: 10000 rows");
    assertThat(ok(cli.runWithInput("a,b\n1,2\n", "import", "v", "-", "--format", "csv")).out()).startsWith("v: 1 row ");
    assertThat(ok(cli.runWithInput("a,b\n1,2\n", "import", "v", "-", "--format", "csv", "--append")).out())
        .startsWith("v: 2 rows ");
    refused(cli.runWithInput("a,b\n1,2\n", "import", "w", "-"), 1, "Cannot import standard input",
        "say --format csv if it is that");
    refused(cli.runWithInput("", "import", "w", "-"), 1, "Cannot import standard input: it is empty");
    refused(cli.runWithInput("x", "import", "w", "-", "-"), 1,
        "Cannot import standard input twice: it can be read only once");
    refused(cli.runWithInput("PAR1", "import", "w", "-"), 1,
        "Cannot import standard input: it can only be read from start to end, and Parquet is read from its end");
  }

  @Test
  void aFifoIsReadOnceAndWhole() throws Exception {
    Path fifo = folder.resolve("f");
    assertThat(new ProcessBuilder("mkfifo", fifo.toString()).start().waitFor()).isZero();
    for (String text : List.of("a,b\n1,2\n", jsonLines(50_000))) {
      Thread writer = Thread.ofPlatform().daemon().start(() -> {
        try {
          Files.writeString(fifo, text);
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
      });
      String format = text.startsWith("a") ? "csv" : "jsonl";
      assertThat(ok(cli.run("import", "t", fifo.toString(), "--format", format, "--replace")).out())
          .startsWith(format.equals("csv") ? "t: 1 row of a:int64, b:int64" : "t: 50000 rows of id:int64");
      writer.join();
    }
    refused(cli.run("import", "u", fifo.toString(), fifo.toString(), "--format", "csv"), 1, "twice");
    refused(cli.run("import", "u", fifo.toString(), fifo.toString()), 1, "twice");
  }

  // ---- files that others got wrong, and we

  private Path cases() {
    Path cases = Path.of("").toAbsolutePath().getParent().resolveSibling("shared").resolve("data").resolve("cases");
    assumeTrue(Files.isDirectory(cases), "needs ../shared/data/cases beside the project");
    return cases;
  }

  @Test
  void noneOfTheFilesWhoseNamesAndContentsDifferTakesThePlaceOfATable() throws IOException {
    Path wrong = cases().resolve("format-by-content-only");
    ok(cli.run("import", "t", write("good.csv", "good\n1\n")));
    for (String name : List.of("arr.json", "c.jsonl", "lfs.parquet", "nf.arrow", "none.json", "null.json",
        "train-images-idx3-ubyte.gz")) {
      refused(cli.run("import", "t", wrong.resolve(name).toString(), "--replace"), 1, name);
    }
    assertThat(ok(cli.run("head", "t", "--json")).out()).isEqualTo("{\"good\":1}\n");
    refused(cli.run("weights", "import", cases().resolve("weights-lfs-pointer/model.safetensors").toString(), "w"), 1,
        "it is a git-lfs pointer; run git lfs pull");
  }

  @Test
  void filesOfArrowAreReadWholeOrRefusedByName() throws IOException {
    Path arrow = cases().resolve("arrow-smaller-things");
    assertThat(ok(cli.run("import", "two", arrow.resolve("two.arrows").toString())).out())
        .startsWith("two: 2000 rows ");
    refused(cli.run("import", "t", arrow.resolve("dec32.arrow").toString()), 1, "decimal32 is not supported");
    refused(cli.run("import", "t", arrow.resolve("v1.feather").toString()), 1, "it is Feather V1");
  }
}
