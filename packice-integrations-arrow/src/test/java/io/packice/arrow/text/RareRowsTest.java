package io.packice.arrow.text;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.packice.Packice;
import io.packice.PackiceClient;
import io.packice.arrow.ArrowTable;
import io.packice.arrow.ArrowTables;
import io.packice.arrow.ExportFormat;
import io.packice.arrow.Progress;
import io.packice.arrow.TableWriter;
import io.packice.arrow.parquet.ParquetException;
import io.packice.arrow.parquet.ParquetExport;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.channels.Channels;
import java.util.List;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.DateDayVector;
import org.apache.arrow.vector.Float2Vector;
import org.apache.arrow.vector.IntVector;
import org.apache.arrow.vector.LargeVarCharVector;
import org.apache.arrow.vector.TimeMicroVector;
import org.apache.arrow.vector.TimeMilliVector;
import org.apache.arrow.vector.TimeNanoVector;
import org.apache.arrow.vector.TimeSecVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.ViewVarCharVector;
import org.apache.arrow.vector.complex.DenseUnionVector;
import org.apache.arrow.vector.complex.FixedSizeListVector;
import org.apache.arrow.vector.complex.LargeListViewVector;
import org.apache.arrow.vector.complex.ListVector;
import org.apache.arrow.vector.complex.ListViewVector;
import org.apache.arrow.vector.complex.RunEndEncodedVector;
import org.apache.arrow.vector.complex.UnionVector;
import org.apache.arrow.vector.types.DateUnit;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.TimeUnit;
import org.apache.arrow.vector.types.UnionMode;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** As text: list views, unions and run ends, of which counts what is inside, and values that Arrow gives as their bits. */
class RareRowsTest {
  private static final Field NUMBER = Field.nullable("number", new ArrowType.Int(32, true));
  private static final Field TEXT = Field.nullable("text", new ArrowType.Utf8());
  private static final Field DAY = Field.nullable("day", new ArrowType.Date(DateUnit.DAY));
  private static final Schema SCHEMA = new Schema(List.of(nullable("view", new ArrowType.ListView(), NUMBER),
      nullable("large", new ArrowType.LargeListView(), DAY),
      required("sparse", new ArrowType.Union(UnionMode.Sparse, new int[] {3, 7}), NUMBER, TEXT),
      required("dense", new ArrowType.Union(UnionMode.Dense, new int[] {2, 5}), DAY, NUMBER),
      required("runs", ArrowType.RunEndEncoded.INSTANCE,
          Field.notNullable("run_ends", new ArrowType.Int(32, true)), DAY)));

  private static Field nullable(String name, ArrowType type, Field child) {
    return new Field(name, FieldType.nullable(type), List.of(child));
  }

  private static Field required(String name, ArrowType type, Field... children) {
    return new Field(name, FieldType.notNullable(type), List.of(children));
  }

  private static void fill(VectorSchemaRoot root) {
    root.allocateNew();
    ListViewVector view = (ListViewVector) root.getVector("view");
    LargeListViewVector large = (LargeListViewVector) root.getVector("large");
    IntVector numbers = (IntVector) view.getDataVector();
    DateDayVector days = (DateDayVector) large.getDataVector();
    for (int i = 0; i < 4; i++) {
      numbers.setSafe(i, 10 + i);
      days.setSafe(i, i);
    }
    numbers.setNull(1);
    numbers.setValueCount(4);
    days.setValueCount(4);
    int[][] lists = {{2, 2}, null, {0, 3}}; // they overlap, and lie in any order
    for (int row = 0; row < lists.length; row++) {
      view.setNull(row);
      large.setNull(row);
      if (lists[row] != null) {
        view.setValidity(row, 1);
        view.setOffset(row, lists[row][0]);
        view.setSize(row, lists[row][1]);
        large.setValidity(row, 1);
        large.getOffsetBuffer().setLong(row * 8L, lists[row][0]);
        large.getSizeBuffer().setLong(row * 8L, lists[row][1]);
      }
    }
    UnionVector sparse = (UnionVector) root.getVector("sparse");
    ((IntVector) sparse.getChildrenFromFields().getFirst()).setSafe(0, 5);
    ((VarCharVector) sparse.getChildrenFromFields().getLast()).setSafe(1, "five".getBytes(UTF_8));
    sparse.getChildrenFromFields().forEach(child -> child.setValueCount(3));
    sparse.setValueCount(3);
    int[] types = {3, 7, 7};
    DenseUnionVector dense = (DenseUnionVector) root.getVector("dense");
    ((DateDayVector) dense.getChildrenFromFields().getFirst()).setSafe(0, 1);
    dense.getChildrenFromFields().getFirst().setValueCount(2);
    ((IntVector) dense.getChildrenFromFields().getLast()).setSafe(0, 8);
    dense.getChildrenFromFields().getLast().setValueCount(1);
    int[] denseTypes = {5, 2, 2};
    int[] offsets = {0, 0, 1};
    for (int row = 0; row < 3; row++) {
      sparse.getTypeBuffer().setByte(row, types[row]);
      dense.setTypeId(row, (byte) denseTypes[row]);
      dense.setOffset(row, offsets[row]);
    }
    RunEndEncodedVector runs = (RunEndEncodedVector) root.getVector("runs");
    ((IntVector) runs.getRunEndsVector()).setSafe(0, 2);
    ((IntVector) runs.getRunEndsVector()).setSafe(1, 3);
    runs.getRunEndsVector().setValueCount(2);
    ((DateDayVector) runs.getValuesVector()).setSafe(0, 366);
    runs.getValuesVector().setValueCount(2);
    root.setRowCount(3);
  }

  private static String export(ArrowTables tables, ExportFormat format) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (ArrowTable table = tables.open("t")) {
      format.write(table, Channels.newChannel(out), Progress.NONE);
    }
    return out.toString(UTF_8);
  }

  private static Field nullable(String name, ArrowType type) {
    return Field.nullable(name, type);
  }

  @Test
  void halfFloatsAndTimesOfDayAreWhatTheyMean() throws IOException {
    ArrowType halves = new ArrowType.FloatingPoint(FloatingPointPrecision.HALF);
    Schema schema = new Schema(List.of(nullable("half", halves),
        nullable("halves", new ArrowType.FixedSizeList(2), nullable("item", halves)),
        nullable("s", new ArrowType.Time(TimeUnit.SECOND, 32)),
        nullable("ms", new ArrowType.Time(TimeUnit.MILLISECOND, 32)),
        nullable("us", new ArrowType.Time(TimeUnit.MICROSECOND, 64)),
        nullable("ns", new ArrowType.Time(TimeUnit.NANOSECOND, 64))));
    try (PackiceClient client = Packice.connect(); RootAllocator allocator = new RootAllocator()) {
      ArrowTables tables = new ArrowTables(client);
      try (VectorSchemaRoot root = VectorSchemaRoot.create(schema, allocator);
          TableWriter writer = tables.create("t", schema)) {
        root.allocateNew();
        FixedSizeListVector list = (FixedSizeListVector) root.getVector("halves");
        for (int i = 0; i < 2; i++) {
          ((Float2Vector) root.getVector("half")).setSafe(i, Float.floatToFloat16(i == 0 ? 0.1f : Float.NaN));
          list.setNotNull(i);
          ((TimeSecVector) root.getVector("s")).setSafe(i, i == 0 ? 3_661 : 86_400);
          ((TimeMilliVector) root.getVector("ms")).setSafe(i, i == 0 ? 1 : -1);
          ((TimeMicroVector) root.getVector("us")).setSafe(i, i == 0 ? 43_200_000_001L : 86_400_000_000L);
          ((TimeNanoVector) root.getVector("ns")).setSafe(i, i == 0 ? 86_399_999_999_999L : Long.MAX_VALUE);
        }
        Float2Vector items = (Float2Vector) list.getDataVector();
        for (int i = 0; i < 4; i++) {
          items.setSafe(i, Float.floatToFloat16(i - 1.5f));
        }
        root.setRowCount(2);
        writer.write(root);
        writer.commit();
      }
      assertThat(export(tables, JsonFormat.standard())).isEqualTo(
          """
              {"half":0.099975586,"halves":[-1.5,-0.5],"s":"01:01:01","ms":"00:00:00.001","us":"12:00:00.000001","ns":"23:59:59.999999999"}
              {"half":"NaN","halves":[0.5,1.5],"s":86400,"ms":-1,"us":86400000000,"ns":9223372036854775807}
              """);
      assertThat(export(tables, CsvFormat.standard()).lines()).contains(
          "0.099975586,\"[-1.5,-0.5]\",01:01:01,00:00:00.001,12:00:00.000001,23:59:59.999999999");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"Utf8", "LargeUtf8", "Utf8View", "List"})
  void bytesThatAreNoTextAreRefusedWithTheirColumnAndRow(String type) throws IOException {
    Field text = switch (type) {
      case "Utf8" -> nullable("c", new ArrowType.Utf8());
      case "LargeUtf8" -> nullable("c", new ArrowType.LargeUtf8());
      case "Utf8View" -> nullable("c", new ArrowType.Utf8View());
      default -> nullable("c", new ArrowType.List(), nullable("item", new ArrowType.Utf8()));
    };
    Schema schema = new Schema(List.of(NUMBER, text));
    try (PackiceClient client = Packice.connect(); RootAllocator allocator = new RootAllocator()) {
      ArrowTables tables = new ArrowTables(client);
      byte[] kept = "\uFFFD\u00FC".getBytes(UTF_8);
      byte[] wrong = {'a', (byte) 0xFC, 'b'};
      write(tables, allocator, schema, List.of(kept, kept, kept, wrong));
      for (ExportFormat format : List.of(JsonFormat.standard(), CsvFormat.standard())) {
        assertThatIllegalArgumentException().isThrownBy(() -> export(tables, format))
            .withMessage("Cannot write row 3 as"
                + " text: column c has a text with bytes that are no UTF-8 (61 fc 62); export it as Arrow, which keeps it,"
                + " and correct it there");
      }
      try (ArrowTable table = tables.open("t")) {
        assertThatThrownBy(() -> ParquetExport.of(table).into(Channels.newChannel(new ByteArrayOutputStream())))
            .isInstanceOf(ParquetException.class).hasMessage("Cannot write a Parquet file: row 3, column c has the byte"
                + " fc at 1 of a text, which is no UTF-8; correct it, or write Arrow");
      }
      tables.drop("t");
      write(tables, allocator, schema, List.of(kept));
      assertThat(export(tables, JsonFormat.standard())).contains("\uFFFD\u00FC");
    }
  }

  /** A batch for each text. */
  private static void write(ArrowTables tables, RootAllocator allocator, Schema schema, List<byte[]> texts)
      throws IOException {
    try (TableWriter writer = tables.create("t", schema)) {
      for (byte[] text : texts) {
        try (VectorSchemaRoot root = VectorSchemaRoot.create(schema, allocator)) {
          root.allocateNew();
          ((IntVector) root.getVector(0)).setSafe(0, 1);
          switch (root.getVector(1)) {
            case VarCharVector plain -> plain.setSafe(0, text);
            case LargeVarCharVector large -> large.setSafe(0, text);
            case ViewVarCharVector views -> views.setSafe(0, text);
            case ListVector list -> {
              list.startNewValue(0);
              ((VarCharVector) list.getDataVector()).setSafe(0, text);
              list.endValue(0, 1);
            }
            default -> throw new AssertionError(schema);
          }
          root.setRowCount(1);
          writer.write(root);
        }
      }
      writer.commit();
    }
  }

  @Test
  void theirValuesAreThoseInside() throws IOException {
    try (PackiceClient client = Packice.connect(); RootAllocator allocator = new RootAllocator()) {
      ArrowTables tables = new ArrowTables(client);
      try (VectorSchemaRoot root = VectorSchemaRoot.create(SCHEMA, allocator);
          TableWriter writer = tables.create("t", SCHEMA)) {
        fill(root);
        writer.write(root);
        writer.commit();
      }
      assertThat(export(tables, JsonFormat.standard())).isEqualTo("""
          {"view":[12,13],"large":["1970-01-03","1970-01-04"],"sparse":5,"dense":8,"runs":"1971-01-02"}
          {"view":null,"large":null,"sparse":"five","dense":"1970-01-02","runs":"1971-01-02"}
          {"view":[10,null,12],"large":["1970-01-01","1970-01-02","1970-01-03"],"sparse":null,"dense":null,"runs":null}
          """);
      assertThat(export(tables, CsvFormat.standard()).lines()).containsExactly("view,large,sparse,dense,runs",
          "\"[12,13]\",\"[\"\"1970-01-03\"\",\"\"1970-01-04\"\"]\",5,8,1971-01-02",
          ",,five,1970-01-02,1971-01-02",
          "\"[10,null,12]\",\"[\"\"1970-01-01\"\",\"\"1970-01-02\"\",\"\"1970-01-03\"\"]\",,,");
    }
  }
}
