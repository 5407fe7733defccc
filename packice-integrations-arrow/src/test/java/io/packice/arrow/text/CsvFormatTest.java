package io.packice.arrow.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.packice.Packice;
import io.packice.PackiceClient;
import io.packice.arrow.ArrowTable;
import io.packice.arrow.ArrowTables;
import io.packice.arrow.Progress;
import io.packice.arrow.TableOptions;
import io.packice.arrow.imports.ImportException;
import io.packice.arrow.imports.TableImport;
import io.packice.core.AcquireRequest.IfExists;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.Float4Vector;
import org.apache.arrow.vector.TimeStampNanoVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.TimeUnit;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** CSV as people have it. */
class CsvFormatTest {
  private static final ArrowType FLOAT32 = new ArrowType.FloatingPoint(FloatingPointPrecision.SINGLE);

  private static final long SEED = Long.getLong("packice.seed", 20261130L);

  @TempDir Path folder;

  private final PackiceClient client = Packice.connect();
  private final ArrowTables tables = new ArrowTables(client);
  private final List<String> notes = new ArrayList<>();

  @AfterEach
  void nothingIsLeft() {
    assertThat(client.stats().leases()).isZero();
    assertThat(client.stats().drafts()).isZero();
    client.close();
  }

  private Path file(String name, String text) throws IOException {
    return Files.writeString(folder.resolve(name), text);
  }

  private void load(CsvFormat format, Path... files) throws IOException {
    notes.clear();
    TableImport.of(format, List.of(files)).withNotes(notes::add)
        .withOptions(TableOptions.defaults().withIfExists(IfExists.REPLACE)).into(tables, "t");
  }

  private void append(CsvFormat format, String text) throws IOException {
    TableImport.of(format, List.of(file("more.csv", text))).appendTo(tables, "t");
  }

  /** Its columns as {@code name:type}, then its rows as CSV. */
  private String table() throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (ArrowTable table = tables.open("t")) {
      out.writeBytes(table.schema().getFields().stream().map(field -> field.getName() + ":" + field.getType())
          .collect(Collectors.joining(" ", "", "\n")).getBytes(StandardCharsets.UTF_8));
      CsvFormat.standard().write(table, Channels.newChannel(out), Progress.NONE);
    }
    return out.toString(StandardCharsets.UTF_8).replace("\r\n", "\n").replaceFirst("\n.*\n", "\n");
  }

  private String read(CsvFormat format, String text) throws IOException {
    load(format, file("t.csv", text));
    return table();
  }

  private String read(String text) throws IOException {
    return read(CsvFormat.standard(), text);
  }

  private void refused(CsvFormat format, String text, String message) throws IOException {
    Path file = file("refused.csv", text);
    assertThatThrownBy(() -> load(format, file)).isInstanceOf(ImportException.class)
        .hasMessageStartingWith("Cannot import " + file).hasMessageContaining(message).hasMessageNotContaining("\n");
  }

  // ---- numbers and nulls

  @Test
  void numbersAreReadHoweverTheyAreWritten() throws IOException {
    assertThat(read("""
        a,b,c,d,e,f
        1.5,nan,inf,1.,+5, 1
        ,2.5,-inf,2.,+6,2\s
        3.0,NaN,1.0,3.5,-7,\t3
        -.5E+2,NAN,+Infinity,+.25,0,+0
        """)).isEqualTo(
        """
            a:FloatingPoint(DOUBLE) b:FloatingPoint(DOUBLE) c:FloatingPoint(DOUBLE) d:FloatingPoint(DOUBLE) e:Int(64, true) f:Int(64, true)
            1.5,NaN,Infinity,1.0,5,1
            ,2.5,-Infinity,2.0,6,2
            3.0,NaN,1.0,3.5,-7,3
            -50.0,NaN,Infinity,0.25,0,0
            """);
    assertThat(notes).isEmpty();
  }

  @Test
  void whatUsuallyMeansNullDoesSoWhereItCanMeanNothingElse() throws IOException {
    assertThat(read("""
        x,y,d,b,t,only
        1,NA,2026-01-31,true,NA,NA
        N/A,3,NULL,None,Na,N/A
        \\N,4.5,n/a,false,"",
        <NA>,#N/A,null, ,x,NA
        """)).isEqualTo("""
        x:Int(64, true) y:FloatingPoint(DOUBLE) d:Date(DAY) b:Bool t:Utf8 only:Utf8
        1,,2026-01-31,true,NA,NA
        ,3.0,,,Na,N/A
        ,4.5,,false,,
        ,,,,x,NA
        """);
    append(CsvFormat.standard(), "x,y,d,b,t,only\nNA,None,\\N,NULL,NA,NULL\n");
    assertThat(table()).endsWith(",,,,NA,NULL\n");
  }

  @Test
  void nullsCanBeNamed() throws IOException {
    CsvFormat format = CsvFormat.standard().withNulls(Set.of("-", "NA"));
    load(format, file("t.csv", "n,t\n1,-\n-,NA\n,\n"));
    try (ArrowTable table = tables.open("t"); RootAllocator allocator = new RootAllocator();
        VectorSchemaRoot root = table.batch(0, allocator)) {
      assertThat(root.getVector("n").getNullCount()).isEqualTo(2);
      assertThat(root.getVector("t").getNullCount()).isEqualTo(2);
      assertThat(root.getVector("t").getObject(2)).hasToString("");
    }
    assertThat(read(format, "n\n1\nNULL\n")).startsWith("n:Utf8\n");
  }

  @ParameterizedTest
  @ValueSource(strings = {"007", "+007", "-0", "١٢", "1_000", "0x1F", "9223372036854775808", "1.5", "1 2", "x", "nan"})
  void whatIsNoIntegerOnImportIsNoneOnAppend(String value) throws IOException {
    assertThat(read("n\n1\n" + value + "\n")).doesNotStartWith("n:Int");
    assertThat(read("n\n1\n")).startsWith("n:Int(64, true)\n");
    assertThatThrownBy(() -> append(CsvFormat.standard(), "n\n2\n" + value + "\n")).isInstanceOf(ImportException.class)
        .hasMessageContaining("line 3, column n: \"" + value + "\" is no value of Int(64, true)");
    append(CsvFormat.standard(), "n\n+5\n 6\n");
    assertThat(table()).endsWith("1\n5\n6\n");
  }

  @ParameterizedTest
  @ValueSource(strings = {"00.5", "١٫٥", "1,5", "1e999", "9007199254740993", "1d", "0x1p3", "nan()", "infinit", "1e+"})
  void whatIsNoFractionOnImportIsNoneOnAppend(String value) throws IOException {
    String quoted = "\"" + value + "\"";
    assertThat(read("n\n1.5\n" + quoted + "\n")).startsWith("n:Utf8\n");
    read("n\n1.5\n");
    assertThatThrownBy(() -> append(CsvFormat.standard(), "n\n2\n" + quoted + "\n")).isInstanceOf(ImportException.class)
        .hasMessageContaining("line 3, column n: \"" + value + "\" is no value of FloatingPoint(DOUBLE)");
    append(CsvFormat.standard(), "n\nnan\n-INF\n+1.\n");
    assertThat(table()).endsWith("1.5\nNaN\n-Infinity\n1.0\n");
  }

  private void make(Field field) {
    try (RootAllocator allocator = new RootAllocator();
        VectorSchemaRoot root = VectorSchemaRoot.create(new Schema(List.of(field)), allocator);
        var writer = tables.create("t", root.getSchema(), TableOptions.defaults())) {
      switch (root.getVector(0)) {
        case Float4Vector floats -> floats.setSafe(0, 0.5f);
        case TimeStampNanoVector times -> times.setSafe(0, 1);
        default -> throw new IllegalArgumentException(field.toString());
      }
      root.setRowCount(1);
      writer.write(root);
      writer.commit();
    }
  }

  @Test
  void aFloat32IsRoundedButNeverToInfinity() throws IOException {
    make(Field.nullable("f", FLOAT32));
    append(CsvFormat.standard(), "f\n16777217\n0.1\ninf\n1e-300\n");
    assertThat(table()).endsWith("0.5\n1.6777216E7\n0.1\nInfinity\n0.0\n");
    for (String tooLarge : List.of("1e300", "-3.5e38", "1e999")) {
      assertThatThrownBy(() -> append(CsvFormat.standard(), "f\n1\n" + tooLarge + "\n"))
          .isInstanceOf(ImportException.class)
          .hasMessageContaining("line 3, column f: \"" + tooLarge + "\" is no value of FloatingPoint(SINGLE)");
      Path json = file("more.jsonl", "{\"f\":1}\n{\"f\":" + tooLarge + "}\n");
      assertThatThrownBy(() -> TableImport.of(JsonFormat.standard(), List.of(json)).appendTo(tables, "t"))
          .isInstanceOf(ImportException.class).hasMessageContaining("line 2, column f: " + tooLarge);
    }
  }

  @Test
  void aTimestampIsReadToItsUnitAndNothingElseIsOne() throws IOException {
    make(Field.nullable("at", new ArrowType.Timestamp(TimeUnit.NANOSECOND, null)));
    append(CsvFormat.standard(), "at\n2026-01-31T12:00:00.123456789\n");
    assertThat(table()).endsWith("2026-01-31T12:00:00.123456789\n");
    for (String wrong : List.of("2026-01-31", "soon", "1", "2026-01-31T12:00:00Z", "2026-02-30T12:00:00")) {
      assertThatThrownBy(() -> append(CsvFormat.standard(), "at\n" + wrong + "\n")).as(wrong)
          .isInstanceOf(ImportException.class).hasMessageContaining("line 2, column at: \"" + wrong);
    }
  }

  // ---- types

  @Test
  void theValueThatMadeAColumnTextIsNamed() throws IOException {
    read("zip,city,n,late\n12345,Oslo,1,x\n007,1984,2,1\n12346,Rome,soon,2\n1,x,3,3\n");
    assertThat(notes).hasSize(3);
    assertThat(notes.get(0)).isEqualTo("column zip is text because of \"007\" in line 3 of " + folder
        + "/t.csv; if it should be another type, say --types zip=TYPE, or which values are null (--nulls)");
    assertThat(notes.get(1)).startsWith("column n is text because of \"soon\" in line 4 of ");
    assertThat(notes.get(2)).startsWith("column late is text because of \"x\" in line 2 of ");
    load(CsvFormat.standard(), file("a.csv", "n\n1\n"), file("b.csv", "n\n2026-01-31\n"));
    assertThat(notes).singleElement().asString().startsWith(
        "column n is text because of \"2026-01-31\" in line 2 of " + folder + "/b.csv; ");
    load(CsvFormat.standard().withTypes(Map.of("n", TextType.TEXT.arrow())), folder.resolve("a.csv"),
        folder.resolve("b.csv"));
    assertThat(notes).isEmpty();
  }

  @Test
  void typesOfColumnsCanBeGiven() throws IOException {
    CsvFormat format = CsvFormat.standard().withTypes(Map.of("zip", new ArrowType.Int(32, true), "id",
        new ArrowType.Int(64, false), "f", FLOAT32, "d", new ArrowType.Decimal(10, 2, 128), "t",
        new ArrowType.Utf8(), "at", new ArrowType.Timestamp(TimeUnit.SECOND, null), "big", TextType.FLOAT64.arrow()));
    assertThat(read(format, """
        zip,id,f,d,t,at,big,rest
        007,18446744073709551615,0.1,12.5,1,2026-01-31,9007199254740993,1
        NA,+1,nan,+1.,2,2026-01-31 12:00:01,0.5,2
        """)).isEqualTo(
        """
            zip:Int(32, true) id:Int(64, false) f:FloatingPoint(SINGLE) d:Decimal(10, 2, 128) t:Utf8 at:Timestamp(SECOND, null) big:FloatingPoint(DOUBLE) rest:Int(64, true)
            7,18446744073709551615,0.1,12.50,1,2026-01-31T00:00:00,9.007199254740992E15,1
            ,1,NaN,1.00,2,2026-01-31T12:00:01,0.5,2
            """);
    append(format, "zip,id,f,d,t,at,big,rest\n08,2,3,4,5,2026-01-31,6,7\n");
    assertThat(table()).endsWith("8,2,3.0,4.00,5,2026-01-31T00:00:00,6.0,7\n");
    for (String wrong : List.of("zip|2147483648", "id|-1", "f|1e300", "d|1.005", "d|nan", "d|1e999999999",
        "d|1e-999999999",
        "zip|x")) {
      String[] both = wrong.split("\\|", -1);
      refused(CsvFormat.standard().withTypes(Map.of(both[0], format(both[0]))), both[0] + "\n1\n" + both[1] + "\n",
          "line 3, column " + both[0] + ": \"" + both[1] + "\" is no value of");
    }
    refused(format, "zip\n1\n", "with a type for column at: there is none of that name, only [zip]");
    assertThatThrownBy(
        () -> append(CsvFormat.standard().withTypes(Map.of("zip", new ArrowType.Int(64, true))), "zip\n1"))
        .isInstanceOf(ImportException.class);
    assertThatIllegalArgumentException().isThrownBy(() -> CsvFormat.standard().withTypes(
        Map.of("b", new ArrowType.List()))).withMessageContaining("column b of type List");
  }

  private static ArrowType format(String column) {
    return switch (column) {
      case "zip" -> new ArrowType.Int(32, true);
      case "id" -> new ArrowType.Int(64, false);
      case "f" -> FLOAT32;
      default -> new ArrowType.Decimal(10, 2, 128);
    };
  }

  // ---- how it is written

  @ParameterizedTest
  @CsvSource(delimiter = '~', quoteCharacter = '`', value = {"a,b/1,2~Int(64, true)", "a\tb/1\t2~Int(64, true)",
      "a;b/1,5;2~Utf8", "a|b/1|2~Int(64, true)", "a,b/1;2,3~Utf8", "a;b/x,y;2/z,w;3~Utf8", "a,b/\"x;y\",1~Utf8",
      "a;b/\"x;/;,,\";2~Utf8"})
  void whatIsBetweenFieldsIsFoundOut(String text, String type) throws IOException {
    assertThat(read(text.replace('/', '\n'))).matches("(?s)a:" + java.util.regex.Pattern.quote(type) + " b:\\S.*");
  }

  /** What a field may have in it, and what may stand between it and the next. */
  private static String field(Random random) {
    String[] pieces =
        {"x", "\"", ",", ";", "\n", "\r", "\r\n", "é", "😀", "#", " ", "yz".repeat(random.nextInt(1, 100))};
    int count = random.nextInt(10) == 0 ? random.nextInt(9_000) : random.nextInt(8);
    return "t" + random.ints(count, 0, pieces.length).mapToObj(i -> pieces[i]).collect(Collectors.joining());
  }

  @Test
  void fieldsInQuotesAreReadHoweverTheyLieInTheFile() throws IOException {
    int cases = Long.getLong("packice.seed") == null ? 25 : 1;
    for (long seed = SEED; seed < SEED + cases; seed++) {
      Random random = new Random(seed);
      String end = List.of("\n", "\r\n", "\r").get(random.nextInt(3));
      String separator = List.of(",", ";", "\t", "|").get(random.nextInt(4));
      int columns = random.nextInt(2, 5);
      List<List<String>> rows = IntStream.range(0, random.nextInt(1, 60))
          .mapToObj(_ -> IntStream.range(0, columns).mapToObj(_ -> field(random)).toList()).toList();
      StringBuilder text = new StringBuilder(random.nextBoolean() ? "\uFEFF" : "");
      text.append(IntStream.range(0, columns).mapToObj(i -> "c" + i).collect(Collectors.joining(separator)))
          .append(end);
      rows.forEach(row -> text.append(row.stream().map(field -> '"' + field.replace("\"", "\"\"") + '"')
          .collect(Collectors.joining(separator))).append(end).append(random.nextInt(5) == 0 ? end : ""));
      load(CsvFormat.standard(),
          file("t.csv", random.nextBoolean() ? text.toString() : text.toString().stripTrailing()));
      List<List<String>> found = new ArrayList<>();
      try (ArrowTable table = tables.open("t"); RootAllocator allocator = new RootAllocator();
          VectorSchemaRoot root = table.batch(0, allocator)) {
        for (int row = 0; row < root.getRowCount(); row++) {
          int at = row;
          found.add(root.getFieldVectors().stream().map(column -> column.getObject(at).toString()).toList());
        }
      }
      assertThat(found).as("-Dpackice.seed=%d", seed).isEqualTo(rows);
    }
  }

  @Test
  void timesWithOffsetsAreTimestampsHoweverTheseAreWritten() throws IOException {
    assertThat(
        read("at\n2026-01-31 12:00:00+00\n2026-01-31T12:00:00.5-0530\n2026-01-31T12:00:00+01:00\n2026-01-31 12:00Z\n"))
        .isEqualTo("""
            at:Timestamp(MICROSECOND, UTC)
            2026-01-31T12:00:00Z
            2026-01-31T17:30:00.500Z
            2026-01-31T11:00:00Z
            2026-01-31T12:00:00Z
            """);
    assertThat(read("at\n2026-01-31 12:00:00+99\n2026-02-30 12:00:00+00\n")).startsWith("at:Utf8\n");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"0x10", "1_000", "\u22121", "1,234", "+", "-", ".", "1e400", "007", "1d", "1 2", "--1", "1e", "1.2.3",
          "2026-02-30", "2026-1-31", "2026-01-31T25:00:00", "9223372036854775808", "\u00A01", "\u0661", "truth", "5%"})
  void whatIsNoNumberAndNoDateIsText(String value) throws IOException {
    for (String other : List.of("1", "1.5", "2026-01-31", "true")) {
      assertThat(read("a;b\n" + other + ";1\n" + value + ";2\n")).as(other).startsWith("a:Utf8 b:Int(64, true)\n")
          .contains(value);
    }
  }

  @Test
  void emptyLinesAndHeadersAlone() throws IOException {
    assertThat(read("a,b\n\n1,2\n\n\n")).isEqualTo("a:Int(64, true) b:Int(64, true)\n1,2\n");
    assertThat(read("a\n1\n\n2\n")).isEqualTo("a:Int(64, true)\n1\n\n2\n");
    assertThat(read("a,b")).isEqualTo("a:Utf8 b:Utf8\n");
    assertThat(read("a;b\r\n")).isEqualTo("a:Utf8 b:Utf8\n");
    refused(CsvFormat.standard(), "a,b,a\n1,2,3\n", "column 3 is another \"a\"");
    refused(CsvFormat.standard(), ",a\n0,1\n", "column 1 has no name; the first line must name the columns");
    refused(CsvFormat.standard(), "\n\na\n", "its first line is empty; it must name the columns");
    refused(CsvFormat.standard().withComment('#').withSkippedLines(1), "x\n#y\na,b\n1,2\n#z\n1\n",
        "line 6 has 1 fields, line 3 2");
  }

  @Test
  void aFileCalledTsvHasTabs() throws IOException {
    load(CsvFormat.standard(), file("t.tsv", "a\tb,c\n1\t2\n"));
    assertThat(table()).startsWith("a:Int(64, true) b,c:Int(64, true)\n");
    load(CsvFormat.standard(), file("one.TSV", "a,b\nx,y\n"));
    assertThat(table()).startsWith("a,b:Utf8\n");
    load(CsvFormat.standard().withSeparator(','), folder.resolve("one.TSV"));
    assertThat(table()).startsWith("a:Utf8 b:Utf8\n");
  }

  @Test
  void aFileThatEndsWithoutALineAndOneOfOneColumnAreFoundOut() throws IOException {
    assertThat(read("text\nHello; you|there\n")).startsWith("text:Utf8\nHello; you|there\n");
    assertThat(read("a;b\n1;2")).startsWith("a:Int(64, true) b:Int(64, true)\n1,2\n");
    refused(CsvFormat.standard(), "a\n1\n1,2\n",
        "line 3 has 2 fields, the first line 1; correct it, or say what is between fields (--separator)");
  }

  @Test
  void aCommaMayBeInFractions() throws IOException {
    CsvFormat format = CsvFormat.standard().withDecimal(',');
    assertThat(read(format, "a;b;c\n1,5;2;1.5\n-,25;3;2,5\n")).isEqualTo("""
        a:FloatingPoint(DOUBLE) b:Int(64, true) c:Utf8
        1.5,2,1.5
        -0.25,3,"2,5"
        """);
    append(format, "a;b;c\n1,5;2;x\n");
    assertThatThrownBy(() -> append(format, "a;b;c\n1.5;2;x\n")).isInstanceOf(ImportException.class)
        .hasMessageContaining("column a: \"1.5\" is no value of");
    assertThat(read(format, "a\n1,5\n")).startsWith("a:FloatingPoint(DOUBLE)\n1.5\n");
    assertThatIllegalArgumentException().isThrownBy(() -> CsvFormat.standard().withSeparator(',').withDecimal(','))
        .withMessageContaining("they must differ");
  }

  @Test
  void quotesCommentsAndLinesThatSayNothing() throws IOException {
    CsvFormat format = CsvFormat.standard().withQuote('\'').withComment('#').withSkippedLines(2);
    assertThat(read(format, "made by \"x, y\n\n# the columns\na,b\n'x,''y''',1\n#no,row\n\"z\",2\n")).isEqualTo("""
        a:Utf8 b:Int(64, true)
        "x,'y'",1
        ""\"z""\",2
        """);
    refused(format, "1\n2\n3\n4,5\n", "line 4 has 2 fields, line 3 1");
    refused(format, "1", "it has fewer than the 2 lines to leave out (--skip-lines)");
    refused(format, "1\n2\n", "its first line is empty");
    assertThat(read(CsvFormat.standard().withoutQuotes(), "a,b\n5\" disk,1\n\"x,2\n"))
        .contains("\n\"5\"\" disk\",1\n\"\"\"x\",2\n");
    assertThatIllegalArgumentException().isThrownBy(() -> CsvFormat.standard().withQuote('#').withComment('#'));
    assertThatIllegalArgumentException().isThrownBy(() -> CsvFormat.standard().withQuote('\n'));
    assertThatIllegalArgumentException().isThrownBy(() -> CsvFormat.standard().withSkippedLines(-1));
  }

  @Test
  void columnsWithoutNamesAreNumbered() throws IOException {
    CsvFormat format = CsvFormat.standard().withoutHeader();
    assertThat(read(format, "1,x\n2,y\n")).isEqualTo("c1:Int(64, true) c2:Utf8\n1,x\n2,y\n");
    read("n,t\n0,a\n");
    append(format, "1,x\n");
    assertThat(table()).isEqualTo("n:Int(64, true) t:Utf8\n0,a\n1,x\n");
    assertThatThrownBy(() -> append(format, "1\n")).isInstanceOf(ImportException.class)
        .hasMessageContaining("it has 1 columns, the table has 2, [n, t]");
    refused(format, "1,2\n1\n", "line 2 has 1 fields, the first line 2");
    refused(format, "\n1,2\n", "its first line is empty; it must have values in it");
    Path more = file("more.csv", "1,2,3\n");
    assertThatThrownBy(() -> load(format, file("t.csv", "1,2\n"), more)).hasMessageEndingWith(
        ": its first line has 3 fields, the other's 2; make two tables");
  }

  @Test
  void anEncodingCanBeSaidAndIsFoundByItsMark() throws IOException {
    Path latin = Files.write(folder.resolve("latin.csv"), "a\nx\nZürich €\n".getBytes(Charset.forName("windows-1252")));
    assertThatThrownBy(() -> load(CsvFormat.standard(), latin)).isInstanceOf(ImportException.class)
        .hasMessage("Cannot import " + latin + ": line 3 is not CSV, it has bytes that are no UTF-8 text; say which"
            + " encoding it has (--encoding)");
    load(CsvFormat.standard().withEncoding(Charset.forName("windows-1252")), latin);
    assertThat(table()).isEqualTo("a:Utf8\nx\nZürich €\n");
    assertThatThrownBy(() -> load(CsvFormat.standard().withEncoding(StandardCharsets.US_ASCII), latin))
        .hasMessageContaining("line 3 is not CSV, it has bytes that are no US-ASCII text");
    for (String encoding : List.of("UTF-16LE", "UTF-16BE", "UTF-8")) {
      Path marked = Files.write(folder.resolve("marked.csv"), "\uFEFFa,b\n1,😀\n".getBytes(Charset.forName(encoding)));
      load(CsvFormat.standard(), marked);
      assertThat(table()).as(encoding).isEqualTo("a:Int(64, true) b:Utf8\n1,😀\n");
      load(CsvFormat.standard().withEncoding(Charset.forName(encoding)), marked);
      assertThat(table()).as(encoding).isEqualTo("a:Int(64, true) b:Utf8\n1,😀\n");
    }
    byte[] half = "a\n1\n\uD83Dx\n".getBytes(StandardCharsets.UTF_16LE); // which Java writes as FFFD
    half[8] = 0x3D;
    half[9] = (byte) 0xD8;
    Path lone = Files.write(folder.resolve("lone.csv"), half);
    assertThatThrownBy(() -> load(CsvFormat.standard().withEncoding(StandardCharsets.UTF_16LE), lone))
        .hasMessageContaining("line 3 is not CSV, it has bytes that are no UTF-16LE text");
  }

  @Test
  void bytesThatAreNoTextAreRefusedWithTheirLineHoweverFarBack() throws IOException {
    byte[] rows = "a,b\r\n".concat("1,xyz\r\n".repeat(40_000)).getBytes(StandardCharsets.ISO_8859_1);
    for (int line : new int[] {2, 1000, 20_000, 40_001}) {
      byte[] damaged = rows.clone();
      damaged[5 + (line - 2) * 7 + 3] = (byte) 0xFC;
      Path file = Files.write(folder.resolve("damaged.csv"), damaged);
      assertThatThrownBy(() -> load(CsvFormat.standard(), file)).isInstanceOf(ImportException.class)
          .hasMessageContaining("line " + line + " is not CSV, it has bytes that are no UTF-8 text");
    }
  }

  // ---- limits

  @Test
  void manyColumnsAreReadUpToALimitThatCanBeRaised() throws IOException {
    int n = 16_385;
    Path wide = file("wide.csv", IntStream.range(0, n).mapToObj(i -> "g" + i).collect(Collectors.joining(",")) + "\n"
        + String.join(",", java.util.Collections.nCopies(n, "1.5")) + "\n");
    load(CsvFormat.standard(), wide);
    try (ArrowTable table = tables.open("t")) {
      assertThat(table.schema().getFields()).hasSize(n)
          .allMatch(field -> field.getType().equals(TextType.FLOAT64.arrow()));
    }
    refused(CsvFormat.standard().withMaxColumns(2), "a,b,c\n1,2,3\n",
        "line 1 has more than 2 fields; raise the limit (--max-columns)");
    assertThatIllegalArgumentException().isThrownBy(() -> CsvFormat.standard().withMaxColumns(0));
    assertThatIllegalArgumentException().isThrownBy(() -> CsvFormat.standard().withMaxCell(500_000_001));
  }

  @Test
  void aLongFieldIsReadUpToALimitThatCanBeRaised() throws IOException {
    int length = (16 << 20) + 1;
    load(CsvFormat.standard(), file("long.csv", "a,b\n1," + "x".repeat(length) + "\n"));
    try (ArrowTable table = tables.open("t"); RootAllocator allocator = new RootAllocator();
        VectorSchemaRoot root = table.batch(0, allocator)) {
      assertThat(root.getVector("b").getObject(0).toString()).hasSize(length);
    }
    CsvFormat small = CsvFormat.standard().withMaxCell(20_000);
    assertThat(read(small, "a,b\n1," + "x".repeat(20_000) + "\n")).startsWith("a:Int(64, true) b:Utf8");
    for (int over : new int[] {20_001, 30_000, 50_000, 500_000}) {
      refused(small, "a,b\n0,\"\n\"\n1," + "x".repeat(over) + "\n", "the row of line 4 has a field of more than 20000"
          + " characters; close its quotes if they are open, or raise the limit (--max-cell)");
    }
    refused(small, "a,b\n1,\"" + "x\n".repeat(200_000), "the row of line 2 has a field of more than 20000 characters");
  }
}
