package io.packice.core;

import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;

/**
 * Where a peer keeps bytes: memory or a folder of files. It knows nothing of leases, capacity or time; {@link LocalPeer} does.
 *
 * <p>All methods are safe from any thread. The peer calls them without holding its lock, so they may take long; it never calls two
 * methods of one draft or sealed extent at the same moment, except {@link Sealed#openReader} and {@link Sealed#retire}, which many
 * threads call.
 */
public interface BlobStore extends AutoCloseable {
  /**
   * What earlier lives of a persistent store have sealed. Called once, before anything else.
   *
   * @return what there is to serve; nothing for a store that does not outlive its peer
   * @throws StorageException if the store cannot tell; damage to single objects is no reason, they are set aside and counted
   */
  default Recovery recover() {
    return new Recovery(List.of(), 0);
  }

  /**
   * What the peer agrees on with other peers of this store.
   *
   * @return always the same one; that of a peer alone, unless several peers share the store
   */
  default Commons commons() {
    return Commons.alone(this);
  }

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

  /**
   * How much more could be stored now, whatever the peer's capacity: the room on a disk, for one.
   *
   * @param objects of how many objects it would be: what describes them takes room too
   * @return bytes, at least 0; {@link Long#MAX_VALUE} if the store does not know
   * @throws StorageException if the host does not tell
   */
  default long freeBytes(long objects) {
    return Long.MAX_VALUE;
  }

  /** Frees what the store itself holds. Objects of a persistent store stay; objects in memory end with their last mapping. */
  @Override
  void close();

  /**
   * What a store found at its start.
   *
   * @param objects what is whole, at most one for each id, in the order in which it was sealed
   * @param quarantined how many damaged objects are set aside, of this start and earlier ones
   */
  record Recovery(List<Recovered> objects, long quarantined) {
    /** Copies the list. */
    public Recovery {
      objects = List.copyOf(objects);
    }
  }

  /**
   * An object that an earlier life sealed.
   *
   * @param object what it is
   * @param bytes its bytes
   * @param age the time since its seal, by the clock on the wall
   */
  record Recovered(StoredObject object, Sealed bytes, Duration age) {
  }

  /** The bytes of an object that is not sealed yet. */
  interface Draft {
    /**
     * Opens the extent for its creator.
     *
     * @return a writable extent of its own; the caller closes it
     */
    Extent openWriter();

    /**
     * The length now; of a frozen draft that of the bytes which {@link #seal} makes visible.
     *
     * @return bytes
     */
    long byteSize();

    /**
     * Makes the bytes immutable: the slow part of a seal, and the one that may be refused. {@link #seal} follows at whatever time, behind another freeze,
     * or {@link #discard}. What is frozen, and nobody has changed since, is frozen again for nothing. If this throws, the draft is as it was, and may be frozen again.
     *
     * @param object what the object is; its {@link StoredObject#extentBytes} must be the draft's length
     * @throws StillMappedException if somebody maps the draft writable and the store cannot seal it nevertheless; unmap, then seal
     *     again
     * @throws CapacityExceededException if the host has no room for bytes that the creator left out (holes)
     * @throws StorageException if the length is not what the object says, or the host refuses
     */
    void freeze(StoredObject object);

    /**
     * Says of a frozen draft that {@link #seal} follows at once, as does that of others: several may then share what it costs. What is announced and then
     * not sealed is to be {@linkplain #recall recalled}.
     *
     * @param object as for {@link #seal}
     * @throws StorageException if the host refuses; nothing is announced then
     */
    default void announce(StoredObject object) {
      // most stores have nothing to share
    }

    /**
     * Takes an announcement back, if there was one and no {@link #seal} came: the draft may be frozen again or discarded.
     *
     * @throws StorageException if the host refuses; the object may be there after a next start
     */
    default void recall() {
      // nothing was announced
    }

    /**
     * Makes the object complete. If this throws, the draft may be frozen again or discarded.
     *
     * @param object as for {@link #freeze}, which came before
     * @return the sealed bytes; the draft is over
     * @throws StorageException if the host refuses
     */
    Sealed seal(StoredObject object);

    /** Frees the bytes, frozen or not, as soon as nobody maps them. */
    void discard();
  }

  /** The bytes of a sealed object. */
  interface Sealed {
    /**
     * Begins a use of the object, which keeps other peers of the store from taking its bytes away. Each call is followed by one of
     * {@link #unhold}, whatever it returned. A seal begins the use of who sealed.
     *
     * @return false if other peers have taken the object out of the namespace
     */
    default boolean hold() {
      return true;
    }

    /** Ends a use of the object. */
    default void unhold() {
      // there are no others to tell
    }

    /**
     * Whether another peer of the store still reads the bytes, so that {@link #discard} did not free them.
     *
     * @return true if they still count
     */
    default boolean isReadElsewhere() {
      return false;
    }

    /**
     * Opens the extent for one reader, by a descriptor of its own that cannot be used to write, grow or shrink it. Also after {@link #retire}, until
     * {@link #discard}.
     *
     * @return a read-only extent; the caller closes it
     */
    Extent openReader();

    /**
     * The object has left the namespace: neither it nor what it replaced may come back at a next start. Its bytes stay for who reads
     * them, until {@link #discard}. A second call does nothing, and so does one after {@code discard}.
     *
     * @throws StorageException if the host refuses; the object may come back
     */
    default void retire() {
      // what is not persistent never comes back
    }

    /** Frees the bytes as soon as nobody maps them, and removes what is kept of the object itself. */
    void discard();

    /** Lets go of the object without removing it: a persistent store finds it again at its next start. */
    void close();
  }
}
