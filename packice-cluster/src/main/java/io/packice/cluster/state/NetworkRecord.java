package io.packice.cluster.state;

import io.packice.cluster.ring.Ring;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A network, as {@code network/NAME.json} says it.
 *
 * @param name what it is called
 * @param peers who it consists of
 * @param replicas on how many peers an object lies
 * @param vnodes virtual nodes of a peer of weight 1
 * @param strict whether what cannot lie on so many is refused
 */
public record NetworkRecord(String name, List<NetworkPeerEntry> peers, int replicas, int vnodes, boolean strict) {
  /** On how many peers an object lies unless somebody says so. */
  public static final int REPLICAS = 2;

  private static final int MAX_REPLICAS = 16;

  /**
   * Checks the network as a whole. Without peers it is a name only.
   *
   * @throws IllegalArgumentException if a number is out of range, or two peers have one id
   */
  public NetworkRecord {
    StateNames.require("network", name);
    peers = peers == null ? List.of() : List.copyOf(peers);
    vnodes = vnodes == 0 ? Ring.VIRTUAL_NODES : vnodes;
    replicas = replicas == 0 ? REPLICAS : replicas;
    if (replicas < 1 || replicas > MAX_REPLICAS) {
      throw new IllegalArgumentException("Cannot keep " + replicas + " copies; give 1 to " + MAX_REPLICAS);
    }
    Ring _ = Ring.of(peers.stream().map(NetworkPeerEntry::toMember).toList(), vnodes);
    Set<String> addresses = new HashSet<>();
    for (NetworkPeerEntry peer : peers) {
      if (!addresses.add(peer.address())) {
        throw new IllegalArgumentException(
            "Cannot have " + peer.address() + " twice in the network " + name + "; name each peer once");
      }
    }
  }

  /**
   * Who has which part.
   *
   * @return the ring of its peers
   */
  public Ring ring() {
    return Ring.of(peers.stream().map(NetworkPeerEntry::toMember).toList(), vnodes);
  }

  /**
   * One of its peers.
   *
   * @param id what it is called
   * @return the peer; null if it has none of that id
   */
  public @Nullable NetworkPeerEntry peer(String id) {
    return peers.stream().filter(peer -> peer.id().equals(id)).findFirst().orElse(null);
  }

  /**
   * With other peers.
   *
   * @param added who comes; one of an id that is there takes its place
   * @param removed ids of who leaves
   * @return a changed copy
   */
  public NetworkRecord with(List<NetworkPeerEntry> added, Set<String> removed) {
    List<NetworkPeerEntry> next = new ArrayList<>(peers);
    next.removeIf(peer -> removed.contains(peer.id())
        || added.stream().anyMatch(other -> other.id().equals(peer.id())));
    next.addAll(added);
    return new NetworkRecord(name, next, replicas, vnodes, strict);
  }
}
