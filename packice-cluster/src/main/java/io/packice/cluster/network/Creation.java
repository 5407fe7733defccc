package io.packice.cluster.network;

import io.packice.core.AcquireRequest;
import io.packice.core.AcquireRequest.IfExists;
import io.packice.core.AlreadyExistsException;
import io.packice.core.Extent;
import io.packice.core.Grant;
import io.packice.core.Intent;
import io.packice.core.LeaseId;
import io.packice.core.NotFoundException;
import io.packice.core.ObjectId;
import io.packice.core.PackiceException;
import io.packice.core.PeerUnavailableException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * One new object: a draft on each of so many peers. The first of the object's peers that is reached says who may make it: of several that want to, one gets
 * its draft there. For one thread.
 */
final class Creation {
  /** For how long a draft of somebody who has just died may be in the way. */
  private static final long IN_THE_WAY_NANOS = TimeUnit.MILLISECONDS.toNanos(500);
  private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(2);

  private final Network network;
  private final AcquireRequest request;
  private final ObjectId id;
  private final List<Member> unreached = new ArrayList<>();
  private final List<Held.Part> parts = new ArrayList<>();
  private final List<Grant> grants = new ArrayList<>();

  Creation(Network network, AcquireRequest request) {
    this.network = network;
    this.request = request;
    this.id = request.id() == null ? ObjectId.random() : request.id();
  }

  /** A draft, or the object that somebody else has made. */
  record Made(Held held, Grant grant) {
  }

  /** The draft. Of a request to read or create, the object if it is there, and null if it was, and is not any more. */
  @Nullable
  Made create() {
    Holders holders = network.look(id);
    if (request.intent() == Intent.READ_OR_CREATE && !holders.isEmpty()) {
      return read();
    }
    if (request.ifExists() == IfExists.FAIL && !holders.isEmpty()) {
      throw new AlreadyExistsException("Cannot create " + id + ": it exists (on "
          + String.join(", ", holders.found().keySet().stream().map(Member::name).toList())
          + "); discard it first, or replace it");
    }
    long version = network.clock.after(holders.version());
    AcquireRequest stamped = stamped(version);
    try {
      for (Member member : network.order(request.group() == null ? id.value() : request.group())) {
        if (parts.size() < network.replicas() && acquire(member, stamped)
            && grants.getFirst().lease().intent() == Intent.READ) {
          return made(Versions.of(grants.getFirst().lease().object().meta()), holders);
        }
      }
      requireEnough();
      return made(version, holders);
    } catch (Throwable failure) {
      giveUp(failure);
      throw failure;
    }
  }

  private @Nullable Made read() {
    try {
      Reading.Found found = new Reading(network, request.withIntent(Intent.READ), Long.MAX_VALUE).read();
      return new Made(held(found), found.grant());
    } catch (NotFoundException goneMeanwhile) {
      return null;
    }
  }

  private Held held(Reading.Found found) {
    return new Held(id, Versions.of(found.grant().lease().object().meta()), false,
        request.binding() == AcquireRequest.Binding.SESSION,
        List.of(new Held.Part(found.member(), found.grant().lease().id())), null, List.of());
  }

  private AcquireRequest stamped(long version) {
    return new AcquireRequest(id, request.intent(), request.ttl(), Versions.stamped(request.meta(), version),
        request.sizes(), request.ifExists(), request.patience(), request.objectTtl(), request.group(),
        request.binding(), request.room(), request.owner(), request.expectedBytes(), request.asOf());
  }

  /** Takes a lease on one more peer; false if it is not reached. */
  private boolean acquire(Member member, AcquireRequest stamped) {
    AcquireRequest asked = parts.isEmpty() ? stamped
        : stamped.withIntent(Intent.CREATE).withIfExists(IfExists.REPLACE).withPatience(Duration.ZERO);
    long sinceNanos = System.nanoTime();
    while (true) {
      try {
        Grant grant = member.call(session -> session.acquire(asked));
        grants.add(grant);
        parts.add(new Held.Part(member, grant.lease().id()));
        return true;
      } catch (PeerUnavailableException gone) {
        member.failedOver();
        unreached.add(member);
        return false;
      } catch (AlreadyExistsException inTheWay) { // that of a maker who has died ends in a moment
        if (parts.isEmpty() || System.nanoTime() - sinceNanos > IN_THE_WAY_NANOS) {
          throw inTheWay;
        }
        LockSupport.parkNanos(PAUSE_NANOS);
      }
    }
  }

  private void requireEnough() {
    if (parts.isEmpty()) {
      throw Answers.noPeers(network.settings.name(), unreached);
    }
    if (network.settings.isStrict() && parts.size() < network.settings.replicas()) {
      throw new PeerUnavailableException("Cannot create " + id + ": " + parts.size() + " of "
          + network.settings.replicas() + " peers are reached, and the network " + network.settings.name()
          + " is strict; start the others");
    }
  }

  private Made made(long version, Holders holders) {
    Grant first = grants.getFirst();
    boolean isDetached = request.binding() == AcquireRequest.Binding.DETACHED;
    List<Extent> others = grants.stream().skip(1).map(Grant::extent).toList();
    DraftCopies copies = others.isEmpty() ? null : new DraftCopies(first.extent(), others, isDetached);
    List<Member> maybeOld = new ArrayList<>(holders.unreached());
    maybeOld.addAll(unreached);
    holders.found().keySet().stream().filter(member -> parts.stream().noneMatch(part -> part.member() == member))
        .forEach(maybeOld::add);
    Held held =
        new Held(id, version, first.lease().intent() == Intent.CREATE, !isDetached, parts, copies, maybeOld);
    return new Made(held, new Grant(first.lease(), copies == null ? first.extent() : copies.forWriter()));
  }

  /** The last first: whoever wants to make the object now finds no draft in the way. */
  private void giveUp(Throwable because) {
    for (int i = parts.size() - 1; i >= 0; i--) {
      LeaseId lease = parts.get(i).lease();
      try {
        grants.get(i).extent().close();
        boolean _ = parts.get(i).member().call(session -> {
          session.release(lease);
          return true;
        });
      } catch (PackiceException alsoFailed) {
        because.addSuppressed(alsoFailed);
      }
    }
  }
}
