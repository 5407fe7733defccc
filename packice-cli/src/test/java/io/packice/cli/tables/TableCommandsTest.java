package io.packice.cli.tables;

import static io.packice.cli.Cli.ok;
import static io.packice.cli.Cli.refused;
import static org.assertj.core.api.Assertions.assertThat;

import io.packice.Packice;
import io.packice.PackiceClient;
import io.packice.arrow.ArrowTables;
import io.packice.arrow.TableWriter;
import io.packice.cli.Cli;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.zip.GZIPOutputStream;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class TableCommandsTest {
  private static final int DIGITS = 100;

  @TempDir Path folder;

  private Cli cli;
  private String images;
  private String labels;
  private final byte[] pixels = new byte[DIGITS * 28 * 28];
  private final byte[] digits = new byte[DIGITS];

  @BeforeEach
  void startPeer() throws IOException {
    cli = new Cli(folder, 64 << 20);
    images = folder.resolve("images").toString();
    labels = folder.resolve("labels").toString();
    new Random(7).nextBytes(pixels);
    for (int i = 0; i < DIGITS; i++) {
      digits[i] = (byte) (i * 7 % 10);
    }
    writeIdx(images, pixels, DIGITS, 28, 28);
    writeIdx(labels, digits, DIGITS);
  }

  private static void writeIdx(String file, byte[] values, int... dimensions) throws IOException {
    ByteBuffer header = ByteBuffer.allocate(4 + 4 * dimensions.length).putInt(0x0800 | dimensions.length);
    IntStream.of(dimensions).forEach(header::putInt);
    try (OutputStream out = Files.newOutputStream(Path.of(file))) {
      out.write(header.array());
      out.write(values);
    }
  }

  @AfterEach
  void stopPeer() {
    cli.close();
  }

  private String write(String name, String text) throws IOException {
    return Files.writeString(folder.resolve(name), text).toString();
  }

  private String gzip(String file) throws IOException {
    Path target = Path.of(file + ".gz");
    try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(target))) {
      Files.copy(Path.of(file), out);
    }
    return target.toString();
  }

  @Test
  void imagesAndLabelsBecomeATable() {
    assertThat(ok(cli.run("import", "digits", images, labels)).out())
        .startsWith("digits: 100 rows of image:uint8[28,28], label:int64; ");
    List<String> lines = ok(cli.run("head", "digits", "-n", "3")).out().lines().toList();
    assertThat(lines).hasSize(5);
    assertThat(lines.getFirst()).matches("image:uint8\\[28,28] +label:int64");
    assertThat(lines.get(1)).matches("\\[\\d.*… 784 in all] +" + digits[0]);
    assertThat(lines.getLast()).isEqualTo("(3 of 100 rows)");
  }

  /** As Arrow has it: by their names, one of them would be lost. */
  @Test
  void severalColumnsOfOneNameAreShownOrRefused() throws IOException {
    Schema schema = new Schema(List.of(Field.nullable("a", new ArrowType.Int(64, true)),
        Field.nullable("a", new ArrowType.Int(64, true))));
    try (PackiceClient client = Packice.connect(cli.socket); RootAllocator allocator = new RootAllocator();
        VectorSchemaRoot root = VectorSchemaRoot.create(schema, allocator);
        TableWriter writer = new ArrowTables(client).create("written", schema)) {
      ((BigIntVector) root.getVector(0)).setSafe(0, 1);
      ((BigIntVector) root.getVector(1)).setSafe(0, 2);
      root.setRowCount(1);
      writer.write(root);
      writer.commit();
    }
    String file = folder.resolve("dup.arrow").toString();
    ok(cli.run("export", "written", file));
    assertThat(ok(cli.run("import", "dup", file)).out()).startsWith("dup: 1 row of a:int64, a:int64; ");
    assertThat(ok(cli.run("head", "dup")).out().lines().map(String::strip)).startsWith("a:int64  a:int64",
        "1        2");
    assertThat(ok(cli.run("schema", "dup", "--json")).out()).hasLineCount(2);
    String says = "table dup has several columns called a; export it as Arrow";
    refused(cli.run("head", "dup", "--json"), 1, "Cannot show rows as JSON: " + says);
    for (String name : List.of("t.jsonl", "t.csv", "t.parquet")) {
      refused(cli.run("export", "dup", folder.resolve(name).toString()), 1, says);
      assertThat(folder.resolve(name)).doesNotExist();
    }
  }

  @Test
  void jsonHasEveryValueUnsigned() throws IOException {
    ok(cli.run("import", "digits", gzip(labels), gzip(images), "--json"));
    List<String> lines = ok(cli.run("head", "digits", "-n", "200", "--json")).out().lines().toList();
    assertThat(lines).hasSize(DIGITS);
    for (int row = 0; row < DIGITS; row++) {
      JsonNode fields = JsonMapper.shared().readTree(lines.get(row));
      assertThat(fields.get("label").asInt()).isEqualTo(digits[row]);
      int first = row * 28 * 28;
      assertThat(fields.get("image").valueStream().map(JsonNode::asInt).toList()).isEqualTo(
          IntStream.range(first, first + 28 * 28).map(i -> Byte.toUnsignedInt(pixels[i])).boxed().toList());
    }
  }

  @Test
  void csvBecomesATableWithTypes() throws IOException {
    String file = write("flights.txt", "id,city,delay\n1,Zürich,1.5\n2,\"New York, NY\",\n3,Oslo,-0.25\n");
    assertThat(ok(cli.run("import", "flights", file)).out())
        .startsWith("flights: 3 rows of id:int64, city:text, delay:float64; ");
    assertThat(ok(cli.run("head", "flights")).out()).isEqualTo("""
        id:int64  city:text     delay:float64
               1  Zürich                  1.5
               2  New York, NY
               3  Oslo                  -0.25
        (3 of 3 rows)
        """);
    assertThat(ok(cli.run("head", "flights", "--json")).out().lines().toList().get(1))
        .isEqualTo("{\"id\":2,\"city\":\"New York, NY\",\"delay\":null}");
  }

  @ParameterizedTest
  @CsvSource(delimiter = ' ', value = {"; ;", "| |", "tab '\t'", "\\t '\t'"})
  void anotherSeparatorCanBeSaid(String said, String between) throws IOException {
    String file = write("t.csv", "a;b\n1;2,5\n".replace(";", between));
    assertThat(ok(cli.run("import", "t", file, "--separator", said)).out()).startsWith("t: 1 row of a:int64, b:text; ");
  }

  @Test
  void datesAndTimesAreShownAsDatesAndTimes() throws IOException {
    String file = write("times.csv", "day,local,instant\n2026-01-02,2026-01-02T03:04:05,2026-01-02T03:04:05.5Z\n");
    ok(cli.run("import", "times", file));
    assertThat(ok(cli.run("head", "times", "--json")).out())
        .isEqualTo(
            "{\"day\":\"2026-01-02\",\"local\":\"2026-01-02T03:04:05\",\"instant\":\"2026-01-02T03:04:05.500Z\"}\n");
  }

  @Test
  void removingATableRemovesItsParts() throws IOException {
    ok(cli.run("import", "t", write("t.csv", "x\n1\n")));
    ok(cli.run("rm", "t"));
    assertThat(ok(cli.run("ls", "--json")).out()).isEmpty();
  }

  @Test
  void replaceMakesTheNextVersion() throws IOException {
    String file = write("a.csv", "x\n1\n");
    ok(cli.run("import", "t", file));
    refused(cli.run("import", "t", file), 1, "t");
    assertThat(JsonMapper.shared().readTree(ok(cli.run("import", "t", file, "--replace", "--json")).out())
        .get("version").asInt())
        .isEqualTo(2);
  }

  @Test
  void theFormatCanBeSaid() throws IOException {
    ok(cli.run("import", "t", write("a.csv", "x\n1\n"), "--format", "csv"));
    refused(cli.run("import", "u", write("b.csv", "x\n1\n"), "--format", "idx"), 1, "not an IDX file");
    refused(cli.run("import", "u", images, "--format", "xls"), 2, "xls");
  }

  @Test
  void whatIsNeitherIdxNorCsvIsRefused() throws IOException {
    Path png = Files.write(folder.resolve("a.png"), new byte[] {(byte) 0x89, 'P', 'N', 'G', 13, 10, 26, 10});
    refused(cli.run("import", "t", png.toString()), 1, png.toString(), "neither Parquet nor Arrow nor IDX nor CSV",
        "89 50 4e 47");
  }

  @Test
  void brokenFilesAreRefusedAndLeaveNothing() throws IOException {
    byte[] zipped = Files.readAllBytes(Path.of(gzip(images)));
    Path cut = Files.write(folder.resolve("cut.gz"), Arrays.copyOf(zipped, zipped.length / 2));
    refused(cli.run("import", "t", cut.toString(), labels), 1, cut.toString(), "cut short");
    Path header = Files.write(folder.resolve("header.gz"), Arrays.copyOf(zipped, 5));
    refused(cli.run("import", "t", header.toString()), 1, header.toString(), "cut short or damaged");
    Path shortIdx = Files.write(folder.resolve("short"), Arrays.copyOf(Files.readAllBytes(Path.of(images)), 5000));
    refused(cli.run("import", "t", shortIdx.toString()), 1, shortIdx.toString(), "cut short");
    writeIdx(labels, new byte[DIGITS + 1], DIGITS + 1);
    refused(cli.run("import", "t", images, labels), 1, "101 labels", "100 images");
    assertThat(ok(cli.run("ls", "--json")).out()).isEmpty();
  }

  @Test
  void otherWrongUsesAreOneLine() throws IOException {
    refused(cli.run("import", "t", folder + "/nothing"), 1, "Cannot read " + folder + "/nothing: no such file");
    refused(cli.run("import", "t", images, folder + "/nothing"), 1, "Cannot read " + folder + "/nothing: no such file");
    refused(cli.run("import", "t", folder.toString()), 1, "it is a folder");
    refused(cli.run("import", "t"), 2, "FILE");
    refused(cli.run("import", "t", images, labels, labels), 2, "at most 2 files");
    refused(cli.run("head", "missing"), 1, "missing");
    ok(cli.runWithInput("bytes", "put", "bytes"));
    refused(cli.run("head", "bytes"), 1, "bytes");
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "1", "1000"})
  void headShowsAsManyRowsAsThereAre(String rows) throws IOException {
    ok(cli.run("import", "t", write("a.csv", "x\n1\n2\n")));
    assertThat(ok(cli.run("head", "t", "-n", rows)).out())
        .endsWith("(" + Math.min(2, Integer.parseInt(rows)) + " of 2 rows)\n");
  }

  @Test
  void aSmallPeerRefusesALargeTable() throws IOException {
    try (Cli small = new Cli(Files.createDirectory(folder.resolve("small")), 16 << 10)) {
      refused(small.run("import", "t", images, labels), 1, "16384");
    }
  }

  /** A part of a table is an Arrow IPC file, so what {@code get} writes is what {@code import} reads. */
  @Test
  void anArrowFileBecomesATable() throws IOException {
    Path csv = Files.writeString(folder.resolve("a.csv"), "n,word\n1,one\n2,two\n");
    ok(cli.run("import", "t", csv.toString()));
    String part = cli.run("ls", "t/part-", "--json").out().replaceAll("(?s).*?\"id\":\"([^\"]+)\".*", "$1");
    Path arrow = folder.resolve("part.arrow");
    ok(cli.run("get", part, "-o", arrow.toString()));
    assertThat(ok(cli.run("import", "u", arrow.toString(), arrow.toString())).out())
        .startsWith("u: 4 rows of n:int64, word:text; ");
    assertThat(cli.run("head", "u", "--json").out())
        .isEqualTo("{\"n\":1,\"word\":\"one\"}\n{\"n\":2,\"word\":\"two\"}\n".repeat(2));
    byte[] half = Arrays.copyOf(Files.readAllBytes(arrow), 300);
    refused(cli.run("import", "v", Files.write(folder.resolve("half.arrow"), half).toString()), 1,
        "half.arrow of 300 bytes",
        "damaged");
  }

  // ---- several files

  @Test
  void jsonLinesBecomeATableAndComeBack() throws IOException {
    String text = "{\"id\":1,\"tags\":[\"a\"],\"in\":{\"x\":0.5}}\n{\"id\":2,\"tags\":null,\"in\":{\"x\":null}}\n";
    String file = write("events.jsonl", text);
    assertThat(ok(cli.run("import", "e", file)).out())
        .startsWith("e: 2 rows of id:int64, tags:text[], in:struct(x:float64); ");
    String out = folder + "/back.jsonl";
    ok(cli.run("export", "e", out));
    assertThat(Path.of(out)).hasContent(text);
    assertThat(ok(cli.run("export", "e", "-", "--format", "jsonl")).out()).isEqualTo(text);
    refused(cli.run("export", "e", "-"), 2, "say --format");
    refused(cli.run("import", "f", write("bad.jsonl", "{\"a\":1}\n{\"a\":true}\n")), 1,
        "bad.jsonl: line 2, column a: true or false, where line 1 has a number");
    refused(cli.run("import", "f", file, "--lines", "0"), 2, "--lines must be 1 or more");
    refused(cli.run("import", "f", write("t.csv", "a\n1\n"), "--lines", "5"), 2, "--lines is for JSON lines");
  }

  @Test
  void patternsAndFoldersAreImportedWithTheColumnsOfTheirFolders() throws IOException {
    for (int year = 2024; year < 2027; year++) {
      Path inside = Files.createDirectories(folder.resolve("data/year=" + year));
      Files.writeString(inside.resolve("a.csv"), "n\n" + year % 100 + "\n");
    }
    assertThat(ok(cli.run("import", "all", folder + "/data")).out()).startsWith("all: 3 rows of n:int64, year:int64; ");
    ok(cli.run("import", "some", folder + "/data/**/year=202[45]/*.csv", "--threads", "2"));
    assertThat(ok(cli.run("head", "some", "--json")).out())
        .isEqualTo("{\"n\":24,\"year\":2024}\n{\"n\":25,\"year\":2025}\n");
    assertThat(ok(cli.run("import", "plain", folder + "/data", "--no-hive")).out())
        .startsWith("plain: 3 rows of n:int64; ");
    refused(cli.run("import", "x", folder + "/data/*.parquet"), 1, "no file is called like that");
    refused(cli.run("import", "x", folder + "/data", "--format", "parquet"), 1,
        "it is a folder without a file that ends with parq, parquet, pq");
    write("data/b.jsonl", "{\"n\":1}\n");
    refused(cli.run("import", "x", folder + "/data"), 1, "they end like [csv, jsonl]", "--format");
    refused(cli.run("import", "x", folder + "/data", "--threads", "0"), 2, "--threads must be 1 or more");
  }

  @Test
  void rowsAreAppendedToATable() throws IOException {
    ok(cli.run("import", "t", write("a.csv", "n,t\n1.5,x\n")));
    assertThat(JsonMapper.shared().readTree(
        ok(cli.run("import", "t", write("b.csv", "n,t\n2,7\n"), "--append", "--json")).out()).get("rows").asInt())
        .isEqualTo(2);
    assertThat(ok(cli.run("head", "t", "--json")).out())
        .isEqualTo("{\"n\":1.5,\"t\":\"x\"}\n{\"n\":2.0,\"t\":\"7\"}\n");
    refused(cli.run("import", "t", write("c.csv", "n\n2\n"), "--append"), 1,
        "its first line names [n], the table has [n, t]");
    refused(cli.run("import", "none", write("c.csv", "n\n2\n"), "--append"), 1, "none");
    refused(cli.run("import", "t", write("c.csv", "n\n2\n"), "--append", "--replace"), 2, "choose one");
    refused(cli.run("import", "t", images, "--append"), 2, "--append is not for IDX");
    assertThat(ok(cli.run("head", "t", "--json")).out()).hasLineCount(2);
  }

  @Test
  void aTableGoesThroughEachFormatAndBack() throws IOException {
    ok(cli.run("import", "t", write("a.csv", "n,t,d\n1,x,2026-01-31\n2,,\n")));
    String rows = ok(cli.run("head", "t", "--json")).out();
    for (String ending : List.of("csv", "jsonl", "arrow", "arrows", "parquet")) {
      String file = folder + "/t." + ending;
      ok(cli.run("export", "t", file));
      ok(cli.run("import", "u", file, "--replace"));
      assertThat(ok(cli.run("head", "u", "--json")).out()).as(ending).isEqualTo(rows);
    }
  }
}
