package io.packice.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.packice.spark.testing.SparkTest;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Rows that a thread of the user's, or the one that feeds a script, reads beside its task. */
class ReaderThreadTest extends SparkTest {
  private static final int ROWS = 100_000;

  private static volatile CountDownLatch reached = new CountDownLatch(1);
  private static volatile CountDownLatch released = new CountDownLatch(1);
  private static volatile CompletableFuture<Long> read = new CompletableFuture<>();
  private static final AtomicLong COUNT = new AtomicLong();

  @BeforeEach
  void writeTable() {
    reached = new CountDownLatch(1);
    released = new CountDownLatch(1);
    read = new CompletableFuture<>();
    spark.range(0, ROWS, 1, 1).selectExpr("id", "concat('name ', id) AS name").write().format("packice").save("t");
  }

  /** Reads a row, waits for the task to be over, and reads on as far as Spark lets it, which is to the end of the batch. */
  private static long readSlowly(Iterator<Row> rows) throws InterruptedException {
    long count = 0;
    while (rows.hasNext()) {
      Row row = rows.next();
      if (!row.getString(1).equals("name " + row.getLong(0))) {
        throw new IllegalStateException("row " + row);
      }
      COUNT.set(count + 1);
      if (count++ == 0) {
        reached.countDown();
        released.await();
      }
    }
    return count;
  }

  @Test
  void whatAnotherThreadReadsStaysUntilItIsDone() throws Exception {
    MapPartitionsFunction<Row, Long> beside = rows -> {
      Thread _ = Thread.ofPlatform().start(() -> {
        try {
          read.complete(readSlowly(rows));
        } catch (Throwable failure) {
          read.completeExceptionally(failure);
        }
      });
      reached.await();
      return List.of(1L).iterator();
    };
    assertThat(spark.read().format("packice").load("t").mapPartitions(beside, Encoders.LONG()).collectAsList())
        .containsExactly(1L);
    Awaitility.await().atMost(Duration.ofMinutes(1)).until(() -> peer.client().stats().leases() <= 1);
    assertThat(peer.client().stats().leases()).as("while the thread has rows").isEqualTo(1);
    released.countDown();
    assertThatThrownBy(() -> read.get(1, TimeUnit.MINUTES)).as("Spark has taken its iterator apart")
        .hasCauseInstanceOf(NullPointerException.class).hasStackTraceContaining("PartitionIterator.hasNext");
    assertThat(COUNT).as("rows that were there when the task ended")
        .satisfies(count -> assertThat(count.get()).isBetween(2L, ROWS - 1L));
    peer.requireIdle();
  }

  @Test
  void aScriptNeedNotReadAllOfItsInput() {
    runUnlessPipesBreak(
        () -> query("SELECT TRANSFORM(id, name) USING 'head -n 1' AS (id STRING, name STRING) FROM packice.t"));
    runUnlessPipesBreak(() -> spark.table("packice.t").toJavaRDD().pipe("head -n 1").count());
    peer.requireIdle();
    assertThat(query("SELECT count(*) FROM (SELECT TRANSFORM(name) USING 'cat' AS (name STRING) FROM packice.t)"))
        .containsExactly(Integer.toString(ROWS));
  }

  /** Whether Spark minds that a script has ended depends on how far the thread is that feeds it. */
  private static void runUnlessPipesBreak(Runnable query) {
    try {
      query.run();
    } catch (Exception broken) {
      assertThat(broken).hasStackTraceContaining("java.io.IOException");
    }
  }
}
