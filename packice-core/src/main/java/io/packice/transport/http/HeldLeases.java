package io.packice.transport.http;

import io.packice.core.AcquireRequest;
import io.packice.core.AllOf;
import io.packice.core.Grant;
import io.packice.core.Intent;
import io.packice.core.Lease;
import io.packice.core.LeaseExpiredException;
import io.packice.core.LeaseId;
import io.packice.core.NotPermittedException;
import io.packice.core.NotSealedException;
import io.packice.core.ObjectId;
import io.packice.core.Session;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.eclipse.jetty.server.Request;
import org.jspecify.annotations.Nullable;

/**
 * The leases that were given over HTTP, and what they hold open. The peer decides when a lease ends; what it held is closed by the request that
 * ends it, or with its session, or some time after its TTL. Safe from any thread.
 */
final class HeldLeases implements AutoCloseable {
  private final Session session;
  private final Map<LeaseId, Held> held = new ConcurrentHashMap<>();

  /** One lease: its bytes if it is for reading, its draft if it is for making an object. */
  private static final class Held {
    final Lease lease;
    /** What it lives and dies with; null if that is its TTL alone. */
    final OpenSessions.@Nullable Open within;
    volatile @Nullable OpenBytes bytes;
    volatile @Nullable OpenDraft draft;
    /** How much the peer does for it at this moment; the TTL stands still meanwhile. */
    final AtomicInteger works = new AtomicInteger();
    volatile long endsAtNanos;

    Held(Grant grant, boolean sized, OpenSessions.@Nullable Open within) {
      this.within = within;
      lease = grant.lease();
      if (lease.intent() == Intent.CREATE) {
        draft = new OpenDraft(lease.object(), grant.extent(), sized);
      } else {
        bytes = new OpenBytes(lease.object(), grant.extent(), () -> {
        });
      }
      renew(lease.ttl());
    }

    void renew(@Nullable Duration ttl) {
      endsAtNanos = System.nanoTime() + Objects.requireNonNullElse(ttl, AcquireRequest.DEFAULT_TTL).toNanos();
    }

    /** False if its session has ended. */
    boolean beginWork() {
      if (within != null && !within.begin()) {
        return false;
      }
      works.incrementAndGet();
      return true;
    }

    void endWork() {
      renew(lease.ttl()); // at least what is left of it; the peer knows exactly
      works.decrementAndGet();
      if (within != null) {
        within.done();
      }
    }

    boolean isOver(long nowNanos) {
      boolean livesWithItsSession = within != null && lease.ttl() == null;
      return !livesWithItsSession && works.get() == 0 && nowNanos - endsAtNanos > 0;
    }

    void close() {
      OpenBytes openBytes = bytes;
      if (openBytes != null) {
        openBytes.close();
      }
      OpenDraft openDraft = draft;
      if (openDraft != null) {
        openDraft.close();
      }
    }
  }

  HeldLeases(Session session) {
    this.session = session;
  }

  int count() {
    return held.size();
  }

  /** Takes a lease and keeps what it opens. */
  Lease acquire(AcquireRequest request, OpenSessions.@Nullable Open within) {
    Grant grant = (within == null ? session : within.session).acquire(request);
    LeaseId id = grant.lease().id();
    boolean isBound = request.binding() == AcquireRequest.Binding.SESSION;
    held.put(id, new Held(grant, request.sizes() != null, isBound ? within : null));
    if (within != null && isBound) {
      within.leases.add(id);
    }
    return grant.lease();
  }

  /** A request that uses what leases hold has begun: neither their sessions nor what they hold end in the middle of it. */
  void useFor(Exchange exchange, List<LeaseId> ids) {
    List<Held> used = begun(ids);
    if (!used.isEmpty()) {
      Request.addCompletionListener(exchange.request, _ -> used.forEach(Held::endWork));
    }
  }

  private List<Held> begun(List<LeaseId> ids) {
    return new LinkedHashSet<>(ids).stream().map(held::get).filter(Objects::nonNull).map(Objects::requireNonNull)
        .filter(Held::beginWork).toList();
  }

  void freeze(List<LeaseId> ids) {
    List<OpenDraft> _ = workFor(ids, "freeze", () -> session.freeze(ids));
  }

  void seal(List<LeaseId> ids, List<ObjectId> discards) {
    List<OpenDraft> sealed = workFor(ids, "seal", () -> session.seal(ids, discards));
    for (LeaseId id : ids) {
      Held lease = held.get(id);
      if (lease != null) {
        lease.draft = null;
      }
    }
    sealed.forEach(OpenDraft::close);
  }

  /** Does what needs that nobody writes to the drafts; what is not ours to know, the peer knows. Time stands still for their leases meanwhile. Gives the drafts. */
  private List<OpenDraft> workFor(List<LeaseId> ids, String verb, Runnable work) {
    List<Held> all = begun(ids);
    List<OpenDraft> drafts = new ArrayList<>();
    List<OpenDraft> frozen = new ArrayList<>();
    try {
      for (Held lease : all) {
        OpenDraft draft = lease.draft;
        if (draft != null) {
          drafts.add(draft);
          if (draft.freeze(verb)) {
            frozen.add(draft);
          }
        }
      }
      work.run();
    } catch (Throwable failure) {
      frozen.forEach(draft -> draft.thaw(failure));
      throw failure;
    } finally {
      all.forEach(Held::endWork);
    }
    return drafts;
  }

  void discard(LeaseId id) {
    session.discard(id);
    forget(id);
  }

  void release(LeaseId id) {
    forget(id); // first, as a client unmaps before it releases
    session.release(id);
  }

  @Nullable
  Duration renew(LeaseId id) {
    Duration ttl = session.renew(id);
    Held lease = held.get(id);
    if (lease != null) {
      lease.renew(ttl);
    }
    return ttl;
  }

  List<LeaseId> renew(List<LeaseId> ids) {
    List<LeaseId> ended = session.renew(ids);
    Set<LeaseId> gone = Set.copyOf(ended);
    for (LeaseId id : ids) {
      Held lease = held.get(id);
      if (lease != null && !gone.contains(id)) {
        lease.renew(lease.lease.ttl());
      }
    }
    return ended;
  }

  /** Lets go of what a lease holds; the peer ends the lease. */
  void forget(LeaseId id) {
    Held lease = held.remove(id);
    if (lease != null) {
      letGo(lease);
    }
  }

  private static void letGo(Held lease) {
    if (lease.within != null) {
      lease.within.leases.remove(lease.lease.id());
    }
    lease.close();
  }

  private Held find(LeaseId id) {
    Held lease = held.get(id);
    if (lease == null) {
      throw new LeaseExpiredException("Cannot use lease " + id
          + ": it has ended, or was not given over HTTP; acquire the object anew, over HTTP");
    }
    return lease;
  }

  /** The bytes of a READ or WRITE lease, retained for the caller, who releases them. */
  OpenBytes bytes(LeaseId id) {
    Held lease = find(id);
    OpenBytes bytes = lease.bytes;
    if (bytes == null) {
      throw lease.draft == null
          ? new NotPermittedException(
              "Cannot read " + lease.lease.object().id() + " under the lease that made it; acquire it for reading")
          : new NotSealedException("Cannot read " + lease.lease.object().id() + ": it is a draft; write it, then seal");
    }
    if (!bytes.retain()) {
      throw new LeaseExpiredException("Cannot use lease " + id + ": it has just ended; acquire the object anew");
    }
    return bytes;
  }

  /** The draft of a CREATE lease. */
  OpenDraft draft(LeaseId id) {
    Held lease = find(id);
    OpenDraft draft = lease.draft;
    if (draft == null) {
      throw new NotPermittedException("Cannot write to " + lease.lease.object().id() + ": the lease is for "
          + lease.lease.intent() + " or it is sealed; sealed bytes never change");
    }
    return draft;
  }

  /** The file behind a lease; null if its bytes are in memory. */
  @Nullable
  Path file(LeaseId id) {
    Held lease = find(id);
    OpenBytes bytes = lease.bytes;
    OpenDraft draft = lease.draft;
    return bytes != null ? bytes.file() : draft != null ? draft.file() : null;
  }

  /** Closes what leases hold whose TTL is over; the peer has ended them by itself. */
  void sweep() {
    long now = System.nanoTime();
    held.forEach((id, lease) -> {
      if (lease.isOver(now) && held.remove(id, lease)) {
        letGo(lease);
      }
    });
  }

  /** Ends a lease, unless its peer has. */
  static void releaseQuietly(Session session, LeaseId id) {
    try {
      session.release(id);
    } catch (IllegalStateException peerClosed) {
      Log.connectionLost(peerClosed); // and all its leases ended
    }
  }

  /** Ends all of them: nobody can use them any more. */
  @Override
  public void close() {
    AllOf.run(List.copyOf(held.keySet()), id -> {
      forget(id);
      releaseQuietly(session, id);
    });
  }
}
