package io.packice.spark;

import static org.assertj.core.api.Assertions.assertThat;

import io.packice.arrow.ArrowTables;
import io.packice.arrow.TableWriter;
import io.packice.spark.testing.SparkTest;
import java.util.List;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** DELETE, UPDATE and MERGE change the rows that they name and keep all others, whatever filters Spark finds while it runs. */
class RowLevelTest extends SparkTest {
  /** Two parts, of 1000 rows each; of one column statistics know the order, of the other they do not. */
  private void twoParts() {
    spark.sql("CREATE OR REPLACE TABLE packice.t (id BIGINT, text STRING)");
    for (int part = 0; part < 2; part++) {
      spark.sql("INSERT INTO packice.t SELECT /*+ COALESCE(1) */ id + " + part
          + " * 1000, concat('doc ', id) FROM range(1000)");
    }
  }

  private void filters(boolean groups, boolean dynamic, boolean adaptive) {
    spark.conf().set("spark.sql.optimizer.runtime.rowLevelOperationGroupFilter.enabled", groups);
    spark.conf().set("spark.sql.optimizer.dynamicPartitionPruning.enabled", dynamic);
    spark.conf().set("spark.sql.adaptive.enabled", adaptive);
  }

  @ParameterizedTest
  @CsvSource({"true,true,true", "true,false,false", "false,true,false"})
  void onlyTheRowsThatAreNamedGo(boolean groups, boolean dynamic, boolean adaptive) {
    filters(groups, dynamic, adaptive);
    twoParts();
    spark.sql("DELETE FROM packice.t WHERE id = 7");
    assertThat(query("SELECT count(*), min(id), max(id) FROM packice.t")).containsExactly("1999 0 1999");
    spark.sql("DELETE FROM packice.t WHERE id = 123456");
    assertThat(query("SELECT count(*) FROM packice.t")).containsExactly("1999");
    spark.sql("DELETE FROM packice.t WHERE id IN (SELECT id + 1 FROM packice.t WHERE id > 1996)");
    spark.sql("DELETE FROM packice.t AS o WHERE EXISTS (SELECT 1 FROM packice.t AS i WHERE i.id = o.id AND i.id < 2)");
    spark.sql("DELETE FROM packice.t WHERE id + 0 = 5 OR text = 'doc 8'");
    assertThat(query("SELECT count(*), min(id), max(id) FROM packice.t")).containsExactly("1992 2 1997");
  }

  @ParameterizedTest
  @CsvSource({"true,true,true", "true,false,false", "false,true,false"})
  void onlyTheRowsThatAreNamedChange(boolean groups, boolean dynamic, boolean adaptive) {
    filters(groups, dynamic, adaptive);
    twoParts();
    spark.sql("UPDATE packice.t SET text = 'new' WHERE id = 7");
    spark
        .sql("MERGE INTO packice.t t USING (SELECT 5L AS id, 'm' AS text UNION ALL SELECT 9999L, 'n') s ON t.id = s.id "
            + "WHEN MATCHED THEN UPDATE SET * WHEN NOT MATCHED THEN INSERT *");
    assertThat(query("SELECT count(*), count(DISTINCT id), max(id) FROM packice.t")).containsExactly("2001 2001 9999");
    assertThat(query("SELECT id, text FROM packice.t WHERE text NOT LIKE 'doc%' ORDER BY id")).containsExactly("5 m",
        "7 new", "9999 n");
  }

  @ParameterizedTest
  @CsvSource({"true,true,true", "true,false,false", "false,true,false"})
  void changedAndCopiedRowsAreReadAlike(boolean groups, boolean dynamic, boolean adaptive) {
    filters(groups, dynamic, adaptive);
    spark.sql("CREATE TABLE packice.t PARTITIONED BY (k, truncate(1, s)) AS SELECT id, id % 8 AS k, id AS v, "
        + "concat(char(97 + id % 26), id) AS s FROM range(300)");
    spark.sql("UPDATE packice.t SET v = 7 WHERE k IN (SELECT k FROM packice.t WHERE v > 295)");
    assertThat(query("SELECT count(*), count(DISTINCT id) FROM packice.t")).containsExactly("300 300");
    assertThat(query("SELECT k, count(*) FROM packice.t WHERE v = 7 GROUP BY k ORDER BY k")).containsExactly("0 38",
        "1 38", "2 38", "3 38", "7 1");
  }

  @ParameterizedTest
  @CsvSource("true,true,true")
  void aConditionThatHoldsForAllLeavesNothing(boolean groups, boolean dynamic, boolean adaptive) {
    filters(groups, dynamic, adaptive);
    for (String all : List.of("EXISTS (SELECT 1 FROM packice.u)", "(SELECT max(id) FROM packice.u) >= 0",
        "NOT EXISTS (SELECT 1 FROM packice.u WHERE id > 5)", "id IN (SELECT id FROM packice.t)",
        "id >= 0 OR text = 'x'",
        "id NOT IN (SELECT id FROM packice.u WHERE id > 5)", "length(text) > 0",
        "NOT EXISTS (SELECT 1 FROM packice.u WHERE u.id = t.id AND u.id + 0 > 5)",
        "NOT EXISTS (SELECT 1 FROM packice.t AS i WHERE i.text = t.text AND i.id IS NULL)")) {
      twoParts();
      spark.sql("CREATE OR REPLACE TABLE packice.u AS SELECT id FROM range(3)");
      spark.sql("DELETE FROM packice.t WHERE " + all);
      assertThat(query("SELECT count(*) FROM packice.t")).as(all).containsExactly("0");
    }
  }

  @ParameterizedTest
  @CsvSource("true,true,true")
  void aConditionThatHoldsForNoneLeavesAll(boolean groups, boolean dynamic, boolean adaptive) {
    filters(groups, dynamic, adaptive);
    twoParts();
    spark.sql("CREATE TABLE packice.u AS SELECT id FROM range(3)");
    for (String none : List.of("NOT EXISTS (SELECT 1 FROM packice.u)", "EXISTS (SELECT 1 FROM packice.u WHERE id > 5)",
        "(SELECT max(id) FROM packice.u) < 0", "id IN (SELECT id FROM packice.u WHERE id > 5)", "text IS NULL",
        "id IN (SELECT id + 5000 FROM packice.u)", "id NOT IN (SELECT id FROM packice.t)", "length(text) = 0",
        "id NOT IN (SELECT CAST(NULL AS BIGINT) FROM packice.u)", "false", "NULL", "id > 0 AND id < 0")) {
      spark.sql("DELETE FROM packice.t WHERE " + none);
      spark.sql("UPDATE packice.t SET text = 'none' WHERE " + none);
      assertThat(query("SELECT count(*), sum(id), count_if(text = 'none') FROM packice.t")).as(none)
          .containsExactly("2000 1999000 0");
    }
    spark.sql("MERGE INTO packice.t t USING packice.u ON t.id = u.id + 5000 WHEN MATCHED THEN DELETE");
    spark.sql("MERGE INTO packice.t t USING packice.u ON false WHEN MATCHED THEN DELETE");
    assertThat(query("SELECT count(*), sum(id) FROM packice.t")).containsExactly("2000 1999000");
  }

  private void changeAll(String expected) {
    spark.sql("DELETE FROM packice.t WHERE id < 0 AND text = 'x'");
    spark.sql("UPDATE packice.t SET text = 'new'");
    spark.sql("UPDATE packice.t SET text = 'new' WHERE id IN (SELECT id FROM packice.t)");
    spark.sql(
        "MERGE INTO packice.t t USING (SELECT 1L AS id) s ON t.id = s.id WHEN MATCHED THEN UPDATE SET text = 'new' "
            + "WHEN NOT MATCHED BY SOURCE THEN UPDATE SET text = 'new'");
    spark.sql("MERGE INTO packice.t t USING (SELECT 1L AS id WHERE false) s ON t.id = s.id WHEN MATCHED THEN DELETE");
    assertThat(query("SELECT count(*), count_if(text = 'new') FROM packice.t")).containsExactly(expected);
  }

  /** Spark may leave out a scan of what has no rows. */
  @ParameterizedTest
  @CsvSource({"true,true,true", "true,false,false", "false,true,false"})
  void tablesAndPartsWithoutRowsMayBeChanged(boolean groups, boolean dynamic, boolean adaptive) {
    filters(groups, dynamic, adaptive);
    spark.sql("CREATE TABLE packice.t (id BIGINT, text STRING)");
    changeAll("0 0");
    ArrowTables tables = new ArrowTables(peer.client());
    try (RootAllocator allocator = new RootAllocator();
        VectorSchemaRoot none = VectorSchemaRoot.create(tables.describe("t").plainSchema(), allocator);
        TableWriter writer = tables.append("t")) {
      writer.write(none);
      writer.commit();
    }
    changeAll("0 0");
    spark.sql("INSERT INTO packice.t SELECT id, 'old' FROM range(10)");
    changeAll("10 10");
    spark.sql("DELETE FROM packice.t WHERE id % 2 = 0");
    changeAll("5 5");
    spark.sql("DELETE FROM packice.t");
    changeAll("0 0");
  }

  @Test
  void mergesWithEachKindOfClause() {
    twoParts();
    spark.sql("CREATE TABLE packice.u AS SELECT id * 400 AS id FROM range(8)");
    spark.sql("MERGE INTO packice.t t USING packice.u s ON t.id = s.id "
        + "WHEN MATCHED AND t.id < 500 THEN DELETE WHEN MATCHED THEN UPDATE SET text = 'seen' "
        + "WHEN NOT MATCHED THEN INSERT (id, text) VALUES (s.id, 'new') "
        + "WHEN NOT MATCHED BY SOURCE AND t.id % 1000 = 999 THEN DELETE");
    assertThat(query("SELECT count(*), count_if(text = 'seen'), count_if(text = 'new') FROM packice.t"))
        .containsExactly("1999 3 3");
  }
}
