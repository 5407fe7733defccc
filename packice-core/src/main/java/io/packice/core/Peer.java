package io.packice.core;

import java.util.Optional;

/**
 * The coordinator of objects and leases; one per host holds what all its processes share.
 *
 * <p>A peer is used through sessions, which transports open for their clients and which a program that embeds the peer opens for
 * itself. Safe from any thread. Whoever made the peer closes it.
 */
public interface Peer extends AutoCloseable {
  /**
   * Begins a session. All the operations on objects and leases are there.
   *
   * @param caller who it is for
   * @return a new session; whoever opened it closes it
   * @throws IllegalStateException if the peer is closed
   */
  Session openSession(Caller caller);

  /**
   * Whether other peers change the same objects, as those of a shared folder do. Who puts a layer of its own between clients and a peer, and
   * remembers what it did there, must not do so over such a one.
   *
   * @return false if everything that happens to its objects goes through this peer
   */
  default boolean isShared() {
    return false;
  }

  /**
   * What keeps its objects, if that is one store of this process: what it can be a tier of another peer by.
   *
   * @return the peer itself, or the one behind it; empty if it is none of that kind
   */
  default Optional<LocalPeer> local() {
    return Optional.empty();
  }

  /**
   * What the peer could take if every lease ended now: for who has promised to bring something here at the end.
   *
   * @param objects of how many objects the bytes would be, each of which takes something besides
   * @return the numbers of this moment; no bound if the peer does not tell
   */
  default PeerRoom room(long objects) {
    return PeerRoom.ENDLESS;
  }

  /**
   * Ends every session and frees what the peer holds. Bytes that a process has mapped stay readable until it unmaps them. A second
   * close does nothing.
   */
  @Override
  void close();
}
