package io.packice.spark.bench;

import io.packice.spark.PackiceCatalog;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.spark.api.java.function.ForeachPartitionFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SaveMode;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.storage.StorageLevel;

/** A Spark application of its own that reads in one way, and prints how long each query took. */
final class Contender {
  static final String RESULT = "RESULT\t";
  static final String ANSWER = "ANSWER\t";

  private static final String NINE = "sum(a) + sum(b) + sum(c) + sum(d) + sum(e) + sum(f) + sum(g) + sum(h) + sum(i)";

  private final SparkSession spark;
  private final Path folder;

  private Contender(SparkSession spark, Path folder) {
    this.spark = spark;
    this.folder = folder;
  }

  /** The way, the peer's address, the folder of files, rows, and how often each query runs. */
  public static void main(String[] arguments) {
    SparkSession spark = SparkSession.builder().master("local[2]").config("spark.ui.enabled", false)
        .config("spark.driver.host", "127.0.0.1").config("spark.driver.bindAddress", "127.0.0.1")
        .config("spark.sql.shuffle.partitions", 2).config("spark.packice.peer", arguments[1])
        .config("spark.sql.catalog.packice", PackiceCatalog.class.getName()).getOrCreate();
    Contender contender = new Contender(spark, Path.of(arguments[2]));
    long rows = Long.parseLong(arguments[3]);
    int rounds = Integer.parseInt(arguments[4]);
    switch (arguments[0]) {
      case "write" -> contender.write(rows, rounds);
      case "empty" -> contender.queries(Map.of("empty job",
          () -> spark.range(0, 2, 1, 2).selectExpr("sum(id)").collectAsList()), rounds);
      default -> contender.read(arguments[0], rounds);
    }
    spark.stop();
  }

  /** Prints what all ways must agree on: each query once. */
  private static void answer(String query, Dataset<Row> frame) {
    System.out.println(ANSWER + query + "\t" + frame.collectAsList().getFirst().mkString("\t"));
  }

  private Dataset<Row> source(long rows) {
    return spark.range(0, rows, 1, 4).selectExpr("id AS a", "id * 7 % 1000003 AS b", "CAST(id % 1000 AS INT) AS c",
        "CAST(id * 31 % 65536 AS INT) AS d", "rand(1) AS e", "rand(2) * 1000 AS f", "id / 3.0D AS g",
        "CAST(rand(3) AS FLOAT) AS h", "hash(id) AS i");
  }

  /** Leaves the files and the table that the others read. */
  private void write(long rows, int rounds) {
    Dataset<Row> source = source(rows).persist(StorageLevel.MEMORY_ONLY()); // so that the writing is what takes time
    answer("sum of 9 columns", source.selectExpr(NINE));
    Map<String, Runnable> tasks = new LinkedHashMap<>();
    tasks.put("write, nowhere", () -> source.write().format("noop").mode(SaveMode.Overwrite).save());
    tasks.put("write, parquet", () -> source.write().mode(SaveMode.Overwrite).parquet(folder.resolve("t").toString()));
    tasks.put("write, packice", () -> source.write().format("packice").mode(SaveMode.Overwrite).save("t"));
    queries(tasks, rounds);
  }

  private void read(String way, int rounds) {
    long start = System.nanoTime();
    String table = switch (way) {
      case "packice" -> "packice.t";
      case "parquet" -> view(spark.read().parquet(folder.resolve("t").toString()));
      case "cache" -> view(cached(true));
      case "cache, uncompressed" -> view(cached(false));
      default -> throw new IllegalArgumentException(way);
    };
    Dataset<Row> first = spark.sql("SELECT " + NINE + " FROM " + table);
    answer("sum of 9 columns", first);
    print("first answer, " + way, start);
    answer("sum of 1 column", spark.sql("SELECT sum(e) FROM " + table));
    answer("count, min, max", spark.sql("SELECT count(*), min(a), max(a) FROM " + table));
    answer("filter of 0.1 %", spark.sql("SELECT sum(b), sum(f) FROM " + table + " WHERE c = 77"));
    answer("iteration over 10 % of the rows",
        spark.sql("SELECT count(*), sum(hash(*)) FROM " + table + " WHERE c < 100"));
    Map<String, Runnable> tasks = new LinkedHashMap<>();
    tasks.put("sum of 9 columns, " + way, () -> spark.sql("SELECT " + NINE + " FROM " + table).collectAsList());
    tasks.put("sum of 1 column, " + way, () -> spark.sql("SELECT sum(e) FROM " + table).collectAsList());
    tasks.put("count, min, max, " + way,
        () -> spark.sql("SELECT count(*), min(a), max(a) FROM " + table).collectAsList());
    tasks.put("filter of 0.1 %, " + way,
        () -> spark.sql("SELECT sum(b), sum(f) FROM " + table + " WHERE c = 77").collectAsList());
    tasks.put("iteration over 10 % of the rows, " + way, () -> spark.sql("SELECT * FROM " + table + " WHERE c < 100")
        .foreachPartition((ForeachPartitionFunction<Row>) all -> {
          while (all.hasNext()) {
            var _ = all.next();
          }
        }));
    queries(tasks, rounds);
  }

  private static String view(Dataset<Row> frame) {
    frame.createOrReplaceTempView("t");
    return "t";
  }

  private Dataset<Row> cached(boolean compressed) {
    spark.conf().set("spark.sql.inMemoryColumnarStorage.compressed", compressed);
    return spark.read().parquet(folder.resolve("t").toString()).persist(StorageLevel.MEMORY_ONLY());
  }

  private void queries(Map<String, Runnable> tasks, int rounds) {
    int warmups = Math.max(1, rounds / 2);
    for (int round = -warmups; round < rounds; round++) {
      for (Map.Entry<String, Runnable> task : tasks.entrySet()) {
        long start = System.nanoTime();
        task.getValue().run();
        if (round >= 0) {
          print(task.getKey(), start);
        }
      }
    }
  }

  private static void print(String name, long start) {
    System.out.println(RESULT + name + "\t" + (System.nanoTime() - start) / 1e6);
  }
}
