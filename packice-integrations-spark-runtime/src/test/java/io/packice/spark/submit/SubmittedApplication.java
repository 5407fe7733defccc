package io.packice.spark.submit;

import org.apache.spark.sql.SparkSession;

/** What a user submits: it knows Spark only. */
public final class SubmittedApplication {
  private SubmittedApplication() {
  }

  /**
   * Runs.
   *
   * @param arguments none
   */
  public static void main(String[] arguments) {
    SparkSession spark = SparkSession.builder().getOrCreate();
    spark.range(0, 10_000, 1, 2).selectExpr("id", "concat('name ', id) AS name", "id % 7 AS kind").write()
        .format("packice").option("partBytes", "50k").save("submitted.t");
    spark.sql("INSERT INTO packice.submitted.t VALUES (10000, 'last', 1)");
    System.out.println("sum "
        + spark.sql("SELECT sum(id), max(name), count(DISTINCT kind) FROM packice.submitted.t").head().mkString(" "));
    spark.stop();
  }
}
