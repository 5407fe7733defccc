package io.packice.cluster.network;

import io.packice.cluster.ring.Ring;
import io.packice.cluster.ring.RingMember;
import io.packice.cluster.state.NetworkRecord;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/**
 * What a client has to know of a network. All clients of a network must know the same.
 *
 * @param name what it is called
 * @param members the peers that it consists of
 * @param replicas on how many of them an object lies, if so many can be reached
 * @param virtualNodes of a peer of weight 1
 * @param isStrict whether what cannot lie on so many is refused
 */
public record NetworkSettings(String name, List<NetworkSettings.Member> members, int replicas, int virtualNodes,
    boolean isStrict) {
  /**
   * A peer of the network.
   *
   * @param name by which it keeps its place on the ring
   * @param address where it is
   * @param weight how large its part is
   */
  public record Member(String name, String address, double weight) {
    /** Checks that all is there. */
    public Member {
      Objects.requireNonNull(address, "address");
      double _ = new RingMember(name, weight).weight();
    }
  }

  /**
   * Checks the settings as a whole.
   *
   * @throws IllegalArgumentException if a number is out of range, or two peers have one name or one address
   */
  public NetworkSettings {
    Objects.requireNonNull(name, "name");
    members = List.copyOf(members);
    if (replicas < 1) {
      throw new IllegalArgumentException("Cannot keep " + replicas + " copies; give at least 1");
    }
    Set<String> addresses = new HashSet<>();
    for (Member member : members) {
      if (!addresses.add(member.address)) {
        throw new IllegalArgumentException(
            "Cannot have " + member.address + " twice in a network; name each peer once");
      }
    }
    Ring _ = ringOf(members, virtualNodes);
  }

  /**
   * Those of a network that has a file.
   *
   * @param network what the file says
   * @return the same
   */
  public static NetworkSettings of(NetworkRecord network) {
    return new NetworkSettings(network.name(),
        network.peers().stream().map(peer -> new Member(peer.id(), peer.address(), peer.weight())).toList(),
        network.replicas(), network.vnodes(), network.strict());
  }

  /**
   * Who has which part.
   *
   * @return the ring of its members
   */
  public Ring ring() {
    return ringOf(members, virtualNodes);
  }

  private static Ring ringOf(List<Member> members, int virtualNodes) {
    return Ring.of(members.stream().map(member -> new RingMember(member.name, member.weight)).toList(), virtualNodes);
  }
}
