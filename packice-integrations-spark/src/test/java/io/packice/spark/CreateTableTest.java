package io.packice.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.packice.arrow.ArrowTables;
import io.packice.arrow.manifest.PartitionField;
import io.packice.spark.testing.SparkTest;
import java.util.List;
import org.apache.spark.sql.SaveMode;
import org.junit.jupiter.api.Test;

/** How tables are made, and what Spark says of them afterwards. */
class CreateTableTest extends SparkTest {
  private String shown() {
    return query("SHOW CREATE TABLE packice.x.t").getFirst();
  }

  @Test
  void whatShowCreateTablePrintsMakesTheSameTable() {
    spark.sql(
        "CREATE TABLE packice.x.t (id BIGINT NOT NULL COMMENT 'the key', `p q` STRING, n DECIMAL(9, 2) DEFAULT 1.5, "
            + "day DATE, tags ARRAY<STRING>, s STRUCT<a: INT, b: STRING COMMENT 'inside'>, c STRING NOT NULL) "
            + "PARTITIONED BY (`p q`, bucket(4, id), truncate(2, c), days(day)) COMMENT 'what it is' "
            + "TBLPROPERTIES ('packice.history' = '2', 'team' = 'ml', 'partBytes' = '1m')");
    spark.sql("INSERT INTO packice.x.t (id, `p q`, c) VALUES (1, 'x', 'abc')");
    String first = shown();
    assertThat(first).contains("'packice.rows' = '1'");
    spark.sql("DROP TABLE packice.x.t");
    spark.sql(first);
    String second = shown();
    assertThat(second.replaceAll("'packice.(version|rows|bytes|parts)' = '\\d+'", ""))
        .isEqualTo(first.replaceAll("'packice.(version|rows|bytes|parts)' = '\\d+'", ""));
    assertThat(query("SELECT count(*) FROM packice.x.t")).containsExactly("0");
    spark.sql("INSERT INTO packice.x.t (id, `p q`, c) VALUES (2, 'y', 'abc')");
    assertThat(query("SELECT id, n, `p q` FROM packice.x.t")).containsExactly("2 1.50 y");
    assertThat(query("SHOW TBLPROPERTIES packice.x.t")).contains("packice.history 2", "team ml", "packice.rows 1");
    assertThatThrownBy(() -> spark.sql("CREATE TABLE packice.x.u (id INT) TBLPROPERTIES ('packice.color' = 'red')"))
        .hasMessageContaining("choose another name");
  }

  @Test
  void whatAStreamHasWrittenIsNotWrittenInATableThatIsMadeAnew() {
    spark.sql("CREATE TABLE packice.x.t (id INT) TBLPROPERTIES ('packice.streaming.q' = '7')");
    assertThat(query("SHOW TBLPROPERTIES packice.x.t")).noneMatch(line -> line.startsWith("packice.streaming"));
  }

  @Test
  void aColumnIsPartitionedByThatIsNamedSoAndNotByOneInOtherLetters() {
    spark.conf().set("spark.sql.caseSensitive", true);
    spark.sql("CREATE TABLE packice.x.t (K BIGINT, k BIGINT) PARTITIONED BY (k)");
    assertThat(new ArrowTables(peer.client()).describe("x.t").partitioning())
        .extracting(PartitionField::column).containsExactly("k");
    spark.sql("INSERT INTO packice.x.t SELECT id, id % 2 FROM range(10)");
    assertThat(query("SELECT count(*), max(K) FROM packice.x.t WHERE k = 1")).containsExactly("5 9");
  }

  @Test
  void onlyOurFormatIsTaken() throws Exception {
    spark.sql("CREATE TABLE packice.x.t (id INT) USING packice");
    spark.sql("CREATE TABLE packice.x.u USING Packice AS SELECT 1 AS id");
    for (String other : List.of("CREATE TABLE packice.x.v (id INT) USING parquet",
        "CREATE TABLE packice.x.v USING csv AS SELECT 1 AS id",
        "CREATE OR REPLACE TABLE packice.x.t (id INT) USING delta",
        "REPLACE TABLE packice.x.t USING orc AS SELECT 1 AS id")) {
      assertThatThrownBy(() -> spark.sql(other)).as(other)
          .hasMessageContaining("tables of this catalog are packice's; say USING packice, or leave it out");
    }
    assertThatThrownBy(() -> spark.sql("CREATE TABLE packice.x.v (id INT) STORED AS PARQUET"))
        .hasMessageContaining("leave STORED AS and ROW FORMAT out");
    assertThat(query("SHOW TABLES IN packice.x")).containsExactly("x t false", "x u false");
    spark.range(3).write().format("packice").saveAsTable("packice.x.w");
    spark.range(3).writeTo("packice.x.y").using("packice").create();
    // As Spark tells it, such a save names its default source, like USING parquet
    assertThatThrownBy(() -> spark.range(3).write().saveAsTable("packice.x.z"))
        .hasMessageContaining("of a save, say format(\"packice\")");
  }

  @Test
  void aSaveThatCannotPartitionWhatItMakesSaysSo() {
    for (SaveMode mode : List.of(SaveMode.Append, SaveMode.Overwrite)) {
      assertThatThrownBy(() -> spark.range(9).selectExpr("id", "id % 3 AS p").write().format("packice").mode(mode)
          .partitionBy("p").save("x.new")).as(mode.toString()).hasMessageContaining(
              "Cannot save table x.new with partitionBy to " + peer.address() + ": no such table")
          .hasMessageContaining("save with mode errorifexists or ignore, or make it by CREATE TABLE");
    }
    spark.range(9).selectExpr("id", "id % 3 AS p").write().format("packice").mode(SaveMode.Ignore).partitionBy("p")
        .save("x.new");
    assertThat(query("DESCRIBE packice.x.new")).contains("# Partition Information  ");
  }
}
