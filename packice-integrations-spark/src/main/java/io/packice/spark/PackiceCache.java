package io.packice.spark;

import io.packice.arrow.ArrowTables;
import io.packice.core.NotFoundException;
import io.packice.spark.peers.PeerAddress;
import io.packice.spark.peers.Peers;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SaveMode;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.util.CaseInsensitiveStringMap;
import scala.Function1;

/**
 * Short ways to say what {@code format("packice")} does, for Java and Scala. {@link #persist} is for whoever would call {@link Dataset#cache}: the result is
 * computed once, lies in shared memory, and other applications open it by its name.
 *
 * {@snippet :
 * Dataset<Row> features = PackiceCache.persist(raw.groupBy("user").count(), "features.users");
 * Dataset<Row> again = PackiceCache.table(spark, "features.users"); // in any application of this host
 * }
 */
public final class PackiceCache {
  private PackiceCache() {
  }

  /**
   * Computes a frame now and keeps its rows as a table, in the place of any that has the name.
   *
   * @param frame what to compute
   * @param name the table's, such as {@code features.users}
   * @return a frame that reads the table: the version that is current when it is used
   * @throws io.packice.core.CapacityExceededException if it does not fit; the message states the numbers
   */
  public static Dataset<Row> persist(Dataset<?> frame, String name) {
    SparkSession spark = frame.sparkSession();
    String catalog = new PackiceSource().extractCatalog(new CaseInsensitiveStringMap(Map.of("path", name)));
    frame.writeTo(catalog + "." + quoted(name)).createOrReplace();
    return table(spark, name);
  }

  private static String quoted(String name) {
    return Arrays.stream(name.split("\\.")).map(part -> "`" + part.replace("`", "``") + "`")
        .collect(Collectors.joining("."));
  }

  /**
   * {@link #persist} for chains of calls, in Java and Scala.
   *
   * {@snippet :
   * Dataset<Row> features = raw.groupBy("user").count().transform(PackiceCache.packice("features.users"));
   * }
   *
   * @param <T> whatever the frame's rows are
   * @param name the table's, such as {@code features.users}
   * @return for {@link Dataset#transform}: keeps the frame's rows as a table, and gives the frame that reads it
   */
  public static <T> Function1<Dataset<T>, Dataset<Row>> packice(String name) {
    return frame -> persist(frame, name);
  }

  /**
   * Drops what {@link #persist} keeps. Whoever reads it goes on.
   *
   * @param spark the session
   * @param name the table's
   * @return false if there was none
   */
  public static boolean unpersist(SparkSession spark, String name) {
    PeerAddress peer = PeerAddress.first(spark.conf().get(PeerAddress.CONF, ""));
    try {
      new ArrowTables(Peers.client(peer)).drop(name);
      return true;
    } catch (NotFoundException _) {
      return false; // as was asked for
    }
  }

  /**
   * A table as a frame.
   *
   * @param spark the session
   * @param name the table's
   * @return the frame, which reads the version that is current when it is used
   */
  public static Dataset<Row> table(SparkSession spark, String name) {
    return spark.read().format("packice").load(name);
  }

  /**
   * Writes a frame as a table.
   *
   * @param frame what to write
   * @param name the table's
   * @param mode what to do about a table that is there
   */
  public static void save(Dataset<?> frame, String name, SaveMode mode) {
    frame.write().format("packice").mode(mode).save(name);
  }
}
