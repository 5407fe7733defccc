package io.packice.core;

import io.packice.core.AcquireRequest.Binding;
import io.packice.core.LeaseStore.LeaseRecord;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** A lease as its peer has it, from when it is given to its end. Guarded by the peer's lock; what is final, anybody may read. */
final class HeldLease {
  final LeaseId id;
  final ObjectEntry entry;
  final long fence;
  final @Nullable Duration ttl;
  /** Whose end ends it; null if it outlives all sessions. */
  final @Nullable LocalSession session;
  /** As of when its holder may ask what its group was; 0 if the peer does not say. */
  final long asOf;
  /** A creator, or who wants to change an object, keeps nothing but that; a reader what its group was. */
  final boolean isReader;

  Intent intent;
  /** How much the peer does for it at this moment, of which the first is to give it: the TTL stands still meanwhile. */
  int works = 1;
  /** When its TTL is over; while that stands still, what is left of it. */
  long endNanos;
  /** The store is being told that it uses its object, and must not hear of the end before. */
  boolean isOpening;

  HeldLease(ObjectEntry entry, AcquireRequest request, Intent intent, LocalSession session, long fence, long asOf) {
    boolean isDetached = request.binding() == Binding.DETACHED;
    this.id = LeaseId.random();
    this.entry = entry;
    this.intent = intent;
    this.ttl = request.ttl() == null && isDetached ? AcquireRequest.DEFAULT_TTL : request.ttl();
    this.session = isDetached ? null : session;
    this.fence = fence;
    this.asOf = asOf;
    this.isReader = intent == Intent.READ && asOf != 0;
  }

  /** Whether its time goes by. */
  boolean isRunning() {
    return ttl != null && works == 0;
  }

  /** As its holder sees it. */
  Lease toLease() {
    return new Lease(id, intent, ttl, fence, asOf, entry.object);
  }

  /** As a lease store keeps it. */
  LeaseRecord toRecord() {
    return new LeaseRecord(id, entry.object.id(), intent, fence, ttl, session != null);
  }
}
