package io.packice.djl;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.dataset.Batch;
import io.packice.Packice;
import io.packice.PackiceClient;
import io.packice.arrow.ArrowTables;
import io.packice.arrow.TableOptions;
import io.packice.arrow.TableWriter;
import io.packice.arrow.schema.TensorField;
import io.packice.contract.LeakCheck;
import java.awt.Color;
import java.awt.Transparency;
import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.ComponentColorModel;
import java.awt.image.DataBuffer;
import java.awt.image.WritableRaster;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.LongStream;
import javax.imageio.ImageIO;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.BitVector;
import org.apache.arrow.vector.DecimalVector;
import org.apache.arrow.vector.DurationVector;
import org.apache.arrow.vector.FixedSizeBinaryVector;
import org.apache.arrow.vector.Float2Vector;
import org.apache.arrow.vector.Float4Vector;
import org.apache.arrow.vector.Float8Vector;
import org.apache.arrow.vector.IntVector;
import org.apache.arrow.vector.SmallIntVector;
import org.apache.arrow.vector.TimeStampMicroTZVector;
import org.apache.arrow.vector.TinyIntVector;
import org.apache.arrow.vector.UInt1Vector;
import org.apache.arrow.vector.UInt2Vector;
import org.apache.arrow.vector.UInt4Vector;
import org.apache.arrow.vector.UInt8Vector;
import org.apache.arrow.vector.VarBinaryVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.complex.FixedSizeListVector;
import org.apache.arrow.vector.complex.LargeListVector;
import org.apache.arrow.vector.complex.ListVector;
import org.apache.arrow.vector.complex.impl.UnionLargeListWriter;
import org.apache.arrow.vector.complex.impl.UnionListWriter;
import org.apache.arrow.vector.dictionary.Dictionary;
import org.apache.arrow.vector.dictionary.DictionaryProvider.MapDictionaryProvider;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.TimeUnit;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.DictionaryEncoding;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What columns of each kind become. Every table has 5 rows in batches of 2, 2 and 1, so that reading meets borders. */
class ColumnTest {
  private static final int ROWS = 5;
  private static final ArrowType INT16 = new ArrowType.Int(16, true);
  private static final ArrowType INT32 = new ArrowType.Int(32, true);
  private static final ArrowType FLOAT = new ArrowType.FloatingPoint(FloatingPointPrecision.SINGLE);
  private static final ArrowType DOUBLE = new ArrowType.FloatingPoint(FloatingPointPrecision.DOUBLE);
  private static final String[] CITIES = {"Oslo", "Bergen", null, "Oslo", "Bodø"};
  private static final int[][] LISTS = {{1, 2, 3}, {}, null, {4}, {5, 6, 7, 8}};

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

  /** Reads the whole table as one batch, which lies in three. */
  private void read(Consumer<NDList> check, Column... columns) {
    PackiceDataset.Builder builder =
        PackiceDataset.builder().setTable(client, "t").setSampling(ROWS, false).optThreads(0);
    for (Column column : columns) {
      builder.addFeature(column);
    }
    try (PackiceDataset dataset = builder.build();
        Batch batch = dataset.getData(manager).iterator().next()) {
      check.accept(batch.getData());
    }
  }

  private void refused(String message, Column column) {
    assertThatThrownBy(() -> read(_ -> {
    }, column)).isInstanceOf(IllegalArgumentException.class).hasMessageContaining(message);
  }

  private interface Setter {
    void set(VectorSchemaRoot root, int index, int row);
  }

  private void table(List<Field> fields, Setter setter) {
    TestTables.write(client, "t", ROWS, 2, fields, (root, first, count) -> {
      root.allocateNew();
      for (int i = 0; i < count; i++) {
        setter.set(root, i, first + i);
      }
    });
  }

  private static Field nullable(String name, ArrowType type, Field... children) {
    return new Field(name, FieldType.nullable(type), List.of(children));
  }

  @Test
  void nestedListsOfOneSizeHaveTheShapeOfTheirNesting() {
    Field element = new Field("e", FieldType.notNullable(INT16), null);
    Field inner = new Field("inner", FieldType.notNullable(new ArrowType.FixedSizeList(3)), List.of(element));
    Field outer = new Field("x", FieldType.notNullable(new ArrowType.FixedSizeList(2)), List.of(inner));
    table(List.of(outer), (root, index, row) -> {
      FixedSizeListVector x = (FixedSizeListVector) root.getVector("x");
      FixedSizeListVector list = (FixedSizeListVector) x.getDataVector();
      x.setNotNull(index);
      for (int i = 0; i < 2; i++) {
        list.setNotNull(index * 2 + i);
        for (int j = 0; j < 3; j++) {
          ((SmallIntVector) list.getDataVector()).setSafe(index * 6 + i * 3 + j, row * 100 + i * 10 + j);
        }
      }
    });
    read(data -> {
      assertThat(data.get(0).getShape()).isEqualTo(new Shape(5, 2, 3));
      assertThat(data.get(0).getName()).isEqualTo("x");
      assertThat(Arrays.copyOfRange(data.get(0).toFloatArray(), 18, 24)).containsExactly(300, 301, 302, 310, 311, 312);
      assertThat(data.get(1).getShape()).isEqualTo(new Shape(5, 6, 1));
      assertThat(data.get(2).getDataType()).isEqualTo(DataType.FLOAT16);
      assertThat(data.get(3).getShape()).isEqualTo(new Shape(5, 3, 2));
      assertThat(Arrays.copyOfRange(data.get(3).toIntArray(), 18, 24)).containsExactly(300, 310, 301, 311, 302, 312);
    }, Column.of("x").withType(DataType.FLOAT32), Column.of("x").withType(DataType.INT64).withShape(6, 1),
        Column.of("x").withType(DataType.FLOAT16), Column.of("x").withType(DataType.INT32).withChannelsFirst());
    refused("the engine has no type for INT16; convert it", Column.of("x"));
    refused("in shape (7): a row has 6 elements", Column.of("x").withShape(7).withType(DataType.INT32));
    assertThatThrownBy(() -> read(_ -> {
    }, Column.of("x").withType(DataType.INT8))).isInstanceOf(ArithmeticException.class)
        .hasMessage("Cannot read row 2 of column x: cannot convert 200 to INT8, which holds -128 to 127;"
            + " choose a wider type");
  }

  @Test
  void numbersThatAreNotPlainMemoryAreReadOneByOne() {
    table(List.of(nullable("flag", new ArrowType.Bool()), nullable("price", new ArrowType.Decimal(20, 2, 128)),
        nullable("at", new ArrowType.Timestamp(TimeUnit.MICROSECOND, "UTC")), nullable("age", INT32),
        nullable("size", DOUBLE)), (root, index, row) -> {
          ((BitVector) root.getVector("flag")).setSafe(index, row % 2);
          ((DecimalVector) root.getVector("price")).setSafe(index, BigDecimal.valueOf(row * 100L + 25, 2));
          ((TimeStampMicroTZVector) root.getVector("at")).setSafe(index, row * 1_000_000_000_000L);
          if (row != 3) {
            ((IntVector) root.getVector("age")).setSafe(index, 20 + row);
            ((Float8Vector) root.getVector("size")).setSafe(index, row / 2.0);
          }
        });
    read(data -> {
      assertThat(data.get(0).toBooleanArray()).containsExactly(false, true, false, true, false);
      assertThat(data.get(1).toFloatArray()).containsExactly(1, 0, 0, 1, 1, 0, 0, 1, 1, 0);
      assertThat(data.get(2).toDoubleArray()).containsExactly(0.25, 1.25, 2.25, 3.25, 4.25);
      assertThat(data.get(3).toLongArray()).containsExactly(0, 1_000_000_000_000L, 2_000_000_000_000L,
          3_000_000_000_000L, 4_000_000_000_000L);
      assertThat(data.get(4).toFloatArray()).containsExactly(20, 21, 22, -1, 24);
      assertThat(data.get(5).toFloatArray()).containsExactly(0, 1, 2, 1, 4);
    }, Column.of("flag").withType(DataType.BOOLEAN), Column.of("flag").withOneHot(2),
        Column.of("price").withType(DataType.FLOAT64), Column.of("at"),
        Column.of("age").withNullsAs(-1).withType(DataType.FLOAT32), Column.of("size").withNullsAs(0.5).withScale(2));
    refused("row 3 is null; say what nulls shall be (Column.withNullsAs), or filter such rows", Column.of("age"));
    try (
        PackiceDataset all = PackiceDataset.builder().setTable(client, "t").setFeatures("age", "flag", "size")
            .setSampling(5, false).build();
        PackiceDataset some = all.filter(row -> !row.isNull("age"));
        Batch batch = some.getData(manager).iterator().next()) {
      assertThat(batch.getData().stream().map(NDArray::getDataType)).containsExactly(DataType.INT32, DataType.BOOLEAN,
          DataType.FLOAT64);
      assertThat(batch.getData().head().toIntArray()).containsExactly(20, 21, 22, 24);
    }
  }

  @Test
  void whatShallStandForNullsIsThatNumberOrRefused() {
    table(List.of(nullable("id", new ArrowType.Int(64, true)), nullable("byte", new ArrowType.Int(8, false)),
        nullable("age", INT32), nullable("size", FLOAT), nullable("city", new ArrowType.Utf8())),
        (root, index, row) -> {
          if (row != 3) {
            ((BigIntVector) root.getVector("id")).setSafe(index, row);
            ((UInt1Vector) root.getVector("byte")).setSafe(index, row);
            ((IntVector) root.getVector("age")).setSafe(index, row);
            ((Float4Vector) root.getVector("size")).setSafe(index, row);
            ((VarCharVector) root.getVector("city")).setSafe(index, "Oslo".getBytes(UTF_8));
          }
        });
    read(data -> {
      assertThat(data.get(0).toDoubleArray()).containsExactly(0, 1, 2, 1e30, 4);
      assertThat(data.get(1).toDoubleArray()).containsExactly(0, 1, 2, Double.NaN, 4);
      assertThat(data.get(2).toFloatArray()).containsExactly(0, 1, 2, .5f, 4);
      assertThat(data.get(3).toLongArray()).containsExactly(0, 1, 2, -1, 4);
      assertThat(data.get(4).toFloatArray()).containsExactly(7, 7, 7, -1, 7);
      assertThat(data.get(5).toFloatArray()).containsExactly(0, 1, 2, Float.POSITIVE_INFINITY, 4);
    }, Column.of("id").withNullsAs(1e30), Column.of("age").withNullsAs(Double.NaN),
        Column.of("byte").withNullsAs(0.5).withType(DataType.FLOAT32), Column.of("id").withNullsAs(-1),
        Column.ofText("city", _ -> 7).withNullsAs(-1).withType(DataType.FLOAT32),
        Column.of("size").withNullsAs(Double.POSITIVE_INFINITY));
    refused("Cannot fill the nulls of column id of table t: 1.0E30 cannot become INT64; give another number",
        Column.of("id").withNullsAs(1e30).withType(DataType.INT64));
    refused("0.5 cannot become INT32", Column.of("age").withNullsAs(0.5).withType(DataType.INT32));
    refused("256.0 cannot become UINT8", Column.of("byte").withNullsAs(256));
    refused("1.0E10 cannot become INT32", Column.of("age").withNullsAs(1e10));
    refused("1.0E300 cannot become FLOAT32", Column.of("size").withNullsAs(1e300));
    refused("5.0 cannot become a one-hot vector of 5", Column.of("age").withNullsAs(5).withOneHot(5));
    refused("NaN is no integer", Column.ofText("city", _ -> 7).withNullsAs(Double.NaN));
    refused("0.5 is no integer", Column.ofText("city", _ -> 7).withNullsAs(0.5).withType(DataType.FLOAT32));
    refused("3.0 cannot become a one-hot vector of 3", Column.ofText("city", _ -> 1).withNullsAs(3).withOneHot(3));
    refused("300.0 cannot become INT8", Column.ofText("city", _ -> 1).withNullsAs(300).withType(DataType.INT8));
  }

  @Test
  void numbersThatDoNotFitAreExceptionsOfTheirBatch() {
    table(List.of(TensorField.of("x", DOUBLE), nullable("nullable", DOUBLE), TensorField.of("pair", DOUBLE, 2),
        nullable("price", new ArrowType.Decimal(30, 2, 128)), nullable("city", new ArrowType.Utf8())),
        (root, index, row) -> {
          ((Float8Vector) root.getVector("x")).setSafe(index, row == 4 ? 1e300 : row);
          ((Float8Vector) root.getVector("nullable")).setSafe(index, row == 4 ? 2.5 : row);
          FixedSizeListVector pair = (FixedSizeListVector) root.getVector("pair");
          pair.setNotNull(index);
          ((Float8Vector) pair.getDataVector()).setSafe(2 * index, row);
          ((Float8Vector) pair.getDataVector()).setSafe(2 * index + 1, row == 4 ? 0.25 : row);
          ((DecimalVector) root.getVector("price")).setSafe(index,
              new BigDecimal("9007199254740993.00").add(BigDecimal.valueOf(row)));
          ((VarCharVector) root.getVector("city")).setSafe(index, "Oslo".getBytes(UTF_8));
        });
    doesNotFit(4, "1.0E300 to FLOAT32", Column.of("x").withType(DataType.FLOAT32));
    doesNotFit(4, "1.0E300 to an integer", Column.of("x").withType(DataType.INT64));
    doesNotFit(4, "2.5 to an integer: it has a fraction",
        Column.of("nullable").withNullsAs(0).withType(DataType.INT64));
    doesNotFit(4, "0.25 to an integer: it has a fraction", Column.of("pair").withType(DataType.INT32));
    doesNotFit(0, "9007199254740993 to INT32", Column.of("price").withType(DataType.INT32));
    doesNotFit(0, "70000.0 to FLOAT16", Column.ofText("city", _ -> 70_000).withType(DataType.FLOAT16));
    doesNotFit(0, "300 to INT8", Column.ofTokens("city", 2, _ -> new long[] {300}).withType(DataType.INT8));
    refused(
        "Cannot read row 0 of column city: cannot make column city one-hot: its value 7 is none of 0 to 2; give more",
        Column.ofText("city", _ -> 7).withOneHot(3));
    try (PackiceDataset all =
        PackiceDataset.builder().setTable(client, "t").setFeatures("pair").setSampling(ROWS, false).build()) {
      assertThatThrownBy(() -> all.filter(row -> row.integer("x") > 0)).isInstanceOf(ArithmeticException.class)
          .hasMessageStartingWith("Cannot read row 4 of column x: cannot convert 1.0E300 to an integer");
    }
    read(data -> assertThat(data.head().toLongArray()).containsExactly(9007199254740993L, 9007199254740994L,
        9007199254740995L, 9007199254740996L, 9007199254740997L), Column.of("price").withType(DataType.INT64));
    try (PackiceDataset dataset = PackiceDataset.builder().setTable(client, "t").setFeatures("x")
        .optFeatureType(DataType.FLOAT32).setSampling(2, false).optThreads(0).build()) {
      Iterator<Batch> batches = dataset.getData(manager).iterator();
      batches.next().close();
      batches.next().close();
      assertThatThrownBy(batches::next).isInstanceOf(ArithmeticException.class)
          .hasMessageStartingWith("Cannot read row 4 of column x: cannot convert 1.0E300 to FLOAT32");
    }
  }

  private void doesNotFit(int row, String message, Column column) {
    assertThatThrownBy(() -> read(_ -> {
    }, column)).isInstanceOf(ArithmeticException.class).hasMessageStartingWith(
        "Cannot read row " + row + " of column " + column.name() + ": cannot convert " + message);
  }

  @Test
  void aScaleForAllFeaturesLeavesIdsAlone() {
    table(List.of(TensorField.of("pixel", new ArrowType.Int(8, false)), TensorField.of("id", INT32),
        nullable("city", new ArrowType.Utf8())), (root, index, row) -> {
          ((UInt1Vector) root.getVector("pixel")).setSafe(index, 10 * row);
          ((IntVector) root.getVector("id")).setSafe(index, row);
          ((VarCharVector) root.getVector("city")).setSafe(index, "Oslo".getBytes(UTF_8));
        });
    try (PackiceDataset dataset = PackiceDataset.builder().setTable(client, "t").addFeature(Column.of("pixel"))
        .addFeature(Column.of("id").withScale(1)).addFeature(Column.ofText("city", String::length))
        .addFeature(Column.ofTokens("city", 2, text -> text.chars().asLongStream().toArray()))
        .addFeature(Column.of("id").withOneHot(5)).addFeature(Column.ofText("city", String::length).withScale(0.25))
        .addLabel(Column.of("pixel")).optScale(0.5f).setSampling(ROWS, false).build();
        Batch batch = dataset.getData(manager).iterator().next()) {
      NDList data = batch.getData();
      assertThat(data.get(0).toFloatArray()).containsExactly(0, 5, 10, 15, 20);
      assertThat(data.get(1).toIntArray()).containsExactly(0, 1, 2, 3, 4);
      assertThat(data.get(2).toLongArray()).containsOnly(4);
      assertThat(data.get(3).toLongArray()).containsOnly('O', 's');
      assertThat(data.get(4).toFloatArray()).startsWith(1, 0, 0, 0, 0);
      assertThat(data.get(5).toFloatArray()).containsOnly(1);
      assertThat(batch.getLabels().head().toType(DataType.INT32, true).toIntArray()).containsExactly(0, 10, 20, 30, 40);
    }
    for (double factor : new double[] {Double.NaN, Double.POSITIVE_INFINITY}) {
      assertThatThrownBy(() -> Column.of("pixel").withScale(factor)).isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("Cannot scale column pixel by " + factor);
      assertThatThrownBy(() -> PackiceDataset.builder().optScale((float) factor))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void valuesOfARowAreTheNumbersThatAreStored() {
    table(List.of(nullable("half", new ArrowType.FloatingPoint(FloatingPointPrecision.HALF)),
        nullable("u8", new ArrowType.Int(8, false)), nullable("u16", new ArrowType.Int(16, false)),
        nullable("u32", new ArrowType.Int(32, false)), nullable("u64", new ArrowType.Int(64, false)),
        nullable("price", new ArrowType.Decimal(38, 0, 128)), nullable("word", new ArrowType.Binary()),
        nullable("took", new ArrowType.Duration(TimeUnit.MILLISECOND))),
        (root, index, row) -> {
          ((DurationVector) root.getVector("took")).setSafe(index, 1500);
          ((Float2Vector) root.getVector("half")).setSafe(index, Float.floatToFloat16(row + 0.5f));
          ((UInt1Vector) root.getVector("u8")).setSafe(index, -1);
          ((UInt2Vector) root.getVector("u16")).setSafe(index, 0xffff);
          ((UInt4Vector) root.getVector("u32")).setSafe(index, -1);
          ((UInt8Vector) root.getVector("u64")).setSafe(index, -1);
          ((DecimalVector) root.getVector("price")).setSafe(index, new BigDecimal("9007199254740993"));
          ((VarBinaryVector) root.getVector("word")).setSafe(index, "Bodø".getBytes(UTF_8));
        });
    try (PackiceDataset all = PackiceDataset.builder().setTable(client, "t")
        .addFeature(Column.of("half")).setSampling(5, false).build();
        PackiceDataset none = all.filter(row -> {
          assertThat(row.text("half")).isEqualTo(row.index() + 0.5f + "");
          assertThat(row.real("half")).isEqualTo(row.index() + 0.5);
          assertThat(row.text("u8")).isEqualTo("255");
          assertThat(row.integer("u8")).isEqualTo(255);
          assertThat(row.text("u16")).isEqualTo("65535");
          assertThat(row.integer("u16")).isEqualTo(65_535);
          assertThat(row.text("u32")).isEqualTo("4294967295");
          assertThat(row.integer("u32")).isEqualTo(4_294_967_295L);
          assertThat(row.text("u64")).isEqualTo("18446744073709551615");
          assertThat(row.real("u64")).isEqualTo(0x1p64);
          assertThat(row.integer("price")).isEqualTo(9_007_199_254_740_993L);
          assertThat(row.text("word")).isEqualTo("Bodø");
          assertThat(row.text("took")).isEqualTo("PT1.5S");
          return false;
        })) {
      assertThat(none.size()).isZero();
    }
  }

  @Test
  void listsBecomeARectangleWithPaddingAndAMask() {
    lists("x", new ArrowType.List());
    read(data -> {
      assertThat(data).hasSize(4);
      assertThat(data.get(0).getShape()).isEqualTo(new Shape(5, 4));
      assertThat(data.get(0).toIntArray()).containsExactly(1, 2, 3, -1, -1, -1, -1, -1, -1, -1, -1, -1, 4, -1, -1, -1,
          5, 6, 7, 8);
      assertThat(data.get(1).toFloatArray()).containsExactly(.5f, 1, 0, 0, 0, 0, 2, 0, 2.5f, 3);
      assertThat(data.get(2).getName()).isEqualTo("x mask");
      assertThat(data.get(2).toLongArray()).containsExactly(1, 1, 0, 0, 0, 0, 1, 0, 1, 1);
      assertThat(data.get(3).getShape()).isEqualTo(new Shape(5, 6));
    }, Column.ofLists("x").withPadding(-1), Column.ofLists("x", 2).withScale(0.5).withMask(),
        Column.ofLists("x", 6));
    refused("0.5 is none of the numbers of INT32", Column.ofLists("x").withPadding(0.5));
    refused("NaN is none of the numbers of INT64",
        Column.ofLists("x").withPadding(Double.NaN).withType(DataType.INT64));
    refused("300.0 is none of the numbers of INT8", Column.ofLists("x").withPadding(300).withType(DataType.INT8));
    refused("1.0E300 is none of the numbers of FLOAT32", Column.ofLists("x").withPadding(1e300).withScale(2));
    read(data -> assertThat(data.head().toFloatArray()).startsWith(1, 2, 3, .5f), Column.ofLists("x").withPadding(0.5)
        .withType(DataType.FLOAT32));
    refused("read lists by Column.ofLists", Column.of("x"));
    refused("neither channels, shape nor one-hot", Column.ofLists("x", 2).withShape(1, 2));
    refused("masks are for", Column.of("x").withMask());
  }

  @Test
  void largeListsAreListsToo() {
    lists("x", new ArrowType.LargeList());
    read(data -> assertThat(data.head().toIntArray()).containsExactly(1, 2, 0, 0, 0, 0, 4, 0, 5, 6),
        Column.ofLists("x", 2));
  }

  private void lists(String name, ArrowType type) {
    table(List.of(nullable(name, type, nullable("item", INT32))), (root, index, row) -> {
      if (LISTS[row] == null) {
        return;
      }
      if (root.getVector(name) instanceof LargeListVector large) {
        UnionLargeListWriter writer = large.getWriter();
        writer.setPosition(index);
        writer.startList();
        Arrays.stream(LISTS[row]).forEach(writer::writeInt);
        writer.endList();
      } else {
        UnionListWriter writer = ((ListVector) root.getVector(name)).getWriter();
        writer.setPosition(index);
        writer.startList();
        Arrays.stream(LISTS[row]).forEach(writer::writeInt);
        writer.endList();
      }
    });
  }

  @Test
  void textBecomesNumbersByAVocabularyOrAFunction() {
    table(List.of(nullable("city", new ArrowType.Utf8())), (root, index, row) -> {
      if (CITIES[row] != null) {
        ((VarCharVector) root.getVector("city")).setSafe(index, CITIES[row].getBytes(UTF_8));
      }
    });
    Map<String, Integer> vocabulary = Map.of("Oslo", 1, "Bergen", 2, "Bodø", 0);
    read(data -> {
      assertThat(data.get(0).getDataType()).isEqualTo(DataType.INT64);
      assertThat(data.get(0).toLongArray()).containsExactly(1, 2, 3, 1, 0);
      assertThat(data.get(1).getShape()).isEqualTo(new Shape(5, 4));
      assertThat(data.get(1).toFloatArray()).containsExactly(0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 1, 0, 0, 1, 0, 0,
          0);
      assertThat(data.get(2).toLongArray()).containsExactly('o', 's', 'l', 'b', 'e', 'r', 9, 9, 9, 'o', 's', 'l', 'b',
          'o', 'd');
      assertThat(data.get(3).toLongArray()).containsExactly(1, 1, 1, 1, 1, 1, 0, 0, 0, 1, 1, 1, 1, 1, 1);
      assertThat(data.get(4).toLongArray()).containsExactly(4, 6, 0, 4, 4);
    }, Column.ofText("city", vocabulary).withNullsAs(3), Column.ofText("city", vocabulary).withNullsAs(3).withOneHot(4),
        Column.ofTokens("city", 3, text -> text.toLowerCase(Locale.ROOT).chars().asLongStream().toArray())
            .withPadding(9).withMask(),
        Column.ofText("city", String::length).withNullsAs(0));
    refused("row 2 is null", Column.ofText("city", vocabulary));
    refused("its tokenizer gave null for the text of row 0", Column.ofTokens("city", 3, _ -> null));
    refused("0.5 is none of the numbers of INT64", Column.ofTokens("city", 3, _ -> new long[0]).withPadding(0.5));
    refused("\"Bodø\" is none of the vocabulary's 2",
        Column.ofText("city", Map.of("Oslo", 1, "Bergen", 2)).withNullsAs(0));
  }

  @Test
  void dictionaryEncodedColumnsAreReadAsTheirValues() {
    DictionaryEncoding encoding = new DictionaryEncoding(1, false, new ArrowType.Int(8, true));
    try (BufferAllocator allocator = new RootAllocator(); VarCharVector words = new VarCharVector("words", allocator)) {
      words.setSafe(0, "Oslo".getBytes(UTF_8));
      words.setSafe(1, "Bergen".getBytes(UTF_8));
      words.setValueCount(2);
      Field field = new Field("city", new FieldType(true, new ArrowType.Int(8, true), encoding), null);
      Schema schema = new Schema(List.of(field));
      try (TableWriter writer = new ArrowTables(client).create("t", schema, TableOptions.defaults(),
          new MapDictionaryProvider(new Dictionary(words, encoding)));
          VectorSchemaRoot root = VectorSchemaRoot.create(schema, allocator)) {
        for (int i = 0; i < ROWS; i++) {
          ((TinyIntVector) root.getVector(0)).setSafe(i, i % 2);
        }
        root.setRowCount(ROWS);
        writer.write(root);
        writer.commit();
      }
    }
    read(data -> assertThat(data.head().toLongArray()).containsExactly(7, 9, 7, 9, 7),
        Column.ofText("city", Map.of("Oslo", 7, "Bergen", 9)));
    refused("its values are Utf8", Column.of("city"));
  }

  @Test
  void rawBytesBecomePicturesOfOneShape() {
    byte[] picture = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11};
    table(List.of(nullable("raw", new ArrowType.Binary()), nullable("fixed", new ArrowType.FixedSizeBinary(12))),
        (root, index, row) -> {
          ((VarBinaryVector) root.getVector("raw")).setSafe(index, picture);
          ((FixedSizeBinaryVector) root.getVector("fixed")).setSafe(index, picture);
        });
    read(data -> {
      for (NDArray array : data) {
        assertThat(array.getShape()).isEqualTo(new Shape(5, 3, 2, 2));
        assertThat(Arrays.copyOf(array.toType(DataType.INT32, true).toIntArray(), 12)).containsExactly(0, 3, 6, 9, 1, 4,
            7, 10, 2, 5, 8, 11);
      }
    }, Column.ofBytes("raw", 2, 2, 3).withChannelsFirst(), Column.of("fixed").withShape(2, 2, 3).withChannelsFirst(),
        Column.ofBytes("fixed", 2, 2, 3).withChannelsFirst().withType(DataType.FLOAT32));
    refused("row 0 has 12 bytes, the shape (2, 3) 6", Column.ofBytes("raw", 2, 3));
  }

  @Test
  void encodedPicturesAreDecodedScaledAndColoured() {
    table(List.of(nullable("png", new ArrowType.Binary())), (root, index, row) -> {
      BufferedImage image = row == 4 ? new BufferedImage(8, 6, BufferedImage.TYPE_BYTE_GRAY)
          : new BufferedImage(row == 3 ? 16 : 8, row == 3 ? 12 : 6, BufferedImage.TYPE_INT_RGB);
      for (int x = 0; x < image.getWidth(); x++) {
        for (int y = 0; y < image.getHeight(); y++) {
          if (row == 4) {
            image.getRaster().setSample(x, y, 0, 100);
          } else {
            image.setRGB(x, y, new Color(200, 10 * row, 30).getRGB());
          }
        }
      }
      ((VarBinaryVector) root.getVector("png")).setSafe(index, png(image));
    });
    read(data -> {
      assertThat(data.get(0).getShape()).isEqualTo(new Shape(5, 6, 8, 3));
      NDArray colours = data.get(0).toType(DataType.INT32, true);
      for (int row = 0; row < 4; row++) {
        assertThat(colours.get(row).get("2,3").toIntArray()).containsExactly(200, 10 * row, 30);
      }
      assertThat(colours.get(4).get("2,3").toIntArray()).containsExactly(100, 100, 100);
      assertThat(data.get(1).getShape()).isEqualTo(new Shape(5, 1, 6, 8));
      assertThat(data.get(1).get("4,0,0,0").getFloat()).isEqualTo(100f / 200);
      assertThat(data.get(1).get("0,0,0,0").getFloat()).isEqualTo(63f / 200);
      assertThat(data.get(2).toType(DataType.INT32, true).get("4,0,0").toIntArray()).containsExactly(100, 100, 100,
          255);
    }, Column.ofImages("png", 6, 8, 3), Column.ofImages("png", 6, 8, 1).withChannelsFirst().withScale(1 / 200.0),
        Column.ofImages("png", 6, 8, 4));
  }

  @Test
  void greyPicturesKeepTheirGreyAndTheirAlpha() {
    int[] greys = {20, 111, 200, 255, 0};
    int[] alphas = {255, 128, 1, 0, 77};
    table(List.of(nullable("png", new ArrowType.Binary()), nullable("large", new ArrowType.Binary()),
        nullable("deep", new ArrowType.Binary())), (root, index, row) -> {
          ((VarBinaryVector) root.getVector("png")).setSafe(index, png(grey(8, 6, 8, greys[row], alphas[row])));
          ((VarBinaryVector) root.getVector("large")).setSafe(index, png(grey(16, 12, 8, greys[row], alphas[row])));
          ((VarBinaryVector) root.getVector("deep")).setSafe(index,
              png(grey(8, 6, 16, greys[row] * 257, alphas[row] * 257)));
        });
    for (String column : new String[] {"png", "large", "deep"}) {
      read(data -> {
        for (int row = 0; row < ROWS; row++) {
          int grey = greys[row];
          NDArray[] pictures = data.stream().map(array -> array.toType(DataType.INT32, true)).toArray(NDArray[]::new);
          assertThat(pictures[0].get(row).get("2,3").toIntArray()).as(column).containsExactly(grey);
          assertThat(pictures[1].get(row).get("2,3").toIntArray()).as(column).containsExactly(grey, grey, grey);
          if (!column.equals("large") || alphas[row] == 255) { // what is hardly seen has hardly a colour, when it is scaled
            assertThat(pictures[2].get(row).get("2,3").toIntArray()).as(column).containsExactly(grey, grey, grey,
                alphas[row]);
          }
          assertThat(pictures[2].get(row).get("2,3,3").toIntArray()).as(column).containsExactly(alphas[row]);
        }
      }, Column.ofImages(column, 6, 8, 1), Column.ofImages(column, 6, 8, 3), Column.ofImages(column, 6, 8, 4));
    }
  }

  /** With alpha, of one colour, of so many bits. */
  private static BufferedImage grey(int width, int height, int bits, int grey, int alpha) {
    int type = bits == 8 ? DataBuffer.TYPE_BYTE : DataBuffer.TYPE_USHORT;
    ComponentColorModel model = new ComponentColorModel(ColorSpace.getInstance(ColorSpace.CS_GRAY),
        new int[] {bits, bits}, true, false, Transparency.TRANSLUCENT, type);
    WritableRaster raster = model.createCompatibleWritableRaster(width, height);
    for (int x = 0; x < width; x++) {
      for (int y = 0; y < height; y++) {
        raster.setSample(x, y, 0, grey);
        raster.setSample(x, y, 1, alpha);
      }
    }
    return new BufferedImage(model, raster, false, null);
  }

  @Test
  void coloursBehindAlphaAreThoseOfThePictureWhetherItIsScaledOrNot() {
    table(List.of(nullable("png", new ArrowType.Binary())), (root, index, row) -> {
      BufferedImage image = new BufferedImage(row % 2 == 0 ? 8 : 16, row % 2 == 0 ? 6 : 12,
          BufferedImage.TYPE_INT_ARGB);
      for (int x = 0; x < image.getWidth(); x++) {
        for (int y = 0; y < image.getHeight(); y++) {
          image.setRGB(x, y, new Color(200, 100, 50, 3).getRGB());
        }
      }
      ((VarBinaryVector) root.getVector("png")).setSafe(index, png(image));
    });
    read(data -> {
      for (int row = 0; row < ROWS; row++) {
        assertThat(data.head().toType(DataType.INT32, true).get(row).get("2,3").toIntArray()).containsExactly(200, 100,
            50);
      }
    }, Column.ofImages("png", 6, 8, 3));
  }

  @Test
  void aPictureThatNobodyCanDecodeIsAnExceptionOfItsBatch() {
    table(List.of(nullable("png", new ArrowType.Binary())),
        (root, index, _) -> ((VarBinaryVector) root.getVector("png")).setSafe(index, "no picture".getBytes(UTF_8)));
    refused("Cannot decode the picture in row 0 of column png", Column.ofImages("png", 6, 8, 3));
    assertThatThrownBy(() -> Column.ofImages("png", 6, 8, 2)).hasMessageContaining("choose 1, 3 or 4");
    assertThatThrownBy(() -> Column.ofImages("png", 0, 8, 1)).hasMessageContaining("height");
  }

  private static byte[] png(BufferedImage image) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try {
      ImageIO.write(image, "png", bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  @Test
  void severalInputsAndLabelsComeInTheOrderInWhichTheyWereAdded() {
    table(List.of(TensorField.of("a", INT32), TensorField.of("b", INT32), TensorField.of("c", INT32)),
        (root, index, row) -> {
          for (int i = 0; i < 3; i++) {
            ((IntVector) root.getVector(i)).setSafe(index, 10 * row + i);
          }
        });
    try (PackiceDataset dataset = PackiceDataset.builder().setTable(client, "t").setFeatures("c", "a").optLabels("b")
        .addLabel(Column.of("a").withType(DataType.INT64)).setSampling(2, false).build()) {
      for (Batch batch : dataset.getData(manager)) {
        assertThat(batch.getData().stream().map(NDArray::getName)).containsExactly("c", "a");
        assertThat(batch.getData().get(0).toIntArray()[0]).isEqualTo(batch.getData().get(1).toIntArray()[0] + 2);
        assertThat(batch.getLabels().stream().map(NDArray::getDataType)).containsExactly(DataType.INT32,
            DataType.INT64);
        batch.close();
      }
    }
    read(data -> assertThat(data.head().toLongArray()).isEqualTo(LongStream.of(0, 10, 20, 30, 40).toArray()),
        Column.of("a").withType(DataType.INT64));
    assertThatThrownBy(() -> Column.of("a").withMeanAndStd(new float[2], new float[1]))
        .hasMessageContaining("2 means and 1 deviations");
    assertThatThrownBy(() -> Column.of("a").withMeanAndStd(new float[1], new float[1]))
        .hasMessageContaining("a deviation of 0.0");
  }
}
