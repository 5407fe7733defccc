package io.packice.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.packice.spark.testing.SparkPeer;
import io.packice.spark.testing.SparkTest;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SaveMode;
import org.apache.spark.sql.functions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Names, of tables and namespaces, of columns and of options. */
class CatalogTest extends SparkTest {
  @AfterEach
  void nothingIsCached() {
    spark.catalog().clearCache();
  }

  private void append(long id) {
    PackiceCache.save(spark.range(id, id + 1).toDF(), "s.t", SaveMode.Append);
  }

  @Test
  void aTableIsOneToSparkHoweverItIsNamed() {
    append(0);
    spark.sql("CACHE TABLE packice.s.t");
    assertThat(query("SELECT count(*) FROM packice.s.t")).containsExactly("1");
    append(1);
    assertThat(query("SELECT count(*) FROM packice.s.t")).as("after a save").containsExactly("2");
    assertThat(spark.catalog().isCached("packice.s.t")).isTrue();
    PackiceCache.save(spark.range(5).toDF(), "s.t", SaveMode.Overwrite);
    assertThat(query("SELECT count(*) FROM packice.s.t")).as("after an overwrite").containsExactly("5");
    assertThat(spark.read().format("packice").load("s.t").count()).isEqualTo(5);
    spark.sql("UNCACHE TABLE packice.s.t");

    Dataset<Row> loaded = spark.read().format("packice").load("s.t").cache();
    assertThat(loaded.count()).isEqualTo(5);
    spark.sql("INSERT INTO packice.s.t VALUES (77)");
    assertThat(loaded.count()).as("after an insert").isEqualTo(6);
  }

  @Test
  void anotherPeersTableIsAnother() {
    append(0);
    try (SparkPeer other = new SparkPeer()) {
      spark.range(9).write().format("packice").option("peer", other.address()).save("s.t");
      assertThat(spark.read().format("packice").option("peer", other.address()).load("s.t").count()).isEqualTo(9);
      assertThat(spark.read().format("packice").option("peer", peer.address()).load("s.t").count()).isEqualTo(1);
      other.requireIdle();
    }
  }

  @Test
  void columnsThatDifferInCaseOnlyAreRefused() {
    Dataset<Row> two = spark.range(1).selectExpr("id AS a", "id AS A");
    Dataset<Row> nested = spark.sql("SELECT array(named_struct('x', 1, 'X', 2)) AS s");
    for (Dataset<Row> rows : List.of(two, nested)) {
      assertThatThrownBy(() -> PackiceCache.save(rows, "t", SaveMode.Overwrite))
          .hasMessageContaining("COLUMN_ALREADY_EXISTS");
      assertThatThrownBy(() -> PackiceCache.save(rows, "t", SaveMode.ErrorIfExists))
          .hasMessageContaining("COLUMN_ALREADY_EXISTS");
      assertThatThrownBy(() -> PackiceCache.persist(rows, "t")).hasMessageContaining("COLUMN_ALREADY_EXISTS");
    }
    spark.sql("CREATE TABLE packice.t (a BIGINT)");
    assertThatThrownBy(() -> PackiceCache.save(two, "t", SaveMode.Append))
        .hasMessageContaining("COLUMN_ALREADY_EXISTS");
    assertThatThrownBy(() -> spark.sql("ALTER TABLE packice.t ADD COLUMN s STRUCT<x: INT, X: INT>"))
        .hasStackTraceContaining("COLUMN_ALREADY_EXISTS");
    spark.conf().set("spark.sql.caseSensitive", true);
    PackiceCache.save(two, "u", SaveMode.Append);
    assertThat(query("SELECT a, A FROM packice.u")).containsExactly("0 0");
  }

  @Test
  void namespacesAreMadeAndDroppedAsSparkExpects() {
    spark.sql("CREATE NAMESPACE packice.a.b");
    assertThatThrownBy(() -> spark.sql("CREATE NAMESPACE packice.a.b")).hasMessageContaining("SCHEMA_ALREADY_EXISTS");
    spark.sql("CREATE NAMESPACE IF NOT EXISTS packice.a.b");
    assertThat(query("SHOW NAMESPACES IN packice")).containsExactly("a");
    assertThatThrownBy(() -> spark.sql("DROP NAMESPACE packice.a")).hasMessageContaining("SCHEMA_NOT_EMPTY");
    spark.sql("CREATE TABLE packice.a.b.t (id INT)");
    assertThatThrownBy(() -> spark.sql("CREATE NAMESPACE packice.a")).hasMessageContaining("SCHEMA_ALREADY_EXISTS");
    assertThatThrownBy(() -> spark.sql("DROP NAMESPACE packice.a.b")).hasMessageContaining("SCHEMA_NOT_EMPTY");
    spark.sql("DROP NAMESPACE packice.a CASCADE");
    assertThat(query("SHOW NAMESPACES IN packice")).isEmpty();
    assertThat(peer.client().list("")).isEmpty();
    assertThatThrownBy(() -> spark.sql("DROP NAMESPACE packice.a")).hasMessageContaining("SCHEMA_NOT_FOUND");
  }

  @Test
  void tablesArePurged() {
    append(0);
    spark.sql("DROP TABLE packice.s.t PURGE");
    assertThat(peer.client().list("")).isEmpty();
    assertThatThrownBy(() -> spark.sql("DROP TABLE packice.s.t PURGE")).hasMessageContaining("TABLE_OR_VIEW_NOT_FOUND");
    spark.sql("DROP TABLE IF EXISTS packice.s.t PURGE");
  }

  @Test
  void anOverwriteWithinPartsSaysWhatIsMissing() throws Exception {
    spark.sql("CREATE TABLE packice.t PARTITIONED BY (kind) AS SELECT id, id % 3 AS kind FROM range(30)");
    spark.sql("CREATE TABLE packice.u AS SELECT * FROM packice.t");
    spark.sql("SELECT 99 AS id, 1 AS kind").writeTo("packice.t").overwrite(functions.col("kind").equalTo(1));
    assertThat(query("SELECT count(*), max(id) FROM packice.t")).containsExactly("21 99");
    assertThatThrownBy(() -> spark.sql("SELECT 99 AS id, 1 AS kind").writeTo("packice.t")
        .overwrite(functions.col("id").equalTo(4)))
        .hasStackTraceContaining(
            "Cannot overwrite rows of table t where [id = 4]: 3 of its 3 parts may have rows of both "
                + "kinds, and are replaced whole; give a condition of its partitions [kind], or DELETE these rows and append");
    assertThatThrownBy(() -> spark.sql("SELECT 99 AS id, 1 AS kind").writeTo("packice.u")
        .overwrite(functions.col("id").equalTo(4)))
        .hasStackTraceContaining("its partitions, of which it has none, or DELETE");
  }

  @Test
  void whatNamesNoTableSaysSo() {
    append(0);
    assertThatThrownBy(() -> spark.read().format("packice").load("s.t", "s.u"))
        .hasMessageContaining("[\"s.t\",\"s.u\"]").hasMessageContaining("load each");
    assertThatThrownBy(() -> spark.read().format("packice").load()).hasMessageContaining("no table was named");
  }

  @Test
  void sparksOwnCatalogCanHaveATableByItsName() {
    append(7);
    try {
      spark.sql("CREATE TABLE named USING packice OPTIONS (table 's.t')");
      assertThat(query("SELECT * FROM named")).containsExactly("7");
      assertThatThrownBy(() -> {
        spark.sql("CREATE TABLE pathed USING packice OPTIONS (path 's.t')");
        spark.sql("SELECT * FROM pathed").count();
      }).hasStackTraceContaining("has a name and no path; drop this one, and say OPTIONS");
    } finally {
      spark.sql("DROP TABLE IF EXISTS named");
      spark.sql("DROP TABLE IF EXISTS pathed");
    }
  }

  @Test
  void misspeltOptionsNameTheNearest() {
    append(0);
    assertThatThrownBy(() -> spark.read().format("packice").option("splitByte", "1k").load("s.t").count())
        .hasMessageContaining(
            "Cannot use option splitByte: there is none of this name, the nearest is splitBytes; use that");
    assertThatThrownBy(() -> spark.read().format("packice").option("split_bytes", "1k").load("s.t").count())
        .hasMessageContaining("the nearest is splitBytes");
    assertThatThrownBy(
        () -> spark.range(1).write().format("packice").option("histroy", 2).mode("append").save("s.t"))
        .hasMessageContaining("the nearest is history");
    assertThatThrownBy(
        () -> spark.readStream().format("packice").option("maxFilesPerTrigger", 2).load("s.t").writeStream()
            .format("noop").start().awaitTermination())
        .hasStackTraceContaining("the nearest is maxBytesPerTrigger");
    assertThat(
        spark.read().format("packice").option("SPLITBYTES", "1k").option("mergeSchema", true).load("s.t").count())
        .isEqualTo(1);
  }
}
