package io.packice.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.packice.spark.testing.Canonical;
import io.packice.spark.testing.PointType;
import io.packice.spark.testing.SparkPeer;
import io.packice.spark.testing.TestSpark;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.Period;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SaveMode;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.MapType;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Every type of Spark's, extremes and nulls, alone and inside of arrays, maps and structs: written, and read as it was. */
class TypeRoundTripTest {
  private static final int ROWS = 12;

  private final SparkPeer peer = new SparkPeer();
  private final SparkSession spark = TestSpark.newSession();

  @BeforeEach
  void nameThePeer() {
    spark.conf().set("spark.packice.peer", peer.address());
    spark.conf().set("spark.sql.catalog.packice", PackiceCatalog.class.getName());
    spark.conf().set("spark.sql.datetime.java8API.enabled", true);
    spark.conf().set("spark.sql.timeType.enabled", true);
  }

  @AfterEach
  void nothingIsLeft() {
    peer.requireIdle();
    peer.close();
  }

  private static Map<DataType, List<Object>> types() {
    String nines = "9".repeat(38);
    Map<DataType, List<Object>> types = new LinkedHashMap<>();
    types.put(new PointType(), List.of(new PointType.Point(1, 2), new PointType.Point(-0.5, Double.NaN)));
    put(types, "boolean", true, false);
    put(types, "tinyint", Byte.MIN_VALUE, (byte) 0, Byte.MAX_VALUE);
    put(types, "smallint", Short.MIN_VALUE, (short) -1, Short.MAX_VALUE);
    put(types, "int", Integer.MIN_VALUE, 0, Integer.MAX_VALUE);
    put(types, "bigint", Long.MIN_VALUE, 0L, Long.MAX_VALUE);
    put(types, "float", Float.NaN, Float.NEGATIVE_INFINITY, Float.MIN_VALUE, -0f, Float.MAX_VALUE);
    put(types, "double", Double.NaN, Double.POSITIVE_INFINITY, Double.MIN_VALUE, -0d, -Double.MAX_VALUE);
    put(types, "decimal(1,0)", new BigDecimal("-9"), new BigDecimal("0"), new BigDecimal("9"));
    put(types, "decimal(18,9)", new BigDecimal("-999999999.999999999"), new BigDecimal("0.000000001"));
    put(types, "decimal(38,0)", new BigDecimal(nines), new BigDecimal("-" + nines));
    put(types, "decimal(38,38)", new BigDecimal("0." + nines), new BigDecimal("-0." + nines));
    put(types, "string", "", "Grüße, 世界 🌍", "x".repeat(70_000), "\0");
    put(types, "string collate UNICODE_CI", "ABC", "abc");
    put(types, "binary", new byte[0], new byte[] {0, -1, 127}, "x".repeat(70_000).getBytes(StandardCharsets.UTF_8));
    put(types, "date", LocalDate.of(1, 1, 1), LocalDate.of(1582, 10, 14), LocalDate.EPOCH, LocalDate.of(9999, 12, 31));
    put(types, "timestamp", Instant.parse("0001-01-01T00:00:00Z"), Instant.parse("1969-12-31T23:59:59.999999Z"),
        Instant.parse("9999-12-31T23:59:59.999999Z"));
    put(types, "timestamp_ntz", LocalDateTime.of(1, 1, 1, 0, 0), LocalDateTime.parse("9999-12-31T23:59:59.999999"));
    put(types, "time(6)", LocalTime.MIN, LocalTime.parse("23:59:59.999999"));
    put(types, "interval year to month", Period.ofMonths(Integer.MAX_VALUE).normalized(),
        Period.ofMonths(-13).normalized());
    put(types, "interval month", Period.ofMonths(7));
    put(types, "interval day to second", Duration.ofDays(-106_751_991), Duration.ofSeconds(1, 1000));
    put(types, "interval hour", Duration.ofHours(5));
    put(types, "void");
    put(types, "array<array<int>>", List.of(List.of(1, 2), List.of()), List.of());
    put(types, "map<int,map<string,date>>", Map.of(1, Map.of("a", LocalDate.EPOCH)), Map.of());
    put(types, "struct<a:int,b:struct<c:string>>", RowFactory.create(1, RowFactory.create("x")),
        RowFactory.create(null, null));
    return types;
  }

  private static void put(Map<DataType, List<Object>> types, String ddl, Object... values) {
    types.put(DataType.fromDDL(ddl), Arrays.asList(values));
  }

  /** All in one table: a column of the type, and arrays, maps and structs of it, with nulls everywhere. */
  @Test
  void everyTypeComesBackAsItWas() {
    Map<DataType, List<Object>> types = types();
    StructType schema = new StructType();
    List<List<Object>> columns = new ArrayList<>();
    for (Map.Entry<DataType, List<Object>> entry : types.entrySet()) {
      DataType type = entry.getKey();
      String name = " " + columns.size();
      schema = schema.add("c" + name, type).add("a" + name, new ArrayType(type, true))
          .add("m" + name, new MapType(DataTypes.StringType, type, true))
          .add("s" + name, new StructType().add("x", type).add("n", "int"));
      addColumns(entry.getValue(), columns);
    }
    List<Row> rows = new ArrayList<>();
    for (int row = 0; row < ROWS; row++) {
      int place = row;
      rows.add(RowFactory.create(columns.stream().map(column -> column.get(place)).toArray()));
    }
    Dataset<Row> given = spark.createDataFrame(rows, schema).coalesce(1);
    given.write().format("packice").mode(SaveMode.Append).save("t");
    Dataset<Row> read = spark.read().format("packice").load("t");
    assertThat(read.schema()).isEqualTo(schema);
    List<Row> expected = given.collectAsList();
    List<Row> actual = read.collectAsList();
    for (int column = 0; column < schema.fields().length; column++) {
      assertThat(values(actual, column)).as(schema.fields()[column].toDDL()).isEqualTo(values(expected, column));
    }
  }

  private static List<String> values(List<Row> rows, int column) {
    return Canonical.lines(rows.stream().map(row -> RowFactory.create(row.get(column))).toList());
  }

  private static void addColumns(List<Object> values, List<List<Object>> columns) {
    List<Object> plain = new ArrayList<>();
    List<Object> arrays = new ArrayList<>();
    List<Object> maps = new ArrayList<>();
    List<Object> structs = new ArrayList<>();
    for (int row = 0; row < ROWS; row++) {
      Object value = row % 4 == 3 || values.isEmpty() ? null : values.get(row % values.size());
      plain.add(value);
      arrays.add(row == 1 ? null : row == 2 ? List.of() : Arrays.asList(value, null, value));
      Map<String, Object> map = new HashMap<>();
      map.put("value", value);
      map.put("none", null);
      maps.add(row == 4 ? null : row == 5 ? Map.of() : map);
      structs.add(row == 0 ? null : RowFactory.create(value, row % 2 == 0 ? null : row));
    }
    columns.addAll(List.of(plain, arrays, maps, structs));
  }

  @Test
  void intervalsWithMonthsAndDaysAreRefusedBySparkItself() {
    Dataset<Row> intervals = spark.sql("SELECT make_interval(1, 2, 0, 3) AS i");
    assertThatThrownBy(() -> intervals.write().format("packice").save("t"))
        .hasMessageContaining("Cannot use \"INTERVAL\" type in the table schema");
  }

  @Test
  void variantsComeBack() {
    String sql =
        "SELECT id, parse_json(j) AS v, array(parse_json(j)) AS a FROM VALUES (1, '{\"a\": [1, 2.5, null, \"x\"]}'), (2, '7'), (3, NULL) AS t(id, j)";
    spark.sql(sql).coalesce(1).write().format("packice").mode(SaveMode.Append).save("t");
    Dataset<Row> read = spark.table("packice.t");
    assertThat(read.schema()).isEqualTo(spark.sql(sql).schema().asNullable());
    assertThat(Canonical.lines(read.selectExpr("id", "to_json(v)", "to_json(a[0])",
        "variant_get(v, '$.a[1]', 'double')").collectAsList())).containsExactlyInAnyOrder(
            "[1, {\"a\":[1,2.5,null,\"x\"]}, {\"a\":[1,2.5,null,\"x\"]}, 2.5]", "[2, 7, 7, ∅]", "[3, ∅, ∅, ∅]");
  }

  @Test
  void lengthsOfTextStay() {
    spark.sql("CREATE TABLE packice.t (c CHAR(5), v VARCHAR(3) COMMENT 'short')");
    spark.sql("INSERT INTO packice.t VALUES ('ab', 'xyz'), (NULL, '')");
    assertThat(Canonical.lines(spark.table("packice.t").orderBy("v").collectAsList())).containsExactly("[∅, ]",
        "[ab   , xyz]");
    assertThat(Canonical.lines(spark.sql("DESCRIBE packice.t").collectAsList())).contains("[c, char(5), ∅]",
        "[v, varchar(3), short]");
  }
}
