package io.packice.spark.parquet;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.packice.arrow.parquet.ParquetEngine;
import io.packice.arrow.parquet.ParquetWriter;
import io.packice.arrow.parquet.WriteOptions;
import io.packice.spark.testing.TestSpark;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.temporal.ChronoField;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.BaseFixedWidthVector;
import org.apache.arrow.vector.BaseLargeVariableWidthVector;
import org.apache.arrow.vector.BaseVariableWidthVector;
import org.apache.arrow.vector.BaseVariableWidthViewVector;
import org.apache.arrow.vector.BitVector;
import org.apache.arrow.vector.BitVectorHelper;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.IntVector;
import org.apache.arrow.vector.NullVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.complex.FixedSizeListVector;
import org.apache.arrow.vector.complex.LargeListVector;
import org.apache.arrow.vector.complex.ListVector;
import org.apache.arrow.vector.complex.MapVector;
import org.apache.arrow.vector.complex.StructVector;
import org.apache.arrow.vector.types.DateUnit;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.IntervalUnit;
import org.apache.arrow.vector.types.TimeUnit;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.assertj.core.api.SoftAssertions;
import org.duckdb.DuckDBDriver;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files of every type that we write, alone and inside of others, with nulls, as Spark and DuckDB read them: neither has a line of ours. */
class OtherReadersTest {
  private static final String TEXT = "CAST(%s AS STRING)";
  private static final String HEX = "hex(%s)";
  private static final DateTimeFormatter LOCAL = new DateTimeFormatterBuilder().appendPattern("uuuu-MM-dd HH:mm:ss")
      .appendFraction(ChronoField.NANO_OF_SECOND, 0, 9, true).toFormatter(Locale.ROOT);
  private static final String UUID = "00112233-4455-6677-8899-aabbccddeeff";

  /**
   * A type, two values of it, and what others make of these.
   *
   * @param duck an expression, and the two values of it
   * @param spark the two values; nothing if Spark has no such type and refuses the file
   */
  private record Case(Field field, List<Object> values, List<String> duck, List<String> spark) {
  }

  private static final List<Case> CASES = cases();

  @TempDir Path folder;

  private final RootAllocator allocator = new RootAllocator();

  @AfterEach
  void nothingLeaks() {
    allocator.close();
  }

  // ---- Cases

  private static Case is(ArrowType type, Object a, Object b, List<String> duck, List<String> spark) {
    return new Case(Field.nullable("v", type), Arrays.asList(a, b), duck, spark);
  }

  /** Both read the same text. */
  private static Case is(ArrowType type, Object a, Object b, String first, String second) {
    return is(type, a, b, List.of(TEXT, first, second), List.of(first, second));
  }

  private static List<Case> cases() {
    List<Case> all = new ArrayList<>();
    all.add(is(new ArrowType.Bool(), true, false, "true", "false"));
    for (int bits = 8; bits <= 64; bits *= 2) {
      long least = Long.MIN_VALUE >> (64 - bits);
      BigInteger most = BigInteger.TWO.pow(bits).subtract(BigInteger.ONE);
      all.add(is(new ArrowType.Int(bits, true), -7L, least, "-7", Long.toString(least)));
      all.add(is(new ArrowType.Int(bits, false), 7L, most, "7", most.toString()));
    }
    all.add(is(new ArrowType.FloatingPoint(FloatingPointPrecision.HALF), 0x2e66L, 0xc000L,
        List.of(TEXT, "0.099975586", "-2.0"), List.of()));
    all.add(is(new ArrowType.FloatingPoint(FloatingPointPrecision.SINGLE), 0x3dcccccdL, 0xc0200000L, "0.1", "-2.5"));
    all.add(is(new ArrowType.FloatingPoint(FloatingPointPrecision.DOUBLE), 0x3fb999999999999aL, 0x7ff8000000000000L,
        List.of(TEXT, "0.1", "nan"), List.of("0.1", "NaN")));
    for (int digits : new int[] {5, 15, 38}) {
      BigInteger most = BigInteger.TEN.pow(digits).subtract(BigInteger.ONE).negate();
      all.add(is(new ArrowType.Decimal(digits, 2, 128), BigInteger.valueOf(1250), most, "12.50",
          "-" + "9".repeat(digits - 2) + ".99"));
    }
    all.add(is(new ArrowType.Decimal(76, 2, 256), BigInteger.valueOf(1250), BigInteger.valueOf(-50),
        List.of(TEXT, "12.5", "-0.5"), List.of()));
    for (ArrowType type : List.of(new ArrowType.Utf8(), new ArrowType.LargeUtf8(), new ArrowType.Utf8View())) {
      all.add(is(type, "Grüße 😀".getBytes(StandardCharsets.UTF_8), new byte[0], "Grüße 😀", ""));
    }
    for (ArrowType type : List.of(new ArrowType.Binary(), new ArrowType.LargeBinary(), new ArrowType.BinaryView(),
        new ArrowType.FixedSizeBinary(3))) {
      all.add(is(type, new byte[] {0, -1, 'a'}, new byte[] {'1', '2', '3'}, List.of(HEX, "00FF61", "313233"),
          List.of("00FF61", "313233")));
    }
    byte[] uuid = HexFormat.of().parseHex(UUID.replace("-", ""));
    all.add(new Case(new Field("v", new FieldType(true, new ArrowType.FixedSizeBinary(16), null,
        Map.of("ARROW:extension:name", "arrow.uuid", "ARROW:extension:metadata", "")), null), List.of(uuid, uuid),
        List.of(TEXT, UUID, UUID), List.of()));
    times(all);
    timestamps(all);
    between(all);
    all.add(is(new ArrowType.Null(), null, null, Arrays.asList(TEXT, null, null), Arrays.asList(null, null)));
    return all;
  }

  private static void times(List<Case> all) {
    all.add(is(new ArrowType.Date(DateUnit.DAY), 20_484L, 2_932_896L, "2026-01-31", "9999-12-31"));
    all.add(is(new ArrowType.Date(DateUnit.MILLISECOND), 20_484L * 86_400_000, -86_400_000L, "2026-01-31",
        "1969-12-31"));
    all.add(is(new ArrowType.Time(TimeUnit.SECOND, 32), 54_889L, 0L, List.of(TEXT, "15:14:49", "00:00:00"),
        List.of()));
    all.add(is(new ArrowType.Time(TimeUnit.MILLISECOND, 32), 54_889_367L, 86_399_999L,
        List.of(TEXT, "15:14:49.367", "23:59:59.999"), List.of()));
    all.add(is(new ArrowType.Time(TimeUnit.MICROSECOND, 64), 54_889_367_000L, 86_399_999_999L, "15:14:49.367",
        "23:59:59.999999"));
    all.add(is(new ArrowType.Time(TimeUnit.NANOSECOND, 64), 54_889_367_000_000L, 86_399_999_999_999L,
        List.of(TEXT, "15:14:49.367", "23:59:59.999999"), List.of())); // DuckDB cuts them
  }

  private static void timestamps(List<Case> all) {
    String micros = "1769860800000001";
    long least = -62_135_596_800L; // the first of the year 1
    all.add(is(new ArrowType.Timestamp(TimeUnit.SECOND, null), 1_769_860_800L, least, "2026-01-31 12:00:00",
        "0001-01-01 00:00:00"));
    all.add(is(new ArrowType.Timestamp(TimeUnit.MILLISECOND, null), 1_769_860_800_500L, least * 1000,
        "2026-01-31 12:00:00.5", "0001-01-01 00:00:00"));
    all.add(is(new ArrowType.Timestamp(TimeUnit.MICROSECOND, null), Long.parseLong(micros), -1L,
        "2026-01-31 12:00:00.000001", "1969-12-31 23:59:59.999999"));
    all.add(is(new ArrowType.Timestamp(TimeUnit.NANOSECOND, null), 1_769_860_800_000_000_001L, -1L,
        List.of("epoch_ns(%s)", "1769860800000000001", "-1"), List.of()));
    for (TimeUnit unit : TimeUnit.values()) {
      long perSecond = switch (unit) {
        case SECOND -> 1;
        case MILLISECOND -> 1_000;
        case MICROSECOND -> 1_000_000;
        case NANOSECOND -> 1_000_000_000;
      };
      List<String> spark = List.of("1769860800000000", "-1000000");
      all.add(is(new ArrowType.Timestamp(unit, "Europe/Oslo"), 1_769_860_800L * perSecond, -perSecond,
          List.of("epoch_us(%s)", "1769860800000000", "-1000000"),
          unit == TimeUnit.NANOSECOND ? List.of() : spark));
    }
  }

  private static void between(List<Case> all) {
    for (TimeUnit unit : TimeUnit.values()) {
      all.add(is(new ArrowType.Duration(unit), 5400L, Long.MIN_VALUE, "5400", Long.toString(Long.MIN_VALUE)));
    }
    all.add(is(new ArrowType.Interval(IntervalUnit.YEAR_MONTH), 14L, (long) Integer.MAX_VALUE,
        List.of(TEXT, "1 year 2 months", "178956970 years 7 months"), List.of()));
    all.add(is(new ArrowType.Interval(IntervalUnit.DAY_TIME), interval(1, 1500), interval(0, 90_000_000),
        List.of(TEXT, "1 day 00:00:01.5", "25:00:00"), List.of()));
    all.add(is(new ArrowType.Interval(IntervalUnit.MONTH_DAY_NANO), interval(1, 2, 3_000_000, 0),
        interval(0, 0, 4_000_000, 0), List.of(TEXT, "1 month 2 days 00:00:00.003", "00:00:00.004"), List.of()));
  }

  private static byte[] interval(int... ints) {
    ByteBuffer bytes = ByteBuffer.allocate(4 * ints.length).order(ByteOrder.LITTLE_ENDIAN);
    Arrays.stream(ints).forEach(bytes::putInt);
    return bytes.array();
  }

  // ---- Files

  private static Field nullable(String name, ArrowType type, Field... children) {
    return new Field(name, FieldType.nullable(type), List.of(children));
  }

  private static Field required(String name, ArrowType type, Field... children) {
    return new Field(name, FieldType.notNullable(type), List.of(children));
  }

  private static List<Field> fields(int number, Field value) {
    Field named = new Field("n" + number, value.getFieldType(), null);
    return List.of(named, nullable("l" + number, new ArrowType.List(), value),
        nullable("s" + number, new ArrowType.Struct(), value),
        nullable("m" + number, new ArrowType.Map(false), required("entries", new ArrowType.Struct(),
            required("key", new ArrowType.Utf8()), value)),
        nullable("d" + number, new ArrowType.FixedSizeList(1), nullable("s", new ArrowType.Struct(),
            nullable("l", new ArrowType.LargeList(), value))));
  }

  private static void set(FieldVector vector, int row, Object value) {
    switch (vector) {
      case NullVector _ -> {
      }
      case FieldVector some when value == null -> some.setNull(row);
      case BitVector bits -> bits.setSafe(row, (boolean) value ? 1 : 0);
      case BaseFixedWidthVector fixed -> {
        while (row >= fixed.getValueCapacity()) {
          fixed.reAlloc();
        }
        fixed.getDataBuffer().setBytes((long) row * fixed.getTypeWidth(), bytes(value, fixed.getTypeWidth()));
        BitVectorHelper.setBit(fixed.getValidityBuffer(), row);
      }
      case BaseVariableWidthVector bytes -> bytes.setSafe(row, (byte[]) value);
      case BaseLargeVariableWidthVector bytes -> bytes.setSafe(row, (byte[]) value);
      case BaseVariableWidthViewVector bytes -> bytes.setSafe(row, (byte[]) value);
      default -> throw new AssertionError(vector.getClass());
    }
  }

  private static byte[] bytes(Object value, int width) {
    if (value instanceof byte[] bytes) {
      return bytes;
    }
    BigInteger number = value instanceof Long plain ? BigInteger.valueOf(plain) : (BigInteger) value;
    byte[] bytes = new byte[width];
    for (int i = 0; i < width; i++) {
      bytes[i] = number.shiftRight(8 * i).byteValue();
    }
    return bytes;
  }

  /** The first value, null, the second. */
  private static void elements(FieldVector data, Case of) {
    set(data, 0, of.values.get(0));
    set(data, 1, null);
    set(data, 2, of.values.get(1));
    data.setValueCount(3);
  }

  private static void fill(VectorSchemaRoot root, int first, Case of) {
    set(root.getVector(first), 0, of.values.get(0));
    set(root.getVector(first), 1, of.values.get(1));
    set(root.getVector(first), 2, null);
    ListVector list = (ListVector) root.getVector(first + 1);
    elements(list.getDataVector(), of);
    list.startNewValue(0);
    list.endValue(0, 3);
    list.startNewValue(1);
    list.endValue(1, 0);
    StructVector struct = (StructVector) root.getVector(first + 2);
    set((FieldVector) struct.getChildByOrdinal(0), 0, of.values.get(0));
    struct.setIndexDefined(0);
    struct.setIndexDefined(1);
    MapVector map = (MapVector) root.getVector(first + 3);
    StructVector entries = (StructVector) map.getDataVector();
    for (int i = 0; i < 3; i++) {
      ((VarCharVector) entries.getChildByOrdinal(0)).setSafe(i, new byte[] {'k', (byte) ('0' + i)});
      entries.setIndexDefined(i);
    }
    elements((FieldVector) entries.getChildByOrdinal(1), of);
    entries.setValueCount(3);
    map.startNewValue(0);
    map.endValue(0, 3);
    map.startNewValue(1);
    map.endValue(1, 0);
    FixedSizeListVector deep = (FixedSizeListVector) root.getVector(first + 4);
    StructVector inner = (StructVector) deep.getDataVector();
    LargeListVector large = (LargeListVector) inner.getChildByOrdinal(0);
    elements(large.getDataVector(), of);
    large.startNewValue(0);
    large.endValue(0, 3);
    inner.setIndexDefined(0);
    deep.setNotNull(0);
    deep.setNotNull(1); // of an object that is null
  }

  private Path write(String name, List<Case> cases) throws IOException {
    return write(name, cases, WriteOptions.defaults());
  }

  private Path write(String name, List<Case> cases, WriteOptions options) throws IOException {
    List<Field> fields = new ArrayList<>(List.of(required("id", new ArrowType.Int(32, true))));
    for (int i = 0; i < cases.size(); i++) {
      fields.addAll(fields(i, cases.get(i).field));
    }
    Schema schema = new Schema(fields);
    Path file = folder.resolve(name);
    try (VectorSchemaRoot root = VectorSchemaRoot.create(schema, allocator);
        FileChannel out = FileChannel.open(file, StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW);
        ParquetWriter writer = ParquetEngine.standard().create(out, schema, options)) {
      root.getFieldVectors().forEach(vector -> {
        vector.setInitialCapacity(3);
        vector.allocateNew();
      });
      for (int row = 0; row < 3; row++) {
        ((IntVector) root.getVector(0)).set(row, row);
      }
      for (int i = 0; i < cases.size(); i++) {
        fill(root, 1 + 5 * i, cases.get(i));
      }
      root.setRowCount(3);
      writer.write(root);
      writer.finish();
    }
    return file;
  }

  // ---- What must be there

  private static List<String> select(int number, String as) {
    List<String> all = new ArrayList<>();
    for (String value : List.of("n%d", "l%d[1]", "l%d[2]", "l%d[3]", "s%d.v", "map_values(m%d)[1]",
        "map_values(m%d)[3]", "d%d[1].l[3]")) {
      all.add(as.formatted(value.formatted(number)));
    }
    for (String other : List.of("len(l%d)", "s%d IS NULL", "cardinality(m%d)", "d%d[1] IS NULL")) {
      all.add(TEXT.formatted(other.formatted(number)));
    }
    return all;
  }

  private static List<List<String>> expected(String a, String b) {
    return List.of(Arrays.asList(a, a, null, b, a, a, b, b, "3", "false", "3", "false"),
        Arrays.asList(b, null, null, null, null, null, null, null, "0", "false", "0", "true"),
        Arrays.asList(null, null, null, null, null, null, null, null, null, "true", null, "true"));
  }

  @Test
  void duckDbReadsEveryType() throws IOException, SQLException {
    Path file = write("all.parquet", CASES);
    SoftAssertions all = new SoftAssertions();
    try (Connection duck = new DuckDBDriver().connect("jdbc:duckdb:", new Properties());
        Statement statement = duck.createStatement()) {
      for (int i = 0; i < CASES.size(); i++) {
        List<String> wanted = CASES.get(i).duck;
        List<List<String>> rows = new ArrayList<>();
        String sql = "SELECT " + String.join(", ", select(i, wanted.getFirst())) + " FROM '" + file
            + "' ORDER BY id";
        try (ResultSet result = statement.executeQuery(sql)) {
          while (result.next()) {
            List<String> row = new ArrayList<>();
            for (int column = 1; column <= result.getMetaData().getColumnCount(); column++) {
              row.add(result.getString(column));
            }
            rows.add(row);
          }
        }
        all.assertThat(rows).as("%s", CASES.get(i).field).isEqualTo(expected(wanted.get(1), wanted.get(2)));
      }
      for (WriteOptions.Codec codec : WriteOptions.Codec.values()) {
        Path other = write(codec + ".parquet", CASES, WriteOptions.defaults().withCodec(codec).withPageBytes(64));
        try (ResultSet result = statement.executeQuery("SELECT count(*), (SELECT count(*) FROM '" + other + "') FROM"
            + " (SELECT * FROM '" + file + "' EXCEPT ALL SELECT * FROM '" + other + "')")) {
          result.next();
          all.assertThat(List.of(result.getLong(1), result.getLong(2))).as("%s", codec).containsExactly(0L, 3L);
        }
      }
      all.assertAll();
    }
  }

  @Test
  void sparkReadsEveryTypeThatItHas() throws IOException {
    SparkSession spark = TestSpark.newSession();
    spark.conf().set("spark.sql.timeType.enabled", true);
    spark.conf().set("spark.sql.datetime.java8API.enabled", true);
    List<Case> known = CASES.stream().filter(of -> !of.spark.isEmpty()).toList();
    List<Row> rows = spark.read().parquet(write("known.parquet", known).toString()).collectAsList();
    SoftAssertions all = new SoftAssertions();
    for (int i = 0; i < known.size(); i++) {
      int first = 1 + 5 * i;
      all.assertThat(rows.stream().map(row -> found(row, first))).as("%s", known.get(i).field)
          .isEqualTo(expected(known.get(i).spark.get(0), known.get(i).spark.get(1)));
    }
    all.assertAll();
  }

  @Test
  @Tag("nightly")
  void sparkRefusesTheTypesThatItHasNot() throws IOException {
    SparkSession spark = TestSpark.newSession();
    spark.conf().set("spark.sql.timeType.enabled", true);
    for (Case unknown : CASES) {
      if (unknown.spark.isEmpty()) {
        String name = unknown.field.getType() + "-" + unknown.field.getMetadata().size() + ".parquet";
        Path other = write(name.replace('/', '-'), List.of(unknown));
        assertThatThrownBy(() -> spark.read().parquet(other.toString())).as("%s", unknown.field)
            .isInstanceOf(Exception.class).hasMessageMatching("(?s).*(PARQUET_TYPE|DECIMAL_PRECISION).*");
      }
    }
  }

  /** What {@link #select} gives. */
  private static List<String> found(Row row, int first) {
    List<Object> list = row.isNullAt(first + 1) ? null : row.getList(first + 1);
    Row struct = row.getStruct(first + 2);
    Map<String, Object> map = row.isNullAt(first + 3) ? null : row.getJavaMap(first + 3);
    List<Row> deep = row.isNullAt(first + 4) ? null : row.getList(first + 4);
    Row inner = deep == null ? null : deep.getFirst();
    List<String> all = new ArrayList<>();
    all.add(text(row.get(first)));
    for (int i = 0; i < 3; i++) {
      all.add(list == null || list.isEmpty() ? null : text(list.get(i)));
    }
    all.add(struct == null ? null : text(struct.get(0)));
    all.add(map == null ? null : text(map.get("k0")));
    all.add(map == null ? null : text(map.get("k2")));
    all.add(inner == null ? null : text(inner.getList(0).get(2)));
    all.add(list == null ? null : Integer.toString(list.size()));
    all.add(Boolean.toString(struct == null));
    all.add(map == null ? null : Integer.toString(map.size()));
    all.add(Boolean.toString(inner == null));
    return all;
  }

  /** As DuckDB writes it. */
  private static String text(Object value) {
    return switch (value) {
      case null -> null;
      case byte[] bytes -> HexFormat.of().withUpperCase().formatHex(bytes);
      case LocalDateTime local -> local.format(LOCAL);
      case Instant instant -> Long.toString(ChronoUnit.MICROS.between(Instant.EPOCH, instant));
      case LocalTime time when time.getSecond() == 0 && time.getNano() == 0 -> time + ":00";
      default -> value.toString();
    };
  }
}
