package io.packice.cluster.state;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Every peer that is known on this host, as {@code peer/registry.json} says it: those started here, and those of other hosts that a network was given.
 *
 * @param peers in the order of their ids
 */
public record Registry(List<Registry.Known> peers) {
  /**
   * A peer.
   *
   * @param id what it is called
   * @param address where it is
   */
  public record Known(String id, String address) {
    /**
     * Checks that both are there.
     *
     * @throws IllegalArgumentException if the id is none, or the address is empty
     */
    public Known {
      address = new NetworkPeerEntry(id, address, 1).address();
    }
  }

  /** Nobody is known. */
  static final Registry EMPTY = new Registry(List.of());

  /** Copies the list, in the order of the ids. */
  public Registry {
    peers = peers == null ? List.of() : peers.stream().sorted(Comparator.comparing(Known::id)).toList();
  }

  /**
   * Where a peer is.
   *
   * @param id what it is called
   * @return its address
   */
  public Optional<String> address(String id) {
    return peers.stream().filter(known -> known.id().equals(id)).map(Known::address).findFirst();
  }

  /** With another one, in the place of one of the same id. */
  Registry with(String id, String address) {
    List<Known> next = new ArrayList<>(without(id).peers);
    next.add(new Known(id, address));
    return new Registry(next);
  }

  Registry without(String id) {
    return new Registry(peers.stream().filter(known -> !known.id().equals(id)).toList());
  }
}
