package io.packice.arrow.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.packice.arrow.ArrowTable;
import io.packice.arrow.TableOptions;
import io.packice.arrow.TableWriter;
import io.packice.arrow.imports.ImportException;
import io.packice.arrow.imports.ImportFormat;
import io.packice.arrow.imports.TableImport;
import io.packice.arrow.statistics.ColumnStatistics;
import io.packice.core.AcquireRequest.IfExists;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.arrow.vector.DateMilliVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.IntVector;
import org.apache.arrow.vector.TimeMilliVector;
import org.apache.arrow.vector.VarBinaryVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.DateUnit;
import org.apache.arrow.vector.types.TimeUnit;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;
import org.junit.jupiter.api.Test;

/** Every type of Arrow has one text and one JSON: values, extremes and nulls; what is written is read back equal. The page says so. */
class TextFormsTest extends SpecimenTables {
  private static final Path PAGE =
      Path.of(System.getProperty("basedir", "")).toAbsolutePath().resolveSibling("docs/values.md");

  /** A column for each type, with a number before and one that has only nulls behind them. */
  private static Schema scalars() {
    List<Field> fields = new ArrayList<>(List.of(nullable("id", INT32)));
    for (int i = 0; i < ALL.size(); i++) {
      fields.add(named("c" + i, ALL.get(i).field()));
    }
    fields.add(nullable("nothing", new ArrowType.Null()));
    return new Schema(fields);
  }

  private void scalars(String table) {
    table(table, scalars(), root -> {
      for (int row = 0; row < ROWS; row++) {
        ((IntVector) root.getVector(0)).setSafe(row, row);
        for (int i = 0; i < ALL.size(); i++) {
          if (row < ALL.get(i).count()) {
            ALL.get(i).set(root.getVector(i + 1), row, row);
          }
        }
      }
      return ROWS;
    });
  }

  @Test
  void eachValueHasItsText() throws IOException {
    scalars("t");
    try (ArrowTable table = tables.open("t"); VectorSchemaRoot batch = table.batch(0, allocator)) {
      for (int i = 0; i < ALL.size(); i++) {
        for (int row = 0; row < ROWS; row++) {
          Specimen specimen = ALL.get(i);
          Object value = PlainRows.value(batch, i + 1, row, row);
          boolean some = row < specimen.count();
          assertThat(PlainRows.text(value)).as(specimen.name()).isEqualTo(some ? specimen.texts().get(row) : null);
          assertThat(PlainRows.json(value)).as(specimen.name()).isEqualTo(some ? specimen.jsons().get(row) : "null");
        }
      }
    }
    List<String> lines = Files.readAllLines(export("t", JsonFormat.standard(), "t.jsonl"));
    for (int row = 0; row < ROWS; row++) {
      int at = row;
      assertThat(lines.get(row)).isEqualTo("{\"id\":" + row + IntStream.range(0, ALL.size())
          .mapToObj(i -> ",\"c" + i + "\":" + (at < ALL.get(i).count() ? ALL.get(i).jsons().get(at) : "null"))
          .collect(Collectors.joining()) + ",\"nothing\":null}");
    }
  }

  @Test
  void theLeastAndTheGreatestHaveTheSameForm() {
    scalars("t");
    try (ArrowTable table = tables.open("t")) {
      for (int i = 0; i < ALL.size(); i++) {
        Specimen specimen = ALL.get(i);
        ColumnStatistics statistics = table.statistics().get(i + 1);
        boolean isOrdered = switch (specimen.field().getType()) {
          case ArrowType.Int _,ArrowType.FloatingPoint _,ArrowType.Date _,ArrowType.Time _,ArrowType.Timestamp _ ->
              true;
          case ArrowType.Decimal decimal -> decimal.getBitWidth() == 128;
          case ArrowType.Duration _ -> true;
          default -> false;
        };
        assertThat(statistics.min() != null).as(specimen.name()).isEqualTo(isOrdered);
        if (isOrdered) {
          assertThat(specimen.texts()).contains(
              PlainRows.text(PlainRows.value(specimen.field(), statistics.min())),
              PlainRows.text(PlainRows.value(specimen.field(), statistics.max())));
        }
      }
    }
  }

  @Test
  void whatIsWrittenIsReadBackEqual() throws IOException {
    scalars("t");
    append("csv", "t", CsvFormat.standard(), export("t", CsvFormat.standard(), "t.csv"));
    requireEqual("t", "csv");
    append("json", "t", JsonFormat.standard(), export("t", JsonFormat.standard(), "t.jsonl"));
    requireEqual("t", "json");
  }

  @Test
  void everyFloat16ComesBackByItsText() {
    for (int bits = 0; bits < 1 << 16; bits++) {
      float value = Float.float16ToFloat((short) bits);
      assertThat(Float.floatToFloat16(Float.parseFloat(Float.toString(value))))
          .isEqualTo(Float.isNaN(value) ? Float.floatToFloat16(Float.NaN) : (short) bits);
    }
  }

  @Test
  void whatSaysNoValueOfTheTypeIsRefused() throws IOException {
    scalars("t");
    String[][] wrong = {{"Float16", "65520"}, {"Float16", "x"}, {"Binary", "0"}, {"Binary", "0g"},
        {"FixedSizeBinary(3)", "00ff"}, {"FixedSizeBinary(16), `arrow.uuid`", "00112233445566778899aabbccddeeff"},
        {"Date32", "+5881580-07-12"}, {"Date32", "2026-02-30"}, {"Date32", "26-01-31"}, {"Date32", "10000-01-01"},
        {"Time32(s)", "24:00:00"}, {"Time32(s)", "12:00:00.5"}, {"Time32(ms)", "12:00:00.0005"}, {"Time64(us)", "noon"},
        {"Timestamp(s)", "+292277026596-12-04T15:30:08"}, {"Timestamp(ns)", "2262-04-11T23:47:16.854775808"},
        {"Timestamp(ns)", "1677-09-21T00:12:43.145224191"}, {"Timestamp(s, UTC)", "2026-01-31T12:00:00"},
        {"Duration(s)", "PT0.5S"}, {"Duration(ns)", "PT2562048H"}, {"Duration(ms)", "1.5"},
        {"Interval(YEAR_MONTH)", "P1D"}, {"Interval(YEAR_MONTH)", "P2147483648M"}, {"Interval(DAY_TIME)", "P1M"},
        {"Interval(DAY_TIME)", "PT0.0001S"}, {"Interval(MONTH_DAY_NANO)", "P"}, {"Interval(MONTH_DAY_NANO)", "P1DT"}};
    for (String[] each : wrong) {
      Field field = ALL.stream().filter(specimen -> specimen.name().equalsIgnoreCase(each[0])).findFirst()
          .orElseThrow(() -> new AssertionError(each[0])).field();
      try (FieldVector vector = field.createVector(allocator)) {
        assertThatThrownBy(() -> TextValue.store(vector, 0, each[1], TextValue.Fit.EXACT)).as("%s %s", each[0], each[1])
            .isInstanceOf(IllegalArgumentException.class);
      }
    }
    Path file = Files.writeString(folder.resolve("wrong.csv"), "nothing\nx\n");
    try (TableWriter writer = tables.create("n", new Schema(List.of(nullable("nothing", new ArrowType.Null()))))) {
      writer.commit();
    }
    assertThatThrownBy(() -> TableImport.of(CsvFormat.standard(), List.of(file)).appendTo(tables, "n"))
        .isInstanceOf(ImportException.class).hasMessageContaining("line 2, column nothing: \"x\" is no value of Null");
  }

  @Test
  void whatOthersStoredThoughTheTypeHasItNotIsShownAsItIs() {
    Schema schema = new Schema(List.of(nullable("time", new ArrowType.Time(TimeUnit.MILLISECOND, 32)),
        nullable("day", new ArrowType.Date(DateUnit.MILLISECOND))));
    try (VectorSchemaRoot root = VectorSchemaRoot.create(schema, allocator)) {
      ((TimeMilliVector) root.getVector(0)).setSafe(0, 86_400_000);
      ((TimeMilliVector) root.getVector(0)).setSafe(1, -1);
      ((DateMilliVector) root.getVector(1)).setSafe(0, 1);
      ((DateMilliVector) root.getVector(1)).setSafe(1, Long.MIN_VALUE);
      root.setRowCount(2);
      assertThat(PlainRows.json(PlainRows.fields(root, 0, 0)))
          .isEqualTo("{\"time\":86400000,\"day\":\"1970-01-01T00:00:00.001\"}");
      assertThat(PlainRows.json(PlainRows.fields(root, 1, 1)))
          .isEqualTo("{\"time\":-1,\"day\":\"-292275055-05-16T16:47:04.192\"}");
    }
  }

  // ---- What cannot be said

  @Test
  void inCsvNothingAndAnEmptyTextAreOne() throws IOException {
    Schema schema = new Schema(List.of(nullable("id", INT32), nullable("text", new ArrowType.Utf8()),
        nullable("bytes", new ArrowType.Binary())));
    table("t", schema, root -> {
      for (int row = 0; row < 2; row++) {
        ((IntVector) root.getVector(0)).setSafe(row, row);
      }
      ((VarCharVector) root.getVector(1)).setSafe(0, new byte[0]);
      ((VarBinaryVector) root.getVector(2)).setSafe(0, new byte[0]);
      return 2;
    });
    Path csv = export("t", CsvFormat.standard(), "t.csv");
    assertThat(csv).hasContent("id,text,bytes\n0,,\n1,,\n");
    append("csv", "t", CsvFormat.standard(), csv);
    assertThat(export("csv", JsonFormat.standard(), "csv.jsonl"))
        .hasContent("{\"id\":0,\"text\":null,\"bytes\":null}\n{\"id\":1,\"text\":null,\"bytes\":null}\n");
    Path json = export("t", JsonFormat.standard(), "t.jsonl");
    append("json", "t", JsonFormat.standard(), json);
    requireEqual("t", "json");
  }

  // ---- The page

  private static String code(List<String> samples) {
    return samples.stream().map(sample -> '`' + sample + '`').collect(Collectors.joining(", "));
  }

  /** Which types an import finds by itself in the first value of each. */
  private List<String> found(ImportFormat format, Path file) throws IOException {
    TableImport.of(format, List.of(file)).withOptions(TableOptions.defaults().withIfExists(IfExists.REPLACE))
        .into(tables, "found");
    try (ArrowTable table = tables.open("found")) {
      return table.schema().getFields().stream().skip(1).map(field -> switch (field.getType()) {
        case ArrowType.Int _ -> "int64";
        case ArrowType.FloatingPoint _ -> "float64";
        case ArrowType.Bool _ -> "bool";
        case ArrowType.Date _ -> "date";
        case ArrowType.Timestamp type -> "timestamp" + (type.getTimezone() == null ? "" : " in UTC");
        case ArrowType.Utf8 _ -> "text";
        default -> throw new AssertionError(field);
      }).toList();
    }
  }

  private List<String> rows() throws IOException {
    table("first", scalars(), root -> {
      ((IntVector) root.getVector(0)).setSafe(0, 0);
      IntStream.range(0, ALL.size()).forEach(i -> ALL.get(i).set(root.getVector(i + 1), 0, 0));
      return 1;
    });
    List<String> csv = found(CsvFormat.standard(), export("first", CsvFormat.standard(), "first.csv"));
    List<String> json = found(JsonFormat.standard(), export("first", JsonFormat.standard(), "first.jsonl"));
    List<String> rows = new ArrayList<>();
    for (int i = 0; i < ALL.size(); i++) {
      Specimen specimen = ALL.get(i);
      String found = csv.get(i).equals(json.get(i)) ? csv.get(i) : csv.get(i) + "; of JSON " + json.get(i);
      List<String> texts = specimen.texts().subList(0, specimen.shown());
      List<String> jsons = specimen.jsons().subList(0, specimen.shown());
      boolean inQuotes = jsons.equals(texts.stream().map(text -> '"' + text + '"').toList());
      assertThat(inQuotes || jsons.equals(texts)).as(specimen.name()).isTrue();
      rows.add("| " + specimen.name() + " | " + code(texts) + " | " + (inQuotes ? "in quotes" : "as it is") + " | "
          + found + " |");
    }
    Specimen number = ALL.stream().filter(specimen -> specimen.name().equals("Int32")).findFirst().orElseThrow();
    String a = number.jsons().getFirst();
    rows.add("| List, LargeList, FixedSizeList, ListView, LargeListView | "
        + code(List.of(NestedFormsTest.expected(number).getFirst().split("/", -1)[0]))
        + " | as it is | text; of JSON a list |");
    rows.add("| Struct | " + code(List.of(NestedFormsTest.expected(number).get(5).split("/", -1)[0]))
        + " | as it is | text; of JSON a struct |");
    rows.add("| Map | " + code(List.of("[{\"key\":\"k0\",\"value\":" + a + "}]"))
        + " | as it is | text; of JSON a list of structs |");
    return rows;
  }

  @Test
  void thePageSaysSo() throws IOException {
    String page = Files.readString(PAGE);
    List<String> rows = rows();
    assertThat(page.lines().filter(line -> line.startsWith("| ") && !line.startsWith("| type |")))
        .as("should be\n%s", String.join("\n", rows)).isEqualTo(rows);
  }
}
