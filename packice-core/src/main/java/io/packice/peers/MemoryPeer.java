package io.packice.peers;

import io.packice.backends.memory.MemoryBackend;
import io.packice.core.Caller;
import io.packice.core.LocalPeer;
import io.packice.core.Peer;
import io.packice.core.PeerOptions;
import io.packice.core.PeerRoom;
import io.packice.core.Session;
import io.packice.core.TimeSource;
import java.lang.management.ManagementFactory;
import java.util.Optional;

/**
 * A peer whose objects live in sealed shared memory (memfd, or what there is in its place) and end with it. What a process has mapped stays readable
 * in that process even then.
 */
public final class MemoryPeer implements Peer {
  private final LocalPeer peer;

  private MemoryPeer(MemoryBackend backend, long capacityBytes, PeerOptions options) {
    this.peer = new LocalPeer(backend.newStore(), capacityBytes, TimeSource.SYSTEM, options);
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
    return create(capacityBytes, PeerOptions.DEFAULT);
  }

  /**
   * A peer of a stated capacity that is not like others in everything.
   *
   * @param capacityBytes the most bytes that it holds, counted in whole pages; more than 0
   * @param options such as what room is made of for a request that leaves it open
   * @return a new peer; the caller closes it
   * @throws IllegalArgumentException if the capacity is not positive
   */
  public static MemoryPeer create(long capacityBytes, PeerOptions options) {
    return create(MemoryBackend.usual(), capacityBytes, options);
  }

  /**
   * A peer over a stated kind of shared memory.
   *
   * @param backend what objects live in
   * @param capacityBytes the most bytes that it holds, counted in whole pages; more than 0
   * @param options such as what room is made of for a request that leaves it open
   * @return a new peer; the caller closes it
   * @throws IllegalArgumentException if the capacity is not positive
   */
  public static MemoryPeer create(MemoryBackend backend, long capacityBytes, PeerOptions options) {
    return new MemoryPeer(backend, capacityBytes, options);
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
  public Optional<LocalPeer> local() {
    return Optional.of(peer);
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
