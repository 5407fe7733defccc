package io.packice.spark;

import static org.assertj.core.api.Assertions.assertThat;

import io.packice.spark.testing.SparkTest;
import java.nio.file.Path;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.streaming.Trigger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is read is what was planned, and what is replaced was read: also where Spark plans first and finds out later. */
class PlannedAndReadTest extends SparkTest {
  @TempDir Path folder;

  @BeforeEach
  void writeTable() {
    spark.sql("CREATE TABLE packice.t (id BIGINT, k BIGINT) PARTITIONED BY (k)");
    spark.sql("INSERT INTO packice.t SELECT id, id % 4 FROM range(400)");
    spark.sql("CREATE TABLE packice.few AS SELECT 1L AS k, 'one' AS name UNION ALL SELECT 7L, 'seven'");
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aRuntimeFilterIsForItsJoinAlone(boolean adaptive) {
    spark.conf().set("spark.sql.adaptive.enabled", adaptive);
    String few = "(SELECT k FROM packice.few WHERE name = 'one')";
    assertThat(query("WITH c AS (SELECT * FROM packice.t) SELECT (SELECT count(*) FROM c JOIN " + few
        + " USING (k)), (SELECT count(*) FROM c), (SELECT count(id) FROM c WHERE k IN " + few + ")"))
        .containsExactly("100 400 100");
    assertThat(query("SELECT count(*) FROM (SELECT id FROM packice.t WHERE k IN " + few
        + " UNION ALL SELECT id FROM packice.t WHERE k NOT IN " + few + ")")).containsExactly("400");
    Dataset<Row> all = spark.table("packice.t");
    Dataset<Row> joined = all.join(spark.sql("SELECT k FROM packice.few WHERE name = 'one'"), "k");
    for (int i = 0; i < 2; i++) {
      assertThat(joined.count()).isEqualTo(100);
      assertThat(all.count()).isEqualTo(400);
      assertThat(joined.union(all.select("k", "id")).count()).isEqualTo(500);
      assertThat(all.join(joined.select("id"), all.col("id").equalTo(joined.col("id")), "left_anti").count())
          .isEqualTo(300);
    }
  }

  /** The rows that a limit chose are chosen before a join leaves out some. */
  @Test
  void aRuntimeFilterBehindALimitOrASampleLeavesTheirRowsAlone() {
    spark.conf().set("spark.sql.adaptive.enabled", false);
    for (String rows : List.of("SELECT * FROM packice.t LIMIT 250", "SELECT * FROM packice.t LIMIT 100 OFFSET 50",
        "SELECT * FROM packice.t ORDER BY id LIMIT 30", "SELECT * FROM packice.t ORDER BY k DESC LIMIT 150")) {
      Dataset<Row> chosen = spark.sql(rows);
      long expected = chosen.collectAsList().stream().filter(row -> row.getLong(1) == 1).count();
      assertThat(
          query("SELECT count(*) FROM (" + rows + ") JOIN (SELECT k FROM packice.few WHERE name = 'one') USING (k)"))
          .as(rows).containsExactly(Long.toString(expected));
    }
  }

  /** A condition that statistics decided for the parts of one version is not decided for those of the next. */
  @Test
  void aStreamFiltersWhatComesLater() throws Exception {
    Dataset<Row> stream = spark.readStream().format("packice").load("t").where("k < 4 AND id < 400").select("id");
    stream.writeStream().format("packice").option("checkpointLocation", folder.toString())
        .trigger(Trigger.AvailableNow())
        .start("out").awaitTermination();
    spark.sql("INSERT INTO packice.t VALUES (1000, 0), (5, 9), (6, 3)");
    stream.writeStream().format("packice").option("checkpointLocation", folder.toString())
        .trigger(Trigger.AvailableNow())
        .start("out").awaitTermination();
    assertThat(query("SELECT count(*), max(id), count_if(id = 5), count_if(id = 6) FROM packice.out"))
        .containsExactly("401 399 1 2");
  }

  /** Spark looks for the newest version when a frame is run again, and for the table that is written; these must be one. */
  @Test
  void anOverwriteReplacesNothingThatItsRowsDoNotHave() throws Exception {
    Dataset<Row> one = spark.table("packice.t").where("k = 1");
    assertThat(one.count()).isEqualTo(100);
    spark.sql("INSERT INTO packice.t VALUES (5000, 1)");
    one.writeTo("packice.t").overwrite(functions.expr("k = 1"));
    assertThat(query("SELECT count(*), max(id) FROM packice.t")).containsExactly("401 5000");
    Dataset<Row> two = spark.table("packice.t").where("k = 2");
    assertThat(two.count()).isEqualTo(100);
    spark.sql("INSERT INTO packice.t VALUES (6000, 2)");
    two.writeTo("packice.t").overwritePartitions();
    assertThat(query("SELECT count(*), max(id) FROM packice.t")).containsExactly("402 6000");
    Dataset<Row> all = spark.read().format("packice").load("t");
    assertThat(all.count()).isEqualTo(402);
    spark.sql("INSERT INTO packice.t VALUES (7000, 2)");
    all.write().format("packice").mode("overwrite").save("t");
    assertThat(query("SELECT count(*), max(id) FROM packice.t")).containsExactly("403 7000");
  }
}
