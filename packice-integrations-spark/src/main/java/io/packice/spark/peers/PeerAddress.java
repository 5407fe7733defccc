package io.packice.spark.peers;

import io.packice.Packice;
import java.io.Serializable;
import org.apache.spark.SparkEnv;
import org.jspecify.annotations.Nullable;

/**
 * Which peer is meant. What was said on the driver goes to the executors as it is; where nothing was said, each executor takes what its own
 * configuration says, and otherwise the usual place on its own host.
 *
 * @param given an address for {@link Packice#connect(String)}; null if none was given
 */
public record PeerAddress(@Nullable String given) implements Serializable {
  /** The option of a read or a write, and of a catalog, that names the peer. */
  public static final String OPTION = "peer";

  /** Spark's configuration that names the peer for all reads and writes that do not. */
  public static final String CONF = "spark.packice.peer";

  /** Nothing was said. */
  public static final PeerAddress USUAL = new PeerAddress(null);

  /**
   * The first that is there.
   *
   * @param candidates in the order in which they count
   * @return the address
   */
  public static PeerAddress first(@Nullable String... candidates) {
    for (String candidate : candidates) {
      if (candidate != null && !candidate.isBlank()) {
        return new PeerAddress(candidate.strip());
      }
    }
    return USUAL;
  }

  /**
   * The address as it is meant on this host.
   *
   * @return an address for {@link Packice#connect(String)}
   */
  public String here() {
    if (given != null) {
      return given;
    }
    SparkEnv env = SparkEnv.get();
    String configured = env == null ? "" : env.conf().get(CONF, "");
    return configured.isBlank() ? Packice.defaultAddress() : configured;
  }
}
