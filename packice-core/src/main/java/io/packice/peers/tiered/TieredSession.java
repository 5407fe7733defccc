package io.packice.peers.tiered;

import io.packice.core.AcquireRequest;
import io.packice.core.AllOf;
import io.packice.core.Caller;
import io.packice.core.Grant;
import io.packice.core.LeaseId;
import io.packice.core.ObjectId;
import io.packice.core.ObjectPage;
import io.packice.core.ObjectStatus;
import io.packice.core.Part;
import io.packice.core.PeerStats;
import io.packice.core.Session;
import io.packice.core.SessionStatus;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A session of a {@link TieredPeer}: one session with each tier, and the way to the peer. */
final class TieredSession implements Session {
  final Caller caller;
  final long openedAtNanos;
  final Set<LeaseId> bound = new LinkedHashSet<>(); // guarded by the lock of the leases

  private final TieredObjects objects;
  private final TieredView view;
  private final Tier hot;
  private final Session hotSession;
  private final Session coldSession;
  private volatile boolean closed;

  TieredSession(TieredObjects objects, TieredView view, Tier hot, Tier cold, Caller caller, long openedAtNanos) {
    this.caller = caller;
    this.openedAtNanos = openedAtNanos;
    this.objects = objects;
    this.view = view;
    this.hot = hot;
    this.hotSession = hot.openSession(caller);
    try {
      this.coldSession = cold.openSession(caller);
    } catch (RuntimeException failure) {
      hotSession.close();
      throw failure;
    }
  }

  /** This client's session with a tier, which binds its leases there. */
  Session in(Tier tier) {
    return tier == hot ? hotSession : coldSession;
  }

  void requireOpen() {
    if (closed) {
      throw new IllegalStateException("Cannot use this session: it is closed");
    }
  }

  void markClosed() {
    closed = true;
  }

  @Override
  public Grant acquire(AcquireRequest request) {
    requireOpen();
    return objects.acquire(this, request);
  }

  @Override
  public void freeze(List<LeaseId> drafts) {
    requireOpen();
    objects.freeze(this, drafts);
  }

  @Override
  public void seal(List<LeaseId> drafts, List<ObjectId> discards) {
    requireOpen();
    objects.seal(this, drafts, discards);
  }

  @Override
  public void discard(LeaseId lease) {
    requireOpen();
    objects.discard(lease);
  }

  @Override
  public void release(LeaseId lease) {
    objects.release(lease);
  }

  @Override
  public @Nullable Duration renew(LeaseId lease) {
    requireOpen();
    return objects.renew(lease);
  }

  @Override
  public ObjectPage list(String prefix, @Nullable ObjectId after, int limit) {
    requireOpen();
    objects.endWhatIsDue();
    return view.list(prefix, after, limit);
  }

  @Override
  public ObjectStatus stat(ObjectId id) {
    requireOpen();
    objects.endWhatIsDue();
    return view.stat(id);
  }

  @Override
  public List<ObjectStatus> idle(long bytes) {
    requireOpen();
    objects.endWhatIsDue();
    return view.idle(bytes);
  }

  @Override
  public Part<ObjectStatus> idle(long bytes, long skip, int limit) {
    requireOpen();
    Session.requirePart(skip, limit);
    return Part.ofObjects(view.idle(bytes).stream().skip(skip).iterator(), limit);
  }

  @Override
  public PeerStats stats() {
    requireOpen();
    objects.endWhatIsDue();
    return view.stats();
  }

  @Override
  public Part<SessionStatus> sessions(long skip, int limit) {
    requireOpen();
    Session.requirePart(skip, limit);
    objects.endWhatIsDue();
    List<SessionStatus> all = objects.sessions();
    List<SessionStatus> part = all.stream().skip(skip).limit(limit).toList();
    return new Part<>(part, skip + part.size() < all.size());
  }

  @Override
  public void pin(ObjectId id) {
    requireOpen();
    objects.pin(this, id);
  }

  @Override
  public void unpin(ObjectId id) {
    requireOpen();
    objects.unpin(this, id);
  }

  @Override
  public void close() {
    objects.close(this);
  }

  void closeTiers() {
    AllOf.run(List.of(hotSession, coldSession), Session::close);
  }
}
