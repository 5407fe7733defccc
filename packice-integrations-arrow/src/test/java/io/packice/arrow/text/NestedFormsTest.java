package io.packice.arrow.text;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.packice.arrow.ArrowTable;
import io.packice.arrow.ScanOptions;
import io.packice.arrow.TableOptions;
import io.packice.arrow.TableWriter;
import io.packice.arrow.imports.ImportException;
import io.packice.arrow.imports.TableImport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.IntVector;
import org.apache.arrow.vector.TinyIntVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.complex.DenseUnionVector;
import org.apache.arrow.vector.complex.FixedSizeListVector;
import org.apache.arrow.vector.complex.LargeListVector;
import org.apache.arrow.vector.complex.LargeListViewVector;
import org.apache.arrow.vector.complex.ListVector;
import org.apache.arrow.vector.complex.ListViewVector;
import org.apache.arrow.vector.complex.RunEndEncodedVector;
import org.apache.arrow.vector.complex.StructVector;
import org.apache.arrow.vector.complex.UnionVector;
import org.apache.arrow.vector.dictionary.Dictionary;
import org.apache.arrow.vector.dictionary.DictionaryProvider.MapDictionaryProvider;
import org.apache.arrow.vector.types.UnionMode;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.DictionaryEncoding;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;
import org.junit.jupiter.api.Test;

/** What is inside of others has the same form as alone: in lists, structs and maps, in unions, runs and dictionaries. */
class NestedFormsTest extends SpecimenTables {
  // ---- Inside of others

  /** All that can be around a value and be read back. */
  private static List<Field> around(int number, Field value) {
    Field item = named("item", value);
    return List.of(nullable("list" + number, new ArrowType.List(), item),
        nullable("large" + number, new ArrowType.LargeList(), item),
        nullable("fixed" + number, new ArrowType.FixedSizeList(3), item),
        nullable("view" + number, new ArrowType.ListView(), item),
        nullable("largeview" + number, new ArrowType.LargeListView(), item),
        nullable("struct" + number, new ArrowType.Struct(), item),
        nullable("map" + number, new ArrowType.Map(false),
            required("entries", new ArrowType.Struct(), required("key", new ArrowType.Utf8()), named("value", value))),
        nullable("deep" + number, new ArrowType.List(), nullable("s", new ArrowType.Struct(),
            nullable("l", new ArrowType.LargeList(), item))));
  }

  /** The first value, null and the second; then null; then nothing, or nulls. */
  private static void fill(FieldVector vector, Specimen specimen) {
    switch (vector) {
      case ListVector list -> {
        elements(list.getDataVector(), specimen);
        list.startNewValue(0);
        list.endValue(0, 3);
        list.startNewValue(2);
        list.endValue(2, 0);
      }
      case LargeListVector list -> {
        elements(list.getDataVector(), specimen);
        list.startNewValue(0);
        list.endValue(0, 3);
        list.startNewValue(2);
        list.endValue(2, 0);
      }
      case FixedSizeListVector list -> {
        elements(list.getDataVector(), specimen);
        list.setNotNull(0);
        list.setNotNull(2);
        list.getDataVector().setValueCount(9);
      }
      case ListViewVector list -> {
        elements(list.getDataVector(), specimen);
        list.setValidity(0, 1);
        list.setSize(0, 3);
        list.setValidity(2, 1);
      }
      case LargeListViewVector list -> {
        elements(list.getDataVector(), specimen);
        list.setValidity(0, 1);
        list.setSize(0, 3);
        list.setValidity(2, 1);
      }
      case StructVector struct -> {
        specimen.set((FieldVector) struct.getChildByOrdinal(0), 0, 0);
        struct.setIndexDefined(0);
        struct.setIndexDefined(2);
      }
      default -> throw new AssertionError(vector.getClass());
    }
  }

  private static void elements(FieldVector data, Specimen specimen) {
    if (data instanceof StructVector entry && entry.size() == 2) { // of a map
      VarCharVector keys = (VarCharVector) entry.getChildByOrdinal(0);
      for (int i = 0; i < 3; i++) {
        keys.setSafe(i, ("k" + i).getBytes(UTF_8));
        entry.setIndexDefined(i);
      }
      elements((FieldVector) entry.getChildByOrdinal(1), specimen);
    } else if (data instanceof StructVector struct) {
      fill((FieldVector) struct.getChildByOrdinal(0), specimen);
      IntStream.of(0, 2).forEach(struct::setIndexDefined);
    } else {
      specimen.set(data, 0, 0);
      data.setNull(1);
      specimen.set(data, 2, 1);
    }
    data.setValueCount(3);
  }

  static List<String> expected(Specimen specimen) {
    String a = specimen.jsons().getFirst();
    String list = "[" + a + ",null," + specimen.jsons().get(1) + "]";
    List<String> expected = new ArrayList<>();
    for (String name : List.of("list", "large", "fixed", "view", "largeview")) {
      expected.add(list + "/null/" + (name.equals("fixed") ? "[null,null,null]" : "[]"));
    }
    expected.add("{\"item\":" + a + "}/null/{\"item\":null}");
    expected.add("[{\"key\":\"k0\",\"value\":" + a + "},{\"key\":\"k1\",\"value\":null},{\"key\":\"k2\",\"value\":"
        + specimen.jsons().get(1) + "}]/null/[]");
    expected.add("[{\"l\":" + list + "},null,{\"l\":[]}]/null/[]");
    return expected;
  }

  @Test
  void whatIsInsideOfOthersHasTheSameForm() throws IOException {
    List<Specimen> specimens = ALL.stream().filter(specimen -> specimen.count() > 1).toList();
    List<Field> fields = new ArrayList<>();
    for (Specimen specimen : specimens) {
      fields.addAll(around(fields.size(), specimen.field()));
    }
    table("t", new Schema(fields), root -> {
      for (int i = 0; i < fields.size(); i++) {
        fill(root.getVector(i), specimens.get(i / 8));
        root.getVector(i).setValueCount(3);
      }
      return 3;
    });
    Path json = export("t", JsonFormat.standard(), "t.jsonl");
    try (ArrowTable table = tables.open("t"); VectorSchemaRoot batch = table.batch(0, allocator)) {
      for (int i = 0; i < fields.size(); i++) {
        int column = i;
        assertThat(IntStream.range(0, 3).mapToObj(row -> PlainRows.json(PlainRows.value(batch, column, row, row)))
            .collect(Collectors.joining("/"))).as(fields.get(i).toString())
            .isEqualTo(expected(specimens.get(i / 8)).get(i % 8));
        assertThat(PlainRows.text(PlainRows.value(batch, column, 0, 0)))
            .isEqualTo(PlainRows.json(PlainRows.value(batch, column, 0, 0)));
      }
    }
    append("json", "t", JsonFormat.standard(), json);
    assertThat(Files.readAllLines(export("json", JsonFormat.standard(), "again.jsonl")))
        .isEqualTo(Files.readAllLines(json));
    requireEqual("t", "json");
    append("csv", "t", CsvFormat.standard(), export("t", CsvFormat.standard(), "t.csv"));
    requireEqual("t", "csv");
  }

  private void throughText(List<Field> fields, String row, int rows) throws IOException {
    Path file = Files.write(folder.resolve("many.jsonl"), IntStream.range(0, rows)
        .mapToObj(i -> row.replace("%d", Integer.toString(i)).replace('\'', '"')).toList());
    TableImport.of(JsonFormat.standard().withSchema(new Schema(fields)), List.of(file)).into(tables, "t");
    assertThat(Files.mismatch(export("t", JsonFormat.standard(), "again.jsonl"), file)).isEqualTo(-1);
    append("csv", "t", CsvFormat.standard(), export("t", CsvFormat.standard(), "t.csv"));
    assertThat(Files.mismatch(export("csv", JsonFormat.standard(), "again.jsonl"), file)).isEqualTo(-1);
  }

  @Test
  void manyRowsAreReadBackToo() throws IOException {
    throughText(around(0, nullable("v", INT32)), "{'list0':[%d],'large0':[%d,null],'fixed0':[1,2,%d],"
        + "'view0':[null,%d],'largeview0':[%d],'struct0':{'item':%d},'map0':[{'key':'k','value':%d}],"
        + "'deep0':[{'l':[%d,7]},null]}", 5_000);
  }

  @Test
  void viewsGoOnBehindABatch() throws IOException {
    throughText(List.of(nullable("v", new ArrowType.ListView(), nullable("i", INT32))), "{'v':[%d]}", 65_537);
  }

  @Test
  void viewsOfNothingAreReadBackAndTaken() throws IOException {
    for (ArrowType type : List.of(new ArrowType.Utf8View(), new ArrowType.BinaryView())) {
      String list = "['" + "','".repeat(4_999) + "']"; // more than there is room for at first
      throughText(List.of(nullable("v", new ArrowType.List(), nullable("i", type))), "{'v':" + list + "}", 3);
      try (ArrowTable table = tables.open("t");
          VectorSchemaRoot taken = table.take(new long[] {2, 0}, allocator, ScanOptions.all())) {
        for (int row = 0; row < 2; row++) {
          assertThat(PlainRows.json(PlainRows.value(taken, 0, row, row))).isEqualTo(list.replace('\'', '"'));
        }
      }
      tables.drop("t");
      tables.drop("csv");
    }
  }

  // ---- Members, runs, dictionaries

  private static final List<Specimen> SEVERAL = ALL.stream().filter(specimen -> specimen.count() > 1).toList();
  private static final int[] IDS = {5, 9, 11, 64}; // a vector's own field says others
  private static final int[] MEMBERS = {0, 1, 1, 2, 3, 1}; // of each row
  private static final int[] DENSE = {0, 0, 1, 0, 0, 2}; // where in its member each row is

  private static Field union(String name, UnionMode mode, Field value) {
    Field item = named("item", value);
    return required(name, new ArrowType.Union(mode, IDS), nullable("none", new ArrowType.Null()), named("one", value),
        nullable("some", new ArrowType.Struct(), item), nullable("many", new ArrowType.FixedSizeList(3), item));
  }

  /** Nothing; the first value; null; an object; a list; the second value. */
  private static void fillUnion(FieldVector union, Specimen specimen, int[] at) {
    List<FieldVector> members = union.getChildrenFromFields();
    specimen.set(members.get(1), at[1], 0);
    members.get(1).setNull(at[2]);
    specimen.set(members.get(1), at[5], 1);
    StructVector some = (StructVector) members.get(2);
    specimen.set((FieldVector) some.getChildByOrdinal(0), at[3], 0);
    some.setIndexDefined(at[3]);
    FixedSizeListVector many = (FixedSizeListVector) members.get(3);
    many.setNotNull(at[4]);
    specimen.set(many.getDataVector(), 3 * at[4], 0);
    specimen.set(many.getDataVector(), 3 * at[4] + 2, 1);
  }

  private static List<String> unionForms(Specimen specimen) {
    String a = specimen.jsons().getFirst();
    String b = specimen.jsons().get(1);
    return List.of("null", a, "null", "{\"item\":" + a + "}", "[" + a + ",null," + b + "]", b);
  }

  private void unions(String table) {
    List<Field> fields = new ArrayList<>();
    for (Specimen specimen : SEVERAL) {
      fields.add(union("sparse" + fields.size(), UnionMode.Sparse, specimen.field()));
      fields.add(union("dense" + fields.size(), UnionMode.Dense, specimen.field()));
      fields.add(nullable("list" + fields.size(), new ArrowType.List(),
          union("item", UnionMode.Sparse, specimen.field())));
    }
    table(table, new Schema(fields), root -> {
      for (int i = 0; i < fields.size(); i++) {
        Specimen specimen = SEVERAL.get(i / 3);
        switch (root.getVector(i)) {
          case UnionVector sparse -> fillSparse(sparse, specimen);
          case DenseUnionVector dense -> {
            fillUnion(dense, specimen, DENSE);
            for (int row = 0; row < 6; row++) {
              dense.setTypeId(row, (byte) IDS[MEMBERS[row]]);
              dense.setOffset(row, DENSE[row]);
            }
          }
          case ListVector list -> {
            fillSparse((UnionVector) list.getDataVector(), specimen);
            list.startNewValue(0);
            list.endValue(0, 6);
          }
          default -> throw new AssertionError(fields.get(i));
        }
      }
      return 6;
    });
  }

  private static void fillSparse(UnionVector sparse, Specimen specimen) {
    fillUnion(sparse, specimen, new int[] {0, 1, 2, 3, 4, 5});
    sparse.setValueCount(6);
    for (int row = 0; row < 6; row++) {
      sparse.getTypeBuffer().setByte(row, IDS[MEMBERS[row]]);
    }
  }

  @Test
  void aMemberOfAUnionHasItsOwnForm() throws IOException {
    unions("t");
    long[] backwards = {5, 4, 3, 2, 1, 0};
    try (ArrowTable table = tables.open("t"); VectorSchemaRoot batch = table.batch(0, allocator);
        VectorSchemaRoot taken = table.take(backwards, allocator, ScanOptions.all())) {
      for (int i = 0; i < batch.getFieldVectors().size(); i++) {
        int column = i;
        List<String> forms = unionForms(SEVERAL.get(i / 3));
        List<String> expected = i % 3 < 2 ? forms
            : List.of("[" + String.join(",", forms) + "]", "null", "null", "null", "null", "null");
        assertThat(IntStream.range(0, 6).mapToObj(row -> PlainRows.json(PlainRows.value(batch, column, row, row))))
            .as(SEVERAL.get(i / 3).name()).isEqualTo(expected);
        assertThat(
            IntStream.range(0, 6).mapToObj(row -> PlainRows.json(PlainRows.value(taken, column, 5 - row, row))))
            .as("taken: %s", SEVERAL.get(i / 3).name()).isEqualTo(expected);
      }
    }
    Path csv = export("t", CsvFormat.standard(), "t.csv");
    Path json = export("t", JsonFormat.standard(), "t.jsonl");
    for (TableImport back : List.of(TableImport.of(CsvFormat.standard(), List.of(csv)),
        TableImport.of(JsonFormat.standard(), List.of(json)))) {
      assertThatThrownBy(() -> back.appendTo(tables, "t")).isInstanceOf(ImportException.class)
          .hasMessageContaining("has no form for");
    }
  }

  @Test
  void aMemberThatAUnionHasNotIsNamed() {
    Field field = union("u", UnionMode.Sparse, nullable("v", INT32));
    try (UnionVector union = (UnionVector) field.createVector(allocator)) {
      union.setValueCount(1);
      union.getTypeBuffer().setByte(0, 7);
      assertThatThrownBy(() -> PlainRows.value(field, union, 0)).isInstanceOf(IllegalArgumentException.class)
          .hasMessage("Cannot read a value of column u: it is of type 7, and the union has [5, 9, 11, 64]; import the"
              + " table anew");
    }
  }

  @Test
  void aRunAndADictionaryAreTheirValues() throws IOException {
    List<Field> fields = new ArrayList<>();
    List<FieldVector> values = new ArrayList<>();
    MapDictionaryProvider dictionaries = new MapDictionaryProvider();
    for (Specimen specimen : SEVERAL) {
      long id = fields.size();
      fields.add(required("runs" + id, ArrowType.RunEndEncoded.INSTANCE, required("run_ends", INT32),
          named("values", specimen.field())));
      DictionaryEncoding encoding = new DictionaryEncoding(id, false, new ArrowType.Int(8, true));
      fields.add(new Field("words" + id, new FieldType(true, encoding.getIndexType(), encoding), null));
      FieldVector words = specimen.field().createVector(allocator);
      specimen.set(words, 0, 0);
      specimen.set(words, 1, 1);
      words.setValueCount(2);
      values.add(words);
      dictionaries.put(new Dictionary(words, encoding));
    }
    Schema schema = new Schema(fields);
    try (VectorSchemaRoot root = VectorSchemaRoot.create(schema, allocator);
        TableWriter writer = tables.create("t", schema, TableOptions.defaults(), dictionaries)) {
      for (int i = 0; i < fields.size(); i++) {
        if (root.getVector(i) instanceof RunEndEncodedVector runs) {
          Specimen specimen = SEVERAL.get(i / 2);
          for (int run = 0; run < 3; run++) {
            ((IntVector) runs.getRunEndsVector()).setSafe(run, run + 2);
          }
          runs.getRunEndsVector().setValueCount(3);
          specimen.set(runs.getValuesVector(), 0, 0);
          specimen.set(runs.getValuesVector(), 2, 1);
          runs.getValuesVector().setValueCount(3);
        } else {
          TinyIntVector indices = (TinyIntVector) root.getVector(i);
          indices.setSafe(0, 0);
          indices.setSafe(1, 0);
          indices.setSafe(3, 1);
        }
      }
      root.setRowCount(4);
      writer.write(root);
      writer.commit();
    } finally {
      values.forEach(FieldVector::close);
    }
    List<String> lines = Files.readAllLines(export("t", JsonFormat.standard(), "t.jsonl"));
    for (int row = 0; row < 4; row++) {
      StringBuilder expected = new StringBuilder();
      for (int i = 0; i < fields.size(); i++) {
        List<String> jsons = SEVERAL.get(i / 2).jsons();
        expected.append(i == 0 ? "{" : ",").append('"').append(fields.get(i).getName()).append("\":")
            .append(row < 2 ? jsons.getFirst() : row == 2 ? "null" : jsons.get(1));
      }
      assertThat(lines.get(row)).isEqualTo(expected + "}");
    }
  }
}
