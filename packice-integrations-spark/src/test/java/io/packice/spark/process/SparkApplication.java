package io.packice.spark.process;

import io.packice.Packice;
import io.packice.PackiceClient;
import io.packice.arrow.ArrowTables;
import io.packice.arrow.manifest.TableDescription;
import io.packice.spark.PackiceCatalog;
import io.packice.spark.peers.PeerAddress;
import io.packice.spark.read.PackiceScanBuilder;
import io.packice.spark.read.ReadOptions;
import io.packice.spark.types.SchemaMapping;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.CountDownLatch;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.MapFunction;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.api.java.function.ReduceFunction;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.connector.read.InputPartition;
import org.apache.spark.sql.util.CaseInsensitiveStringMap;

/** A Spark application: it writes a table, reads one, or waits to be killed in the middle of writing. */
public final class SparkApplication {
  private static final long ROWS = 100_000;

  private SparkApplication() {
  }

  /**
   * Runs.
   *
   * @param arguments the peer's socket; what to do
   */
  public static void main(String[] arguments) throws IOException {
    SparkSession spark = SparkSession.builder().master(System.getProperty("packice.master", "local[2]"))
        .appName("packice-child").config("spark.executor.extraClassPath", System.getProperty("java.class.path"))
        .config("spark.executor.extraJavaOptions", System.getProperty("packice.executor.flags", ""))
        .config("spark.ui.enabled", false).config("spark.driver.host", "127.0.0.1")
        .config("spark.driver.bindAddress", "127.0.0.1").config("spark.packice.peer", arguments[0])
        .config("spark.sql.catalog.packice", PackiceCatalog.class.getName()).getOrCreate();
    switch (arguments[1]) {
      case "write" -> {
        spark.range(ROWS).selectExpr("id", "concat('name ', id) AS name").write().format("packice")
            .option("partBytes", "1m").save("shared.t");
        System.out.println("written");
        int _ = System.in.read();
      }
      case "read" -> {
        read(spark);
        int _ = System.in.read();
      }
      case "plan" -> plan(arguments[0]);
      case "doom" -> doom(spark);
      case "lose" -> loseAnExecutor(spark);
      case "keep" -> keepAVersion(spark, arguments[0]);
      default -> throw new IllegalArgumentException(arguments[1]);
    }
    spark.stop();
  }

  private static void read(SparkSession spark) {
    List<String> found = spark.table("packice.shared.t").mapPartitions((MapPartitionsFunction<Row, String>) rows -> {
      long sum = 0;
      SortedSet<String> inodes = new TreeSet<>();
      for (Iterator<Row> each = rows; each.hasNext();) {
        sum += each.next().getLong(0);
      }
      inodes.addAll(SharedPages.inodes());
      return List.of(sum + " " + String.join(",", inodes)).iterator();
    }, Encoders.STRING()).collectAsList();
    long sum = 0;
    SortedSet<String> inodes = new TreeSet<>();
    for (String each : found) {
      sum += Long.parseLong(each.substring(0, each.indexOf(' ')));
      inodes.addAll(List.of(each.substring(each.indexOf(' ') + 1).split(",")));
    }
    System.out.println(sum);
    System.out.println(String.join(",", inodes));
  }

  /** Says where the tasks of a scan want to run: for the peer's socket, and for another address of the same table. */
  private static void plan(String socket) {
    try (PackiceClient client = Packice.connect(Path.of(socket))) {
      TableDescription table = new ArrowTables(client).describe("shared.t");
      for (String address : List.of(socket, "http://node7:8080")) {
        InputPartition[] tasks = new PackiceScanBuilder(table, new PeerAddress(address),
            SchemaMapping.toSpark(table.schema()), ReadOptions.of(CaseInsensitiveStringMap.empty())).build()
            .toBatch()
            .planInputPartitions();
        System.out.println(Arrays.stream(tasks).map(task -> String.join(",", task.preferredLocations())).toList());
      }
    }
  }

  private static void doom(SparkSession spark) {
    spark.range(0, ROWS, 1, 2).as(Encoders.LONG()).map((MapFunction<Long, Long>) id -> {
      if (id == ROWS - 1) {
        System.out.println("filled");
        Waiting.forEver();
      }
      return id;
    }, Encoders.LONG()).write().format("packice").option("partBytes", "50k").option("leaseTtl", "5s").save("doomed");
  }

  /** Each row is written once, although the executor of one task is gone when it has filled most of its parts. */
  private static void loseAnExecutor(SparkSession spark) {
    spark.range(0, ROWS, 1, 4).as(Encoders.LONG()).map((MapFunction<Long, Long>) id -> {
      if (id == ROWS - 1 && TaskContext.get().attemptNumber() == 0) {
        Runtime.getRuntime().halt(137); // as if killed
      }
      return id;
    }, Encoders.LONG()).write().format("packice").option("partBytes", "50k").option("leaseTtl", "10s")
        .save("shared.t");
    System.out.println(spark.sql("SELECT sum(value), count(*) FROM packice.shared.t").head().mkString(" "));
  }

  /** The first task drops the table, and the others, which come after it, read their parts. */
  private static void keepAVersion(SparkSession spark, String socket) {
    spark.range(0, ROWS, 1, 1).write().format("packice").option("partBytes", "100k").save("shared.t");
    System.out.println(spark.read().format("packice").option("splitBytes", "100k").load("shared.t").as(Encoders.LONG())
        .map((MapFunction<Long, Long>) id -> {
          if (id == 0) {
            try (PackiceClient client = Packice.connect(Path.of(socket))) {
              new ArrowTables(client).drop("shared.t");
            }
          }
          return id;
        }, Encoders.LONG()).reduce((ReduceFunction<Long>) Long::sum));
  }

  /** Waits in a task, which cannot bring a latch along. */
  private static final class Waiting {
    private static final CountDownLatch NEVER = new CountDownLatch(1);

    static void forEver() throws InterruptedException {
      NEVER.await();
    }
  }
}
