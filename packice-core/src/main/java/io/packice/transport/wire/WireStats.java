package io.packice.transport.wire;

import io.packice.core.MemberStatus;
import io.packice.core.PeerStats;
import io.packice.core.TierStatus;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A peer in numbers, as they travel. */
record WireStats(long objects, long drafts, long leases, long sessions, long capacityBytes, long liveBytes,
    long draftBytes, long zombieBytes, long leasedBytes, long pinnedBytes, long hits, long misses, long evictions,
    long refusals, long quarantined, @Nullable List<Tier> tiers, @Nullable List<Member> members) {
  /** One of its tiers. */
  record Tier(String name, long arrivals, long arrivedBytes, WireStats stats) {
    static Tier of(TierStatus tier) {
      return new Tier(tier.name(), tier.arrivals(), tier.arrivedBytes(), WireStats.of(tier.stats()));
    }

    TierStatus toStatus() {
      return new TierStatus(name, stats.toStats(), arrivals, arrivedBytes);
    }
  }

  /** One of the peers that share its store. */
  record Member(String name, String place, double silentSeconds) {
    static Member of(MemberStatus member) {
      return new Member(member.name(), member.place(), Wire.requiredSeconds(member.silence()));
    }

    MemberStatus toStatus() {
      return new MemberStatus(name, place, Wire.duration(silentSeconds));
    }
  }

  static WireStats of(PeerStats stats) {
    return new WireStats(stats.objects(), stats.drafts(), stats.leases(), stats.sessions(), stats.capacityBytes(),
        stats.liveBytes(), stats.draftBytes(), stats.zombieBytes(), stats.leasedBytes(), stats.pinnedBytes(),
        stats.hits(), stats.misses(), stats.evictions(), stats.refusals(), stats.quarantined(),
        stats.tiers().stream().map(Tier::of).toList(), stats.members().stream().map(Member::of).toList());
  }

  PeerStats toStats() {
    return new PeerStats(objects, drafts, leases, sessions, capacityBytes, liveBytes, draftBytes, zombieBytes,
        leasedBytes, pinnedBytes, hits, misses, evictions, refusals, quarantined,
        tiers == null ? List.of() : tiers.stream().map(Tier::toStatus).toList(),
        members == null ? List.of() : members.stream().map(Member::toStatus).toList());
  }
}
