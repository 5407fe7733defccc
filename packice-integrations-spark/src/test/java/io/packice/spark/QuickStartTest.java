package io.packice.spark;

import static org.assertj.core.api.Assertions.assertThat;

import io.packice.spark.testing.SparkPeer;
import io.packice.spark.testing.TestSpark;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;

/** Runs what docs/spark.md begins with. */
class QuickStartTest {
  @Test
  void theCodeThatTheDocumentBeginsWithRuns() {
    var _ = TestSpark.newSession(); // getOrCreate gives this one
    try (SparkPeer server = new SparkPeer()) {
      String peer = server.address();
      // @formatter:off
      SparkSession spark = SparkSession.builder()
          .config("spark.sql.catalog.packice", "io.packice.spark.PackiceCatalog")
          .config("spark.packice.peer", peer)
          .getOrCreate();
      spark.sql("CREATE TABLE packice.shop.sales AS SELECT DATE'2026-01-01' + CAST(id AS INT) AS day, CONCAT('city ', id % 3) AS city FROM RANGE(30)");

      Dataset<Row> sales = spark.read().format("packice").load("shop.sales");
      spark.sql("SELECT city, count(*) FROM packice.shop.sales WHERE day >= DATE'2026-01-01' GROUP BY city").show();
      // @formatter:on
      assertThat(sales.count()).isEqualTo(30);
      spark.sql("DROP TABLE packice.shop.sales");
      server.requireIdle();
    }
  }

  @Test
  void theDocumentHasThatCode() throws IOException {
    Path project = Path.of("").toAbsolutePath().getParent();
    String document = Files.readString(project.resolve("docs/spark.md"));
    String own = Files.readString(
        project.resolve("packice-integrations-spark/src/test/java/io/packice/spark/QuickStartTest.java"));
    List<String> code = Arrays.stream(document.split("```java\n", -1)[1].split("```", -1)[0].split("\n", -1))
        .map(line -> line.replaceFirst(" +//.*", "").strip()).filter(line -> !line.isEmpty()).toList();
    assertThat(code).hasSizeGreaterThan(4).allSatisfy(line -> assertThat(own).contains(line));
  }
}
