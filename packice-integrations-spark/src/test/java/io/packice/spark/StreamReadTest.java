package io.packice.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.packice.spark.testing.SparkPeer;
import io.packice.spark.testing.TestSpark;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.stream.LongStream;
import org.apache.spark.api.java.function.VoidFunction2;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SaveMode;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.streaming.StreamingQuery;
import org.apache.spark.sql.streaming.Trigger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StreamReadTest {
  @TempDir Path folder;

  private final SparkPeer peer = new SparkPeer();
  private final SparkSession spark = TestSpark.newSession();
  /** By batch: one that runs again after a restart takes the place of itself. */
  private final Map<Long, List<Long>> batches = new ConcurrentSkipListMap<>();

  @BeforeEach
  void nameThePeer() {
    spark.conf().set("spark.packice.peer", peer.address());
    spark.conf().set("spark.sql.catalog.packice", PackiceCatalog.class.getName());
  }

  @AfterEach
  void nothingIsLeft() {
    peer.requireIdle();
    peer.close();
  }

  private void append(long from, long to) {
    spark.range(from, to, 1, 1).write().format("packice").mode(SaveMode.Append).save("t");
  }

  private void run(String checkpoint, Trigger trigger, Map<String, String> options) throws Exception {
    StreamingQuery query = start(checkpoint, trigger, options);
    query.awaitTermination();
  }

  private StreamingQuery start(String checkpoint, Trigger trigger, Map<String, String> options) throws Exception {
    Dataset<Row> stream = spark.readStream().format("packice").options(options).load("t");
    return stream.writeStream().trigger(trigger).option("checkpointLocation", folder.resolve(checkpoint).toString())
        .foreachBatch((VoidFunction2<Dataset<Row>, Long>) (batch, id) -> batches.put(id,
            batch.as(Encoders.LONG()).collectAsList()))
        .start();
  }

  private List<Long> received() {
    List<Long> all = new ArrayList<>();
    new TreeMap<>(batches).values().forEach(all::addAll);
    return all;
  }

  private static List<Long> upTo(long end) {
    return LongStream.range(0, end).boxed().toList();
  }

  @Test
  void twentyVersionsComeOnceThroughRestarts() throws Exception {
    for (int version = 0; version < 20; version++) {
      append(version * 100L, version * 100L + 100);
      if (version % 6 == 5) { // as if restarted in between
        run("c", Trigger.AvailableNow(), Map.of("maxRowsPerTrigger", "130"));
        assertThat(received()).isEqualTo(upTo(version * 100L + 100));
      }
    }
    run("c", Trigger.AvailableNow(), Map.of());
    assertThat(received()).isEqualTo(upTo(2000));
    assertThat(batches.values()).hasSizeGreaterThan(15);
  }

  @Test
  void aQueryThatRunsSeesWhatComes() throws Exception {
    append(0, 10);
    StreamingQuery query = start("c", Trigger.ProcessingTime(0), Map.of("startingVersion", "latest"));
    try {
      query.processAllAvailable();
      append(10, 20);
      append(20, 30);
      query.processAllAvailable();
      assertThat(received()).isEqualTo(LongStream.range(10, 30).boxed().toList());
    } finally {
      query.stop();
    }
  }

  @Test
  void batchesAreLimitedByPartsAndBytes() throws Exception {
    for (int i = 0; i < 4; i++) {
      append(i * 1000L, i * 1000L + 1000);
    }
    run("parts", Trigger.AvailableNow(), Map.of("maxPartsPerTrigger", "1"));
    assertThat(batches.values()).hasSize(4).allSatisfy(batch -> assertThat(batch).hasSize(1000));
    batches.clear();
    run("bytes", Trigger.AvailableNow(), Map.of("maxBytesPerTrigger", "5k"));
    assertThat(batches.values()).hasSizeGreaterThan(5);
    assertThat(received()).isEqualTo(upTo(4000));
  }

  @Test
  void aTableThatWasReplacedEndsTheQueryAndSaysWhy() throws Exception {
    append(0, 100);
    run("c", Trigger.AvailableNow(), Map.of());
    spark.range(0, 200).write().format("packice").mode(SaveMode.Overwrite).save("t");
    assertThatThrownBy(() -> run("c", Trigger.AvailableNow(), Map.of()))
        .hasStackTraceContaining("the table was replaced or rows of it were changed; begin with a new checkpoint");
  }

  @Test
  void misuseIsAnsweredWithWhatToDo() throws Exception {
    append(0, 100);
    assertThatThrownBy(() -> run("c", Trigger.AvailableNow(), Map.of("maxRowsPerTrigger", "0")))
        .hasStackTraceContaining("Cannot stream with maxRowsPerTrigger=0: give a number from 1");
    append(100, 200);
    assertThatThrownBy(() -> run("c", Trigger.AvailableNow(), Map.of("startingVersion", "2")))
        .hasStackTraceContaining("the end of version 1, is not kept any more");
  }
}
