package io.packice.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.packice.arrow.ArrowTables;
import io.packice.arrow.TableWriter;
import io.packice.spark.testing.SparkPeer;
import io.packice.spark.testing.TestSpark;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.MapFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SaveMode;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.GeometryType;
import org.apache.spark.sql.types.StructType;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What fails leaves the table as it was, and nothing behind. */
class FailureTest {
  private static final AtomicInteger ATTEMPTS = new AtomicInteger();
  private static volatile CountDownLatch reached = new CountDownLatch(1);
  private static volatile CountDownLatch released = new CountDownLatch(1);

  private final SparkPeer peer = new SparkPeer();
  private final SparkSession spark = TestSpark.newSession();

  @BeforeEach
  void nameThePeer() {
    spark.conf().set("spark.packice.peer", peer.address());
    spark.conf().set("spark.sql.catalog.packice", PackiceCatalog.class.getName());
    ATTEMPTS.set(0);
    reached = new CountDownLatch(1);
    released = new CountDownLatch(1);
    spark.range(10).write().format("packice").save("t");
  }

  @AfterEach
  void nothingIsLeft() {
    released.countDown();
    peer.requireIdle();
    peer.close();
  }

  /** In another thread, which has this session for its own. */
  private <T> CompletableFuture<T> supply(Supplier<T> task) {
    return CompletableFuture.supplyAsync(() -> {
      SparkSession.setActiveSession(spark);
      return task.get();
    });
  }

  private CompletableFuture<Boolean> async(Runnable task) {
    return supply(() -> {
      task.run();
      return true;
    });
  }

  private List<Long> ids() {
    return spark.table("packice.t").as(Encoders.LONG()).collectAsList().stream().sorted().toList();
  }

  private long partCount() {
    return peer.client().list("t/part-").count();
  }

  /** Two tasks, each of which has filled several parts when the function sees its last row. */
  private Dataset<Long> rows(MapFunction<Long, Long> function) {
    return spark.range(0, 20_000, 1, 2).as(Encoders.LONG()).map(function, Encoders.LONG());
  }

  private static void write(Dataset<Long> rows) {
    rows.toDF("id").write().format("packice").option("partBytes", "10k").option("leaseTtl", "5s").mode("append")
        .save("t");
  }

  @Test
  void aTaskThatThrowsLeavesNothing() {
    assertThatThrownBy(() -> write(rows(id -> {
      if (id == 19_999) {
        throw new IllegalStateException("boom");
      }
      return id;
    }))).hasStackTraceContaining("boom");
    assertThat(ids()).hasSize(10);
    assertThat(partCount()).as("of the two tasks that made the table").isLessThanOrEqualTo(2);
  }

  @Test
  void aJobThatIsCancelledAfterATaskHasWrittenLeavesNothing() throws Exception {
    spark.sparkContext().setLocalProperty("spark.job.interruptOnCancel", "true");
    CompletableFuture<Boolean> job = async(() -> {
      spark.sparkContext().setJobGroup("doomed", "waits for ever", true);
      write(rows(id -> {
        if (id == 19_999) {
          reached.countDown();
          released.await();
        }
        return id;
      }));
    });
    assertThat(reached.await(5, TimeUnit.MINUTES)).isTrue();
    Awaitility.await().atMost(Duration.ofMinutes(5)).until(() -> peer.client().stats().drafts() > 2);
    spark.sparkContext().cancelJobGroup("doomed");
    assertThatThrownBy(job::join).hasStackTraceContaining("cancelled");
    peer.requireIdle();
    assertThat(ids()).hasSize(10);
  }

  @Test
  void twoAppendsAreBothThere() {
    Dataset<Long> more = rows(id -> {
      if (id == 19_999) {
        reached.countDown();
        released.await();
      }
      return id + 100;
    });
    CompletableFuture<Boolean> slow = async(() -> write(more));
    Awaitility.await().atMost(Duration.ofMinutes(5)).until(() -> reached.getCount() == 0);
    spark.sql("INSERT INTO packice.t VALUES (77)");
    released.countDown();
    assertThat(slow.join()).isTrue();
    assertThat(ids()).hasSize(20_011).contains(77L, 20_099L);
  }

  @Test
  void ofTwoOverwritesOneWinsAndTheOtherIsTold() {
    Dataset<Long> more = rows(id -> {
      if (id == 19_999) {
        reached.countDown();
        released.await();
      }
      return id;
    });
    CompletableFuture<Boolean> slow = async(
        () -> more.toDF("id").write().format("packice").option("partBytes", "10k").option("leaseTtl", "5s")
            .mode("overwrite").save("t"));
    Awaitility.await().atMost(Duration.ofMinutes(5)).until(() -> reached.getCount() == 0);
    spark.sql("INSERT OVERWRITE packice.t VALUES (77)");
    released.countDown();
    assertThatThrownBy(slow::join).hasStackTraceContaining(
        "Cannot commit table t: somebody else has written what was to be replaced since version 1")
        .hasStackTraceContaining("run it again");
    assertThat(ids()).containsExactly(77L);
    assertThat(partCount()).isEqualTo(1);
  }

  @Test
  void whatIsAppendedWhileTheTableIsRewrittenStays() {
    Dataset<Long> rewritten = spark.table("packice.t").as(Encoders.LONG()).map((MapFunction<Long, Long>) id -> {
      reached.countDown();
      released.await();
      return id + 1000;
    }, Encoders.LONG());
    CompletableFuture<Boolean> slow =
        async(() -> rewritten.toDF("id").write().format("packice").mode("overwrite").save("t"));
    Awaitility.await().atMost(Duration.ofMinutes(1)).until(() -> reached.getCount() == 0);
    spark.sql("INSERT INTO packice.t VALUES (77)");
    released.countDown();
    assertThat(slow.join()).isTrue();
    assertThat(ids()).hasSize(11).contains(77L, 1000L, 1009L);
  }

  @Test
  void whoeverWritesTheTableWithoutSparkIsWaitedFor() {
    ArrowTables tables = new ArrowTables(peer.client());
    CompletableFuture<Boolean> insert;
    try (TableWriter writer = tables.append("t")) {
      insert = async(() -> spark.sql("INSERT INTO packice.t VALUES (77)"));
      Awaitility.await().atMost(Duration.ofMinutes(5)).until(() -> peer.client().stats().drafts() == 2);
      writer.commit();
    }
    assertThat(insert.join()).isTrue();
    assertThat(ids()).hasSize(11);
  }

  @Test
  void aReaderSeesTheOldVersionWholeWhileItIsReplaced() throws Exception {
    write(rows(id -> id + 10));
    assertThat(partCount()).isGreaterThan(10);
    CompletableFuture<Long> sum = supply(
        () -> spark.read().format("packice").option("splitBytes", "5k").load("t").as(Encoders.LONG())
            .map((MapFunction<Long, Long>) id -> {
              if (TaskContext.getPartitionId() == 0 && reached.getCount() > 0) {
                reached.countDown();
                released.await();
              }
              return id;
            }, Encoders.LONG()).reduce((org.apache.spark.api.java.function.ReduceFunction<Long>) Long::sum));
    assertThat(reached.await(5, TimeUnit.MINUTES)).isTrue();
    spark.sql("INSERT OVERWRITE packice.t VALUES (77)");
    released.countDown();
    assertThat(sum.get(5, TimeUnit.MINUTES)).isEqualTo(20_010L * 20_009 / 2);
    assertThat(ids()).containsExactly(77L);
    peer.requireIdle();
    assertThat(partCount()).isEqualTo(1);
  }

  @Test
  void aFullPeerSaysHowFullItIs() {
    try (SparkPeer small = new SparkPeer(1 << 20)) {
      assertThatThrownBy(() -> spark.range(1_000_000).write().format("packice").option("peer", small.address())
          .option("partBytes", "100k").option("leaseTtl", "5s").save("big"))
          .hasStackTraceContaining("Cannot create big")
          .hasStackTraceContaining("of 1048576 free").hasStackTraceContaining("or give the peer more");
      small.requireIdle();
      assertThat(small.client().list("")).isEmpty();
    }
  }

  /** Spark's own cast of a struct goes by place, and would put what is in b into a. */
  @Test
  void fieldsInsideOfColumnsAreFoundByNameToo() {
    spark.sql(
        "CREATE TABLE packice.n (s STRUCT<a: INT, in: STRUCT<x: INT, y: INT>>, l ARRAY<STRUCT<a: INT, b: STRING>>, "
            + "m MAP<STRING, STRUCT<a: INT, b: INT>>, ll ARRAY<ARRAY<BIGINT>>)");
    PackiceCache.save(
        spark.sql("SELECT array(array(7)) AS ll, named_struct('in', named_struct('Y', 3, 'x', 2L), 'a', 1) AS s, "
            + "array(named_struct('b', 'text', 'a', 4), NULL) AS l, map('k', named_struct('b', 6, 'a', 5), 'n', NULL) AS m"),
        "n", SaveMode.Append);
    PackiceCache
        .save(spark.sql("SELECT CAST(NULL AS STRUCT<in: STRUCT<y: INT, x: INT>, a: INT>) AS s, NULL AS l, NULL AS m, "
            + "NULL AS ll"), "n", SaveMode.Append);
    assertThat(
        spark.sql("SELECT s.a, s.in.x, s.in.y, l[0].a, l[0].b, l[1] IS NULL, m['k'].a, m['k'].b, m['n'] IS NULL, "
            + "ll[0][0] FROM packice.n WHERE s IS NOT NULL").head().mkString(" "))
        .isEqualTo("1 2 3 4 text true 5 6 true 7");
    assertThat(spark.sql("SELECT * FROM packice.n WHERE s IS NULL").head().mkString(" "))
        .isEqualTo("null null null null");
    assertThatThrownBy(() -> PackiceCache.save(
        spark.sql("SELECT named_struct('a', 1, 'in', named_struct('x', DATE'2024-01-01', 'z', 1)) AS s, "
            + "array(named_struct('a', 1)) AS l, map('k', 1) AS m, array(array('x')) AS ll"),
        "n", SaveMode.Append)).hasMessageContaining("s.in.x is DATE, the table has INT; s.in.y INT is missing; "
            + "s.in.z INT is not in the table; l.element.b STRING is missing; "
            + "m.value is INT, the table has STRUCT<a: INT, b: INT>; ll.element.element is STRING, the table has BIGINT; "
            + "select and cast");
  }

  @Test
  void nullsInsideOfColumnsAreKeptOutWhereTheTableWantsNone() {
    spark.sql("CREATE TABLE packice.n (s STRUCT<a: INT NOT NULL>)");
    PackiceCache.save(spark.sql("SELECT named_struct('a', IF(id < 0, NULL, 1)) AS s FROM RANGE(1)"), "n",
        SaveMode.Append);
    assertThatThrownBy(() -> PackiceCache.save(
        spark.sql("SELECT named_struct('a', IF(id < 1, NULL, 1)) AS s FROM RANGE(1)"), "n", SaveMode.Append))
        .hasStackTraceContaining("s.a");
    assertThat(spark.table("packice.n").count()).isEqualTo(1);
  }

  @Test
  void aTypeThatATableCannotHaveIsNamed() {
    StructType schema = new StructType().add("id", "bigint").add("where", GeometryType.apply(4326));
    spark.conf().set("spark.sql.geospatial.enabled", true);
    assertThatThrownBy(() -> spark.createDataFrame(List.<Row>of(), schema).write().format("packice").save("places"))
        .hasMessageContaining("Cannot keep column where: its type GEOMETRY(4326) has no form in a table; cast it to "
            + "another type, or leave it out");
    assertThat(peer.client().list("places")).isEmpty();
  }

  @Test
  void aWrongSchemaIsNamed() {
    spark.sql("CREATE TABLE packice.w (a INT, b DATE, c STRING)");
    assertThatThrownBy(() -> PackiceCache.save(spark.sql("SELECT 'x' AS extra, array(1) AS a, 1 AS b"), "w",
        SaveMode.Append)).isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Cannot write table w: the rows have other columns: a is ARRAY<INT>, the table has INT; "
            + "b is INT, the table has DATE; c STRING is missing; extra STRING is not in the table; "
            + "select and cast them to what the table has");
    PackiceCache.save(spark.sql("SELECT 'text' AS C, 5L AS a, DATE'2024-02-03' AS b"), "w", SaveMode.Append);
    assertThat(spark.table("packice.w").head().toSeq().mkString(" ")).isEqualTo("5 2024-02-03 text");
    assertThatThrownBy(() -> spark.sql("INSERT INTO packice.w (a, nobody) VALUES (1, 2)"))
        .hasMessageContaining("nobody");
    assertThatThrownBy(() -> spark.range(1).write().format("packice").option("partBytes", "x").mode("append").save("t"))
        .hasMessageContaining("give bytes such as 64m");
    assertThatThrownBy(() -> spark.range(1).write().format("packice").option("peer", "http://127.0.0.1:1").save("t"))
        .hasMessageContaining("127.0.0.1");
  }
}
