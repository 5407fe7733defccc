package io.packice.peers;

import io.packice.backends.memory.MemoryBackend;
import io.packice.core.AcquireRequest.Room;
import io.packice.core.Caller;
import io.packice.core.LeaseStore;
import io.packice.core.LocalPeer;
import io.packice.core.Peer;
import io.packice.core.PeerRoom;
import io.packice.core.Session;
import io.packice.core.TimeSource;
import java.lang.management.ManagementFactory;

/**
 * A peer whose objects live in sealed shared memory (memfd, or what there is in its place) and end with it. What a process has mapped stays readable
 * in that process even then.
 */
public final class MemoryPeer implements Peer {
  private final LocalPeer peer;

  private MemoryPeer(MemoryBackend backend, long capacityBytes, Room usualRoom, long bookkeepingBytes) {
    TimeSource time = TimeSource.SYSTEM;
    this.peer = new LocalPeer(backend.newStore(), LeaseStore.none(), capacityBytes, time,
        usualRoom, bookkeepingBytes);
  }

  /**
   * A peer that may fill half of this machine's memory, or of this container's.
   *
   * @return a new peer; the caller closes it
   */
  public static MemoryPeer create() {
    return create(defaultCapacityBytes());
  }

  /**
   * A peer of a stated capacity.
   *
   * @param capacityBytes the most bytes that it holds, counted in whole pages; more than 0
   * @return a new peer; the caller closes it
   * @throws IllegalArgumentException if the capacity is not positive
   */
  public static MemoryPeer create(long capacityBytes) {
    return create(capacityBytes, Room.EVICT);
  }

  /**
   * A peer of a stated capacity that evicts nothing unless it is told to, or does.
   *
   * @param capacityBytes the most bytes that it holds, counted in whole pages; more than 0
   * @param usualRoom what room is made of for a request that leaves it open
   * @return a new peer; the caller closes it
   * @throws IllegalArgumentException if the capacity is not positive, or what is usual is said to be so
   */
  public static MemoryPeer create(long capacityBytes, Room usualRoom) {
    return create(capacityBytes, usualRoom, LocalPeer.defaultBookkeepingBytes());
  }

  /**
   * A peer with a stated limit of what it keeps on the heap.
   *
   * @param capacityBytes the most bytes that it holds, counted in whole pages; more than 0
   * @param usualRoom what room is made of for a request that leaves it open
   * @param bookkeepingBytes the most that names, groups, metadata and leases take of the heap; at least 1 MiB
   * @return a new peer; the caller closes it
   * @throws IllegalArgumentException if the capacity is not positive, what is usual is said to be so, or the last is too little
   */
  public static MemoryPeer create(long capacityBytes, Room usualRoom, long bookkeepingBytes) {
    return create(MemoryBackend.usual(), capacityBytes, usualRoom, bookkeepingBytes);
  }

  /**
   * A peer over a stated kind of shared memory.
   *
   * @param backend what objects live in
   * @param capacityBytes the most bytes that it holds, counted in whole pages; more than 0
   * @param usualRoom what room is made of for a request that leaves it open
   * @param bookkeepingBytes the most that names, groups, metadata and leases take of the heap; at least 1 MiB
   * @return a new peer; the caller closes it
   * @throws IllegalArgumentException if the capacity is not positive, what is usual is said to be so, or the last is too little
   */
  public static MemoryPeer create(MemoryBackend backend, long capacityBytes, Room usualRoom, long bookkeepingBytes) {
    return new MemoryPeer(backend, capacityBytes, usualRoom, bookkeepingBytes);
  }

  /**
   * The capacity of {@link #create()}: half of the memory that the JDK sees, which in a container is the container's.
   *
   * @return bytes
   */
  public static long defaultCapacityBytes() {
    return ManagementFactory.getPlatformMXBean(com.sun.management.OperatingSystemMXBean.class).getTotalMemorySize() / 2;
  }

  @Override
  public Session openSession(Caller caller) {
    return peer.openSession(caller);
  }

  @Override
  public PeerRoom room(long objects) {
    return peer.room(objects);
  }

  @Override
  public void close() {
    peer.close();
  }
}
