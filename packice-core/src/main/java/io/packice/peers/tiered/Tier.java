package io.packice.peers.tiered;

import io.packice.core.AcquireRequest;
import io.packice.core.AcquireRequest.Room;
import io.packice.core.AllOf;
import io.packice.core.Caller;
import io.packice.core.Extent;
import io.packice.core.Grant;
import io.packice.core.LeaseId;
import io.packice.core.NotFoundException;
import io.packice.core.ObjectId;
import io.packice.core.ObjectStatus;
import io.packice.core.Part;
import io.packice.core.Peer;
import io.packice.core.PeerRoom;
import io.packice.core.PeerStats;
import io.packice.core.Session;
import io.packice.core.StoredObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * One of the two peers under a {@link TieredPeer}, and the tiered peer's own session with it. It knows which leases and drafts are the
 * tiered peer's own, so that they can be left out of what clients see. Safe from any thread.
 */
final class Tier implements AutoCloseable {
  final long capacityBytes;

  private final Peer peer;
  private final Session own;
  private final Map<ObjectId, Integer> ownLeases = new ConcurrentHashMap<>();
  private final AtomicLong ownDrafts = new AtomicLong();
  /** Own leases on what has left the namespace. */
  private final AtomicLong ownOutliving = new AtomicLong();

  Tier(Peer peer) {
    this.peer = peer;
    this.own = peer.openSession(Caller.thisProcess());
    this.capacityBytes = own.stats().capacityBytes();
  }

  Session openSession(Caller caller) {
    return peer.openSession(caller);
  }

  /** The tiered peer's own session: for what is asked of leases by their ids, and for looking. */
  Session session() {
    return own;
  }

  // ---- looking

  /** The sealed object of this id, with the tiered peer's own leases left out; null if there is none. */
  @Nullable
  ObjectStatus find(ObjectId id) {
    List<ObjectStatus> first = own.list(id.value(), null, 1).objects(); // the id itself comes before all that it is a prefix of
    return first.isEmpty() || !first.getFirst().object().id().equals(id) ? null : withoutOwn(first.getFirst());
  }

  boolean has(ObjectId id) {
    return find(id) != null;
  }

  ObjectStatus withoutOwn(ObjectStatus status) {
    int mine = ownLeases.getOrDefault(status.object().id(), 0);
    return mine == 0 ? status
        : new ObjectStatus(status.object(), status.heldBytes(), Math.max(0, status.leases() - mine), status.pinned(),
            status.age(), status.idle(), status.remaining());
  }

  /** Eviction's next units for so many bytes: each a group or a single object. */
  List<List<ObjectStatus>> idleUnits(long bytes) {
    return units(own.idle(bytes));
  }

  /** Eviction's next units of about so many objects, each as a whole. */
  List<List<ObjectStatus>> nextUnits(int objects) {
    for (int limit = objects; true; limit *= 2) {
      Part<ObjectStatus> next = own.idle(Long.MAX_VALUE, 0, Math.min(limit, Part.MAX_LIMIT));
      List<List<ObjectStatus>> units = units(next.items());
      if (!next.hasMore()) {
        return units;
      }
      if (units.size() > 1) {
        return units.subList(0, units.size() - 1); // the last may be cut
      }
      if (limit >= Part.MAX_LIMIT) {
        return idleUnits(Long.MAX_VALUE); // a group of thousands
      }
    }
  }

  private static List<List<ObjectStatus>> units(List<ObjectStatus> idle) {
    List<List<ObjectStatus>> units = new ArrayList<>();
    String group = null;
    for (ObjectStatus status : idle) {
      String next = status.object().group();
      if (next == null || !next.equals(group)) {
        units.add(new ArrayList<>());
      }
      units.getLast().add(status);
      group = next;
    }
    return units;
  }

  /** What a tier has for a new object: free, on its way to be, or idle. */
  record Obtainable(long free, long zombie, long idle, long capacity) {
    long bytes() {
      return free + zombie + idle;
    }

    @Override
    public String toString() {
      return free + " of " + capacity + " free, " + zombie + " zombie, " + idle + " idle";
    }
  }

  /** What there is for a new object, whose own group is no room for it. */
  Obtainable obtainable(AcquireRequest request) {
    PeerStats stats = own.stats();
    long idle = request.room() == Room.FREE ? 0
        : own.idle(Long.MAX_VALUE).stream()
            .filter(status -> request.group() == null || !request.group().equals(status.object().group()))
            .mapToLong(ObjectStatus::heldBytes).sum();
    return new Obtainable(stats.freeBytes(), stats.zombieBytes(), idle, stats.capacityBytes());
  }

  PeerStats stats() {
    return own.stats();
  }

  PeerRoom room(long objects) {
    return peer.room(objects);
  }

  long ownLeaseCount() {
    return ownLeases.values().stream().mapToLong(Integer::longValue).sum() + ownDrafts.get()
        + ownOutliving.get();
  }

  long ownDraftCount() {
    return ownDrafts.get();
  }

  /** Bytes that count as leased for the tiered peer's own leases alone. */
  long bytesLeasedByOwnOnly() {
    long bytes = 0;
    for (ObjectId id : ownLeases.keySet()) {
      ObjectStatus status = find(id);
      bytes += status != null && status.leases() == 0 ? status.heldBytes() : 0;
    }
    return bytes;
  }

  // ---- changing

  void release(LeaseId lease) {
    own.release(lease);
  }

  /** Removes the sealed object of this id, if there is one. */
  void discard(ObjectId id) {
    try (OwnLease lease = lease(id)) {
      lease.discard();
    } catch (NotFoundException gone) {
      return;
    }
  }

  void pin(ObjectId id) {
    own.pin(id);
  }

  void unpin(ObjectId id) {
    own.unpin(id);
  }

  /**
   * A lease of the tiered peer's own on a sealed object: it may read it, and keeps it and its group from eviction. For WRITE, so that it
   * counts as no hit.
   *
   * @throws NotFoundException if nothing is sealed under the id
   */
  OwnLease lease(ObjectId id) {
    return lease(id, null);
  }

  /** The same for a time, at the end of which the lease has ended whether or not it is closed. */
  OwnLease lease(ObjectId id, @Nullable Duration ttl) {
    return new OwnLease(own.acquire(AcquireRequest.write(id).withTtl(ttl)), false);
  }

  /**
   * A client's lease that keeps the object and nothing else of its group, as a reader's would: for those who read as of before, which no tier can tell.
   *
   * @throws NotFoundException if nothing is sealed under the id
   */
  Grant protect(AcquireRequest read) {
    return own.acquire(
        AcquireRequest.write(Objects.requireNonNull(read.id())).withTtl(read.ttl()).withBinding(read.binding()));
  }

  /** A draft of the tiered peer's own. */
  OwnLease draft(AcquireRequest request) {
    return new OwnLease(own.acquire(request), true);
  }

  /** A lease of the tiered peer's own; whoever took it closes it. */
  final class OwnLease implements AutoCloseable {
    private final Grant grant;
    private final boolean isDraft;
    private boolean outlives; // guarded by this
    private boolean isOver; // guarded by this

    private OwnLease(Grant grant, boolean isDraft) {
      this.grant = grant;
      this.isDraft = isDraft;
      if (isDraft) {
        ownDrafts.incrementAndGet();
      } else {
        ownLeases.merge(object().id(), 1, Integer::sum);
      }
    }

    StoredObject object() {
      return grant.lease().object();
    }

    Extent extent() {
      return grant.extent();
    }

    /** Makes a draft visible, which nobody writes to any more, or files would seal a copy; the lease stays until it is closed. */
    void seal() {
      grant.extent().close();
      own.seal(grant.lease().id());
    }

    void discard() {
      own.discard(grant.lease().id());
    }

    /** Its object has left the namespace: what the id names from now on does not have this lease. */
    synchronized void outlive() {
      if (!outlives && !isOver) {
        outlives = true;
        ownOutliving.incrementAndGet();
        forget();
      }
    }

    private void forget() {
      ownLeases.computeIfPresent(object().id(), (_, count) -> count == 1 ? null : count - 1);
    }

    @Override
    public synchronized void close() {
      if (isOver) {
        return;
      }
      isOver = true;
      try {
        grant.extent().close();
      } finally {
        end();
      }
    }

    private void end() {
      try {
        own.release(grant.lease().id());
      } finally {
        if (isDraft) {
          ownDrafts.decrementAndGet();
        } else if (outlives) {
          ownOutliving.decrementAndGet();
        } else {
          forget();
        }
      }
    }
  }

  /** Leaves the peer to its owner. */
  void endSession() {
    own.close();
  }

  /** Ends the own session, then the peer. */
  @Override
  public void close() {
    AllOf.run(List.of(this::endSession, peer::close), Runnable::run);
  }
}
