package io.packice.spark;

import static org.assertj.core.api.Assertions.assertThat;

import io.packice.arrow.ArrowTables;
import io.packice.arrow.manifest.TablePart;
import io.packice.spark.testing.SparkTest;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.classic.SparkSession;
import org.apache.spark.sql.execution.SparkPlan;
import org.apache.spark.sql.execution.datasources.v2.BatchScanExec;
import org.apache.spark.sql.execution.metric.SQLMetric;
import org.apache.spark.sql.execution.ui.SQLAppStatusStore;
import org.apache.spark.sql.execution.ui.SQLExecutionUIData;
import org.apache.spark.sql.execution.ui.SQLPlanMetric;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import scala.jdk.javaapi.CollectionConverters;

/** What the SQL tab says of a query: of ten parts of 1000 rows each, in which id ascends. */
class MetricsTest extends SparkTest {
  private static final String BYTES_MAPPED = "bytes mapped";
  private static final String LEASE_WAIT = "lease wait (us)";
  private static final String PARTS_SCANNED = "parts scanned";
  private static final String PARTS_SKIPPED = "parts skipped";
  private static final String ROWS = "rows read";

  private List<TablePart> parts = List.of();

  @BeforeEach
  void writeTable() {
    spark.range(0, 10_000, 1, 10).selectExpr("id", "CAST(id % 7 AS INT) AS k").write().format("packice").save("t");
    parts = new ArrowTables(peer.client()).describe("t").parts();
    assertThat(parts).hasSize(10).allSatisfy(part -> assertThat(part.rowCount()).isEqualTo(1000));
  }

  /** What the SQL tab shows of the last query's connector, by its labels. */
  private Map<String, Long> shown() throws Exception {
    spark.sparkContext().listenerBus().waitUntilEmpty();
    SQLAppStatusStore store = ((SparkSession) spark).sharedState().statusStore();
    SQLExecutionUIData last = store.executionsList().last();
    var values = store.executionMetrics(last.executionId());
    Map<Long, String> names = new HashMap<>(); // an adaptive plan says several times which there are, and drops some
    for (SQLPlanMetric metric : CollectionConverters.asJava(last.metrics())) {
      if (metric.metricType().startsWith("v2Custom") && values.contains(metric.accumulatorId())) {
        names.put(metric.accumulatorId(), metric.name());
      }
    }
    Map<String, Long> shown = new HashMap<>();
    names.forEach((id, name) -> assertThat(shown.put(name, Long.valueOf(values.apply(id)))).as(name).isNull());
    return shown;
  }

  private static SparkPlan scan(Dataset<Row> frame) {
    return CollectionConverters.asJava(frame.queryExecution().executedPlan().collectLeaves()).stream()
        .filter(BatchScanExec.class::isInstance).findAny().orElseThrow();
  }

  private long bytes(int from, int to) {
    return parts.subList(from, to).stream().mapToLong(TablePart::byteSize).sum();
  }

  @Test
  void aScanSaysWhatItMappedAndWhatItLeftOut() throws Exception {
    spark.conf().set("spark.sql.adaptive.enabled", false); // the plan that was run is the plan that was made
    Dataset<Row> some = spark.sql("SELECT id, k FROM packice.t WHERE id BETWEEN 2500 AND 3999");
    long start = System.nanoTime();
    assertThat(some.collectAsList()).hasSize(1500);
    long micros = TimeUnit.NANOSECONDS.toMicros(System.nanoTime() - start);

    Map<String, Long> shown = shown();
    assertThat(shown).containsOnlyKeys(BYTES_MAPPED, LEASE_WAIT, PARTS_SCANNED, PARTS_SKIPPED, ROWS)
        .containsEntry(PARTS_SCANNED, 2L).containsEntry(PARTS_SKIPPED, 8L)
        .containsEntry(BYTES_MAPPED, bytes(2, 4)).as("the rows that Spark has to filter").containsEntry(ROWS, 2000L);
    assertThat(shown.get(LEASE_WAIT)).as("us of %s, of the driver and two tasks at once", micros).isPositive()
        .isLessThan(3 * micros);
    Map<String, SQLMetric> planned = CollectionConverters.asJava(scan(some).metrics());
    assertThat(planned.get("packiceBytesMapped").value()).isEqualTo(bytes(2, 4));
    assertThat(planned.get("packicePartsScanned").value()).isEqualTo(2L);
    assertThat(planned.get("packicePartsSkipped").value()).isEqualTo(8L);
    assertThat(planned.get("packiceRows").value()).isEqualTo(2000L);
    assertThat(planned.get("packiceLeaseWait").value()).isEqualTo(shown.get(LEASE_WAIT));
  }

  @Test
  void aPartThatSeveralTasksReadCountsForEach() throws Exception {
    spark.conf().set("spark.sql.adaptive.enabled", false);
    Dataset<Row> cut = spark.read().format("packice").option("splitBytes", "4k").load("t").where("id < 1000");
    assertThat(cut.collectAsList()).hasSize(1000);
    Map<String, Long> shown = shown();
    long tasks = cut.javaRDD().getNumPartitions();
    assertThat(tasks).isGreaterThan(1);
    assertThat(shown).containsEntry(PARTS_SCANNED, tasks).containsEntry(PARTS_SKIPPED, 9L)
        .containsEntry(BYTES_MAPPED, tasks * bytes(0, 1)).containsEntry(ROWS, 1000L);
  }

  @Test
  void whatIsKnownWithoutReadingIsNotMapped() throws Exception {
    assertThat(query("SELECT sum(_row) FROM packice.t")).containsExactly("49995000");
    assertThat(shown()).containsEntry(PARTS_SCANNED, 0L).containsEntry(PARTS_SKIPPED, 0L)
        .containsEntry(BYTES_MAPPED, 0L).containsEntry(ROWS, 10_000L);
  }

  @Test
  void whatAJoinTurnsOutNotToWantIsSkipped() throws Exception {
    spark.range(4100, 4200).toDF("id").createOrReplaceTempView("few");
    assertThat(query("SELECT /*+ BROADCAST(few) */ count(*) FROM packice.t JOIN (SELECT * FROM few WHERE id % 2 = 0)"
        + " few ON t.id = few.id")).containsExactly("50");
    assertThat(shown()).containsEntry(PARTS_SCANNED, 1L).containsEntry(PARTS_SKIPPED, 9L)
        .containsEntry(BYTES_MAPPED, bytes(4, 5)).containsEntry(ROWS, 1000L);
  }

  @Test
  void aWriteSaysWhatItWrote() throws Exception {
    spark.range(0, 3000, 1, 3).write().format("packice").save("u");
    List<TablePart> written = new ArrowTables(peer.client()).describe("u").parts();
    assertThat(shown()).containsExactlyInAnyOrderEntriesOf(Map.of("number of parts written", 3L,
        "bytes written to shared memory", written.stream().mapToLong(TablePart::byteSize).sum()));
    spark.range(1).write().format("packice").mode("append").save("u");
    TablePart appended = new ArrowTables(peer.client()).describe("u").parts().getLast();
    assertThat(shown()).containsExactlyInAnyOrderEntriesOf(
        Map.of("number of parts written", 1L, "bytes written to shared memory", appended.byteSize()));
  }
}
