package io.packice.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.packice.arrow.ArrowTables;
import io.packice.arrow.TableOptions;
import io.packice.arrow.TableWriter;
import io.packice.spark.testing.Canonical;
import io.packice.spark.testing.SparkPeer;
import io.packice.spark.testing.TestSpark;
import java.util.List;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.Float8Vector;
import org.apache.arrow.vector.IntVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Ten parts of 1000 rows each: id ascends, k has nulls in the parts from 5 on, x is NaN in part 3. */
class PushDownTest {
  private static final Schema SCHEMA = new Schema(List.of(
      Field.notNullable("id", new ArrowType.Int(64, true)),
      Field.nullable("k", new ArrowType.Int(32, true)),
      Field.nullable("x", new ArrowType.FloatingPoint(FloatingPointPrecision.DOUBLE))));

  private final SparkPeer peer = new SparkPeer();
  private final SparkSession spark = TestSpark.newSession();

  @BeforeEach
  void writeTable() {
    spark.conf().set("spark.sql.catalog.packice", PackiceCatalog.class.getName());
    spark.conf().set("spark.sql.catalog.packice.peer", peer.address());
    try (RootAllocator allocator = new RootAllocator();
        VectorSchemaRoot root = VectorSchemaRoot.create(SCHEMA, allocator);
        TableWriter writer =
            new ArrowTables(peer.client()).create("t", SCHEMA, TableOptions.defaults().withPartBytes(1))) {
      for (int part = 0; part < 10; part++) {
        for (int i = 0; i < 1000; i++) {
          int id = part * 1000 + i;
          ((BigIntVector) root.getVector("id")).setSafe(i, id);
          IntVector k = (IntVector) root.getVector("k");
          if (part >= 5 && i % 2 == 0) {
            k.setNull(i);
          } else {
            k.setSafe(i, id % 1000 - 500);
          }
          ((Float8Vector) root.getVector("x")).setSafe(i, part == 3 ? Double.NaN : id / 10.0);
        }
        root.setRowCount(1000);
        writer.write(root);
      }
      writer.commit();
    }
  }

  @AfterEach
  void nothingIsLeft() {
    peer.requireIdle();
    peer.close();
  }

  private static String plan(Dataset<Row> frame) {
    return frame.queryExecution().executedPlan().toString();
  }

  private Dataset<Row> sql(String sql) {
    return spark.sql(sql);
  }

  private static List<String> lines(Dataset<Row> frame) {
    return Canonical.lines(frame.collectAsList());
  }

  @Test
  void statisticsDecideWhichPartsAreRead() {
    Dataset<Row> some = sql("SELECT id FROM packice.t WHERE id BETWEEN 2500 AND 3999");
    assertThat(plan(some)).contains("2 of 10 parts", "filters [");
    assertThat(some.count()).isEqualTo(1500);
    assertThat(plan(sql("SELECT * FROM packice.t WHERE id < 0 OR id > 9998"))).contains("1 of 10 parts");
    assertThat(plan(sql("SELECT * FROM packice.t WHERE NOT (id >= 1000)"))).contains("1 of 10 parts");
    assertThat(plan(sql("SELECT * FROM packice.t WHERE id IN (5, 1005, 77777)"))).contains("2 of 10 parts");
    assertThat(plan(sql("SELECT * FROM packice.t WHERE k IS NULL"))).contains("5 of 10 parts");
  }

  @Test
  void aPlanSaysHowManyPartsThereAre() {
    sql("CREATE TABLE packice.one AS SELECT 1 AS id");
    assertThat(plan(sql("SELECT * FROM packice.one"))).containsPattern("1 of 1 part\\b");
  }

  @Test
  void whatStatisticsDecideForAllRowsSparkNeedNotLookAtAgain() {
    assertThat(plan(sql("SELECT * FROM packice.t WHERE id >= 3000"))).contains("7 of 10 parts")
        .doesNotContain(" Filter (");
    assertThat(plan(sql("SELECT * FROM packice.t WHERE id >= 3001"))).contains("7 of 10 parts").contains("Filter (");
    assertThat(plan(sql("SELECT * FROM packice.t WHERE k <= 499"))).contains("Filter ("); // of nulls it is not true
  }

  @Test
  void nothingIsMoreThanNaN() {
    assertThat(sql("SELECT * FROM packice.t WHERE x > 1e9").count()).isEqualTo(1000);
    assertThat(sql("SELECT * FROM packice.t WHERE x = CAST('NaN' AS DOUBLE)").count()).isEqualTo(1000);
    assertThat(plan(sql("SELECT * FROM packice.t WHERE x < -1"))).doesNotContain("10 of 10 parts");
  }

  @Test
  void aggregatesAreAnsweredByStatistics() {
    Dataset<Row> all = sql("SELECT count(*), count(k), min(id), max(id), min(k), max(k) FROM packice.t");
    assertThat(plan(all)).contains("LocalTableScan").doesNotContain("BatchScan");
    assertThat(lines(all)).containsExactly("[10000, 7500, 0, 9999, -500, 499]");
    Dataset<Row> some = sql("SELECT count(*), max(id) FROM packice.t WHERE id < 2000");
    assertThat(plan(some)).doesNotContain("BatchScan");
    assertThat(lines(some)).containsExactly("[2000, 1999]");
    assertThat(lines(sql("SELECT count(*), max(id) FROM packice.t WHERE id < 0"))).containsExactly("[0, ∅]");
    // Not known: floats may be NaN, and where a filter cuts a part
    assertThat(plan(sql("SELECT max(x) FROM packice.t"))).contains("BatchScan");
    assertThat(lines(sql("SELECT max(x), min(x) FROM packice.t"))).containsExactly("[NaN, 0.0]");
    assertThat(lines(sql("SELECT count(*), max(id) FROM packice.t WHERE id < 1999"))).containsExactly("[1999, 1998]");
    assertThat(lines(sql("SELECT count(DISTINCT k) FROM packice.t"))).containsExactly("[1000]");
  }

  @Test
  void sumsAreAnsweredByStatisticsWhereTheyAreExact() {
    Dataset<Row> sums = sql("SELECT sum(id), sum(k), avg(id), count(*) FROM packice.t");
    assertThat(plan(sums)).doesNotContain("BatchScan");
    assertThat(lines(sums)).containsExactly("[49995000, -2500, 4999.5, 10000]");
    assertThat(lines(sql("SELECT sum(id) FROM packice.t WHERE id < 0"))).containsExactly("[∅]");
    assertThat(plan(sql("SELECT sum(x) FROM packice.t"))).contains("BatchScan");
    assertThat(plan(sql("SELECT sum(id + 1) FROM packice.t"))).contains("BatchScan");
    assertThat(plan(sql("SELECT sum(DISTINCT k) FROM packice.t"))).contains("BatchScan");
    sql("CREATE TABLE packice.d AS SELECT CAST(id AS DECIMAL(9, 2)) AS d, 9223372036854775807L AS big, "
        + "CAST(9999999 AS DECIMAL(7, 0)) AS full FROM RANGE(100)");
    Dataset<Row> decimals = sql("SELECT sum(d), min(d), max(d) FROM packice.d");
    assertThat(plan(decimals)).doesNotContain("BatchScan");
    assertThat(lines(decimals)).containsExactly("[4950.00, 0.00, 99.00]");
    assertThat(plan(sql("SELECT * FROM packice.d WHERE d > 99"))).contains("0 of ");
    assertThat(lines(sql("SELECT sum(full) FROM packice.d"))).containsExactly("[999999900]");
    assertThatThrownBy(() -> sql("SELECT sum(big) FROM packice.d").collectAsList())
        .hasStackTraceContaining("overflow");
  }

  private void answers(String query, String... expected) {
    Dataset<Row> frame = sql(query);
    assertThat(plan(frame)).as(query).doesNotContain("BatchScan");
    assertThat(lines(frame)).as(query).containsExactlyInAnyOrder(expected);
  }

  @Test
  void groupsByPartitionsAreAnsweredByStatistics() {
    sql("CREATE TABLE packice.g (id BIGINT, city STRING, kind DECIMAL(4, 1), day DATE, open BOOLEAN) "
        + "PARTITIONED BY (city, kind, days(day), open)");
    for (int i = 0; i < 2; i++) { // so that groups have several parts
      sql("INSERT INTO packice.g SELECT id, IF(id % 3 = 0, NULL, CONCAT('city ', id % 3)), id % 2, "
          + "DATE'2026-01-01' + CAST(id % 5 AS INT), id < 30 FROM RANGE(60)");
    }
    answers("SELECT city, count(*), sum(id), min(id), max(id), avg(id) FROM packice.g GROUP BY city",
        "[∅, 40, 1140, 0, 57, 28.5]", "[city 1, 40, 1180, 1, 58, 29.5]", "[city 2, 40, 1220, 2, 59, 30.5]");
    answers("SELECT max(id), kind, open FROM packice.g WHERE city = 'city 1' GROUP BY open, kind HAVING max(id) > 25",
        "[28, 0.0, true]", "[58, 0.0, false]", "[55, 1.0, false]");
    answers("SELECT city, count(*) FROM packice.g WHERE id < 31 GROUP BY city", "[∅, 22]", "[city 1, 20]",
        "[city 2, 20]");
    answers("SELECT DISTINCT city FROM packice.g", "[∅]", "[city 1]", "[city 2]");
    answers("SELECT count(*) FROM (SELECT city, open FROM packice.g WHERE kind = 1 GROUP BY city, open)", "[6]");
    answers("SELECT city, count(*) FROM packice.g WHERE city = 'nowhere' GROUP BY city");
    sql("CREATE TABLE packice.c (x STRING COLLATE UTF8_LCASE, id BIGINT) PARTITIONED BY (x)");
    sql("INSERT INTO packice.c VALUES ('aa', 1), ('bb', 2), ('AA', 3)");
    answers("SELECT lower(x), count(*), sum(id) FROM packice.c GROUP BY x", "[aa, 2, 4]", "[bb, 1, 2]");
    // What parts do not have in common, and what cuts them
    assertThat(plan(sql("SELECT day, count(*) FROM packice.g GROUP BY day"))).contains("BatchScan");
    assertThat(plan(sql("SELECT city, id, count(*) FROM packice.g GROUP BY city, id"))).contains("BatchScan");
    assertThat(plan(sql("SELECT upper(city), count(*) FROM packice.g GROUP BY upper(city)"))).contains("BatchScan");
    assertThat(plan(sql("SELECT city, count(DISTINCT id) FROM packice.g GROUP BY city"))).contains("BatchScan");
    Dataset<Row> cut = sql("SELECT city, count(*) FROM packice.g WHERE id % 2 = 0 GROUP BY city");
    assertThat(plan(cut)).contains("BatchScan");
    assertThat(lines(cut)).containsExactlyInAnyOrder("[∅, 20]", "[city 1, 20]", "[city 2, 20]");
  }

  @Test
  void limitAndOffsetReadNoMoreThanTheyNeed() {
    Dataset<Row> limit = sql("SELECT id FROM packice.t LIMIT 10");
    assertThat(plan(limit)).contains("1 of 10 parts", "limit 10");
    assertThat(limit.collectAsList()).hasSize(10);
    Dataset<Row> offset = sql("SELECT id FROM packice.t LIMIT 1003 OFFSET 4990");
    assertThat(plan(offset)).contains("2 of 10 parts", "offset 4990").doesNotContain("GlobalLimit");
    assertThat(offset.agg(org.apache.spark.sql.functions.min("id"), org.apache.spark.sql.functions.max("id"),
        org.apache.spark.sql.functions.count("id")).head().mkString(" ")).isEqualTo("4990 5992 1003");
    assertThat(sql("SELECT id FROM packice.t WHERE id % 2 = 0 LIMIT 7").collectAsList()).hasSize(7);
    assertThat(sql("SELECT id FROM packice.t LIMIT 0").collectAsList()).isEmpty();
  }

  @Test
  void theFirstOfAnOrderAreLookedForWhereTheyMayBe() {
    Dataset<Row> top = sql("SELECT id, k FROM packice.t ORDER BY id DESC LIMIT 5");
    assertThat(plan(top)).contains("1 of 10 parts");
    assertThat(lines(top.select("id"))).containsExactly("[9999]", "[9998]", "[9997]", "[9996]", "[9995]");
    Dataset<Row> bottom = sql("SELECT id FROM packice.t ORDER BY id LIMIT 1500");
    assertThat(plan(bottom)).contains("2 of 10 parts");
    assertThat(bottom.collectAsList()).hasSize(1500).last().extracting(row -> row.getLong(0)).isEqualTo(1499L);
    assertThat(lines(sql("SELECT k FROM packice.t ORDER BY k LIMIT 1"))).containsExactly("[∅]");
  }

  @Test
  void aSampleOfBlocksReadsThoseOnly() {
    Dataset<Row> blocks = sql("SELECT * FROM packice.t TABLESAMPLE SYSTEM (40 PERCENT)");
    assertThat(plan(blocks)).contains("sample 0.0 to 0.4");
    assertThat(blocks.collectAsList().size() % 1000).isZero();
    assertThat(sql("SELECT * FROM packice.t TABLESAMPLE (40 PERCENT) REPEATABLE (7)").count()).isBetween(3000L, 5000L);
  }

  @Test
  void aJoinTellsTheScanWhatItWants() {
    spark.range(4100, 4200).toDF("id").createOrReplaceTempView("few");
    Dataset<Row> joined = sql(
        "SELECT /*+ BROADCAST(few) */ t.id FROM packice.t JOIN (SELECT * FROM few WHERE id % 2 = 0) few ON t.id = few.id");
    assertThat(joined.collectAsList()).hasSize(50);
    assertThat(plan(joined)).contains("RuntimeFilters: [dynamicpruning");
  }

  @Test
  void theSameScanRunsOnce() {
    Dataset<Row> twice = sql(
        "SELECT a.c, b.c FROM (SELECT k, count(*) c FROM packice.t GROUP BY k) a JOIN (SELECT k, count(*) c FROM packice.t GROUP BY k) b ON a.k = b.k");
    assertThat(twice.collectAsList()).hasSize(1000);
    assertThat(plan(twice)).contains("ReusedExchange");
  }

  @Test
  void theOptimiserKnowsHowMuchThereIs() {
    var all = sql("SELECT * FROM packice.t").queryExecution().optimizedPlan().stats();
    assertThat(all.rowCount().get()).isEqualTo(scala.math.BigInt.apply(10_000));
    var some = sql("SELECT id FROM packice.t WHERE id < 1000").queryExecution().optimizedPlan().stats();
    assertThat(some.rowCount().get()).isEqualTo(scala.math.BigInt.apply(1000));
    assertThat(some.sizeInBytes().toLong()).isBetween(5_000L, 20_000L);
  }

  @Test
  void partitionsAreLeftOutByTheirValues() {
    sql("CREATE TABLE packice.p (id BIGINT, city STRING) PARTITIONED BY (city)");
    sql("INSERT INTO packice.p SELECT id, CONCAT('city ', id % 4) FROM RANGE(1000)");
    sql("INSERT INTO packice.p VALUES (-1, NULL)");
    assertThat(plan(sql("SELECT id FROM packice.p WHERE city = 'city 3'"))).contains("1 of 5 parts")
        .doesNotContain(" Filter (");
    assertThat(sql("SELECT id FROM packice.p WHERE city IN ('city 1', 'city 2')").count()).isEqualTo(500);
    assertThat(lines(sql("SELECT id FROM packice.p WHERE city IS NULL"))).containsExactly("[-1]");
    spark.range(10).selectExpr("id AS n", "CONCAT('city ', id) AS city").createOrReplaceTempView("wanted");
    Dataset<Row> joined =
        sql("SELECT /*+ BROADCAST(w) */ id FROM packice.p JOIN (SELECT * FROM wanted WHERE n % 5 = 2) w USING (city)");
    assertThat(joined.collectAsList()).hasSize(250);
    assertThat(plan(joined)).contains("dynamicpruning");
  }

  @Test
  void joinsAndGroupsByPartitionsNeedNoExchange() {
    for (String table : List.of("a", "b")) {
      sql("CREATE TABLE packice." + table + " (id BIGINT, k INT) PARTITIONED BY (bucket(4, k))");
      sql("INSERT INTO packice." + table + " SELECT id, CAST(id % 40 AS INT) FROM RANGE(2000)");
    }
    String query = "SELECT /*+ MERGE(a) */ a.k, count(*) FROM packice.a JOIN packice.b ON a.k = b.k GROUP BY a.k";
    spark.conf().set("spark.sql.sources.v2.bucketing.enabled", false);
    List<String> expected = lines(sql(query).orderBy("k"));
    assertThat(plan(sql(query))).contains("Exchange");
    spark.conf().set("spark.sql.sources.v2.bucketing.enabled", true);
    assertThat(plan(sql(query))).doesNotContain("Exchange");
    assertThat(lines(sql(query).orderBy("k"))).isEqualTo(expected).hasSize(40);
  }
}
