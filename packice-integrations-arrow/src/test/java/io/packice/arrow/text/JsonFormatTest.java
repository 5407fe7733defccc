package io.packice.arrow.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.packice.Packice;
import io.packice.PackiceClient;
import io.packice.arrow.ArrowTable;
import io.packice.arrow.ArrowTables;
import io.packice.arrow.Progress;
import io.packice.arrow.imports.ImportException;
import io.packice.arrow.imports.TableImport;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.zip.GZIPOutputStream;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JsonFormatTest {
  private static final long SEED = Long.getLong("packice.seed", 20251102L);

  @TempDir Path folder;

  private final PackiceClient client = Packice.connect();
  private final ArrowTables tables = new ArrowTables(client);

  @AfterEach
  void nothingIsLeft() {
    assertThat(client.stats().leases()).isZero();
    assertThat(client.stats().drafts()).isZero();
    client.close();
  }

  private Path file(String name, String... lines) throws IOException {
    return Files.writeString(folder.resolve(name), String.join("\n", lines));
  }

  private void load(JsonFormat format, Path... files) throws IOException {
    TableImport.of(format, List.of(files)).into(tables, "t");
  }

  private void load(Path... files) throws IOException {
    load(JsonFormat.standard(), files);
  }

  private String types(String table) {
    try (ArrowTable opened = tables.open(table)) {
      return opened.schema().toString();
    }
  }

  private String written(String table) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (ArrowTable opened = tables.open(table)) {
      JsonFormat.standard().write(opened, Channels.newChannel(out), Progress.NONE);
    }
    return out.toString(StandardCharsets.UTF_8);
  }

  private void refused(String says, String... lines) throws IOException {
    Path file = file("refused.jsonl", lines);
    assertThatThrownBy(() -> load(file)).as(says).isInstanceOf(ImportException.class)
        .hasMessageStartingWith("Cannot import " + file).hasMessageContaining(says);
    assertThat(client.stats().objects()).isZero();
  }

  @Test
  void objectsBecomeRowsAndComeBackAsTheyWere() throws IOException {
    String text =
        """
            {"id":1,"name":"Zürich 😀","share":0.5,"ok":true,"day":"2026-01-31","at":"2026-01-31T12:00:00Z","tags":["a","b"],"in":{"x":1,"y":[{"z":null},{"z":-2}]}}
            {"id":-9223372036854775808,"name":null,"share":null,"ok":null,"day":null,"at":null,"tags":null,"in":null}
            {"id":9223372036854775807,"name":"","share":1.0E300,"ok":false,"day":"1969-12-31","at":"1900-01-01T00:00:00.000001Z","tags":[],"in":{"x":null,"y":[]}}
            """;
    load(file("a.jsonl", text));
    assertThat(types("t")).isEqualTo("Schema<id: Int(64, true), name: Utf8, share: FloatingPoint(DOUBLE), ok: Bool,"
        + " day: Date(DAY), at: Timestamp(MICROSECOND, UTC), tags: List<item: Utf8>,"
        + " in: Struct<x: Int(64, true), y: List<item: Struct<z: Int(64, true)>>>>");
    assertThat(written("t")).isEqualTo(text);
  }

  @Test
  void whatAnObjectLacksIsNullAndFieldsMayComeInAnyOrder() throws IOException {
    load(file("a.jsonl", "{\"a\":1}", "", "{\"c\":{\"d\":\"x\"},\"b\":2.5}", "{\"b\":1,\"a\":null}"));
    assertThat(written("t")).isEqualTo("""
        {"a":1,"c":null,"b":null}
        {"a":null,"c":{"d":"x"},"b":2.5}
        {"a":null,"c":null,"b":1.0}
        """);
  }

  @Test
  void anArrayOfObjectsAndAGzippedFileAreReadToo() throws IOException {
    Path array = file("a.json", "[ {\"a\": 1},", "{\"a\": 2} ]");
    Path zipped = folder.resolve("b.jsonl.gz");
    try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(zipped))) {
      out.write("{\"a\":3}".getBytes(StandardCharsets.UTF_8));
    }
    load(array, zipped);
    assertThat(written("t")).isEqualTo("{\"a\":1}\n{\"a\":2}\n{\"a\":3}\n");
    byte[] bytes = Files.readAllBytes(zipped);
    Files.write(zipped, Arrays.copyOf(bytes, bytes.length - 9));
    assertThatThrownBy(() -> load(zipped)).isInstanceOf(ImportException.class)
        .hasMessageContaining("gzip data is cut short or damaged");
  }

  @Test
  void typesAreThoseThatFitAllFiles() throws IOException {
    load(file("a.jsonl", "{\"n\":1,\"d\":\"2026-01-31\",\"l\":[]}"),
        file("b.jsonl", "{\"n\":1.5,\"d\":\"soon\",\"l\":[true]}", "{\"n\":\"NaN\"}"));
    assertThat(types("t"))
        .isEqualTo("Schema<n: FloatingPoint(DOUBLE), d: Utf8, l: List<item: Bool>>");
    assertThat(written("t")).isEqualTo("""
        {"n":1.0,"d":"2026-01-31","l":[]}
        {"n":1.5,"d":"soon","l":[true]}
        {"n":"NaN","d":null,"l":null}
        """);
  }

  @Test
  void conflictsNameBothLinesAndTheColumn() throws IOException {
    refused("line 3, column a: a text, where line 1 has a number; make them one type", "{\"a\":1}", "{\"a\":2}",
        "{\"a\":\"x\"}");
    refused("line 2, column a.b[]: true or false, where line 1 has an object", "{\"a\":{\"b\":[{}]}}",
        "{\"a\":{\"b\":[null,true]}}");
    Path a = file("a.jsonl", "{\"a\":1}");
    Path b = file("b.jsonl", "", "{\"a\":[]}");
    assertThatThrownBy(() -> load(a, b)).isInstanceOf(ImportException.class)
        .hasMessage("Cannot import " + b + ": line 2, column a: a list, where line 1 of " + a
            + " has a number; make them one type");
  }

  @Test
  void whatWouldBeLostIsRefused() throws IOException {
    refused("line 1, column a: 99999999999999999999 does not fit 64 bits; write it as text",
        "{\"a\":99999999999999999999}");
    refused("line 2, column a: an integer beyond 2^53, which a float64 would round, and line 1 has a fraction",
        "{\"a\":0.5}", "{\"a\":9007199254740993}");
  }

  @Test
  void whatIsNoJsonIsRefusedWithItsLine() throws IOException {
    refused("line 2 is not JSON", "{\"a\":1}", "{\"a\":");
    refused("line 2 is not JSON", "{\"a\":1}", "{'a':1}");
    refused("line 1 is not JSON that can be read (the field \"a\" twice); correct it", "{\"a\":1,\"a\":2}");
    refused("line 2 is not JSON that can be read (the field \"x\" twice)", "{\"a\":{\"x\":1}}",
        "{\"a\":{\"x\":1,\"x\":1}}");
    refused("line 2 has something else than a JSON object", "{\"a\":1}", "7");
    refused("line 1 has something else than a JSON object", "[[{\"a\":1}]]");
    refused("line 1 is not JSON that can be read (more than 500 objects and lists inside each other)",
        "{\"a\":" + "[".repeat(5_000));
    refused("line 1 is not JSON that can be read (Unexpected character ('/' (code 47)))", "{\"a\":1} // a");
    Files.write(folder.resolve("bytes"), new byte[] {'{', '"', (byte) 0xFF, '"', ':', '1', '}'});
    assertThatThrownBy(() -> load(folder.resolve("bytes"))).isInstanceOf(ImportException.class)
        .hasMessageContaining("line 1 is not JSON, it has bytes that are no UTF-8 text; write it in UTF-8");
  }

  private void neverInALibrarysWords(Path file) {
    assertThatThrownBy(() -> load(file)).isInstanceOf(ImportException.class)
        .satisfies(e -> assertThat(e.getMessage()).doesNotContain("Feature").doesNotContain("Constraints")
            .doesNotContain("Source").doesNotContain("`").doesNotContain("\n"));
  }

  @Test
  void messagesNameNoSettingOfTheLibrary() throws IOException {
    for (String text : List.of("{\"a\":+1}", "{\"a\":.5}", "{a:1}", "{\"a\":1,}", "{\"a\":[1,2", "{\"a\":\"x",
        "{\"a\":01}",
        "{\"a\":" + "1".repeat(2000) + "}", "{\"" + "a".repeat(60_000) + "\":1}", "{\"a\":\"\\x\"}", "# x")) {
      neverInALibrarysWords(file("words.jsonl", text));
    }
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
      "{\"id\":2,\"t\":\"cut \\ud83d\"}|column t: \\ud83d is half of a character",
      "{\"t\":\"\\udc00\\ud800 x\"}|column t: \\udc00 is half of a character",
      "{\"a\":{\"b\":[\"x\",\"\\ud800\"]}}|column a.b[]: \\ud800 is half of a character",
      "{\"a\":[{\"b\":\"\\udfff\"}]}|column a[].b: \\udfff is half of a character",
      "{\"x\\ud83d\":1}|half of a character", "{\"a\":{\"\\ude00\":1}}|half of a character",
      "{\"x\\ud83d\\ud83d\":1}|half of a character"})
  void halfACharacterIsRefusedWithItsLine(String line, String says) throws IOException {
    refused(says, "{\"id\":1,\"t\":\"good \\ud83d\\ude00\"}", line);
    Path array = file("array.json", "[{\"id\":1},", line + "]");
    assertThatThrownBy(() -> load(array)).hasMessageContaining("line 2").hasMessageContaining(says);
    load(file("good.jsonl", "{\"t\":\"a\",\"a\":null,\"id\":1}"));
    Path bad = file("bad.jsonl", "", line);
    assertThatThrownBy(() -> TableImport.of(JsonFormat.standard(), List.of(bad)).appendTo(tables, "t"))
        .isInstanceOf(ImportException.class).hasMessageContaining("line 2");
  }

  @Test
  void aWholeCharacterIsKept() throws IOException {
    String text = "{\"t😀\":\"good 😀\",\"b\":[\"😀\"]}\n";
    load(file("a.jsonl", text.replace("😀", "\\ud83d\\ude00")));
    assertThat(written("t")).isEqualTo(text);
  }

  @Test
  void bytesThatAreNoTextAreRefusedWithTheirLine() throws IOException {
    byte[] start = "{\"a\":\"x\"}\n".repeat(10_000).getBytes(StandardCharsets.UTF_8);
    for (byte[] wrong : List.of(new byte[] {(byte) 0xED, (byte) 0xA0, (byte) 0x80},
        new byte[] {(byte) 0xC0, (byte) 0xAF},
        new byte[] {(byte) 0xFF}, new byte[] {(byte) 0xF7, (byte) 0xBF, (byte) 0xBF, (byte) 0xBF})) {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      bytes.write(start);
      bytes.write("{\"a\":\"".getBytes(StandardCharsets.UTF_8));
      bytes.write(wrong);
      bytes.write("\"}\n{\"a\":1}".getBytes(StandardCharsets.UTF_8));
      Path file = Files.write(folder.resolve("bytes.jsonl"), bytes.toByteArray());
      assertThatThrownBy(() -> load(file)).isInstanceOf(ImportException.class)
          .hasMessageContaining("line 10001 is not JSON, it has bytes that are no UTF-8 text");
    }
  }

  @Test
  void numbersThatAreNoneAreNumbers() throws IOException {
    load(file("a.jsonl", "{\"a\":NaN,\"b\":1.5}", "{\"a\":2.0,\"b\":Infinity}", "{\"a\":3,\"b\":-Infinity}"));
    assertThat(types("t")).isEqualTo("Schema<a: FloatingPoint(DOUBLE), b: FloatingPoint(DOUBLE)>");
    assertThat(written("t")).isEqualTo("""
        {"a":"NaN","b":1.5}
        {"a":2.0,"b":"Infinity"}
        {"a":3.0,"b":"-Infinity"}
        """);
    TableImport.of(JsonFormat.standard(), List.of(file("b.jsonl", "{\"a\":NaN,\"b\":\"NaN\"}"))).appendTo(tables, "t");
    assertThat(written("t")).endsWith("{\"a\":\"NaN\",\"b\":\"NaN\"}\n");
    for (String wrong : List.of("\"a\":\"1.5\"", "\"a\":\"inf\"", "\"a\":1e999")) {
      Path file = file("wrong.jsonl", "{" + wrong + "}");
      assertThatThrownBy(() -> TableImport.of(JsonFormat.standard(), List.of(file)).appendTo(tables, "t")).as(wrong)
          .isInstanceOf(ImportException.class).hasMessageContaining("line 1, column a: ");
    }
  }

  @Test
  void zeroKeepsItsSign() throws IOException {
    load(file("a.jsonl", "{\"a\":0,\"b\":-0}", "{\"a\":-0,\"b\":1}"));
    assertThat(written("t")).isEqualTo("{\"a\":0.0,\"b\":-0.0}\n{\"a\":-0.0,\"b\":1.0}\n");
  }

  @ParameterizedTest
  @ValueSource(strings = {"[{\"a\":1},{\"a\":2}", "[{\"a\":1},", "[{\"a\":1},{\"a\":", "[{\"a\":1}", "[{\"a\":1}]]",
      "{\"a\":1},{\"a\":2}", "[{\"a\":1}],[{\"a\":2}]", "{\"a\":1}\n{\"a\":2", "[{\"a\":1},[{\"a\":2}]]",
      "[{\"a\":1},2]", "{\"a\":1}\n3"})
  void whatIsCutOrNoObjectIsRefusedHoweverItIsRead(String text) throws IOException {
    Path file = file("cut.json", text);
    load(file("good.jsonl", "{\"a\":1}"));
    for (JsonFormat format : List.of(JsonFormat.standard(), JsonFormat.standard().withLines(1))) {
      assertThatThrownBy(() -> TableImport.of(format, List.of(file)).into(tables, "u"))
          .isInstanceOf(ImportException.class).hasMessageStartingWith("Cannot import " + file + ": line ")
          .hasMessageContaining("; ");
      assertThatThrownBy(() -> TableImport.of(format, List.of(file)).appendTo(tables, "t"))
          .isInstanceOf(ImportException.class).hasMessageStartingWith("Cannot import " + file + ": line ");
    }
    assertThat(written("t")).isEqualTo("{\"a\":1}\n");
  }

  @Test
  void whatToDoAboutAnotherTypeIsWhatCanBeDone() throws IOException {
    Path file = file("a.jsonl", "{\"a\":1}", "{\"a\":1e400}");
    assertThatThrownBy(() -> load(file)).hasMessageEndingWith(
        "1e400 is no value of FloatingPoint(DOUBLE); correct it, or say which type the column has (--types)");
    assertThatThrownBy(() -> load(JsonFormat.standard().withLines(1), file)).hasMessageEndingWith(
        "1e400 is no value of Int(64, true); correct it, or let more lines be looked at before types are chosen");
    load(file("b.jsonl", "{\"a\":1}"));
    assertThatThrownBy(() -> TableImport.of(JsonFormat.standard(), List.of(file)).appendTo(tables, "t"))
        .hasMessageEndingWith("1e400 is no value of Int(64, true); correct it, or make another table");
  }

  @Test
  void typesOfSomeColumnsMayBeGiven() throws IOException {
    Path file = file("big.jsonl", "{\"id\":12345678901234567890,\"x\":{\"y\":[-5]},\"d\":1,\"t\":7,\"f\":0.5}",
        "{\"id\":\"7\",\"d\":340282366920938463463374607431768211455,\"t\":\"07\",\"f\":9007199254740993}");
    assertThatThrownBy(() -> load(file)).hasMessageEndingWith("line 1, column id: 12345678901234567890 does not fit 64"
        + " bits; write it as text, in quotes, or say --types id=uint64");
    JsonFormat format = JsonFormat.standard().withTypes(Map.of("id", new ArrowType.Int(64, false), "x.y[]",
        new ArrowType.Int(8, true), "t", new ArrowType.Utf8(), "f", TextType.FLOAT64.arrow()));
    assertThatThrownBy(() -> load(format, file)).hasMessageContaining("line 2, column d: ")
        .hasMessageEndingWith("say --types d=decimal(39,0)");
    JsonFormat all = format.withTypes(Map.of("id", new ArrowType.Int(64, false), "x.y[]", new ArrowType.Int(8, true),
        "t", new ArrowType.Utf8(), "f", TextType.FLOAT64.arrow(), "d", new ArrowType.Decimal(39, 0, 256)));
    load(all, file);
    assertThat(types("t")).contains("id: Int(64, false)", "y: List<item: Int(8, true)>", "t: Utf8");
    assertThat(written("t")).isEqualTo("""
        {"id":12345678901234567890,"x":{"y":[-5]},"d":1,"t":"7","f":0.5}
        {"id":7,"x":null,"d":340282366920938463463374607431768211455,"t":"07","f":9.007199254740992E15}
        """);
    TableImport.of(all, List.of(file)).appendTo(tables, "t");
    assertThatThrownBy(() -> load(JsonFormat.standard().withTypes(Map.of("A", TextType.TEXT.arrow())),
        file("other.jsonl", "{\"a\":{\"b\":[1]}}")))
        .hasMessageContaining("column A: there is none of that name, only [a, a.b, a.b[]]");
    JsonFormat other = JsonFormat.standard().withTypes(Map.of("id", TextType.TEXT.arrow()));
    assertThatThrownBy(() -> TableImport.of(other, List.of(file)).appendTo(tables, "t"))
        .hasMessageContaining("with Utf8 for column id, which is Int(64, false) in the table");
    assertThatIllegalArgumentException().isThrownBy(() -> JsonFormat.standard().withTypes(
        Map.of("b", new ArrowType.List()))).withMessageContaining("column b of type List");
  }

  @Test
  void aColumnWhoseTypeIsGivenMayComeLate() throws IOException {
    JsonFormat one = JsonFormat.standard().withLines(1).withTypes(Map.of("b", new ArrowType.Int(8, true)));
    load(one, file("a.jsonl", "{\"a\":1}", "{\"a\":2,\"b\":3}"));
    assertThat(written("t")).isEqualTo("{\"a\":1,\"b\":null}\n{\"a\":2,\"b\":3}\n");
  }

  @Test
  void aLongTextIsReadUpToALimitThatCanBeRaised() throws IOException {
    Path file = file("long.jsonl", "{\"a\":\"" + "x".repeat(200_000) + "\"}");
    assertThatThrownBy(() -> load(JsonFormat.standard().withMaxCell(100_000), file)).isInstanceOf(ImportException.class)
        .hasMessageEndingWith(
            "line 1 is not JSON that can be read (more than 100000 characters in a text); make it less,"
                + " or raise the limit of a text (--max-cell)");
    load(JsonFormat.standard().withMaxCell(200_000), file);
    assertThatIllegalArgumentException().isThrownBy(() -> JsonFormat.standard().withMaxCell(0));
  }

  @Test
  void anEmptyFileIsATableWithoutColumns() throws IOException {
    load(file("empty.jsonl", ""));
    assertThat(types("t")).isEqualTo("Schema<>");
  }

  @Test
  void someLinesAreEnoughIfTheOthersAreLikeThem() throws IOException {
    JsonFormat one = JsonFormat.standard().withLines(1);
    load(one, file("a.jsonl", "{\"a\":1,\"b\":null}", "{\"a\":2,\"b\":\"x\"}"));
    assertThat(written("t")).endsWith("{\"a\":2,\"b\":\"x\"}\n");
    Path other = file("b.jsonl", "{\"a\":1}", "{\"a\":2,\"c\":1}");
    assertThatThrownBy(() -> TableImport.of(one, List.of(other)).into(tables, "u")).isInstanceOf(ImportException.class)
        .hasMessage("Cannot import " + other + ": line 2, column c: the first 1 lines have no such column; let more be"
            + " looked at before types are chosen");
    Path fraction = file("c.jsonl", "{\"a\":1}", "{\"a\":2.5}");
    assertThatThrownBy(() -> TableImport.of(one, List.of(fraction)).into(tables, "u"))
        .isInstanceOf(ImportException.class).hasMessageContaining("line 2, column a: 2.5 is no value of Int(64, true)");
    assertThatIllegalArgumentException().isThrownBy(() -> JsonFormat.standard().withLines(0));
  }

  @Test
  void typesMayBeGiven() throws IOException {
    Field item = Field.nullable("item", new ArrowType.Int(8, false));
    Schema schema = new Schema(List.of(Field.nullable("s", new ArrowType.Int(16, true)),
        Field.nullable("d", new ArrowType.Decimal(10, 2, 128)), Field.nullable("u", new ArrowType.Utf8()),
        new Field("l", FieldType.nullable(new ArrowType.LargeList()), List.of(item)),
        new Field("f", FieldType.nullable(new ArrowType.FixedSizeList(2)), List.of(item))));
    JsonFormat format = JsonFormat.standard().withSchema(schema);
    String text = """
        {"s":-32768,"d":12.50,"u":"2026-01-31","l":[255],"f":[1,2]}
        {"s":null,"d":null,"u":null,"l":null,"f":null}
        """;
    load(format, file("a.jsonl", text));
    assertThat(written("t")).isEqualTo(text);
    try (ArrowTable table = tables.open("t")) {
      assertThat(table.schema()).isEqualTo(schema);
    }
    for (String wrong : List.of("\"s\":32768", "\"s\":1.5", "\"d\":1.005", "\"u\":7", "\"l\":[256]", "\"l\":[-1]",
        "\"f\":[1]", "\"f\":{}", "\"d\":\"x\"")) {
      Path file = file("wrong.jsonl", "{" + wrong + "}");
      assertThatThrownBy(() -> TableImport.of(format, List.of(file)).into(tables, "u")).as(wrong)
          .isInstanceOf(ImportException.class).hasMessageContaining("line 1, column " + wrong.charAt(1));
    }
    assertThatIllegalArgumentException().isThrownBy(() -> JsonFormat.standard().withSchema(
        new Schema(List.of(Field.notNullable("b", ArrowType.RunEndEncoded.INSTANCE)))))
        .withMessageContaining("column b of type RunEndEncoded");
  }

  @ParameterizedTest
  @CsvSource({"1", "70000"})
  void rowsGoOnBehindABatch(int rows) throws IOException {
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < rows; i++) {
      lines.add("{\"a\":" + i + ",\"l\":[" + (i % 3 == 0 ? "" : "[\"" + i + "\"]") + "]}");
    }
    load(file("many.jsonl", lines.toArray(String[]::new)));
    assertThat(written("t")).isEqualTo(String.join("\n", lines) + "\n");
  }

  @Test
  void damagedTextIsReadOrRefused() throws IOException {
    byte[] good = ("{\"a\":1,\"b\":[{\"c\":\"x\"},null],\"d\":\"2026-01-31\",\"e\":0.5}\n".repeat(3)
        + "{\"a\":null,\"b\":[],\"d\":\"ü😀\",\"e\":\"NaN\"}\n").getBytes(StandardCharsets.UTF_8);
    Random random = new Random(SEED);
    int refused = 0;
    for (int i = 0; i < 400; i++) {
      byte[] bad = random.nextInt(8) == 0 ? Arrays.copyOf(good, random.nextInt(good.length)) : good.clone();
      for (int n = 1 + random.nextInt(3); n > 0 && bad.length > 0; n--) {
        bad[random.nextInt(bad.length)] = (byte) (random.nextBoolean() ? "{}[]\":,1x\n".charAt(random.nextInt(10))
            : random.nextInt());
      }
      Path file = Files.write(folder.resolve("damaged"), bad);
      JsonFormat format = random.nextBoolean() ? JsonFormat.standard() : JsonFormat.standard().withLines(1);
      try {
        TableImport.of(format, List.of(file)).into(tables, "t");
        String _ = written("t");
        tables.drop("t");
      } catch (ImportException expected) {
        refused++;
      } catch (Throwable other) {
        throw new AssertionError("seed=" + SEED + " mutation=" + i, other);
      }
    }
    assertThat(refused).isBetween(100, 399);
    assertThat(client.stats().objects()).isZero();
  }

  @Test
  void appendedRowsHaveTheTablesTypes() throws IOException {
    load(file("a.jsonl", "{\"a\":1.5,\"b\":\"x\"}"));
    TableImport more =
        TableImport.of(JsonFormat.standard(), List.of(file("b.jsonl", "{\"b\":\"2026-01-31\",\"a\":2}", "{}")));
    assertThat(more.appendTo(tables, "t").version()).isEqualTo(2);
    assertThat(written("t")).isEqualTo("""
        {"a":1.5,"b":"x"}
        {"a":2.0,"b":"2026-01-31"}
        {"a":null,"b":null}
        """);
    Path other = file("c.jsonl", "{\"c\":1}");
    assertThatThrownBy(() -> TableImport.of(JsonFormat.standard(), List.of(other)).appendTo(tables, "t"))
        .isInstanceOf(ImportException.class).hasMessageContaining("line 1, column c: the table has no such column");
  }
}
