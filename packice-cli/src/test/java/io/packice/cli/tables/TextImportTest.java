package io.packice.cli.tables;

import static io.packice.cli.Cli.ok;
import static io.packice.cli.Cli.refused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.packice.cli.Cli;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** CSV and JSON lines as people have them, by the command. */
class TextImportTest {
  private static final Path CASES =
      Path.of("").toAbsolutePath().getParent().resolveSibling("shared").resolve("data").resolve("cases");

  @TempDir Path folder;

  private Cli cli;

  @BeforeEach
  void startPeer() {
    cli = new Cli(folder, 256 << 20);
  }

  @AfterEach
  void stopPeer() {
    cli.close();
  }

  private String write(String name, String text, Charset... encoding) throws IOException {
    return Files.writeString(folder.resolve(name), text, encoding.length == 0 ? StandardCharsets.UTF_8 : encoding[0])
        .toString();
  }

  private String imported(String file, String... options) {
    String[] all = IntStream.range(0, options.length + 4).mapToObj(i -> i == 0 ? "import"
        : i == 1 ? "t" : i == 2 ? file : i == 3 ? "--replace" : options[i - 4]).toArray(String[]::new);
    return ok(cli.run(all)).out().replaceFirst(";.*", "");
  }

  private String rows() {
    return ok(cli.run("head", "t", "-n", "100", "--json")).out();
  }

  @Test
  void whatCsvIsLikeCanBeSaid() throws IOException {
    String german = write("verkauf.csv", "Bericht\n# Größe\nGröße;Preis;PLZ\n'1;0';2,5;01067\n-;3;1\n",
        Charset.forName("windows-1252"));
    assertThat(imported(german, "--skip-lines", "1", "--comment", "#", "--decimal", ",", "--quote", "'", "--encoding",
        "windows-1252", "--nulls", "-,x", "--types", "PLZ=text,Preis=decimal(10,2)"))
        .isEqualTo("t: 2 rows of Größe:text, Preis:decimal(10,2), PLZ:text\n");
    assertThat(rows()).isEqualTo("""
        {"Größe":"1;0","Preis":2.50,"PLZ":"01067"}
        {"Größe":null,"Preis":3.00,"PLZ":"1"}
        """);
    refused(cli.run("import", "u", german), 1, german + ": line 2 is not CSV, it has bytes that are no UTF-8 text",
        "--encoding");
    String utf16 = write("utf16.csv", "\uFEFFa,b\n1,ü\n", StandardCharsets.UTF_16LE);
    assertThat(imported(utf16)).isEqualTo("t: 1 row of a:int64, b:text\n");
    assertThat(imported(write("bare.csv", "1,x\n2,y\n"), "--no-header")).isEqualTo("t: 2 rows of c1:int64, c2:text\n");
    assertThat(imported(write("quotes.csv", "a,b\n5\",\"6\n"), "--quote", "none"))
        .isEqualTo("t: 1 row of a:text, b:text\n");
  }

  @Test
  void theSummarySaysWhichValueMadeAColumnText() throws IOException {
    String file = write("zips.csv", "zip\n12345\n007\n");
    String said = "column zip is text because of \"007\" in line 3 of " + file
        + "; if it should be another type, say --types zip=TYPE, or which values are null (--nulls)";
    assertThat(ok(cli.run("import", "t", file)).out().lines().toList()).hasSize(2).last().isEqualTo(said);
    JsonNode json = JsonMapper.shared().readTree(ok(cli.run("import", "t", file, "--replace", "--json")).out());
    assertThat(json.get("notes").get(0).asString()).isEqualTo(said);
    assertThat(imported(file, "--types", "zip=int32")).isEqualTo("t: 2 rows of zip:int32\n");
  }

  @Test
  void typesThatNoTextSaysByItselfCanBeSaid() throws IOException {
    String text =
        "{\"h\":1.5,\"b\":\"00ff\",\"t\":\"15:14:49.367\",\"u\":\"00:00:00.000001\",\"d\":\"PT-1.5S\",\"n\":\"PT1H\"}\n";
    String types = "h=float16,b=binary,t=time(ms),u=time,d=duration( ms ),n=duration";
    assertThat(imported(write("t.jsonl", text), "--types", types)).isEqualTo(
        "t: 1 row of h:float16, b:binary, t:time(ms), u:time(us), d:duration(ms), n:duration(us)\n");
    assertThat(rows()).isEqualTo(text);
    String csv = folder.resolve("t.csv").toString();
    ok(cli.run("export", "t", csv));
    ok(cli.run("import", "t", csv, "--append"));
    assertThat(rows()).isEqualTo(text + text);
    refused(cli.run("import", "u", csv, "--types", "t=time(s)"), 1, "line 2, column t", "15:14:49.367");
  }

  @Test
  void limitsCanBeRaised() throws IOException {
    String wide = write("wide.csv", "a,b,c\n1,2,3\n");
    refused(cli.run("import", "t", wide, "--max-columns", "2"), 1, "line 1 has more than 2 fields", "--max-columns");
    refused(cli.run("import", "t", write("long.csv", "a\n" + "x".repeat(50_000) + "\n"), "--max-cell", "20000"), 1,
        "the row of line 2 has a field of more than 20000 characters", "--max-cell");
    refused(cli.run("import", "t", write("long.jsonl", "{\"a\":\"" + "x".repeat(50_000) + "\"}\n"), "--max-cell",
        "20000"), 1, "more than 20000 characters in a text", "--max-cell");
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', quoteCharacter = '`', value = {"--types|a|Cannot use \"a\" as types of columns",
      "--types|a=int7|Cannot use \"int7\" as the type of a column; choose among int8",
      "--types|a=decimal(80,2)|decimal",
      "--types|a=text,a=date|column a is there twice", "--encoding|klingon|Cannot use \"klingon\" as an encoding",
      "--comment|##|Cannot use \"##\" as a mark of CSV", "--quote|a|as a mark of CSV", "--decimal|;;|as a mark of CSV",
      "--skip-lines|-1|Cannot leave out -1 lines", "--max-columns|0|Cannot read up to 0 columns",
      "--max-cell|0|Cannot read values of up to 0 characters", "--quote|#|", "--lines|0|--lines must be 1 or more"})
  void wrongOptionsAreRefused(String option, String value, String message) throws IOException {
    refused(cli.run("import", "t", write("t.csv", "a\n1\n"), option, value, "--comment", "#".repeat(
        option.equals("--comment") ? 2 : 1)), 2, message == null ? "" : message);
  }

  @Test
  void optionsOfOtherFormatsAreRefused() throws IOException {
    String json = write("t.jsonl", "{\"a\":1}\n");
    for (String option : new String[] {"--nulls", "--quote", "--comment", "--decimal"}) {
      refused(cli.run("import", "t", json, option, "'"), 2, option + " is for CSV, and this is jsonl");
    }
    refused(cli.run("import", "t", json, "--no-header"), 2, "--no-header is for CSV, and this is jsonl");
    refused(cli.run("import", "t", json, "--encoding", "UTF-8"), 2, "--encoding is for CSV, and this is jsonl");
    refused(cli.run("import", "t", write("page.csv", "<html>"), "--encoding", "UTF-8"), 1, "it is a page of HTML");
    assertThat(imported(write("any", "a\nü\n", StandardCharsets.ISO_8859_1), "--encoding", "latin1"))
        .isEqualTo("t: 1 row of a:text\n");
    refused(cli.run("import", "t", write("t", "a\n"), "--format", "parquet", "--types", "a=text"), 2,
        "--types is for CSV and JSON lines, and this is parquet");
  }

  // ---- inputs that were read wrongly once

  private static String theCase(String path) {
    Path file = CASES.resolve(path);
    assumeTrue(Files.exists(file), "needs ../shared/data/cases beside the project");
    return file.toString();
  }

  @Test
  void numbersStayNumbers() {
    assertThat(imported(theCase("csv-numbers-become-text/nan-inf.csv")))
        .isEqualTo("t: 3 rows of a:float64, b:float64, c:float64, d:float64, e:int64\n");
    assertThat(imported(theCase("csv-numbers-become-text/na.csv"))).isEqualTo("t: 3 rows of x:int64, y:int64\n");
    assertThat(rows()).isEqualTo("{\"x\":1,\"y\":null}\n{\"x\":2,\"y\":3}\n{\"x\":4,\"y\":null}\n");
    assertThat(imported(theCase("csv-numbers-become-text/tab.tsv"))).isEqualTo("t: 1 row of a:int64, b:int64\n");
  }

  @Test
  void wideFilesAreRead() throws IOException {
    int n = 16_385;
    assertThat(imported(write("wide.csv", IntStream.range(0, n).mapToObj(i -> "g" + i).collect(Collectors.joining(","))
        + "\n" + String.join(",", Collections.nCopies(n, "1.5")) + "\n"))).startsWith("t: 1 row of g0:float64, ");
  }

  @Test
  void halfCharactersAndNumbersOfJsonAreWhatTheyAre() {
    refused(cli.run("import", "t", theCase("json-lone-surrogate/in.jsonl")), 1, "line 2, column t: \\ud83d is half");
    assertThat(imported(theCase("json-nan-literal/in.jsonl"))).isEqualTo("t: 2 rows of a:float64, b:float64\n");
    assertThat(rows()).isEqualTo("{\"a\":\"NaN\",\"b\":1.5}\n{\"a\":2.0,\"b\":\"Infinity\"}\n");
    String large = theCase("json-nan-literal/uint64.jsonl");
    refused(cli.run("import", "u", large), 1, "line 1, column id: ", "does not fit 64 bits", "--types id=uint64");
    assertThat(imported(large, "--types", "id=uint64")).isEqualTo("t: 1 row of id:uint64\n");
    assertThat(rows()).isEqualTo("{\"id\":12345678901234567890}\n");
  }
}
