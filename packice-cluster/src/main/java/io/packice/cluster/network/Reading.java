package io.packice.cluster.network;

import io.packice.core.AcquireRequest;
import io.packice.core.Grant;
import io.packice.core.NotFoundException;
import io.packice.core.NotSealedException;
import io.packice.core.ObjectId;
import io.packice.core.PackiceException;
import io.packice.core.PeerUnavailableException;
import io.packice.core.StorageException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** One read: the first of the object's peers that has it, then the next, then whoever else says that it has it. For one thread. */
final class Reading {
  private final Network network;
  private final AcquireRequest request;
  private final ObjectId id;
  private final long newest;
  private final List<Member> unreached = new ArrayList<>();
  private @Nullable PackiceException refusal;
  private @Nullable Member beingMade;

  /** What was read, and where. */
  record Found(Member member, Grant grant) {
  }

  /** A read of a version that is not above a number. */
  Reading(Network network, AcquireRequest request, long newest) {
    this.network = network;
    this.request = request;
    this.id = Objects.requireNonNull(request.id());
    this.newest = newest;
  }

  Found read() {
    List<Member> order = network.order(id.value());
    int likely = Math.min(network.replicas(), order.size());
    Found found = firstOf(order.subList(0, likely));
    if (found == null && order.size() > likely) {
      Holders others = Holders.look(network, id, order.subList(likely, order.size()));
      unreached.addAll(others.unreached());
      if (others.isEmpty() && others.unreached().size() < order.size() - likely) {
        refuse(absent());
      }
      found = firstOf(others.newest());
    }
    if (found == null) {
      found = onThoseThatAreBack();
    }
    if (found == null && beingMade != null && request.patience().isPositive()) {
      found = awaited(beingMade, order.subList(0, likely));
    }
    if (found != null) {
      return found;
    }
    throw refused();
  }

  /** When somebody's draft is sealed, or gone, all is as new. */
  private @Nullable Found awaited(Member maker, List<Member> likely) {
    beingMade = null;
    refusal = null;
    Found found = on(maker, request);
    return found == null && beingMade == null ? firstOf(likely) : found;
  }

  /** Nobody else has it: so those that were not reached a moment ago are looked for before their time. */
  private @Nullable Found onThoseThatAreBack() {
    List<Member> away = List.copyOf(unreached);
    away.forEach(Member::lookAgain);
    List<Member> back = away.stream().filter(member -> member.current() != null).toList();
    unreached.removeAll(back);
    return firstOf(back);
  }

  private @Nullable Found firstOf(List<Member> members) {
    for (Member member : members) {
      Found found = on(member, request.withPatience(Duration.ZERO));
      if (found != null) {
        return found;
      }
    }
    return null;
  }

  private @Nullable Found on(Member member, AcquireRequest asked) {
    try {
      Grant grant = member.call(session -> session.acquire(asked));
      long version = Versions.of(grant.lease().object().meta());
      network.clock.saw(version);
      if (version <= newest && !member.hasOld(id, version)) {
        return new Found(member, grant);
      }
      grant.extent().close();
      member.call(session -> {
        session.releaseSoon(grant.lease().id());
        return true;
      });
      refuse(absent());
    } catch (NotFoundException absent) {
      refuse(absent);
    } catch (NotSealedException notYet) {
      beingMade = beingMade == null ? member : beingMade;
      refusal = notYet;
    } catch (StorageException damaged) { // another copy may be sound
      refusal = damaged;
    } catch (PeerUnavailableException gone) {
      member.failedOver();
      unreached.add(member);
    }
    return null;
  }

  private NotFoundException absent() {
    return new NotFoundException("Cannot acquire " + id + ": no such object; create it, or look at the listing");
  }

  /** That it is absent on one says less than anything else. */
  private void refuse(NotFoundException absent) {
    if (refusal == null) {
      refusal = absent;
    }
  }

  private PackiceException refused() {
    if (refusal == null) {
      return Answers.noPeers(network.settings.name(), unreached);
    }
    if (refusal instanceof NotFoundException && !unreached.isEmpty()) {
      return new NotFoundException(refusal.getMessage() + " (not asked, because not reached: "
          + String.join(", ", unreached.stream().map(Member::name).distinct().toList()) + ")", refusal);
    }
    return refusal;
  }
}
