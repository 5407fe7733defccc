package io.packice.cluster.network;

import io.packice.core.LeaseExpiredException;
import io.packice.core.LeaseId;
import io.packice.core.ObjectId;
import io.packice.core.OutcomeUnknownException;
import io.packice.core.PackiceException;
import io.packice.core.PeerUnavailableException;
import io.packice.core.Session;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/**
 * One seal of drafts that lie on several peers each. All are frozen and copied at first, for which nearly every refusal comes; then those on the later peers
 * become visible, and at last those on the first: since readers ask that one first, they see the old object until all peers have the new one. A peer that is lost
 * meanwhile is left out. For one thread.
 */
final class Sealing {
  private final Network network;
  private final List<Held> drafts;
  private final List<ObjectId> discards;
  private final Map<ObjectId, Long> gone = new HashMap<>();
  private final List<Visible> visible = new ArrayList<>();
  private final Set<Member> discardedOn = new LinkedHashSet<>();

  /** What can be seen on a peer already. */
  private record Visible(Held held, Member member) {
  }

  /** What is done on a peer with several leases there. */
  @FunctionalInterface
  private interface Step {
    void on(Session session, List<LeaseId> leases);
  }

  Sealing(Network network, List<Held> drafts, List<ObjectId> discards) {
    this.network = network;
    this.drafts = drafts;
    this.discards = discards;
  }

  /** Freezes them, and brings their bytes to all of their peers. */
  void freeze() {
    step(Held::first, Session::freeze);
    drafts.forEach(Held::copy);
    step(Held::others, Session::freeze);
  }

  void seal() {
    refuseWhatIsNone();
    if (drafts.size() > 1) {
      freeze();
    } else {
      drafts.stream().filter(held -> held.parts().size() > 1).forEach(_ -> step(Held::first, Session::freeze));
      drafts.forEach(Held::copy);
    }
    noteWhatGoes();
    try {
      publish(Held::others);
      publish(Held::first);
      requireEnough();
    } catch (RuntimeException refused) {
      undo(refused);
      throw refused;
    }
    discardElsewhere();
    settle();
  }

  /** A lease that is none on a draft is refused by its peer, in whose words that is said. */
  private void refuseWhatIsNone() {
    for (Held held : drafts) {
      if (held.parts().isEmpty()) {
        throw new LeaseExpiredException("Cannot seal " + held.object
            + ": nothing is left of its drafts, on whichever peer; create it anew");
      }
      if (!held.isDraft()) {
        held.first().forEach(part -> part.member().call(session -> {
          session.seal(part.lease());
          return true;
        }));
      }
    }
  }

  /** Does it on each peer, with the leases there of the parts that are chosen. */
  private void step(Function<Held, List<Held.Part>> which, Step step) {
    Map<Member, Map<Held.Part, Held>> byMember = new LinkedHashMap<>();
    for (Held held : drafts) {
      for (Held.Part part : which.apply(held)) {
        byMember.computeIfAbsent(part.member(), _ -> new LinkedHashMap<>()).put(part, held);
      }
    }
    byMember.forEach((member, parts) -> {
      List<LeaseId> leases = leases(member, which);
      try {
        boolean _ = member.call(session -> {
          step.on(session, leases);
          return true;
        });
      } catch (PeerUnavailableException | OutcomeUnknownException lost) {
        parts.forEach((part, held) -> {
          held.lose(part);
          if (held.parts().isEmpty()) {
            throw lost;
          }
        });
      }
    });
  }

  /** In the order of the drafts, and one that stands there twice twice: its peer refuses that. */
  private List<LeaseId> leases(Member member, Function<Held, List<Held.Part>> which) {
    return drafts.stream().flatMap(held -> which.apply(held).stream()).filter(part -> part.member() == member)
        .map(Held.Part::lease).toList();
  }

  private void publish(Function<Held, List<Held.Part>> which) {
    Set<Visible> next = new LinkedHashSet<>();
    drafts.forEach(held -> which.apply(held).forEach(part -> next.add(new Visible(held, part.member()))));
    step(which, (session, leases) -> session.seal(leases, discards));
    next.stream().filter(each -> each.held.parts().stream().anyMatch(part -> part.member() == each.member))
        .forEach(visible::add);
    visible.forEach(each -> discardedOn.add(each.member));
  }

  /** Those that became visible on other peers only, because the first of theirs was lost, are visible; some must be. */
  private void requireEnough() {
    for (Held held : drafts) {
      long copies = visible.stream().filter(each -> each.held == held).count();
      if (network.settings.isStrict() && copies < network.settings.replicas()) {
        throw new PeerUnavailableException("Cannot seal " + held.object + ": " + copies + " of "
            + network.settings.replicas() + " peers are still reached, and the network " + network.settings.name()
            + " is strict; start the others, and create it anew");
      }
    }
  }

  /** None or all: what is visible already goes again. */
  private void undo(RuntimeException because) {
    for (Visible each : visible) {
      try {
        boolean _ = each.member.call(session -> {
          if (Versions.of(session.stat(each.held.object)) == each.held.version) {
            session.discard(each.held.object);
          }
          return true;
        });
      } catch (PackiceException alsoFailed) {
        because.addSuppressed(alsoFailed);
      }
      each.held.parts().stream().filter(part -> part.member() == each.member).forEach(each.held::lose);
    }
  }

  private Set<Member> unreached() {
    Set<Member> unreached = new LinkedHashSet<>();
    network.members().stream().filter(member -> member.current() == null).forEach(unreached::add);
    return unreached;
  }

  /** Which versions the discards end: needed only for those who cannot be told now. */
  private void noteWhatGoes() {
    boolean isNeeded = !discards.isEmpty() && !unreached().isEmpty();
    for (ObjectId id : discards) {
      gone.put(id, network.clock.after(isNeeded ? network.look(id).version() : 0));
    }
  }

  private void discardElsewhere() {
    if (discards.isEmpty()) {
      return;
    }
    Collection<Member> others =
        network.members().stream().filter(member -> !discardedOn.contains(member)).toList();
    Answers<Boolean> answers = network.askAll(others, session -> {
      session.seal(List.of(), discards);
      return true;
    });
    discardedOn.addAll(answers.byMember().keySet());
    if (discardedOn.isEmpty()) {
      throw Answers.noPeers(network.settings.name(), answers.unreached());
    }
  }

  private void settle() {
    Set<Member> unreached = unreached();
    Map<Member, Map<ObjectId, Long>> below = new LinkedHashMap<>();
    for (Held held : drafts) {
      Set<Member> maybeOld = held.maybeOld();
      if (held.isHandedOver()) { // who acquired it has looked, and this one has not
        maybeOld.addAll(network.look(held.object).older(held.version));
      }
      maybeOld.addAll(unreached);
      maybeOld
          .forEach(member -> below.computeIfAbsent(member, _ -> new LinkedHashMap<>()).put(held.object, held.version));
      held.others().forEach(part -> Leases.releaseSoon(part));
      held.sealed();
    }
    unreached.addAll(network.members());
    unreached.removeAll(discardedOn);
    if (!gone.isEmpty()) {
      unreached.forEach(member -> gone
          .forEach((id, version) -> below.computeIfAbsent(member, _ -> new LinkedHashMap<>()).merge(id, version,
              Math::max)));
    }
    network.missed.settle(below);
  }
}
