package io.packice.cluster.state;

import java.util.Map;
import java.util.TreeMap;

/**
 * What clients of a network counted, as {@code stats/NAME.json} says it.
 *
 * @param peers by the ids of the peers
 */
public record NetworkCounts(Map<String, NetworkCounts.Counts> peers) {
  /** Nothing was counted. */
  public static final NetworkCounts NONE = new NetworkCounts(Map.of());

  /**
   * What was counted for one peer.
   *
   * @param requests what it was asked
   * @param failovers requests that others had to answer in its place
   * @param retries connections that were made anew
   */
  public record Counts(long requests, long failovers, long retries) {
    /** Nothing. */
    public static final Counts NONE = new Counts(0, 0, 0);

    Counts plus(Counts other) {
      return new Counts(requests + other.requests, failovers + other.failovers, retries + other.retries);
    }
  }

  /** Copies the map, in the order of the ids. */
  public NetworkCounts {
    peers = peers == null ? Map.of() : new TreeMap<>(peers);
  }

  /**
   * What was counted for a peer.
   *
   * @param id what it is called
   * @return its numbers; zeros if there are none
   */
  public Counts of(String id) {
    return peers.getOrDefault(id, Counts.NONE);
  }

  NetworkCounts plus(NetworkCounts other) {
    Map<String, Counts> sum = new TreeMap<>(peers);
    other.peers.forEach((id, counts) -> sum.merge(id, counts, Counts::plus));
    return new NetworkCounts(sum);
  }
}
