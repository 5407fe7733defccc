package io.packice.djl;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.dataset.Batch;
import io.packice.Packice;
import io.packice.PackiceClient;
import io.packice.arrow.ArrowTables;
import io.packice.arrow.imports.TableImport;
import io.packice.arrow.ipc.IpcFormat;
import io.packice.arrow.schema.TensorField;
import io.packice.contract.LeakCheck;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.FixedSizeBinaryVector;
import org.apache.arrow.vector.Float2Vector;
import org.apache.arrow.vector.Float4Vector;
import org.apache.arrow.vector.IntVector;
import org.apache.arrow.vector.SmallIntVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.ViewVarBinaryVector;
import org.apache.arrow.vector.ViewVarCharVector;
import org.apache.arrow.vector.complex.LargeListViewVector;
import org.apache.arrow.vector.complex.ListViewVector;
import org.apache.arrow.vector.complex.RunEndEncodedVector;
import org.apache.arrow.vector.complex.StructVector;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Columns as other programs write them: views of text before them, list views, tensors of Arrow's own type, names that stand there twice. */
class ForeignColumnsTest {
  private static final Path CASES = Path.of("../../shared/data/cases");
  private static final int ROWS = 200;
  private static final int BATCH_ROWS = 90; // so many long texts take several buffers
  private static final ArrowType INT16 = new ArrowType.Int(16, true);
  private static final ArrowType INT32 = new ArrowType.Int(32, true);
  private static final ArrowType INT64 = new ArrowType.Int(64, true);
  private static final ArrowType FLOAT = new ArrowType.FloatingPoint(FloatingPointPrecision.SINGLE);
  private static final ArrowType HALF = new ArrowType.FloatingPoint(FloatingPointPrecision.HALF);

  private PackiceClient client;
  private NDManager manager;

  @BeforeEach
  void open() {
    client = Packice.connect();
    manager = NDManager.newBaseManager();
  }

  @AfterEach
  void nothingIsLeft() {
    manager.close();
    client.close();
    LeakCheck.assertNothingHeld();
  }

  private void read(int rows, Consumer<NDList> check, Column... columns) {
    PackiceDataset.Builder builder =
        PackiceDataset.builder().setTable(client, "t").setSampling(rows, false).optThreads(0);
    for (Column column : columns) {
      builder.addFeature(column);
    }
    try (PackiceDataset dataset = builder.build(); Batch batch = dataset.getData(manager).iterator().next()) {
      check.accept(batch.getData());
    }
  }

  private static Field nullable(String name, ArrowType type, Field... children) {
    return new Field(name, FieldType.nullable(type), List.of(children));
  }

  /** Columns that put a varying number of buffers, nodes or children before what stands behind them. */
  private static List<Field> neighbours(String suffix) {
    Field runEnds = new Field("run_ends", FieldType.notNullable(INT32), null);
    return List.of(nullable("text" + suffix, new ArrowType.Utf8View()),
        nullable("bytes" + suffix, new ArrowType.BinaryView()),
        nullable("pair" + suffix, new ArrowType.Struct(), nullable("text", new ArrowType.Utf8View()),
            nullable("number", INT64)),
        nullable("list" + suffix, new ArrowType.ListView(), nullable("item", INT64)),
        new Field("runs" + suffix, FieldType.notNullable(ArrowType.RunEndEncoded.INSTANCE),
            List.of(runEnds, nullable("values", new ArrowType.Utf8View()))),
        nullable("nothing" + suffix, new ArrowType.Null()));
  }

  private static String text(int row) {
    return ("text of row " + row + " ").repeat(row % 7 == 0 ? 80 : 1);
  }

  private static void fillNeighbours(VectorSchemaRoot root, String suffix, int first, int count) {
    ViewVarCharVector text = (ViewVarCharVector) root.getVector("text" + suffix);
    ViewVarBinaryVector bytes = (ViewVarBinaryVector) root.getVector("bytes" + suffix);
    StructVector pair = (StructVector) root.getVector("pair" + suffix);
    ViewVarCharVector inner = (ViewVarCharVector) pair.getChild("text");
    for (int row = 0; row < count; row++) {
      if ((first + row) % 5 != 0) {
        byte[] value = text(first + row).getBytes(UTF_8);
        text.setSafe(row, value);
        bytes.setSafe(row, value);
        pair.setIndexDefined(row);
        inner.setSafe(row, value);
      }
    }
    RunEndEncodedVector runs = (RunEndEncodedVector) root.getVector("runs" + suffix);
    ((IntVector) runs.getRunEndsVector()).setSafe(0, count);
    runs.getRunEndsVector().setValueCount(1);
    ((ViewVarCharVector) runs.getValuesVector()).setSafe(0, text(7).getBytes(UTF_8));
    runs.getValuesVector().setValueCount(1);
  }

  @Test
  void columnsBetweenAllKindsOfOthersHaveTheirOwnValues() {
    List<Field> fields = new ArrayList<>(neighbours(" before"));
    fields.addAll(List.of(nullable("label", FLOAT), TensorField.of("tensor", INT16, 2, 2),
        nullable("half", HALF)));
    fields.addAll(neighbours(" between"));
    fields.addAll(List.of(nullable("long", INT64), nullable("fixed", new ArrowType.FixedSizeBinary(3))));
    fields.addAll(neighbours(" behind"));
    TestTables.write(client, "t", ROWS, BATCH_ROWS, fields, (root, first, count) -> {
      root.allocateNew();
      List.of(" before", " between", " behind").forEach(suffix -> fillNeighbours(root, suffix, first, count));
      SmallIntVector tensor = (SmallIntVector) TestTables.elements(root, "tensor", count, 4);
      for (int row = 0; row < count; row++) {
        int number = first + row;
        ((Float4Vector) root.getVector("label")).setSafe(row, number);
        ((Float2Vector) root.getVector("half")).setSafe(row, Float.floatToFloat16(number / 2f));
        ((BigIntVector) root.getVector("long")).setSafe(row, -number);
        ((FixedSizeBinaryVector) root.getVector("fixed")).setSafe(row, new byte[] {(byte) number, 1, 2});
        for (int i = 0; i < 4; i++) {
          tensor.set(row * 4 + i, number * 10 + i);
        }
      }
    });
    read(ROWS, data -> {
      assertThat(data.get(1).getShape()).isEqualTo(new Shape(ROWS, 2, 2));
      for (int row = 0; row < ROWS; row++) {
        assertThat(data.get(0).toFloatArray()[row]).isEqualTo(row);
        assertThat(data.get(1).toType(DataType.INT32, true).toIntArray()[row * 4 + 3])
            .isEqualTo(row * 10 + 3);
        assertThat(data.get(2).toFloatArray()[row]).isEqualTo(row / 2f);
        assertThat(data.get(3).toLongArray()[row]).isEqualTo(-row);
        assertThat(data.get(4).toUint8Array()[row * 3]).isEqualTo(row);
        assertThat(data.get(5).toLongArray()[row]).isEqualTo(row % 5 == 0 ? -1 : text(row).length());
      }
    }, Column.of("label"), Column.of("tensor").withType(DataType.INT32),
        Column.of("half").withType(DataType.FLOAT32), Column.of("long"), Column.of("fixed"),
        Column.ofText("text behind", String::length).withNullsAs(-1));
    try (PackiceDataset all =
        PackiceDataset.builder().setTable(client, "t").setFeatures("long").setSampling(ROWS, false).build();
        PackiceDataset some = all.filter(row -> text((int) row.index()).equals(row.text("text between"))
            && row.real("label") == row.index() && row.integer("long") == -row.index())) {
      assertThat(some.size()).isEqualTo(ROWS - ROWS / 5);
    }
  }

  private void load(String file) throws IOException {
    Path path = CASES.resolve(file);
    assumeTrue(Files.exists(path), "needs ../shared/data/cases beside the project");
    TableImport.of(IpcFormat.file(), List.of(path)).into(new ArrowTables(client), "t");
  }

  @Test
  void labelsBehindTextOfAnotherProgramAreLabels() throws IOException {
    load("view-columns/views.arrow");
    read(5, data -> assertThat(data.head().toFloatArray()).containsExactly(0, 1, 2, 3, 4), Column.of("label"));
  }

  @Test
  void tensorsOfAnotherProgramHaveItsShape() throws IOException {
    load("arrow-smaller-things/ext_fst.arrow");
    String column;
    try (var table = new ArrowTables(client).open("t")) {
      column = table.schema().getFields().stream()
          .filter(field -> field.getMetadata().containsValue("arrow.fixed_shape_tensor"))
          .findFirst().orElseThrow().getName();
    }
    read(2, data -> assertThat(data.head().getShape()).isEqualTo(new Shape(2, 2, 2)), Column.of(column));
  }

  private void tensors(String parameters) {
    Field x = new Field("x", new FieldType(false, new ArrowType.FixedSizeList(6), null,
        Map.of("ARROW:extension:name", "arrow.fixed_shape_tensor", "ARROW:extension:metadata", parameters)),
        List.of(new Field("item", FieldType.notNullable(INT32), null)));
    TestTables.write(client, "t", 4, 2, List.of(x), (root, first, count) -> {
      IntVector elements = (IntVector) TestTables.elements(root, "x", count, 6);
      for (int i = 0; i < count * 6; i++) {
        elements.set(i, first * 6 + i);
      }
    });
  }

  @Test
  void aFixedShapeIsThatOfBatches() {
    tensors("{\"shape\":[3,2],\"dim_names\":[\"H\",\"W\"],\"permutation\":[0,1]}");
    read(4, data -> {
      assertThat(data.head().getShape()).isEqualTo(new Shape(4, 3, 2));
      assertThat(data.head().get("1").toIntArray()).containsExactly(6, 7, 8, 9, 10, 11);
    }, Column.of("x"));
  }

  @Test
  void aPermutedShapeIsReadOnlyAsItIsStored() {
    tensors("{\"shape\":[3,2],\"permutation\":[1,0]}");
    assertThatIllegalArgumentException().isThrownBy(() -> read(4, _ -> {
    }, Column.of("x"))).withMessage("Cannot make a tensor of column x: its writer means its dimensions (3, 2)"
        + " in another order than they are stored in; give the shape that is stored by Column.withShape");
    read(4, data -> assertThat(data.head().getShape()).isEqualTo(new Shape(4, 3, 2)), Column.of("x").withShape(3, 2));
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void listViewsAreListsToo(boolean large) {
    ArrowType type = large ? new ArrowType.LargeListView() : new ArrowType.ListView();
    TestTables.write(client, "t", 4, 3, List.of(nullable("x", type, nullable("item", INT32))), (root, first, count) -> {
      root.allocateNew();
      IntVector elements = (IntVector) root.getVector("x").getChildrenFromFields().getFirst();
      for (int i = 0; i < 5; i++) {
        elements.setSafe(i, first * 10 + i);
      }
      elements.setValueCount(5);
      for (int row = 0; row < count; row++) { // they overlap, and lie in any order
        root.getVector("x").setNull(row);
        if (row != 1) {
          set(root, row, 2 - row, row + 1);
        }
      }
    });
    read(4, data -> assertThat(data.head().toIntArray()).containsExactly(2, -1, -1, -1, -1, -1, 0, 1, 2, 32, -1, -1),
        Column.ofLists("x").withPadding(-1));
    assertThatIllegalArgumentException().isThrownBy(() -> read(4, _ -> {
    }, Column.of("x"))).withMessageContaining("Cannot make a tensor of column x of table t")
        .withMessageEndingWith("; read lists by Column.ofLists");
  }

  private static void set(VectorSchemaRoot root, int row, int offset, int size) {
    if (root.getVector("x") instanceof ListViewVector list) {
      list.setValidity(row, 1);
      list.setOffset(row, offset);
      list.setSize(row, size);
    } else {
      LargeListViewVector list = (LargeListViewVector) root.getVector("x");
      list.setValidity(row, 1);
      list.getOffsetBuffer().setLong(row * 8L, offset);
      list.getSizeBuffer().setLong(row * 8L, size);
    }
  }

  @Test
  void aNameOfSeveralColumnsIsRefused() {
    TestTables.write(client, "t", 1, 1, List.of(nullable("a", INT64), nullable("b", INT64), nullable("a", INT64)),
        (root, _, _) -> {
          root.allocateNew();
          for (int i = 0; i < 3; i++) {
            ((BigIntVector) root.getVector(i)).setSafe(0, i);
          }
        });
    read(1, data -> assertThat(data.head().toLongArray()).containsExactly(1), Column.of("b"));
    for (Column column : List.of(Column.of("a"), Column.ofLists("a"), Column.of("a").withNullsAs(0))) {
      assertThatIllegalArgumentException().isThrownBy(() -> read(1, _ -> {
      }, column)).withMessageContaining("Cannot read column a of table t: it has several columns of that name");
    }
    try (PackiceDataset dataset =
        PackiceDataset.builder().setTable(client, "t").setFeatures("b").setSampling(1, false).build()) {
      assertThatIllegalArgumentException().isThrownBy(() -> dataset.filter(row -> row.integer("a") > 0))
          .withMessageContaining("several columns of that name");
    }
  }
}
