package io.packice.spark.write;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.explode;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.sequence;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.packice.spark.testing.SparkPeer;
import io.packice.spark.testing.SparkTest;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.SparkEnv;
import org.apache.spark.api.java.function.MapFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.execution.columnar.InMemoryRelation;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a write that does not fit does to the tables that are there: nothing, if Spark knows how many rows there will be. */
final class RoomTest extends SparkTest {
  private static final List<String> KEPT = List.of("keep1", "keep2", "keep3", "keep4");
  private static final long TOO_MANY = 500_000;

  private final SparkPeer small = new SparkPeer(1 << 20);

  @BeforeEach
  void fill() {
    spark.conf().set("spark.packice.peer", small.address());
    KEPT.forEach(name -> spark.range(0, 10_000, 1, 1).write().format("packice").save(name));
  }

  @AfterEach
  void stop() {
    small.requireIdle();
    small.close();
  }

  private void assertNothingEvicted() {
    assertThat(small.client().stats().evictions()).isZero();
    assertThat(small.client().list("").map(status -> status.object().id().value()).filter(id -> !id.contains("/")))
        .containsExactlyElementsOf(KEPT);
  }

  private static void assertRefused(ThrowingCallable write) {
    assertThatThrownBy(write).hasStackTraceContaining("needs at least ")
        .hasStackTraceContaining("with what is still to come");
  }

  @Test
  void nothingIsEvictedForRowsThatAreTooManyTogether() {
    Dataset<Row> rows = spark.range(TOO_MANY).toDF("id");
    assertRefused(() -> rows.write().format("packice").option("partBytes", "50k").save("big"));
    assertNothingEvicted();
    assertRefused(() -> rows.writeTo("packice.big").create());
    assertNothingEvicted();
    assertRefused(() -> rows.writeTo("packice.keep1").createOrReplace());
    assertNothingEvicted();
    assertRefused(() -> rows.write().format("packice").mode("append").save("keep1"));
    assertNothingEvicted();
    assertRefused(() -> spark.sql("INSERT OVERWRITE packice.keep2 SELECT id FROM range(" + TOO_MANY + ")"));
    assertNothingEvicted();
    assertRefused(() -> spark.sql("CREATE TABLE packice.big AS SELECT id * 2 AS id FROM range(" + TOO_MANY + ")"));
    assertNothingEvicted();
    small.requireIdle();
  }

  @Test
  void whoseRowsNobodyCountsIsToldWhatWentForThem() {
    assertThatThrownBy(() -> spark.range(TOO_MANY).where("id % 3 < 2").write().format("packice")
        .option("partBytes", "50k").save("big")).hasStackTraceContaining("after the eviction of keep");
  }

  @Test
  void nothingIsEvictedForAWriteThatMayNot() {
    Dataset<Row> rows = spark.range(TOO_MANY).where("id % 3 < 2").toDF("id");
    assertThatThrownBy(() -> rows.write().format("packice").option("partBytes", "50k").option("evict", "none")
        .save("big")).hasStackTraceContaining("idle but not to be evicted");
    assertNothingEvicted();
    assertThatThrownBy(() -> rows.write().format("packice").option("evict", "fifo").save("big"))
        .hasStackTraceContaining("Cannot write with evict=fifo: say lru or none");
  }

  /** Two of these fit, and no third. */
  @Test
  void whatWasLookedUpToBeReplacedTakesNoRoomAfterwards() {
    spark.conf().set("spark.packice.planning", "30min");
    Dataset<Row> rows = spark.range(0, 50_000, 1, 1).toDF("id");
    for (int i = 0; i < 3; i++) {
      rows.write().format("packice").mode("overwrite").save("t");
    }
    for (int i = 0; i < 3; i++) {
      spark.sql("INSERT OVERWRITE packice.t SELECT id FROM range(0, 50000, 1, 1)");
    }
    for (String end : List.of("DELETE FROM packice.t", "TRUNCATE TABLE packice.t", "DROP TABLE packice.t",
        "ALTER TABLE packice.t RENAME TO u")) {
      spark.sql("CREATE OR REPLACE TABLE packice.t AS SELECT id FROM range(0, 50000, 1, 1)");
      spark.sql(end);
      small.requireIdle();
    }
    rows.write().format("packice").mode("overwrite").save("t");
    assertThat(spark.table("packice.t").where("id % 2 = 0").count()).isEqualTo(25_000);
    small.requireIdle();
    spark.sql("UPDATE packice.t SET id = id + 1 WHERE id = 7");
    small.requireIdle();
  }

  @Test
  void whatFitsByEvictionIsWritten() {
    spark.range(100_000).write().format("packice").option("evict", "lru").save("big");
    assertThat(spark.read().format("packice").load("big").count()).isEqualTo(100_000);
    assertThat(small.client().stats().evictions()).isPositive();
  }

  /** What Spark's optimiser makes of queries may change; the number may then be 0, and never too large. */
  @Test
  void rowsAreCountedOnlyWhereTheyAre() {
    Dataset<Row> range = spark.range(1_000).toDF("id");
    Dataset<Row> table = spark.read().format("packice").load("keep1");
    Dataset<Row> cached = range.where("id < 500").cache();
    assertThat(cached.count()).isEqualTo(500);
    List<Long> numbers = new ArrayList<>();
    for (long i = 0; i < 77; i++) {
      numbers.add(i);
    }
    Dataset<Row> values = spark.createDataset(numbers, Encoders.LONG()).toDF("id");
    Map<Dataset<?>, Long> known = new LinkedHashMap<>();
    known.put(range, 1_000L);
    known.put(range.select(col("id").plus(1)).repartition(3).sort("(id + 1)"), 1_000L);
    known.put(range.as(Encoders.LONG()).map((MapFunction<Long, Long>) id -> id + 1, Encoders.LONG()), 1_000L);
    known.put(values.union(range), 1_077L);
    known.put(table.withColumn("more", lit(1)), 10_000L);
    known.put(cached.withColumn("more", lit(1)), 500L);
    known.forEach((query, rows) -> assertThat(rows(query)).as(query.toString()).isEqualTo(rows));

    List<Dataset<Row>> unknown = List.of(range.where("id % 2 = 0"), table.where("id % 2 = 0"), table.limit(10),
        range.limit(10), range.groupBy(col("id").mod(7)).count(), range.join(table, "id"), range.distinct(),
        range.sample(0.1), table.agg(org.apache.spark.sql.functions.max("id")), range.except(table),
        range.select(explode(sequence(lit(1), col("id").mod(2)))));
    for (Dataset<Row> query : unknown) {
      assertThat(rows(query)).as(query.toString()).isLessThanOrEqualTo(query.count());
    }
    cached.unpersist();
  }

  /** As when an executor is lost, or the memory of all is too small. */
  @Test
  void whatIsCachedIsCountedOnceThoughItIsMadeTwice() {
    Dataset<Row> cached = spark.range(1_000).where("id < 500").toDF("id").cache();
    assertThat(cached.count()).isEqualTo(500);
    InMemoryRelation relation = (InMemoryRelation) plan(cached);
    SparkEnv.get().blockManager().removeRdd(relation.cacheBuilder().cachedColumnBuffers().id());
    assertThat(cached.count()).isEqualTo(500);
    assertThat(rows(cached.withColumn("more", lit(1)))).isLessThanOrEqualTo(500);
    cached.unpersist();
  }

  private static LogicalPlan plan(Dataset<?> query) {
    return ((org.apache.spark.sql.classic.Dataset<?>) query).queryExecution().optimizedPlan();
  }

  private static long rows(Dataset<?> query) {
    return RowsToCome.rows(plan(query));
  }
}
