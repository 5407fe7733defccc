package io.packice.spark;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.days;
import static org.assertj.core.api.Assertions.assertThat;

import io.packice.spark.testing.SparkPeer;
import io.packice.spark.testing.TestSpark;
import java.nio.file.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.analysis.NoSuchTableException;
import org.apache.spark.sql.streaming.StreamingQuery;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs what docs/spark.md and javadoc show. {@code packice-cli} has the test that it stands there just so. */
// @formatter:off
class QuickStartTest {
  private static final String SALES = """
      CREATE TABLE packice.shop.sales AS
      SELECT DATE'2026-01-01' + CAST(id AS INT) AS day, CONCAT('city ', id % 3) AS city FROM RANGE(30)""";

  @Test
  void theCodeThatTheDocumentBeginsWithRuns() {
    var _ = TestSpark.newSession(); // getOrCreate gives this one
    try (SparkPeer server = new SparkPeer()) {
      String peer = server.address();
      // @start region="session"
      SparkSession spark = SparkSession.builder()
          .config("spark.sql.catalog.packice", "io.packice.spark.PackiceCatalog")   // for SQL; format("packice") works without
          .config("spark.packice.peer", peer)                                       // the peer's socket, if it is not the usual one
          .getOrCreate();
      // @end

      spark.sql(SALES);
      // @start region="query"
      Dataset<Row> sales = spark.read().format("packice").load("shop.sales");
      spark.sql("SELECT city, count(*) FROM packice.shop.sales WHERE day >= DATE'2026-01-01' GROUP BY city").show();
      // @end
      assertThat(sales.count()).isEqualTo(30);
      server.requireIdle();
    }
  }

  @Test
  void theCodeOfStreamsAndWritesRuns(@TempDir Path folder) throws Exception {
    SparkSession spark = TestSpark.newSession();
    try (SparkPeer server = new SparkPeer()) {
      spark.conf().set("spark.sql.catalog.packice", "io.packice.spark.PackiceCatalog");
      spark.conf().set("spark.packice.peer", server.address());
      Dataset<Row> df = spark.range(30).selectExpr("TIMESTAMP'2026-01-01 00:00:00' + make_dt_interval(id) AS at", "id");
      write(df);
      assertThat(spark.table("packice.shop.sales").count()).isEqualTo(30);
      Dataset<Row> stream =
          // @start region="stream"
          spark.readStream().format("packice").option("maxRowsPerTrigger", 100_000).load("shop.sales");   // or readStream().table("packice.shop.sales")
          // @end
      assertThat(stream.isStreaming()).isTrue();
      keep(spark, df.withColumnRenamed("id", "user"));
      chain(df.withColumnRenamed("id", "price"), df.withColumnRenamed("id", "user"));
      assertThat(spark.table("packice.shop.paid").count()).isEqualTo(29);

      df.write().format("packice").save("shop.news");
      StreamingQuery query = write(spark.readStream().format("packice").load("shop.news"), folder.toString());
      query.processAllAvailable();
      query.stop();
      assertThat(spark.table("packice.shop.sales").count()).isEqualTo(60);
    }
  }

  @SuppressWarnings("deprecation") // days: Spark moved it to a Scala object that Java cannot name in a line
  private static void write(Dataset<Row> df) throws NoSuchTableException {
    // @start region="write"
    df.write().format("packice").mode("overwrite").save("shop.sales");            // all four modes; each makes the table if it is not there
    df.writeTo("packice.shop.sales").partitionedBy(days(col("at"))).createOrReplace();
    PackiceCache.persist(df, "shop.sales");                                       // instead of df.cache(): other applications open it by its name
    // @end
  }

  private static StreamingQuery write(Dataset<Row> stream, String dir) throws Exception {
    return
        // @start region="sink"
        stream.writeStream().format("packice").option("checkpointLocation", dir).start("shop.sales");
        // @end
  }

  private static void keep(SparkSession spark, Dataset<Row> raw) {
    // @start region="cache"
    Dataset<Row> features = PackiceCache.persist(raw.groupBy("user").count(), "features.users");
    Dataset<Row> again = PackiceCache.table(spark, "features.users"); // in any application of this host
    // @end
    assertThat(again.count()).isEqualTo(features.count()).isEqualTo(30);
  }

  private static void chain(Dataset<Row> df, Dataset<Row> raw) {
    // @start region="chain"
    df.where("price > 0").transform(PackiceCache.packice("shop.paid"));           // the same in a chain, also in Scala
    // @end
    // @start region="chained-cache"
    Dataset<Row> features = raw.groupBy("user").count().transform(PackiceCache.packice("features.users"));
    // @end
    assertThat(features.count()).isEqualTo(30);
  }
}
