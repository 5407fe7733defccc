package io.packice.storage;

import java.lang.foreign.MemorySegment;

/**
 * One file that is being written. Nothing of it is seen before {@link #commit}; closed without, nothing ever is. For one thread at a time. Whoever opens it closes
 * it; closing twice is harmless.
 */
public interface NodeWriter extends AutoCloseable {
  /**
   * Adds bytes at the end.
   *
   * @param bytes all of them are taken before this returns; never asked to be heap or native memory alone
   * @throws UnavailableException if the service breaks off or has no room
   */
  void write(MemorySegment bytes);

  /**
   * Makes the file visible, whole, and kept through a crash where the service promises that.
   *
   * @return what it is now; of services where the bytes make the name, with that
   * @throws ExistsException if it was to be new and somebody else was first
   * @throws UnavailableException if the service breaks off or has no room
   */
  NodeInfo commit();

  @Override
  void close();
}
