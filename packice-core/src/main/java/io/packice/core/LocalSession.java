package io.packice.core;

import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A session of a {@link LocalPeer}: the leases that it binds, and the way to the peer. */
final class LocalSession implements Session {
  final Caller caller;
  final long openedAtNanos;
  final Set<HeldLease> bound = new LinkedHashSet<>(); // guarded by the peer's lock
  @Nullable IdleListing idle; // guarded by the peer's lock: where the listing stands that it reads in parts
  boolean closed; // guarded by the peer's lock

  private final LocalPeer peer;

  LocalSession(LocalPeer peer, Caller caller, long openedAtNanos) {
    this.peer = peer;
    this.caller = Objects.requireNonNull(caller, "caller");
    this.openedAtNanos = openedAtNanos;
  }

  @Override
  public Grant acquire(AcquireRequest request) {
    return peer.acquire(this, request);
  }

  @Override
  public void freeze(List<LeaseId> drafts) {
    peer.freeze(this, drafts);
  }

  @Override
  public void seal(List<LeaseId> drafts, List<ObjectId> discards) {
    peer.seal(this, drafts, discards);
  }

  @Override
  public void discard(LeaseId lease) {
    peer.discard(this, lease);
  }

  @Override
  public void release(LeaseId lease) {
    peer.release(lease);
  }

  @Override
  public @Nullable Duration renew(LeaseId lease) {
    return peer.renew(this, lease);
  }

  @Override
  public List<LeaseId> renew(List<LeaseId> leases) {
    return peer.renew(this, leases);
  }

  @Override
  public ObjectPage list(String prefix, @Nullable ObjectId after, int limit) {
    return peer.list(this, prefix, after, limit);
  }

  @Override
  public ObjectStatus stat(ObjectId id) {
    return peer.stat(this, id);
  }

  @Override
  public List<ObjectStatus> idle(long bytes) {
    return peer.idle(this, bytes);
  }

  @Override
  public Part<ObjectStatus> idle(long bytes, long skip, int limit) {
    return peer.idle(this, bytes, skip, limit);
  }

  @Override
  public PeerStats stats() {
    return peer.stats(this);
  }

  @Override
  public Part<SessionStatus> sessions(long skip, int limit) {
    return peer.sessions(this, skip, limit);
  }

  @Override
  public void pin(ObjectId id) {
    peer.pin(this, id);
  }

  @Override
  public void unpin(ObjectId id) {
    peer.unpin(this, id);
  }

  @Override
  public void close() {
    peer.close(this);
  }
}
