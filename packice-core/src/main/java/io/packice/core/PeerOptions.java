package io.packice.core;

import io.packice.core.AcquireRequest.Room;
import java.util.Objects;

/**
 * What may be said about a peer, whatever it keeps its objects in.
 *
 * @param usualRoom what room is made of for a request that leaves it open: what eviction frees, or only what is free
 * @param bookkeepingBytes the most that names, groups, metadata and leases take of the heap; at least 1 MiB. For objects beyond three quarters of it others
 *     are evicted, and leases beyond one quarter are refused
 * @param leases where leases are known besides in the peer; closed with it
 */
public record PeerOptions(Room usualRoom, long bookkeepingBytes, LeaseStore leases) {
  /**
   * A peer that evicts unless it is told not to, takes for its bookkeeping half of the most heap that this JVM may have, less 256 MiB, and at least a quarter of it, and
   * is alone to know its leases.
   */
  public static final PeerOptions DEFAULT =
      new PeerOptions(Room.EVICT, Bookkeeping.defaultLimit(), LeaseStore.none());

  /**
   * Checks them.
   *
   * @throws IllegalArgumentException if what is usual is said to be so, or there is too little for the bookkeeping
   */
  public PeerOptions {
    Objects.requireNonNull(leases, "leases");
    if (Objects.requireNonNull(usualRoom, "usualRoom") == Room.USUAL) {
      throw new IllegalArgumentException("Cannot make " + usualRoom + " the usual room; give EVICT or FREE");
    }
    Bookkeeping.require(bookkeepingBytes);
  }

  /**
   * With another usual room.
   *
   * @param newUsualRoom what room is made of for a request that leaves it open
   * @return changed options
   */
  public PeerOptions withUsualRoom(Room newUsualRoom) {
    return new PeerOptions(newUsualRoom, bookkeepingBytes, leases);
  }

  /**
   * With another limit for the bookkeeping.
   *
   * @param newBookkeepingBytes the most that it takes of the heap
   * @return changed options
   */
  public PeerOptions withBookkeepingBytes(long newBookkeepingBytes) {
    return new PeerOptions(usualRoom, newBookkeepingBytes, leases);
  }

  /**
   * With a lease store.
   *
   * @param newLeases who is told of leases, too; closed with the peer
   * @return changed options
   */
  public PeerOptions withLeases(LeaseStore newLeases) {
    return new PeerOptions(usualRoom, bookkeepingBytes, newLeases);
  }
}
