package io.packice.spark.differential;

import static org.assertj.core.api.Assertions.assertThat;

import io.packice.arrow.ArrowTables;
import io.packice.arrow.TableOptions;
import io.packice.arrow.imports.TableImport;
import io.packice.arrow.parquet.ParquetFormat;
import io.packice.arrow.parquet.ReadOptions;
import io.packice.spark.PackiceCatalog;
import io.packice.spark.testing.Canonical;
import io.packice.spark.testing.SparkPeer;
import io.packice.spark.testing.TestSpark;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What Parquet answers, we answer: with generated code and without, with adaptive plans and without. */
class DifferentialTest {
  private static final String FACTS =
      """
          SELECT id, IF(id % 11 = 0, NULL, CAST(id * 7919 % 2003 - 1000 AS INT)) AS i,
            IF(id % 13 = 0, NULL, (id % 2100 - 1050) * 1000000007) AS l, CAST(id * 31 % 601 - 300 AS SMALLINT) AS sm,
            IF(id > 4000, NULL, CAST(id % 255 - 127 AS TINYINT)) AS ti,
            IF(id % 17 = 0, NULL, CAST((id * 37 % 119999 - 60000) / 100 AS DECIMAL(12, 2))) AS dec,
            CASE WHEN id % 19 = 0 THEN NULL WHEN id % 23 = 0 THEN CAST('NaN' AS FLOAT) ELSE CAST(id % 600 - 300 AS FLOAT) / 2 END AS d32,
            CASE WHEN id % 19 = 1 THEN NULL WHEN id BETWEEN 2000 AND 2100 THEN CAST('NaN' AS DOUBLE) WHEN id % 29 = 0 THEN -0.0D
              WHEN id % 31 = 0 THEN CAST('-Infinity' AS DOUBLE) ELSE id / 20.0D END AS d64,
            IF(id % 37 = 0, NULL, CAST(id * 13 % 41 AS INT)) AS k, IF(id % 7 = 0, NULL, CONCAT('text ', id % 997)) AS s,
            IF(id BETWEEN 1000 AND 1500, NULL, CONCAT('c', id % 11)) AS cat, IF(id % 41 = 0, NULL, DATE'2020-01-01' + CAST(id / 12 AS INT)) AS day,
            IF(id % 43 = 0, NULL, TIMESTAMP'2020-01-01 00:00:00' + MAKE_DT_INTERVAL(0, 0, CAST(id AS INT), 0.000001)) AS ts,
            IF(id % 47 = 0, NULL, TIMESTAMP_NTZ'2020-01-01 00:00:00' + MAKE_DT_INTERVAL(0, CAST(id AS INT))) AS ntz,
            IF(id % 5 = 0, NULL, id % 3 = 0) AS flag, IF(id % 53 = 0, NULL, CAST(CAST(id AS STRING) AS BINARY)) AS bin,
            IF(id % 8 = 0, NULL, SLICE(ARRAY(id, NULL, id + 2, 7L, 9L), 1, CAST(id % 5 AS INT))) AS arr,
            IF(id % 9 = 0, NULL, NAMED_STRUCT('a', IF(id % 4 = 0, NULL, CAST(id % 100 AS INT)), 'b', CONCAT('b', id % 50),
              'deep', IF(id % 6 = 0, NULL, NAMED_STRUCT('x', id % 10, 'y', 'why')))) AS st,
            IF(id % 10 = 0, NULL, MAP_FROM_ARRAYS(SLICE(ARRAY('a', 'b'), 1, CAST(id % 3 AS INT)), SLICE(ARRAY(1, NULL), 1, CAST(id % 3 AS INT)))) AS m
          FROM RANGE(0, 6000, 1, 1)""";

  private static final String DIMENSION =
      """
          SELECT IF(id = 40, NULL, CAST(id AS INT)) AS k, IF(id % 6 = 0, NULL, CONCAT('name ', id)) AS name,
            IF(id % 9 = 0, NULL, CAST(id * 3 % 100 AS INT)) AS weight FROM RANGE(0, 60, 1, 1)""";

  @TempDir static Path folder;

  private static SparkPeer peer;
  private static SparkSession spark;

  @BeforeAll
  static void makeTables() throws IOException {
    peer = new SparkPeer();
    spark = TestSpark.newSession();
    spark.conf().set("spark.sql.catalog.packice", PackiceCatalog.class.getName());
    spark.conf().set("spark.sql.catalog.packice.peer", peer.address());
    spark.conf().set("spark.sql.parquet.filterPushdown", false); // it leaves out rows of 0.0 that are equal to -0.0 for Spark
    copy("f", FACTS);
    copy("d", DIMENSION);
    spark.sql("CREATE TABLE packice.partitioned PARTITIONED BY (cat, bucket(3, k)) AS SELECT * FROM parquet_f");
  }

  private static void copy(String name, String sql) throws IOException {
    Path files = folder.resolve(name);
    spark.sql(sql).write().parquet(files.toString());
    spark.read().parquet(files.toString()).createOrReplaceTempView("parquet_" + name);
    try (var list = Files.list(files)) {
      List<Path> parquet = list.filter(file -> file.toString().endsWith(".parquet")).toList();
      TableImport.of(ParquetFormat.of(ReadOptions.defaults().withBatchRows(700)), parquet)
          .withOptions(TableOptions.defaults().withPartBytes(60_000)).into(new ArrowTables(peer.client()), name);
    }
  }

  @AfterAll
  static void nothingIsLeft() {
    peer.requireIdle();
    peer.close();
  }

  private static List<String> run(Queries.Query query, String facts, String dimension) {
    String sql = query.sql().replace("$f", facts).replace("$d", dimension);
    try {
      List<String> lines = Canonical.lines(spark.sql(sql).collectAsList());
      return query.isOrdered() ? lines : lines.stream().sorted().toList();
    } catch (Exception failure) {
      throw new AssertionError("Cannot run " + sql, failure);
    }
  }

  private static void configure(boolean codegen, boolean adaptive) {
    spark.conf().set("spark.sql.codegen.wholeStage", codegen);
    spark.conf().set("spark.sql.codegen.factoryMode", codegen ? "FALLBACK" : "NO_CODEGEN");
    spark.conf().set("spark.sql.adaptive.enabled", adaptive);
  }

  private static void compare(int queries, int configurationsEach) {
    long seed = Long.getLong("packice.seed", System.nanoTime());
    System.out.println("DifferentialTest: -Dpackice.seed=" + seed);
    Queries generator = new Queries(seed);
    for (int i = 0; i < queries; i++) {
      Queries.Query query = generator.next();
      configure(true, true);
      List<String> expected = run(query, "parquet_f", "parquet_d");
      for (int c = 0; c < configurationsEach; c++) {
        int bits = i + c;
        configure((bits & 1) == 0, (bits & 2) == 0);
        String facts = (i & 4) == 0 ? "packice.f" : "packice.partitioned";
        List<String> actual = run(query, facts, "packice.d");
        if (!actual.equals(expected)) { // Spark itself may differ, such as in zeros with a sign when it interprets
          assertThat(actual)
              .as("query %d with -Dpackice.seed=%d on %s, codegen %s, adaptive %s: %s", i, seed, facts, (bits & 1) == 0,
                  (bits & 2) == 0, query.sql())
              .isEqualTo(run(query, "parquet_f", "parquet_d"));
        }
      }
    }
  }

  @Test
  void generatedQueriesGiveWhatParquetGives() {
    compare(40, 1);
  }

  @Test
  @Tag("nightly")
  void manyGeneratedQueriesGiveWhatParquetGivesInAllConfigurations() {
    compare(400, 4);
  }
}
