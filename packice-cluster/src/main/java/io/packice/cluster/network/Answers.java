package io.packice.cluster.network;

import io.packice.core.PeerUnavailableException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What several peers answered to one question.
 *
 * @param byMember answers of those that were reached, in the order in which they were asked
 * @param unreached who was not
 */
record Answers<T>(Map<Member, T> byMember, List<Member> unreached) {
  /** Refuses to go on if nobody answered. */
  Answers<T> orNone(String network) {
    if (byMember.isEmpty()) {
      throw noPeers(network, unreached);
    }
    return this;
  }

  /** Nobody is reached, or there is nobody. */
  static PeerUnavailableException noPeers(String network, List<Member> unreached) {
    if (unreached.isEmpty()) {
      return new PeerUnavailableException("Cannot use the network " + network
          + ": no peers available, it has none; name some in its file");
    }
    Map<String, String> reasons = new LinkedHashMap<>();
    unreached.forEach(member -> reasons.put(member.name(), String.valueOf(member.trouble())));
    String first = reasons.entrySet().iterator().next().getKey();
    return new PeerUnavailableException("Cannot use the network " + network + ": no peers available, none of "
        + String.join(", ", reasons.keySet()) + " is reached; start one (of " + first + ": " + reasons.get(first)
        + ")");
  }
}
