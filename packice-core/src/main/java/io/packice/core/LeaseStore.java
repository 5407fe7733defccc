package io.packice.core;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where a peer's leases are known besides in the peer, such as in another process, which outlives it. The peer itself goes by its own table: it
 * decides who holds what, and when a TTL is over. The store hears of it.
 *
 * <p>So a store may be slow. It is never called under the peer's lock, and by no step but those that give, renew or end leases; these wait for it, and one call takes
 * whatever has come together while the one before was under way. A lease is not given if the store has not taken it. One that ends, ends in any case: the
 * store hears of it when it can. What ends by its TTL, a store ends by itself; it hears of that with the next call. All methods are safe from any thread.
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
   * @param isBound whether it ends with its session, and so with its peer
   */
  record LeaseRecord(LeaseId id, ObjectId object, Intent intent, long fence, @Nullable Duration ttl, boolean isBound) {
  }

  /**
   * For a peer that nobody else need know the leases of.
   *
   * @return a store that keeps nothing
   */
  static LeaseStore none() {
    return NoLeaseStore.INSTANCE;
  }

  /**
   * Takes over what has happened, all of it in one step that others see as a whole.
   *
   * @param live leases that were given, renewed, or allow something else now: they take the place of what is kept under their ids, and their TTLs count from now
   * @param ended leases that are no more, none of them among the others; one that is not kept is all right
   * @throws StorageException if the store cannot be asked; whether it has taken this over is not known then
   */
  void update(Collection<LeaseRecord> live, Collection<LeaseId> ended);

  /**
   * Lists what is kept.
   *
   * @return the leases whose TTLs are not over, the earliest fence first
   * @throws StorageException if the store cannot be asked
   */
  List<LeaseRecord> leases();

  /** Frees what this process holds of the store. What it keeps, stays, if it is elsewhere. */
  @Override
  void close();
}
