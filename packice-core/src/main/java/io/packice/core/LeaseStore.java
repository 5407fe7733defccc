package io.packice.core;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Where a peer keeps its leases and their TTLs. It knows nothing of objects' bytes or states; {@link LocalPeer} does.
 *
 * <p>All methods are safe from any thread and atomic: of two callers who take the same lease, one gets it.
 */
public interface LeaseStore extends AutoCloseable {
  /**
   * A lease as it is kept.
   *
   * @param id its name and proof
   * @param object the object that it is on
   * @param intent what it allows
   * @param fence its number, which grows with every lease that the peer gives
   * @param ttl how long it lives without renewal; null if only its release or its session ends it
   */
  record LeaseRecord(LeaseId id, ObjectId object, Intent intent, long fence, @Nullable Duration ttl) {
  }

  /**
   * Keeps a lease; its TTL counts from now, or stands still if it takes the place of one whose TTL does. One with the same id is replaced.
   *
   * @param lease the lease
   */
  void put(LeaseRecord lease);

  /**
   * Looks a lease up.
   *
   * @param id its name
   * @return the lease; empty if there is none, or its TTL has passed
   */
  Optional<LeaseRecord> find(LeaseId id);

  /**
   * Starts a lease's TTL anew. If it stands still, it does so with all of it left.
   *
   * @param id its name
   * @return the lease; empty if there is none, or its TTL has passed
   */
  Optional<LeaseRecord> renew(LeaseId id);

  /**
   * Makes a lease's TTL stand still, because the peer works for the lease. So often as this is called, {@link #resume} must be for it to go on.
   *
   * @param id its name; nothing happens if there is none, or its TTL has passed
   */
  void suspend(LeaseId id);

  /**
   * Lets a lease's TTL go on where it stood.
   *
   * @param id its name; nothing happens if there is none, or its TTL does not stand still
   */
  void resume(LeaseId id);

  /**
   * Takes a lease out, whether or not its TTL has passed.
   *
   * @param id its name
   * @return the lease that was taken out; empty if there is none
   */
  Optional<LeaseRecord> remove(LeaseId id);

  /**
   * Takes out the leases whose TTL has passed.
   *
   * @return the leases that were taken out, the earliest first
   */
  List<LeaseRecord> removeExpired();

  /**
   * When {@link #removeExpired} next has something to take out, as things stand.
   *
   * @return the time from now, zero if it has now; null if no lease has a TTL
   */
  @Nullable
  Duration untilNextExpiry();

  /**
   * How many leases are kept.
   *
   * @return the count, with those whose TTL has passed but that were not taken out yet
   */
  long size();

  /** Frees what the store holds. */
  @Override
  void close();
}
