package io.packice.core;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A client's connection to a peer: its leases live and die with it. A session of a peer in this process and one over a socket
 * behave alike, and pass one contract test.
 *
 * <p>Safe from any thread; over a socket, what is short takes turns, and what is long goes beside it. Whoever opened the session closes it. Besides what each method names,
 * any of them throws {@link PeerUnavailableException} if the connection breaks and {@link IllegalStateException} after
 * {@link #close}. Over HTTP, {@code seal}, {@code discard}, {@code pin} and {@code unpin} throw {@link OutcomeUnknownException} in its place, if the peer may
 * have done it before the connection broke.
 */
public interface Session extends AutoCloseable {
  /** The most objects that one seal discards: as many as fit a request, whatever their ids. */
  int MAX_DISCARDS = 1_000;

  /** The most leases that one seal takes: with the most discards they still fit into one request. */
  int MAX_SEALS = 15_000;

  /**
   * Takes a lease.
   *
   * @param request what for
   * @return the lease and its bytes; the caller closes the extent and releases the lease
   * @throws NotFoundException if the intent is READ or WRITE and nothing is sealed under the id, or for a READ as of another lease, if what the id named then
   *     is gone, and was not kept because that lease has ended
   * @throws NotSealedException if somebody is making the object, and did not seal it within the request's patience
   * @throws AlreadyExistsException if the intent is CREATE and the id is taken
   * @throws NotPermittedException if the intent is WRITE, or CREATE in the place of an object, and that belongs to another user than the caller's
   * @throws CapacityExceededException if what is to be created does not fit; the message states the numbers
   * @throws StorageException if the host refuses memory, disk or descriptors
   */
  Grant acquire(AcquireRequest request);

  /**
   * Does for drafts whose bytes are final what takes long of a {@link #seal}, and what it may be refused for: their room is found, checksums are computed,
   * and they are written to disk. Nothing becomes visible, and the leases stay as they are; their TTLs stand still meanwhile. What is frozen cannot be written any more, is sealed in
   * a moment, and frozen again for nothing. So writers freeze early, each its own drafts in a thread of its own, and who publishes them all is done soon.
   *
   * <p>Memory is sealed by the kernel here. If somebody changes a file after it was frozen, its seal finds out and does all of it anew. A peer of an earlier version
   * does not know how to freeze: nothing happens then, and the seal does everything.
   *
   * @param leases CREATE leases; if one is refused, those before it are frozen
   * @throws LeaseExpiredException if a lease has ended; that draft is gone
   * @throws StillMappedException if somebody maps a draft writable; the draft stays, unmap it and freeze again
   * @throws NotPermittedException if a lease is not a CREATE lease, or its draft is being sealed
   * @throws CapacityExceededException if a draft made without sizes has grown past what fits; it stays
   * @throws StorageException if a draft's length is not what its sizes say, or the disk refuses; it stays
   */
  void freeze(List<LeaseId> leases);

  /**
   * Freezes one draft, as {@link #freeze(List)} does.
   *
   * @param lease a CREATE lease
   * @throws LeaseExpiredException if the lease has ended; the draft is gone
   * @throws StillMappedException if somebody maps the draft writable; the draft stays, unmap it and freeze again
   * @throws NotPermittedException if the lease is not a CREATE lease, or its draft is being sealed
   * @throws CapacityExceededException if a draft made without sizes has grown past what fits; it stays
   * @throws StorageException if the draft's length is not what its sizes say, or the disk refuses; it stays
   */
  default void freeze(LeaseId lease) {
    freeze(List.of(lease));
  }

  /**
   * Makes a draft immutable and visible; the lease becomes a READ lease, which keeps that object, and nothing else of its group. The lease's TTL stands still
   * meanwhile, and counts anew from then on.
   *
   * @param lease a CREATE lease
   * @throws LeaseExpiredException if the lease has ended; the draft is gone
   * @throws StillMappedException if somebody maps the draft writable; the draft stays, unmap it and seal again
   * @throws NotPermittedException if the lease is not a CREATE lease, for example because it was sealed already
   * @throws CapacityExceededException if a draft made without sizes has grown past what fits; it stays
   * @throws StorageException if the draft's length is not what its sizes say, or the disk refuses; it stays
   */
  default void seal(LeaseId lease) {
    seal(List.of(lease));
  }

  /**
   * Makes several drafts immutable and visible, in this order, or none of them: what belongs together, such as a table's parts and the
   * manifest that names them. Put last what readers look for first. The peer goes on with it when its client dies meanwhile.
   *
   * <p>If a draft cannot be sealed, the exception says so, and those before it that were visible already are discarded; what they had
   * replaced does not come back. A peer finds nearly every reason before the first of them is visible: then all drafts stay,
   * to be sealed again or discarded, though not to be written. A peer that is killed in the middle may
   * have sealed the first ones and not the others.
   *
   * @param leases CREATE leases, each once; those of other sessions, too
   * @throws LeaseExpiredException as for one
   * @throws StillMappedException as for one
   * @throws NotPermittedException as for one, and if a lease stands here twice
   * @throws CapacityExceededException as for one
   * @throws StorageException as for one
   */
  default void seal(List<LeaseId> leases) {
    seal(leases, List.of());
  }

  /**
   * Like {@link #seal(List)}, and discards what the new objects make superfluous, such as the parts that only the replaced version of a table named: once
   * the peer has been asked, nothing of that is left, also when its client dies. A peer of one store does it in one step with the last seal: nobody sees the
   * new objects and what is discarded for them. Without leases, it only discards, all in one step.
   *
   * @param leases CREATE leases, each once; those of other sessions, too
   * @param discards ids of sealed objects, at most {@value #MAX_DISCARDS}; those that name nothing are left out
   * @throws LeaseExpiredException as for one
   * @throws StillMappedException as for one
   * @throws NotPermittedException as for one, and if an object to discard belongs to another user than the caller's; nothing is sealed or discarded then
   * @throws CapacityExceededException as for one
   * @throws StorageException as for one
   * @throws InvalidRequestException if there are more ids than that
   */
  void seal(List<LeaseId> leases, List<ObjectId> discards);

  /**
   * Refuses more than one seal takes.
   *
   * @param leases what is to be sealed
   * @param discards what is to be discarded with it
   * @throws InvalidRequestException if there are too many
   */
  static void requireFew(List<LeaseId> leases, List<ObjectId> discards) {
    if (leases.size() > MAX_SEALS) {
      throw new InvalidRequestException("Cannot seal " + leases.size() + " objects in one step; at most " + MAX_SEALS
          + ": make fewer that are larger");
    }
    if (discards.size() > MAX_DISCARDS) {
      throw new InvalidRequestException("Cannot discard " + discards.size() + " objects in one step; at most "
          + MAX_DISCARDS + ", and the others in steps behind it");
    }
  }

  /**
   * Removes the object from the namespace and ends the lease. Its id is free at once, its bytes when the last lease on it ends; if it has a group, when also
   * the last READ lease on any of its group has ended that was given while the object was there, because that may {@linkplain AcquireRequest#withAsOf ask} for it.
   *
   * @param lease a CREATE or WRITE lease
   * @throws LeaseExpiredException if the lease has ended
   * @throws NotPermittedException if it is a READ lease
   * @throws StorageException if the disk refuses; the object stays
   */
  void discard(LeaseId lease);

  /**
   * Removes a sealed object from the namespace: takes a WRITE lease on it, and discards it.
   *
   * @param id its name
   * @throws NotFoundException if nothing is sealed under the id
   * @throws NotPermittedException if it belongs to another user than the caller's
   * @throws StorageException if the disk refuses; the object stays
   */
  default void discard(ObjectId id) {
    Grant grant;
    try {
      grant = acquire(AcquireRequest.write(id));
    } catch (NotFoundException e) { // speaks of acquiring, and of creating it
      throw new NotFoundException("Cannot discard " + id + ": no object is sealed under this id; look at the listing",
          e);
    }
    grant.extent().close();
    try {
      discard(grant.lease().id());
    } catch (RuntimeException failure) { // it stays, and nobody else knows the lease
      giveBack(grant.lease().id(), failure);
      throw failure;
    }
  }

  /**
   * Ends a lease; a draft that is not sealed is discarded. Releasing twice is harmless, and so is releasing after {@link #close}, which
   * has ended the lease. Unmap first: once the lease has ended, the
   * peer counts the bytes as free to evict.
   *
   * @param lease any lease
   */
  void release(LeaseId lease);

  /**
   * Ends a lease that nobody will use, because something else has failed.
   *
   * @param lease any lease
   * @param because what has failed; what goes wrong here is added to it
   */
  default void giveBack(LeaseId lease, Throwable because) {
    Objects.requireNonNull(lease, "lease");
    Objects.requireNonNull(because, "because");
    try {
      release(lease);
    } catch (RuntimeException alsoFailed) {
      because.addSuppressed(alsoFailed);
    }
  }

  /**
   * Like {@link #release}, without waiting for a peer in another process to answer: it has ended the lease before it does anything else that this
   * session asks, but others may see the lease for a moment. For leases that nobody waits for the end of, such as a reader's.
   *
   * @param lease any lease
   */
  default void releaseSoon(LeaseId lease) {
    release(lease);
  }

  /**
   * Starts the lease's TTL anew.
   *
   * @param lease any live lease
   * @return its TTL, counted from now; null if it lives as long as its session
   * @throws LeaseExpiredException if the lease has ended
   */
  @Nullable
  Duration renew(LeaseId lease);

  /**
   * Starts the TTLs of several leases anew, in one message or as few as they fit.
   *
   * @param leases any leases
   * @return those that have ended; all others are renewed
   */
  default List<LeaseId> renew(List<LeaseId> leases) {
    List<LeaseId> ended = new ArrayList<>();
    for (LeaseId lease : leases) {
      try {
        Duration _ = renew(lease);
      } catch (LeaseExpiredException over) {
        ended.add(lease); // which is all that it says
      }
    }
    return ended;
  }

  /**
   * Lists sealed objects in the order of their ids.
   *
   * @param prefix what the ids start with; empty for all
   * @param after the last id of the page before; null for the first page
   * @param limit the most objects on the page, from 1 to {@value ObjectPage#MAX_LIMIT}
   * @return one page
   * @throws IllegalArgumentException if the limit is out of range, or the prefix has no form in UTF-8
   */
  ObjectPage list(String prefix, @Nullable ObjectId after, int limit);

  /**
   * Refuses what no page of a listing can be asked for with.
   *
   * @param prefix what the ids start with
   * @param limit the most objects on the page
   * @throws IllegalArgumentException if the limit is out of range, or the prefix has no form in UTF-8
   */
  static void requirePage(String prefix, int limit) {
    if (limit < 1 || limit > ObjectPage.MAX_LIMIT) {
      throw new IllegalArgumentException(
          "Cannot list " + limit + " objects a page; ask for 1 to " + ObjectPage.MAX_LIMIT);
    }
    if (!Utf8.hasForm(prefix)) {
      throw new IllegalArgumentException("Cannot list ids that start with " + Printable.quoted(prefix)
          + ": no id has half of a character; cut texts between characters");
    }
  }

  /**
   * Describes one sealed object, without a lease on it and without counting as a use.
   *
   * @param id the object
   * @return what the peer knows of it now
   * @throws NotFoundException if nothing is sealed under the id
   */
  ObjectStatus stat(ObjectId id);

  /**
   * Lists what eviction would take for so many bytes, in its order: the least recently used first, a group's objects one behind the
   * other and all of them. Nothing is evicted, and nothing counts as used.
   *
   * @param bytes how much is wanted; the list ends with the object or group that reaches it, or when there is no more
   * @return sealed objects that nobody leases or has pinned; none if nothing may be evicted
   */
  default List<ObjectStatus> idle(long bytes) {
    return Part.all(skip -> idle(bytes, skip, Part.MAX_LIMIT));
  }

  /**
   * A part of what {@link #idle(long)} lists, which fits a message.
   *
   * @param bytes how much is wanted
   * @param skip how many objects of the list are left out, because they are known already
   * @param limit the most objects, from 1 to {@value Part#MAX_LIMIT}
   * @return the part
   * @throws IllegalArgumentException if a number is out of range
   */
  Part<ObjectStatus> idle(long bytes, long skip, int limit);

  /**
   * Describes the peer as a whole.
   *
   * @return counts and bytes, all of one moment
   */
  PeerStats stats();

  /**
   * Describes who is connected to the peer.
   *
   * @return the open sessions, this one included, the oldest first
   */
  default List<SessionStatus> sessions() {
    return Part.all(skip -> sessions(skip, Part.MAX_LIMIT));
  }

  /**
   * A part of what {@link #sessions()} lists.
   *
   * @param skip how many sessions of the list are left out, because they are known already
   * @param limit the most sessions, from 1 to {@value Part#MAX_LIMIT}
   * @return the part
   * @throws IllegalArgumentException if a number is out of range
   */
  Part<SessionStatus> sessions(long skip, int limit);

  /**
   * Refuses what no part of a list can be asked for with.
   *
   * @param skip how many items are left out
   * @param limit the most items
   * @throws IllegalArgumentException if a number is out of range
   */
  static void requirePart(long skip, int limit) {
    if (skip < 0) {
      throw new IllegalArgumentException("Cannot skip " + skip + " items of a list; give 0 or more");
    }
    requirePage("", limit);
  }

  /**
   * Keeps an object from eviction until {@link #unpin}; discarding it is still possible. Pinning twice is the same as once. A pin stays
   * with the id when the object is replaced, and ends with the peer, also where the object outlives it.
   *
   * @param id the object
   * @throws NotFoundException if nothing is sealed under the id
   * @throws NotPermittedException if it belongs to another user than the caller's
   */
  void pin(ObjectId id);

  /**
   * Ends what {@link #pin} began. Unpinning what is not pinned is harmless.
   *
   * @param id the object
   * @throws NotFoundException if nothing is sealed under the id
   * @throws NotPermittedException if it belongs to another user than the caller's
   */
  void unpin(ObjectId id);

  /** Ends every lease that this session binds; its unsealed drafts are discarded. A second close does nothing. */
  @Override
  void close();
}
