package io.packice.cluster.network;

import io.packice.core.NotFoundException;
import io.packice.core.ObjectId;
import io.packice.core.ObjectStatus;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Who has an object, of the peers that could be asked.
 *
 * @param found what each knows of it
 * @param unreached who could not be asked
 */
record Holders(Map<Member, ObjectStatus> found, List<Member> unreached) {
  /** Asks all of them at once. What is known to be old there does not count. */
  static Holders look(Network network, ObjectId id, Collection<Member> members) {
    Answers<Optional<ObjectStatus>> answers = network.askAll(members, session -> {
      try {
        return Optional.of(session.stat(id));
      } catch (NotFoundException absent) {
        return Optional.empty();
      }
    }, true);
    Map<Member, ObjectStatus> found = new LinkedHashMap<>();
    answers.byMember().forEach((member, answer) -> answer.ifPresent(status -> {
      long version = Versions.of(status);
      network.clock.saw(version);
      if (!member.hasOld(id, version)) {
        found.put(member, status);
      }
    }));
    return new Holders(found, answers.unreached());
  }

  boolean isEmpty() {
    return found.isEmpty();
  }

  /** The highest version that anybody has; 0 if nobody has any. */
  long version() {
    return found.values().stream().mapToLong(Versions::of).max().orElse(0);
  }

  /** Who has that version. */
  List<Member> newest() {
    long version = version();
    return found.entrySet().stream().filter(each -> Versions.of(each.getValue()) == version).map(Map.Entry::getKey)
        .toList();
  }

  /** Who has a lower one than this. */
  List<Member> older(long version) {
    return found.entrySet().stream().filter(each -> Versions.of(each.getValue()) < version).map(Map.Entry::getKey)
        .toList();
  }
}
