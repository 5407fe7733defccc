package io.packice.spark.testing;

import io.packice.spark.PackiceCatalog;
import java.util.List;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** A peer of its own for each test, and a session that knows it, with the catalog {@code packice}; after it nothing is held or half made. */
public abstract class SparkTest {
  protected final SparkPeer peer = new SparkPeer();
  protected final SparkSession spark = TestSpark.newSession();

  @BeforeEach
  protected final void nameThePeer() {
    spark.conf().set("spark.packice.peer", peer.address());
    spark.conf().set("spark.sql.catalog.packice", PackiceCatalog.class.getName());
  }

  @AfterEach
  protected final void nothingIsLeft() {
    peer.requireIdle();
    peer.close();
  }

  /** The rows of a query, the values of each separated by blanks. */
  protected final List<String> query(String sql) {
    return spark.sql(sql).collectAsList().stream().map(row -> row.toSeq().mkString(" ")).toList();
  }
}
