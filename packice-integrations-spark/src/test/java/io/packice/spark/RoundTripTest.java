package io.packice.spark;

import static org.assertj.core.api.Assertions.assertThat;

import io.packice.spark.testing.SparkTest;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.unsafe.types.VariantVal;
import org.junit.jupiter.api.Test;
import scala.jdk.javaapi.CollectionConverters;

/** Every type of Spark's comes back as it was written, with nulls, at extremes and nested. */
class RoundTripTest extends SparkTest {
  /** By column: values, the extremes among them; each stands between others and nulls. */
  private static final Map<String, List<String>> VALUES = Map.ofEntries(
      Map.entry("flag", List.of("true", "false")),
      Map.entry("tiny", List.of("-128Y", "127Y", "0Y")),
      Map.entry("small", List.of("-32768S", "32767S")),
      Map.entry("num", List.of("CAST(-2147483648 AS INT)", "2147483647")),
      Map.entry("big", List.of("-9223372036854775808L", "9223372036854775807L", "0L")),
      Map.entry("single",
          List.of("float('NaN')", "float('-Infinity')", "1.5F", "-0.0F", "CAST('3.4028235E38' AS FLOAT)",
              "CAST('1.4E-45' AS FLOAT)")),
      Map.entry("dbl", List.of("double('NaN')", "double('Infinity')", "-2.5D", "-0.0D", "4.9E-324D")),
      Map.entry("money", List.of("CAST(-99999999.99 AS DECIMAL(10,2))", "CAST(0.01 AS DECIMAL(10,2))")),
      Map.entry("huge", List.of("CAST(-99999999999999999999999999999999999999 AS DECIMAL(38,0))",
          "CAST(99999999999999999999999999999999999999 AS DECIMAL(38,0))", "CAST(-1 AS DECIMAL(38,0))")),
      Map.entry("text", List.of("''", "'π and 🚀'", "repeat('long ', 1000)", "'plain'")),
      Map.entry("bytes", List.of("X''", "X'00FF80'", "CAST(repeat('b', 3000) AS BINARY)")),
      Map.entry("day", List.of("DATE'0001-01-01'", "DATE'9999-12-31'", "DATE'1969-12-31'")),
      Map.entry("moment", List.of("TIMESTAMP'0001-01-01 00:00:00'", "TIMESTAMP'9999-12-31 23:59:59.999999'",
          "TIMESTAMP'1969-12-31 23:59:59.999999'")),
      Map.entry("wall", List.of("TIMESTAMP_NTZ'0001-01-01 00:00:00'", "TIMESTAMP_NTZ'9999-12-31 23:59:59.999999'")),
      Map.entry("months", List.of("INTERVAL '178956970-7' YEAR TO MONTH", "INTERVAL '-1-1' YEAR TO MONTH")),
      Map.entry("years", List.of("INTERVAL '9' YEAR", "INTERVAL '-9' YEAR")),
      Map.entry("span",
          List.of("INTERVAL '106751991 04:00:54.775807' DAY TO SECOND", "INTERVAL '-1 00:00:00.000001' DAY TO SECOND")),
      Map.entry("hours", List.of("INTERVAL '5' HOUR", "INTERVAL '-5' HOUR")),
      Map.entry("nothing", List.of("NULL")),
      Map.entry("variant",
          List.of("parse_json('{\"a\": [1, 2.5, null, \"x\"]}')", "parse_json('null')", "parse_json('7')")),
      Map.entry("numbers", List.of("array(1, NULL, -3)", "CAST(array() AS ARRAY<INT>)", "sequence(1, 500)")),
      Map.entry("lists", List.of("array(array('a', NULL), NULL, CAST(array() AS ARRAY<STRING>))", "array(array('b'))")),
      Map.entry("pairs", List.of("map('a', 1L, 'b', NULL)", "CAST(map() AS MAP<STRING, BIGINT>)")),
      Map.entry("nested", List.of("named_struct('x', 1.5D, 'in', named_struct('s', 'deep', 'l', array(true, NULL)))",
          "named_struct('x', CAST(NULL AS DOUBLE), 'in', NULL)")),
      Map.entry("structs",
          List.of("array(named_struct('k', 1, 'v', X'01'), NULL)", "array(named_struct('k', NULL, 'v', NULL))")),
      Map.entry("mapped", List.of("map(1, array(named_struct('d', DATE'2024-02-29')))", "map(2, NULL)")));

  private Dataset<Row> everything(long rows) {
    List<String> columns = new ArrayList<>(List.of("id"));
    new TreeMap<>(VALUES).forEach((name, values) -> {
      StringBuilder sql = new StringBuilder("CASE (id * 31 + " + columns.size() + ") % " + (values.size() + 1));
      for (int i = 0; i < values.size(); i++) {
        sql.append(" WHEN ").append(i).append(" THEN ").append(values.get(i));
      }
      columns.add(sql.append(" END AS ").append(name).toString());
    });
    return spark.range(rows).selectExpr(columns.toArray(String[]::new));
  }

  /** What can be compared: bytes are equal if their text is. */
  private static Object plain(Object value) {
    return switch (value) {
      case null -> "null";
      case byte[] bytes -> HexFormat.of().formatHex(bytes);
      case VariantVal variant -> HexFormat.of().formatHex(variant.getValue()) + "/"
          + HexFormat.of().formatHex(variant.getMetadata());
      case Row row -> CollectionConverters.asJava(row.toSeq()).stream().map(RoundTripTest::plain).toList();
      case scala.collection.Map<?, ?> map -> {
        Map<String, Object> entries = new TreeMap<>();
        CollectionConverters.asJava(map).forEach((key, each) -> entries.put(key.toString(), plain(each)));
        yield entries;
      }
      case scala.collection.Seq<?> list ->
          CollectionConverters.asJava(list).stream().map(RoundTripTest::plain).toList();
      case Float number -> Integer.toHexString(Float.floatToIntBits(number));
      case Double number -> Long.toHexString(Double.doubleToLongBits(number));
      case BigDecimal number -> number.toPlainString();
      default -> value;
    };
  }

  private static List<Object> plainRows(Dataset<Row> frame) {
    return frame.collectAsList().stream().map(RoundTripTest::plain).toList();
  }

  @Test
  void everyTypeComesBackAsItWasWritten() {
    Dataset<Row> rows = everything(300);
    rows.coalesce(1).write().format("packice").option("partBytes", "40k").save("t");
    Dataset<Row> read = spark.table("packice.t");
    assertThat(read.schema()).isEqualTo(rows.schema().asNullable());
    assertThat(peer.client().list("t/part-").count()).as("parts").isGreaterThan(3);
    assertThat(plainRows(read.orderBy("id"))).isEqualTo(plainRows(rows.orderBy("id")));
  }

  @Test
  void everyTypeIsReadRowByRowToo() {
    Dataset<Row> rows = everything(50);
    rows.coalesce(1).write().format("packice").save("t");
    spark.conf().set("spark.sql.codegen.wholeStage", false);
    assertThat(plainRows(spark.table("packice.t").orderBy("id"))).isEqualTo(plainRows(rows.orderBy("id")));
  }

  @Test
  void emptyTablesKeepTheirSchema() {
    Dataset<Row> none = everything(10).where("id < 0");
    none.write().format("packice").save("t");
    assertThat(spark.table("packice.t").schema()).isEqualTo(none.schema().asNullable());
    assertThat(spark.table("packice.t").count()).isZero();
  }
}
