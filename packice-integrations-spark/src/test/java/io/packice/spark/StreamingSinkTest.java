package io.packice.spark;

import static org.assertj.core.api.Assertions.assertThat;

import io.packice.backends.memory.MemfdBlobStore;
import io.packice.contract.ManualTime;
import io.packice.core.LocalPeer;
import io.packice.spark.testing.RenewedLeases;
import io.packice.spark.testing.SparkPeer;
import io.packice.spark.testing.TestSpark;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.MapFunction;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.streaming.StreamingQuery;
import org.apache.spark.sql.streaming.Trigger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Streams that end in a table. */
class StreamingSinkTest {
  private static volatile CountDownLatch reached = new CountDownLatch(1);
  private static volatile CountDownLatch released = new CountDownLatch(1);
  private static volatile CountDownLatch killed = new CountDownLatch(1);

  private final ManualTime time = new ManualTime();
  private final RenewedLeases leases = new RenewedLeases(time);
  private final SparkPeer peer = new SparkPeer(new LocalPeer(new MemfdBlobStore(), leases, 1L << 30, time));
  private final SparkSession spark = TestSpark.newSession();
  @TempDir private Path folder;

  @BeforeEach
  void nameThePeer() throws IOException {
    spark.conf().set("spark.packice.peer", peer.address());
    spark.conf().set("spark.sql.catalog.packice", PackiceCatalog.class.getName());
    Files.createDirectory(folder.resolve("in"));
    reached = new CountDownLatch(1);
    released = new CountDownLatch(1);
    killed = new CountDownLatch(1);
  }

  @AfterEach
  void nothingIsLeft() {
    released.countDown();
    peer.requireIdle();
    peer.close();
  }

  private void put(int from, int to) throws IOException {
    for (int i = from; i < to; i++) {
      Files.writeString(folder.resolve("in").resolve("f" + i + ".json"),
          "{\"id\":" + i + "}\n{\"id\":" + (1000 + i) + "}\n");
    }
  }

  private void run(String mode, String... select) throws Exception {
    var rows = spark.readStream().schema("id BIGINT").option("maxFilesPerTrigger", "1")
        .json(folder.resolve("in").toString());
    StreamingQuery query = (mode.equals("complete") ? rows.groupBy().sum("id").toDF("total") : rows.selectExpr(select))
        .writeStream().format("packice").option("checkpointLocation", folder.resolve("checkpoint").toString())
        .outputMode(mode).trigger(Trigger.AvailableNow()).start("s.t");
    query.awaitTermination();
  }

  private String totals() {
    return spark.sql("SELECT count(*), count(DISTINCT id), sum(id) FROM packice.s.t").head().toSeq().mkString(" ");
  }

  @Test
  void eachBatchIsThereOnceThroughRestartsAndAReplay() throws Exception {
    put(0, 3);
    run("append", "id");
    assertThat(totals()).isEqualTo("6 6 3006");
    put(3, 5);
    run("append", "id");
    assertThat(totals()).isEqualTo("10 10 5020");
    forgetLastCommit();
    run("append", "id");
    assertThat(totals()).as("after the last batch came again").isEqualTo("10 10 5020");
    put(5, 6);
    run("append", "id");
    assertThat(totals()).isEqualTo("12 12 6030");
    assertThat(spark.sql("SELECT count(DISTINCT _part) FROM packice.s.t").head().getLong(0)).isGreaterThanOrEqualTo(6);
  }

  /** As if the driver had been killed after the table's commit and before its own. */
  private void forgetLastCommit() throws IOException {
    try (Stream<Path> commits = Files.list(folder.resolve("checkpoint").resolve("commits"))) {
      List<Path> all = commits.toList();
      Path last = all.stream().filter(file -> file.getFileName().toString().matches("[0-9]+"))
          .max(Comparator.comparingInt(file -> Integer.parseInt(file.getFileName().toString()))).orElseThrow();
      Files.delete(last);
      Files.deleteIfExists(last.resolveSibling("." + last.getFileName() + ".crc"));
    }
  }

  @Test
  void aCompleteResultReplacesTheOneBefore() throws Exception {
    put(0, 3);
    run("complete");
    assertThat(spark.sql("SELECT * FROM packice.s.t").collectAsList()).hasSize(1);
    assertThat(spark.sql("SELECT total FROM packice.s.t").head().getLong(0)).isEqualTo(3006);
  }

  private static void waitToGoOn() throws InterruptedException {
    try {
      released.await();
    } catch (InterruptedException end) {
      killed.countDown();
      throw end;
    }
  }

  private StreamingQuery start(Duration leaseTtl) throws Exception {
    return spark.readStream().schema("id BIGINT").json(folder.resolve("in").toString()).repartition(2)
        .as(Encoders.LONG()).map((MapFunction<Long, Long>) id -> {
          if (TaskContext.getPartitionId() == 1) {
            reached.countDown();
            waitToGoOn();
          }
          return id;
        }, Encoders.LONG()).toDF("id").writeStream().format("packice")
        .option("checkpointLocation", folder.resolve("checkpoint").toString())
        .option("leaseTtl", leaseTtl.toMillis() + "ms").trigger(Trigger.AvailableNow()).start("s.t");
  }

  /** It is over, and the driver has what it has written. */
  private void awaitFirstTask() throws InterruptedException {
    assertThat(reached.await(60, TimeUnit.SECONDS)).isTrue();
    Awaitility.await().atMost(Duration.ofMinutes(1)).until(() -> peer.client().stats().drafts() == 1);
    awaitRenewals();
  }

  private void awaitRenewals() {
    long before = leases.renewals();
    Awaitility.await().atMost(Duration.ofMinutes(1)).until(() -> leases.renewals() > before + 1);
  }

  @Test
  void aBatchMayLastLongerThanTheLeasesOfItsFirstTask() throws Exception {
    put(0, 10);
    Duration ttl = Duration.ofSeconds(2);
    StreamingQuery query = start(ttl);
    awaitFirstTask();
    for (int round = 0; round < 4; round++) {
      awaitRenewals();
      time.advance(ttl.multipliedBy(4).dividedBy(5));
    }
    released.countDown();
    query.awaitTermination();
    assertThat(totals()).isEqualTo("20 20 10090");
  }

  @Test
  void aBatchThatFailsLeavesNothingOfItsTasks() throws Exception {
    put(0, 10);
    StreamingQuery query = start(Duration.ofSeconds(2)); // by a clock that stands still
    awaitFirstTask();
    query.stop();
    assertThat(killed.await(60, TimeUnit.SECONDS)).isTrue(); // one that went on would keep its parts for a TTL
    peer.requireIdle();
    assertThat(peer.client().list("")).isEmpty();
  }
}
