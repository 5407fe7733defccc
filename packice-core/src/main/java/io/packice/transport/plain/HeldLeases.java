package io.packice.transport.plain;

import io.packice.core.AcquireRequest;
import io.packice.core.AcquireRequest.Binding;
import io.packice.core.Intent;
import io.packice.core.Lease;
import io.packice.core.LeaseId;
import io.packice.core.LeaseKeeper;
import io.packice.core.NotPermittedException;
import io.packice.core.ObjectId;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What a session remembers of its leases, since their server does not say it again: on what they are, what they allow, which of them it renews. Safe from any thread.
 */
final class HeldLeases implements AutoCloseable {
  private final LeaseKeeper keeper;
  private final Map<LeaseId, Held> held = new ConcurrentHashMap<>();

  /** A lease; sealed if what it has made is an object now. */
  private record Held(Lease lease, boolean isRenewed, boolean isBound, boolean isSealed) {
    Held sealed() {
      return new Held(lease, isRenewed, isBound, true);
    }

    ObjectId object() {
      return lease.object().id();
    }
  }

  HeldLeases(Function<List<LeaseId>, List<LeaseId>> renew) {
    this.keeper = new LeaseKeeper(renew, held::remove);
  }

  LeaseKeeper keeper() {
    return keeper;
  }

  /** The TTL that a lease is asked for with: the server's sessions are none, so each has one. */
  static Duration ttl(AcquireRequest request) {
    return request.ttl() == null ? AcquireRequest.DEFAULT_TTL : request.ttl();
  }

  /**
   * Remembers a lease, and renews it from now on if it is to live as long as the session.
   *
   * @return as the session's caller sees it
   */
  Lease add(Lease given, AcquireRequest request) {
    boolean isBound = request.binding() == Binding.SESSION;
    boolean isRenewed = isBound && request.ttl() == null;
    Lease lease = isRenewed ? given.withTtl(null) : given;
    held.put(lease.id(), new Held(lease, isRenewed, isBound, false));
    if (isRenewed) {
      keeper.keep(lease.id(), given.ttl() == null ? ttl(request) : given.ttl());
    }
    return lease;
  }

  void forget(LeaseId lease) {
    keeper.forget(lease);
    held.remove(lease);
  }

  void sealed(LeaseId lease) {
    held.computeIfPresent(lease, (_, before) -> before.sealed());
  }

  /** What a lease is on; null if another session has acquired it. */
  @Nullable
  ObjectId object(LeaseId lease) {
    Held known = held.get(lease);
    return known == null ? null : known.object();
  }

  /** For messages. */
  String describe(LeaseId lease) {
    ObjectId object = object(lease);
    return object == null ? "lease " + lease : object.toString();
  }

  /** What a renewal has brought: what the server says, or else what was asked for. Null if the lease lives as long as the session. */
  @Nullable
  Duration renewed(LeaseId lease, @Nullable Duration said) {
    Held known = held.get(lease);
    if (known != null && known.isRenewed) {
      return null;
    }
    Duration asked = known == null ? null : known.lease.ttl();
    return said != null ? said : asked != null ? asked : AcquireRequest.DEFAULT_TTL;
  }

  /** Refuses, before anything is done, what is no draft of this session, or stands there twice. */
  void requireDrafts(String verb, List<LeaseId> leases) {
    Set<LeaseId> seen = new HashSet<>();
    for (LeaseId lease : leases) {
      Held known = held.get(lease);
      if (!seen.add(lease)) {
        throw new NotPermittedException(
            "Cannot " + verb + " " + describe(lease) + ": its lease stands here twice; give it once");
      }
      if (known != null && (known.isSealed || known.lease.intent() != Intent.CREATE)) {
        throw new NotPermittedException("Cannot " + verb + " " + known.object() + ": "
            + (known.isSealed ? "it is sealed already" : "the lease is one to " + known.lease.intent())
            + "; create the object anew");
      }
    }
  }

  /** Refuses what the server may not know to refuse. */
  void requireDiscardable(LeaseId lease) {
    Held known = held.get(lease);
    if (known != null && (known.isSealed || known.lease.intent() == Intent.READ)) {
      throw new NotPermittedException(
          "Cannot discard " + known.object() + ": the lease is one to READ; acquire it to WRITE");
    }
  }

  /** Those that end with the session. */
  List<LeaseId> bound() {
    return held.values().stream().filter(Held::isBound).map(each -> each.lease.id()).toList();
  }

  /** Renews no more. */
  @Override
  public void close() {
    keeper.close();
  }
}
