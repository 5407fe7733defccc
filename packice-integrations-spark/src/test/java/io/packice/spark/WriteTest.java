package io.packice.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.packice.arrow.ArrowTables;
import io.packice.arrow.TableChange;
import io.packice.arrow.manifest.TableDescription;
import io.packice.spark.testing.SparkTest;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SaveMode;
import org.junit.jupiter.api.Test;

/** Rows that Spark writes, and what becomes of those that were there. */
class WriteTest extends SparkTest {
  private Dataset<Row> rows(long from, long to) {
    return spark.range(from, to).selectExpr("id", "concat('name ', id) AS name", "id % 3 AS kind");
  }

  @Test
  void eachSaveModeDoesWhatItSays() {
    rows(0, 10).write().format("packice").save("t");
    assertThat(query("SELECT count(*), sum(id) FROM packice.t")).containsExactly("10 45");
    assertThatThrownBy(() -> rows(0, 1).write().format("packice").save("t")).hasMessageContaining("already exists");
    rows(0, 1).write().format("packice").mode(SaveMode.Ignore).save("t");
    assertThat(query("SELECT count(*) FROM packice.t")).containsExactly("10");
    rows(10, 20).write().format("packice").mode(SaveMode.Append).save("t");
    assertThat(query("SELECT count(*), sum(id), max(name) FROM packice.t")).containsExactly("20 190 name 9");
    rows(5, 6).write().format("packice").mode(SaveMode.Overwrite).save("t");
    assertThat(query("SELECT * FROM packice.t")).containsExactly("5 name 5 2");
  }

  @Test
  void eachSaveModeMakesATableThatIsNotThere() {
    for (SaveMode mode : SaveMode.values()) {
      rows(0, 7).write().format("packice").option("peer", peer.address()).mode(mode).save("new." + mode);
      assertThat(query("SELECT count(*), sum(id) FROM packice.new." + mode)).containsExactly("7 21");
    }
    assertThatThrownBy(() -> spark.read().format("packice").load("nothing").count())
        .hasMessageContaining("no such table");
  }

  @Test
  void sqlInsertsOverwritesAndTruncates() {
    spark.sql("CREATE TABLE packice.db.t (id BIGINT, name STRING, kind BIGINT)");
    spark.sql("INSERT INTO packice.db.t VALUES (1, 'one', 1), (2, NULL, NULL)");
    spark.sql("INSERT INTO packice.db.t (name, id) VALUES ('three', 3)");
    assertThat(query("SELECT * FROM packice.db.t ORDER BY id")).containsExactly("1 one 1", "2 null null",
        "3 three null");
    spark.sql("INSERT OVERWRITE packice.db.t SELECT id, 'x', 0 FROM range(4)");
    assertThat(query("SELECT count(*), max(name) FROM packice.db.t")).containsExactly("4 x");
    spark.sql("TRUNCATE TABLE packice.db.t");
    assertThat(query("SELECT count(*) FROM packice.db.t")).containsExactly("0");
    assertThat(peer.client().list("db.t/part-")).isEmpty();
  }

  @Test
  void largeWritesMakePartsOfTheSizeThatWasAskedFor() {
    spark.range(0, 100_000, 1, 2).selectExpr("id", "concat('name ', id) AS name", "id % 3 AS kind").write()
        .format("packice")
        .option("partBytes", "200k").save("t");
    assertThat(query("SELECT count(*), count(DISTINCT id), sum(id), count(DISTINCT name) FROM packice.t"))
        .containsExactly("100000 100000 4999950000 100000");
    List<Long> sizes = peer.client().list("t/part-").map(part -> part.object().byteSize()).toList();
    assertThat(sizes).hasSizeBetween(15, 40).allMatch(size -> size < 300_000);
  }

  @Test
  void tablesAreCreatedWithTheirRowsOrNotAtAll() {
    spark.sql("CREATE TABLE packice.t AS SELECT id, 'a' AS name FROM range(5)");
    assertThat(query("SELECT count(*) FROM packice.t")).containsExactly("5");
    spark.sql("CREATE OR REPLACE TABLE packice.t TBLPROPERTIES ('packice.history' = '2') AS SELECT id FROM range(3)");
    spark.sql("REPLACE TABLE packice.t AS SELECT id * 10 AS ten FROM packice.t");
    assertThat(query("SELECT sum(ten) FROM packice.t")).containsExactly("30");
    assertThat(query("SELECT count(*) FROM packice.t VERSION AS OF 2")).containsExactly("3");
    assertThatThrownBy(() -> spark.sql("REPLACE TABLE packice.t AS SELECT raise_error('boom') AS x FROM range(3)"))
        .hasStackTraceContaining("boom");
    assertThatThrownBy(() -> spark.sql("CREATE TABLE packice.u AS SELECT raise_error('boom') AS x FROM range(3)"))
        .hasStackTraceContaining("boom");
    assertThat(query("SELECT sum(ten) FROM packice.t")).containsExactly("30");
    assertThat(query("SHOW TABLES IN packice")).containsExactly(" t false");
  }

  @Test
  void rowsAreDeletedChangedAndMerged() {
    rows(0, 100).write().format("packice").option("partBytes", "1k").save("t");
    spark.sql("DELETE FROM packice.t WHERE id % 10 = 3");
    spark.sql("UPDATE packice.t SET name = 'changed' WHERE id < 5");
    rows(98, 103).createOrReplaceTempView("more");
    spark.sql("MERGE INTO packice.t USING more ON t.id = more.id "
        + "WHEN MATCHED THEN UPDATE SET name = 'merged' WHEN NOT MATCHED THEN INSERT *");
    assertThat(query("SELECT count(*), sum(id) FROM packice.t")).containsExactly("93 4773");
    assertThat(query("SELECT name, count(*) FROM packice.t WHERE name NOT LIKE 'name%' GROUP BY name ORDER BY name"))
        .containsExactly("changed 4", "merged 2");
    spark.sql("DELETE FROM packice.t");
    assertThat(query("SELECT count(*) FROM packice.t")).containsExactly("0");
  }

  @Test
  void columnsAndPropertiesAreAltered() {
    spark.sql("CREATE TABLE packice.t (id BIGINT COMMENT 'key', name STRING) TBLPROPERTIES ('team' = 'ml')");
    spark.sql("INSERT INTO packice.t VALUES (1, 'one')");
    spark.sql("ALTER TABLE packice.t ADD COLUMNS (price DOUBLE COMMENT 'euros' AFTER id, tags ARRAY<STRING>)");
    spark.sql("INSERT INTO packice.t VALUES (2, 2.5, 'two', array('a'))");
    spark.sql("ALTER TABLE packice.t RENAME COLUMN name TO title");
    assertThat(query("SELECT id, price, title, size(tags) FROM packice.t ORDER BY id")).containsExactly(
        "1 null one null",
        "2 2.5 two 1");
    assertThat(query("SELECT title FROM packice.t WHERE price IS NULL")).containsExactly("one");
    spark.sql("ALTER TABLE packice.t DROP COLUMN tags");
    spark.sql("ALTER TABLE packice.t ALTER COLUMN title COMMENT 'what it is called'");
    spark.sql("ALTER TABLE packice.t SET TBLPROPERTIES ('team' = 'data', 'x' = 'y')");
    spark.sql("ALTER TABLE packice.t UNSET TBLPROPERTIES ('x')");
    assertThat(query("DESCRIBE packice.t")).contains("id bigint key", "price double euros",
        "title string what it is called");
    assertThat(query("SHOW TBLPROPERTIES packice.t")).contains("team data", "packice.rows 2").doesNotContain("x y");
    assertThatThrownBy(() -> spark.sql("ALTER TABLE packice.t ALTER COLUMN id TYPE STRING"))
        .hasMessageContaining("id");
    assertThatThrownBy(() -> spark.sql("ALTER TABLE packice.t SET TBLPROPERTIES ('packice.rows' = '7')"))
        .hasMessageContaining("choose another name");
  }

  @Test
  void newColumnsHaveTheirDefaultInOldRowsToo() {
    spark.sql("CREATE TABLE packice.t AS SELECT id FROM RANGE(3)");
    spark.sql(
        "ALTER TABLE packice.t ADD COLUMNS (n INT NOT NULL DEFAULT 5, d DECIMAL(5, 2) DEFAULT 1.5 COMMENT 'euros', "
            + "s STRING DEFAULT 'x' FIRST, day DATE DEFAULT DATE'2026-01-01', b BOOLEAN DEFAULT NULL)");
    spark.sql("INSERT INTO packice.t (id) VALUES (3)");
    spark.sql("INSERT INTO packice.t VALUES ('y', 4, 6, 2, DATE'2025-01-01', true)");
    assertThat(query("SELECT * FROM packice.t ORDER BY id")).containsExactly("x 0 5 1.50 2026-01-01 null",
        "x 1 5 1.50 2026-01-01 null", "x 2 5 1.50 2026-01-01 null", "x 3 5 1.50 2026-01-01 null",
        "y 4 6 2.00 2025-01-01 true");
    assertThat(query("SELECT sum(n), min(n), max(d), count(s) FROM packice.t")).containsExactly("26 5 2.00 5");
    assertThat(query("SELECT id FROM packice.t WHERE n = 6 OR day < DATE'2026-01-01'")).containsExactly("4");
    spark.sql("ALTER TABLE packice.t RENAME COLUMN n TO m");
    spark.sql("ALTER TABLE packice.t ALTER COLUMN m SET DEFAULT 8");
    spark.sql("INSERT INTO packice.t (id) VALUES (5)");
    assertThat(query("SELECT id, m FROM packice.t WHERE id IN (0, 5) ORDER BY id")).containsExactly("0 5", "5 8");
    assertThatThrownBy(() -> spark.sql("ALTER TABLE packice.t ADD COLUMN l ARRAY<INT> DEFAULT array(1)"))
        .hasStackTraceContaining("UPDATE the rows");
    assertThatThrownBy(() -> spark.sql("ALTER TABLE packice.t ADD COLUMN o INT NOT NULL"))
        .hasStackTraceContaining("give it a DEFAULT");
  }

  @Test
  void tablesAreRenamed() {
    rows(0, 10).write().format("packice").option("history", 1).save("a.t");
    rows(10, 20).write().format("packice").mode(SaveMode.Append).save("a.t");
    spark.sql("ALTER TABLE packice.a.t RENAME TO b.u");
    assertThat(query("SELECT count(*), sum(id) FROM packice.b.u")).containsExactly("20 190");
    assertThat(query("SELECT count(*) FROM packice.b.u VERSION AS OF 1")).containsExactly("10");
    assertThatThrownBy(() -> query("SELECT * FROM packice.a.t")).hasMessageContaining("TABLE_OR_VIEW_NOT_FOUND");
    spark.sql("ALTER TABLE packice.b.u RENAME TO packice.a.t");
    assertThat(query("SHOW TABLES IN packice.a")).containsExactly("a t false");
    rows(0, 1).write().format("packice").save("taken");
    assertThatThrownBy(() -> spark.sql("ALTER TABLE packice.a.t RENAME TO packice.taken"))
        .hasMessageContaining("already exists");
    assertThatThrownBy(() -> spark.sql("ALTER TABLE packice.nobody RENAME TO x"))
        .hasMessageContaining("TABLE_OR_VIEW_NOT_FOUND");
  }

  @Test
  void partitionsAreWrittenReplacedAndDeletedAsAWhole() {
    spark.sql(
        "CREATE TABLE packice.t (id BIGINT, kind STRING, day DATE) PARTITIONED BY (kind, days(day), bucket(2, id))");
    spark.sql(
        "INSERT INTO packice.t SELECT id, if(id % 2 = 0, 'even', 'odd'), date_add(DATE'2024-01-01', CAST(id % 3 AS INT)) "
            + "FROM range(120)");
    assertThat(peer.client().list("t/part-")).hasSize(12);
    assertThat(query("SELECT count(*), sum(id) FROM packice.t WHERE kind = 'odd'")).containsExactly("60 3600");
    spark.sql("DELETE FROM packice.t WHERE kind = 'odd'");
    assertThat(peer.client().list("t/part-")).hasSize(6);
    spark.sql("INSERT OVERWRITE packice.t PARTITION (kind = 'even') SELECT 1, DATE'2024-01-01'");
    assertThat(query("SELECT * FROM packice.t")).containsExactly("1 even 2024-01-01");
    spark.sql("INSERT INTO packice.t VALUES (2, 'odd', DATE'2024-01-02'), (3, NULL, NULL)");
    spark.conf().set("spark.sql.sources.partitionOverwriteMode", "dynamic");
    spark.sql(
        "INSERT OVERWRITE packice.t VALUES (4, 'even', DATE'2024-01-01'), (5, 'even', DATE'2024-01-01'), (6, NULL, NULL)");
    assertThat(query("SELECT id FROM packice.t WHERE kind = 'odd' OR kind IS NULL OR id > 3 ORDER BY id")).contains("2",
        "4", "5", "6");
    assertThat(query("DESCRIBE packice.t")).contains("Part 0 kind ", "Part 1 days(day) ");
  }

  @Test
  void whatCannotBePartitionedByIsRefused() {
    assertThatThrownBy(() -> spark.sql("CREATE TABLE packice.t (x DOUBLE) PARTITIONED BY (x)"))
        .hasMessageContaining("of type DOUBLE");
    assertThatThrownBy(() -> spark.sql("CREATE TABLE packice.t (x STRING) PARTITIONED BY (days(x))"))
        .hasMessageContaining("days of a column of type STRING");
    assertThatThrownBy(() -> spark.sql("CREATE TABLE packice.t (x STRING) PARTITIONED BY (zorder(x))"))
        .hasMessageContaining("give a column, or bucket");
    // A group of equal texts that differ would be in several partitions, and be seen as several without an exchange
    for (String by : List.of("bucket(4, x)", "truncate(1, x)")) {
      assertThatThrownBy(
          () -> spark.sql("CREATE TABLE packice.t (x STRING COLLATE UTF8_LCASE) PARTITIONED BY (" + by + ")")).as(by)
          .hasMessageContaining("of a column of type STRING COLLATE UTF8_LCASE; choose another column");
    }
  }

  /** As if a newer Packice had written it. */
  @Test
  void whatIsPartitionedByAnUnknownFunctionIsRead() {
    spark.sql("CREATE TABLE packice.t PARTITIONED BY (kind) AS SELECT id, id % 3 AS kind FROM RANGE(30)");
    try (TableChange change = new ArrowTables(peer.client()).change("t", Duration.ofSeconds(10))) {
      TableDescription _ = change.commit(table -> TableDescription.fromBytes("t",
          new String(Objects.requireNonNull(table).toBytes(), StandardCharsets.UTF_8)
              .replace("\"identity\"", "\"zorder\"").getBytes(StandardCharsets.UTF_8)));
    }
    assertThat(query("DESCRIBE packice.t")).contains("Part 0 zorder(kind) ");
    spark.conf().set("spark.sql.sources.v2.bucketing.enabled", true);
    assertThat(query("SELECT kind, sum(id) FROM packice.t WHERE kind > 0 GROUP BY kind ORDER BY kind"))
        .containsExactly("1 145", "2 155");
    assertThatThrownBy(() -> spark.sql("INSERT INTO packice.t VALUES (1, 1)"))
        .hasMessageContaining("zorder(kind) is not currently supported"); // as Spark says it
  }

  @Test
  void savesArePartitionedAsTheySay() {
    rows(0, 9).write().format("packice").partitionBy("kind").save("t");
    rows(9, 12).write().format("packice").mode(SaveMode.Append).partitionBy("kind").save("t");
    assertThat(peer.client().list("t/part-")).hasSize(6);
    rows(0, 6).write().format("packice").mode(SaveMode.Overwrite).partitionBy("kind").save("t");
    assertThat(query("SELECT kind, count(*) FROM packice.t GROUP BY kind ORDER BY kind")).containsExactly("0 2", "1 2",
        "2 2");
    assertThatThrownBy(
        () -> rows(0, 6).write().format("packice").mode(SaveMode.Append).partitionBy("name").save("t"))
        .hasMessageContaining("provided: identity(name)");
  }

  @Test
  void framesArePersistedUnderANameForAll() {
    Dataset<Row> kept = PackiceCache.persist(rows(0, 10).where("id > 6"), "cache.some");
    assertThat(kept.count()).isEqualTo(3);
    assertThat(PackiceCache.persist(spark.range(4), "cache.some").count()).isEqualTo(4);
    assertThat(PackiceCache.table(spark, "cache.some").columns()).containsExactly("id");
    PackiceCache.save(spark.range(4, 5).toDF(), "cache.some", SaveMode.Append);
    assertThat(query("SELECT sum(id) FROM packice.cache.some")).containsExactly("10");
    assertThat(PackiceCache.unpersist(spark, "cache.some")).isTrue();
    assertThat(PackiceCache.unpersist(spark, "cache.some")).isFalse();
    assertThat(rows(0, 5).transform(PackiceCache.packice("cache.other")).count()).isEqualTo(5);
    assertThat(query("SELECT sum(id) FROM packice.cache.other")).containsExactly("10");
  }
}
