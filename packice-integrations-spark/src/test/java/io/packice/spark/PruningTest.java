package io.packice.spark;

import static org.assertj.core.api.Assertions.assertThat;

import io.packice.spark.testing.SparkTest;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.execution.datasources.v2.BatchScanExec;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import scala.jdk.javaapi.CollectionConverters;

/** A scan is asked only for what a query names, in whatever depth that is. */
class PruningTest extends SparkTest {
  @BeforeEach
  void writeTable() {
    spark.conf().set("spark.sql.adaptive.enabled", false); // the plan that was made is the one that is run
    spark.range(1000).selectExpr("id", "named_struct('a', id * 2, 'text', repeat('x', 100), "
        + "'deep', named_struct('b', CAST(id AS INT), 'c', CAST(id AS DOUBLE))) AS s",
        "array(named_struct('d', id * 3, 'e', repeat('y', 100))) AS l", "map('k', named_struct('f', id)) AS m")
        .write().format("packice").save("t");
  }

  private static String read(Dataset<Row> frame) {
    return CollectionConverters.asJava(frame.queryExecution().executedPlan().collectLeaves()).stream()
        .filter(BatchScanExec.class::isInstance).map(scan -> ((BatchScanExec) scan).scan().readSchema().simpleString())
        .findAny().orElseThrow();
  }

  private static long estimatedBytes(Dataset<Row> frame) {
    return frame.queryExecution().optimizedPlan().collectLeaves().head().stats().sizeInBytes().toLong();
  }

  private void assertReads(String sql, String schema, String answer) {
    Dataset<Row> frame = spark.sql(sql);
    assertThat(read(frame)).as(sql).isEqualTo(schema);
    assertThat(frame.head().mkString(" ")).as(sql).isEqualTo(answer);
  }

  @Test
  void ofAStructOnlyTheFieldsThatAreNamedAreRead() {
    assertReads("SELECT sum(s.a) FROM packice.t", "struct<s:struct<a:bigint>>", "999000");
    assertReads("SELECT sum(s.deep.b), sum(s.deep.b) FROM packice.t", "struct<s:struct<deep:struct<b:int>>>",
        "499500 499500");
    assertReads("SELECT sum(s.a + s.deep.c), count(id) FROM packice.t",
        "struct<id:bigint,s:struct<a:bigint,deep:struct<c:double>>>", "1498500.0 1000");
    assertReads("SELECT max(s.deep.c) FROM packice.t WHERE s.a < 20",
        "struct<s:struct<a:bigint,deep:struct<c:double>>>",
        "9.0");
  }

  @Test
  void soItIsInListsAndMaps() {
    assertReads("SELECT sum(l.d[0]) FROM packice.t", "struct<l:array<struct<d:bigint>>>", "1498500");
    assertReads("SELECT sum(m['k'].f) FROM packice.t", "struct<m:map<string,struct<f:bigint>>>", "499500");
  }

  /** Where a struct is needed as a whole, it is there as a whole. */
  @Test
  void whatIsNamedAsAWholeIsReadAsAWhole() {
    assertReads("SELECT s FROM packice.t WHERE s.deep.b = 7",
        "struct<s:struct<a:bigint,text:string,deep:struct<b:int,c:double>>>",
        "[14," + "x".repeat(100) + ",[7,7.0]]");
  }

  @Test
  void theOptimiserHearsThatLessIsRead() {
    long all = estimatedBytes(spark.sql("SELECT * FROM packice.t"));
    long struct = estimatedBytes(spark.sql("SELECT s FROM packice.t"));
    long text = estimatedBytes(spark.sql("SELECT s.text FROM packice.t"));
    long number = estimatedBytes(spark.sql("SELECT s.deep.b FROM packice.t"));
    assertThat(number).isLessThan(text);
    assertThat(text).isLessThan(struct);
    assertThat(struct).isLessThan(all);
  }
}
