package io.packice.spark.read;

import static org.assertj.core.api.Assertions.assertThat;

import io.packice.spark.peers.PeerAddress;
import io.packice.spark.testing.SparkTest;
import org.apache.spark.SparkContext;
import org.apache.spark.sql.execution.SQLExecution;
import org.junit.jupiter.api.Test;

class QueryLeasesTest extends SparkTest {
  /** As if Spark had dropped the event of a query's end: there is no query of that number, so none comes. */
  @Test
  void leasesEndThoughNoEventSaysSo() {
    spark.range(10).write().format("packice").save("t");
    SparkContext context = spark.sparkContext();
    context.setLocalProperty(SQLExecution.EXECUTION_ID_KEY(), Long.toString(Long.MAX_VALUE));
    try {
      assertThat(spark.sql("SELECT * FROM packice.t").queryExecution().toRdd().getNumPartitions()).isPositive();
      QueryLeases.keep(LeasedVersions.lease(new PeerAddress(peer.address()), "t", null), 0);
    } finally {
      context.setLocalProperty(SQLExecution.EXECUTION_ID_KEY(), null);
    }
    peer.requireIdle();
  }
}
