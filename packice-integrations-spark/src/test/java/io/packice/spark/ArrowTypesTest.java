package io.packice.spark;

import static org.assertj.core.api.Assertions.assertThat;

import io.packice.arrow.ArrowTables;
import io.packice.arrow.TableOptions;
import io.packice.arrow.TableWriter;
import io.packice.spark.testing.Canonical;
import io.packice.spark.testing.SparkPeer;
import io.packice.spark.testing.TestSpark;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.IntFunction;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.*;
import org.apache.arrow.vector.complex.FixedSizeListVector;
import org.apache.arrow.vector.complex.LargeListVector;
import org.apache.arrow.vector.complex.ListVector;
import org.apache.arrow.vector.complex.StructVector;
import org.apache.arrow.vector.dictionary.Dictionary;
import org.apache.arrow.vector.dictionary.DictionaryProvider.MapDictionaryProvider;
import org.apache.arrow.vector.types.DateUnit;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.IntervalUnit;
import org.apache.arrow.vector.types.TimeUnit;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.DictionaryEncoding;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Types that Arrow has and Spark has not, in tables that others wrote: each is read as docs/spark.md says, wherever a task begins. */
class ArrowTypesTest {
  private static final int ROWS = 100;

  private final SparkPeer peer = new SparkPeer();
  private final SparkSession spark = TestSpark.newSession();
  private final RootAllocator allocator = new RootAllocator();

  @BeforeEach
  void nameThePeer() {
    spark.conf().set("spark.packice.peer", peer.address());
    spark.conf().set("spark.sql.datetime.java8API.enabled", true);
    spark.conf().set("spark.sql.timeType.enabled", true);
  }

  @AfterEach
  void nothingIsLeft() {
    allocator.close();
    peer.requireIdle();
    peer.close();
  }

  /** Each seventh row is null; the others are as stated. */
  private static boolean isNull(int row) {
    return row % 7 == 3;
  }

  private <V extends FieldVector> void reads(Field field, Class<V> type, BiConsumer<V, Integer> set, String sparkType,
      IntFunction<Object> expected) {
    try (FieldVector vector = field.createVector(allocator)) {
      vector.setInitialCapacity(ROWS);
      vector.allocateNew();
      for (int row = 0; row < ROWS; row++) {
        if (!isNull(row)) {
          set.accept(type.cast(vector), row);
        }
      }
      vector.setValueCount(ROWS);
      write(new Schema(List.of(field)), List.of(vector), new MapDictionaryProvider());
    }
    requireRead(sparkType, expected);
  }

  private void write(Schema schema, List<FieldVector> vectors, MapDictionaryProvider dictionaries) {
    VectorSchemaRoot root = new VectorSchemaRoot(schema, vectors, ROWS);
    try (TableWriter writer =
        new ArrowTables(peer.client()).create("t", schema, TableOptions.defaults(), dictionaries)) {
      writer.write(root);
      writer.commit();
    }
  }

  private void requireRead(String sparkType, IntFunction<Object> expected) {
    List<String> lines = new ArrayList<>();
    for (int row = 0; row < ROWS; row++) {
      lines.add("[" + (isNull(row) ? "∅" : expected.apply(row)) + "]");
    }
    for (String split : List.of("1g", "100")) {
      var frame = spark.read().format("packice").option("splitBytes", split).load("t");
      assertThat(frame.schema().fields()[0].dataType().sql()).isEqualTo(sparkType);
      assertThat(Canonical.lines(frame.collectAsList())).as(sparkType + " by " + split).isEqualTo(lines);
    }
    new ArrowTables(peer.client()).drop("t");
  }

  private static Field field(ArrowType type) {
    return Field.nullable("c", type);
  }

  @Test
  void unsignedIntegersAreWider() {
    reads(field(new ArrowType.Int(8, false)), UInt1Vector.class, (v, i) -> v.setSafe(i, i + 150), "SMALLINT",
        i -> i + 150);
    reads(field(new ArrowType.Int(16, false)), UInt2Vector.class, (v, i) -> v.setSafe(i, i + 65_400), "INT",
        i -> i + 65_400);
    reads(field(new ArrowType.Int(32, false)), UInt4Vector.class, (v, i) -> v.setSafe(i, -1 - i), "BIGINT",
        i -> 0xFFFF_FFFFL - i);
    reads(field(new ArrowType.Int(64, false)), UInt8Vector.class, (v, i) -> v.setSafe(i, -1L - i), "DECIMAL(20,0)",
        i -> new BigInteger("18446744073709551615").subtract(BigInteger.valueOf(i)));
  }

  @Test
  void halfFloatsAreFloats() {
    reads(field(new ArrowType.FloatingPoint(FloatingPointPrecision.HALF)), Float2Vector.class,
        (v, i) -> v.setSafe(i, Float.floatToFloat16(i / 4f)), "FLOAT", i -> i / 4f);
  }

  @Test
  void decimalsOfAllWidths() {
    reads(field(new ArrowType.Decimal(9, 2, 128)), DecimalVector.class,
        (v, i) -> v.setSafe(i, BigDecimal.valueOf(-i * 1001L, 2)), "DECIMAL(9,2)",
        i -> BigDecimal.valueOf(-i * 1001L, 2));
    BigDecimal large = new BigDecimal("-1234567890123456789012345678.9012345678");
    reads(field(new ArrowType.Decimal(38, 10, 128)), DecimalVector.class, (v, i) -> v.setSafe(i, large),
        "DECIMAL(38,10)", _ -> large);
    reads(field(new ArrowType.Decimal(38, 10, 256)), Decimal256Vector.class, (v, i) -> v.setSafe(i, large),
        "DECIMAL(38,10)", _ -> large);
  }

  @Test
  void timesInAnyUnit() {
    reads(field(new ArrowType.Date(DateUnit.MILLISECOND)), DateMilliVector.class,
        (v, i) -> v.setSafe(i, (i - 50) * 86_400_000L), "DATE", i -> java.time.LocalDate.ofEpochDay(i - 50));
    java.time.Instant start = java.time.Instant.ofEpochSecond(-50);
    reads(field(new ArrowType.Timestamp(TimeUnit.SECOND, "Europe/Berlin")), TimeStampSecTZVector.class,
        (v, i) -> v.setSafe(i, i - 50), "TIMESTAMP", start::plusSeconds);
    reads(field(new ArrowType.Timestamp(TimeUnit.MILLISECOND, null)), TimeStampMilliVector.class,
        (v, i) -> v.setSafe(i, i * 1001L), "TIMESTAMP_NTZ",
        i -> java.time.LocalDateTime.of(1970, 1, 1, 0, 0).plusNanos(i * 1_001_000_000L));
    reads(field(new ArrowType.Timestamp(TimeUnit.NANOSECOND, "UTC")), TimeStampNanoTZVector.class,
        (v, i) -> v.setSafe(i, -1L - i * 1_000_000L), "TIMESTAMP",
        i -> java.time.Instant.EPOCH.minusNanos(1_000 + i * 1_000_000L));
    reads(field(new ArrowType.Time(TimeUnit.SECOND, 32)), TimeSecVector.class, (v, i) -> v.setSafe(i, i * 60),
        "TIME(0)", i -> java.time.LocalTime.ofSecondOfDay(i * 60L));
    reads(field(new ArrowType.Time(TimeUnit.MICROSECOND, 64)), TimeMicroVector.class, (v, i) -> v.setSafe(i, i * 7L),
        "TIME(6)", i -> java.time.LocalTime.ofNanoOfDay(i * 7000L));
    reads(field(new ArrowType.Time(TimeUnit.NANOSECOND, 64)), TimeNanoVector.class, (v, i) -> v.setSafe(i, i * 7001L),
        "TIME(6)", i -> java.time.LocalTime.ofNanoOfDay(i * 7001L / 1000 * 1000));
    reads(field(new ArrowType.Duration(TimeUnit.MILLISECOND)), DurationVector.class, (v, i) -> v.setSafe(i, i * 5L),
        "INTERVAL DAY TO SECOND", i -> java.time.Duration.ofMillis(i * 5L));
  }

  @Test
  void intervalsOfAllKinds() {
    reads(field(new ArrowType.Interval(IntervalUnit.YEAR_MONTH)), IntervalYearVector.class, (v, i) -> v.setSafe(i, i),
        "INTERVAL YEAR TO MONTH", i -> java.time.Period.ofMonths(i).normalized());
    reads(field(new ArrowType.Interval(IntervalUnit.DAY_TIME)), IntervalDayVector.class,
        (v, i) -> v.setSafe(i, i, 1500),
        "INTERVAL", i -> new org.apache.spark.unsafe.types.CalendarInterval(0, i, 1_500_000));
    reads(field(new ArrowType.Interval(IntervalUnit.MONTH_DAY_NANO)), IntervalMonthDayNanoVector.class,
        (v, i) -> v.setSafe(i, i, -i, 2_000_000_001L), "INTERVAL",
        i -> new org.apache.spark.unsafe.types.CalendarInterval(i, -i, 2_000_000));
  }

  private static byte[] bytes(int row) {
    return ("value " + "x".repeat(row % 20) + row).getBytes(StandardCharsets.UTF_8);
  }

  @Test
  void textAndBinaryInAnyForm() {
    IntFunction<Object> text = i -> new String(bytes(i), StandardCharsets.UTF_8);
    IntFunction<Object> hex = i -> java.util.HexFormat.of().formatHex(bytes(i));
    reads(field(ArrowType.LargeUtf8.INSTANCE), LargeVarCharVector.class, (v, i) -> v.setSafe(i, bytes(i)), "STRING",
        text);
    reads(field(ArrowType.Utf8View.INSTANCE), ViewVarCharVector.class, (v, i) -> v.setSafe(i, bytes(i)), "STRING",
        text);
    reads(field(ArrowType.LargeBinary.INSTANCE), LargeVarBinaryVector.class, (v, i) -> v.setSafe(i, bytes(i)), "BINARY",
        hex);
    reads(field(ArrowType.BinaryView.INSTANCE), ViewVarBinaryVector.class, (v, i) -> v.setSafe(i, bytes(i)), "BINARY",
        hex);
    reads(field(new ArrowType.FixedSizeBinary(3)), FixedSizeBinaryVector.class,
        (v, i) -> v.setSafe(i, new byte[] {i.byteValue(), 1, 2}), "BINARY", i -> "%02x0102".formatted(i));
    reads(field(ArrowType.Bool.INSTANCE), BitVector.class, (v, i) -> v.setSafe(i, i % 3 == 0 ? 1 : 0), "BOOLEAN",
        i -> i % 3 == 0);
  }

  @Test
  void listsOfFixedLengthAndLargeOnes() {
    Field floats = Field.nullable("item", new ArrowType.FloatingPoint(FloatingPointPrecision.SINGLE));
    reads(new Field("c", FieldType.nullable(new ArrowType.FixedSizeList(3)), List.of(floats)),
        FixedSizeListVector.class,
        (v, i) -> {
          v.setNotNull(i);
          for (int k = 0; k < 3; k++) {
            ((Float4Vector) v.getDataVector()).setSafe(i * 3 + k, i + k / 2f);
          }
        }, "ARRAY<FLOAT>", i -> "(%s,%s,%s)".formatted((float) i, i + 0.5f, i + 1f));
    Field bools = Field.nullable("item", ArrowType.Bool.INSTANCE);
    reads(new Field("c", FieldType.nullable(ArrowType.LargeList.INSTANCE), List.of(bools)), LargeListVector.class,
        (v, i) -> {
          long start = v.startNewValue(i);
          for (int k = 0; k < i % 4; k++) {
            ((BitVector) v.getDataVector()).setSafe((int) start + k, i % 2);
          }
          v.endValue(i, i % 4);
        }, "ARRAY<BOOLEAN>",
        i -> "(" + String.join(",", java.util.Collections.nCopies(i % 4, "" + (i % 2 == 1))) + ")");
  }

  @Test
  void structsWithNullsAtAllDepths() {
    Field inner = new Field("s", FieldType.nullable(ArrowType.Struct.INSTANCE),
        List.of(Field.nullable("x", new ArrowType.Int(32, true)), Field.nullable("b", ArrowType.Bool.INSTANCE)));
    reads(new Field("c", FieldType.nullable(ArrowType.Struct.INSTANCE), List.of(inner)), StructVector.class, (v, i) -> {
      v.setIndexDefined(i);
      StructVector s = (StructVector) v.getChild("s");
      if (i % 2 == 0) {
        s.setIndexDefined(i);
        ((IntVector) s.getChild("x")).setSafe(i, i);
        if (i % 4 == 0) {
          ((BitVector) s.getChild("b")).setSafe(i, 1);
        }
      }
    }, "STRUCT<s: STRUCT<x: INT, b: BOOLEAN>>",
        i -> i % 2 == 0 ? "[[" + i + ", " + (i % 4 == 0 ? "true" : "∅") + "]]" : "[∅]");
  }

  /** As others write tables; the values have a null as well. */
  @Test
  void dictionariesAreTheirValues() {
    for (ArrowType.Int index : List.of(new ArrowType.Int(8, true), new ArrowType.Int(8, false),
        new ArrowType.Int(16, true), new ArrowType.Int(32, true), new ArrowType.Int(64, true))) {
      DictionaryEncoding encoding = new DictionaryEncoding(3, false, index);
      Field field = new Field("c", new FieldType(true, index, encoding), null);
      try (VarCharVector values = new VarCharVector("values", allocator);
          FieldVector indices = field.createVector(allocator)) {
        values.allocateNew();
        values.setSafe(0, bytes(0));
        values.setSafe(1, bytes(1));
        values.setValueCount(3);
        indices.setInitialCapacity(ROWS);
        indices.allocateNew();
        for (int row = 0; row < ROWS; row++) {
          if (!isNull(row)) {
            ((BaseIntVector) indices).setWithPossibleTruncate(row, row % 3);
          }
        }
        indices.setValueCount(ROWS);
        MapDictionaryProvider provider = new MapDictionaryProvider(new Dictionary(values, encoding));
        write(new Schema(List.of(field)), List.of(indices), provider);
      }
      requireRead("STRING", i -> i % 3 == 2 ? "∅" : new String(bytes(i % 3), StandardCharsets.UTF_8));
    }
  }

  /** Spark takes arrays of numbers as a whole; what stands behind a null may be anything. */
  @Test
  void nullsInListsMayHideAnything() {
    ArrowType.Int index = new ArrowType.Int(32, true);
    DictionaryEncoding encoding = new DictionaryEncoding(3, false, index);
    Field element = new Field("item", new FieldType(true, index, encoding), null);
    Field field = new Field("c", FieldType.nullable(ArrowType.List.INSTANCE), List.of(element));
    try (BigIntVector values = new BigIntVector("values", allocator);
        ListVector lists = (ListVector) field.createVector(allocator)) {
      values.setSafe(0, 42);
      values.setValueCount(1);
      lists.setInitialCapacity(ROWS);
      lists.allocateNew();
      IntVector indices = (IntVector) lists.getDataVector();
      for (int row = 0; row < ROWS; row++) {
        int start = lists.startNewValue(row);
        indices.setSafe(start, 0);
        indices.setSafe(start + 1, Integer.MAX_VALUE);
        indices.setNull(start + 1);
        lists.endValue(row, 2);
      }
      lists.setValueCount(ROWS);
      write(new Schema(List.of(field)), List.of(lists), new MapDictionaryProvider(new Dictionary(values, encoding)));
    }
    var read = spark.read().format("packice").load("t");
    assertThat(Canonical.lines(read.sort("c").limit(1).collectAsList())).containsExactly("[(42,∅)]");
    assertThat(Canonical.lines(read.groupBy("c").count().collectAsList())).containsExactly("[(42,∅), 100]");
    new ArrowTables(peer.client()).drop("t");
    reads(new Field("c", FieldType.nullable(ArrowType.List.INSTANCE),
        List.of(Field.nullable("item", new ArrowType.Timestamp(TimeUnit.SECOND, "UTC")))), ListVector.class, (v, i) -> {
          int start = v.startNewValue(i);
          TimeStampSecTZVector seconds = (TimeStampSecTZVector) v.getDataVector();
          seconds.setSafe(start, Long.MAX_VALUE);
          seconds.setNull(start);
          v.endValue(i, 1);
        }, "ARRAY<TIMESTAMP>", _ -> "(∅)");
  }

  /** What is read is what conditions are about, by statistics and row by row. */
  @Test
  void timesOfNanosecondsAreWhatTheirMicrosecondsAre() {
    Field field = field(new ArrowType.Time(TimeUnit.NANOSECOND, 64));
    try (TimeNanoVector vector = (TimeNanoVector) field.createVector(allocator)) {
      for (int row = 0; row < ROWS; row++) {
        vector.setSafe(row, 3_600_000_001_500L);
      }
      vector.setValueCount(ROWS);
      write(new Schema(List.of(field)), List.of(vector), new MapDictionaryProvider());
    }
    var frame = spark.read().format("packice").load("t");
    assertThat(frame.where("c = TIME'01:00:00.000001'").count()).isEqualTo(ROWS);
    assertThat(frame.where("c <= TIME'01:00:00.000001'").count()).isEqualTo(ROWS);
    assertThat(frame.where("c > TIME'01:00:00.000001'").count()).isZero();
    assertThat(Canonical.lines(frame.selectExpr("min(c)", "max(c)").collectAsList()))
        .containsExactly("[01:00:00.000001, 01:00:00.000001]");
  }
}
