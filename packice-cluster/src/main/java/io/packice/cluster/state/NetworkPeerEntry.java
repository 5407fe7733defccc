package io.packice.cluster.state;

import io.packice.cluster.ring.RingMember;
import java.util.Objects;

/**
 * One peer of a network.
 *
 * @param id by which it keeps its place on the ring
 * @param address where it is: the path of a Unix socket, or {@code http://HOST:PORT}
 * @param weight how large its part is beside those of others; 1 is usual
 */
public record NetworkPeerEntry(String id, String address, double weight) {
  /**
   * Checks the entry. A weight of 0, which a file without one has, is the usual one.
   *
   * @throws IllegalArgumentException if the id is none, the address is empty, or the weight is out of range
   */
  public NetworkPeerEntry {
    StateNames.require("peer", id);
    weight = weight == 0 ? 1 : new RingMember(id, weight).weight();
    if (Objects.requireNonNull(address, "address").isBlank()) {
      throw new IllegalArgumentException("Cannot use the peer " + id + " without an address; give one");
    }
  }

  /**
   * Its place on the ring.
   *
   * @return name and weight
   */
  public RingMember toMember() {
    return new RingMember(id, weight);
  }
}
