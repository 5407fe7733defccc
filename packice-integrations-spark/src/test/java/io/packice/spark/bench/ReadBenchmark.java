package io.packice.spark.bench;

import io.packice.arrow.ArrowTables;
import io.packice.arrow.TableImport;
import io.packice.arrow.parquet.ParquetFormat;
import io.packice.spark.PackiceCatalog;
import io.packice.spark.testing.SparkPeer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.storage.StorageLevel;

/**
 * Nine columns, ten million rows: the same queries on a table of a peer, on Parquet, on {@code df.cache()} with and without compression, and a job that does
 * nothing, one after the other in each round. docs/spark.md has the command.
 */
final class ReadBenchmark {
  private static final String NINE = "sum(a) + sum(b) + sum(c) + sum(d) + sum(e) + sum(f) + sum(g) + sum(h) + sum(i)";

  private ReadBenchmark() {
  }

  /** The arguments: rows, rounds, and a file for the results. */
  public static void main(String[] arguments) throws IOException {
    long rows = arguments.length > 0 ? Long.parseLong(arguments[0]) : 10_000_000;
    int rounds = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 15;
    Path folder = Files.createTempDirectory("packice-bench");
    try (SparkPeer peer = new SparkPeer(4L << 30)) {
      SparkSession spark = SparkSession.builder().master("local[2]").config("spark.ui.enabled", false)
          .config("spark.driver.host", "127.0.0.1").config("spark.driver.bindAddress", "127.0.0.1")
          .config("spark.sql.shuffle.partitions", 2).config("spark.packice.peer", peer.address())
          .config("spark.sql.catalog.packice", PackiceCatalog.class.getName()).getOrCreate();
      makeTables(spark, peer, folder, rows);
      Map<String, List<Double>> times = run(spark, rounds);
      times.forEach((name, all) -> {
        double[] sorted = all.stream().mapToDouble(Double::doubleValue).sorted().toArray();
        System.out.printf("%-40s min %8.1f ms   median %8.1f ms%n", name, sorted[0], sorted[sorted.length / 2]);
      });
      spark.stop();
    }
  }

  private static void makeTables(SparkSession spark, SparkPeer peer, Path folder, long rows) throws IOException {
    Path parquet = folder.resolve("t");
    spark.range(0, rows, 1, 4).selectExpr("id AS a", "id * 7 % 1000003 AS b", "CAST(id % 1000 AS INT) AS c",
        "CAST(id * 31 % 65536 AS INT) AS d", "rand(1) AS e", "rand(2) * 1000 AS f", "id / 3.0D AS g",
        "CAST(rand(3) AS FLOAT) AS h", "hash(id) AS i").write().parquet(parquet.toString());
    try (var list = Files.list(parquet)) {
      TableImport.of(ParquetFormat.standard(), list.filter(file -> file.toString().endsWith(".parquet")).toList())
          .into(new ArrowTables(peer.client()), "t");
    }
    spark.read().parquet(parquet.toString()).createOrReplaceTempView("parquet");
    cached(spark, parquet, true);
    cached(spark, parquet, false);
  }

  private static void cached(SparkSession spark, Path parquet, boolean compressed) {
    spark.conf().set("spark.sql.inMemoryColumnarStorage.compressed", compressed);
    // Another plan for each, or the second would be the first
    Dataset<Row> frame = spark.read().parquet(parquet.toString()).where(compressed ? "a >= 0" : "a >= -1")
        .persist(StorageLevel.MEMORY_ONLY());
    frame.count();
    frame.createOrReplaceTempView(compressed ? "cached" : "uncompressed");
  }

  private static Map<String, List<Double>> run(SparkSession spark, int rounds) {
    Map<String, Runnable> tasks = new LinkedHashMap<>();
    tasks.put("empty job", () -> spark.range(0, 2, 1, 2).selectExpr("sum(id)").collectAsList());
    for (String table : List.of("packice.t", "parquet", "cached", "uncompressed")) {
      tasks.put("sum of 9 columns, " + table, () -> spark.sql("SELECT " + NINE + " FROM " + table).collectAsList());
      tasks.put("sum of 1 column, " + table, () -> spark.sql("SELECT sum(e) FROM " + table).collectAsList());
      tasks.put("count, min, max, " + table,
          () -> spark.sql("SELECT count(*), min(a), max(a) FROM " + table).collectAsList());
      tasks.put("filter of 1 %, " + table,
          () -> spark.sql("SELECT sum(b), sum(f) FROM " + table + " WHERE c = 77").collectAsList());
      tasks.put("iteration over 10 % of rows, " + table, () -> spark.sql("SELECT * FROM " + table + " WHERE c < 100")
          .foreachPartition((org.apache.spark.api.java.function.ForeachPartitionFunction<Row>) all -> {
            while (all.hasNext()) {
              var _ = all.next();
            }
          }));
    }
    Map<String, List<Double>> times = new LinkedHashMap<>();
    for (int round = -3; round < rounds; round++) {
      for (Map.Entry<String, Runnable> task : tasks.entrySet()) {
        long start = System.nanoTime();
        task.getValue().run();
        double ms = (System.nanoTime() - start) / 1e6;
        if (round >= 0) {
          times.computeIfAbsent(task.getKey(), _ -> new ArrayList<>()).add(ms);
        }
      }
    }
    return times;
  }
}
