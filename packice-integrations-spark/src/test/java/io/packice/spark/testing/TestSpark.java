package io.packice.spark.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import org.apache.spark.sql.SparkSession;

/** One Spark for all tests of this JVM: starting it takes seconds. Tests that change its configuration do so in a session of their own. */
public final class TestSpark {
  private TestSpark() {
  }

  private static final class Holder {
    static final SparkSession ROOT = start();

    private static SparkSession start() {
      try {
        return SparkSession.builder().master("local[2]").appName("packice-test").config("spark.ui.enabled", false)
            .config("spark.driver.host", "127.0.0.1").config("spark.driver.bindAddress", "127.0.0.1")
            .config("spark.sql.shuffle.partitions", 2).config("spark.sql.session.timeZone", "UTC")
            .config("spark.packice.linger", "0s").config("spark.packice.planning", "0s")
            .config("spark.sql.warehouse.dir", Files.createTempDirectory("packice-warehouse").toString())
            .getOrCreate();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  /**
   * A session with its own configuration and views, and with the context that all share.
   *
   * @return the session, which is this thread's active one from now on; it needs no closing
   */
  public static SparkSession newSession() {
    SparkSession session = Holder.ROOT.newSession();
    SparkSession.setActiveSession(session);
    return session;
  }
}
