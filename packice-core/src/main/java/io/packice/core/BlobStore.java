package io.packice.core;

import java.util.OptionalLong;

/**
 * Where a peer keeps bytes: memory or a folder of files. It knows nothing of leases, capacity or time; {@link LocalPeer} does.
 *
 * <p>All methods are safe from any thread. The peer calls them without holding its lock, so they may take long; it never calls two
 * methods of one draft or sealed extent at the same moment, except {@link Sealed#openReader}, which many threads call.
 */
public interface BlobStore extends AutoCloseable {
  /**
   * Makes a private, writable extent.
   *
   * @param id what the object will be called; a memory store uses it for names that people see in {@code /proc/PID/maps}
   * @param byteSize its exact length in bytes, set aside at once so that a full host is an error here and never a fault of a later
   *     reader; empty if the creator will size it, in which case it starts with 0 bytes
   * @return the draft; the caller ends it by {@link Draft#seal} or {@link Draft#discard}
   * @throws CapacityExceededException if the host is out of memory or disk
   * @throws StorageException if the host refuses for another reason, such as too many open files
   */
  Draft allocate(ObjectId id, OptionalLong byteSize);

  /** Frees what the store itself holds. Objects of a persistent store stay; objects in memory end with their last mapping. */
  @Override
  void close();

  /** The bytes of an object that is not sealed yet. */
  interface Draft {
    /**
     * Opens the extent for its creator.
     *
     * @return a writable extent of its own; the caller closes it
     */
    Extent openWriter();

    /**
     * The length now.
     *
     * @return bytes
     */
    long byteSize();

    /**
     * Makes the bytes immutable and complete. If this throws, the draft is as it was, and may be sealed again or discarded.
     *
     * @param object what the object is; its {@link StoredObject#extentBytes} must be the draft's length
     * @return the sealed bytes; the draft is over
     * @throws StillMappedException if somebody maps the draft writable; unmap, then seal again
     * @throws CapacityExceededException if the host has no room for bytes that the creator left out (holes)
     * @throws StorageException if the length is not what the object says, or the host refuses
     */
    Sealed seal(StoredObject object);

    /** Frees the bytes as soon as nobody maps them. */
    void discard();
  }

  /** The bytes of a sealed object. */
  interface Sealed {
    /**
     * Opens the extent for one reader, by a descriptor of its own that cannot be used to write, grow or shrink it.
     *
     * @return a read-only extent; the caller closes it
     */
    Extent openReader();

    /** Removes the object for good; its bytes go as soon as nobody maps them. */
    void discard();

    /** Lets go of the object without removing it: a persistent store finds it again at its next start. */
    void close();
  }
}
