package io.packice.transport.wire;

import io.packice.core.MemberStatus;
import io.packice.core.PeerStats;
import io.packice.core.TierStatus;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** A peer in numbers, as they travel. */
final class WireStats implements FieldReader.Fields {
  private final Map<String, Long> numbers = new HashMap<>();
  private List<TierStatus> tiers = List.of();
  private List<MemberStatus> members = List.of();

  private WireStats() {
  }

  static void write(FieldWriter to, PeerStats stats) {
    to.whole("objects", stats.objects()).whole("drafts", stats.drafts()).whole("leases", stats.leases())
        .whole("sessions", stats.sessions()).whole("capacity_bytes", stats.capacityBytes())
        .whole("live_bytes", stats.liveBytes()).whole("draft_bytes", stats.draftBytes())
        .whole("zombie_bytes", stats.zombieBytes()).whole("leased_bytes", stats.leasedBytes())
        .whole("pinned_bytes", stats.pinnedBytes()).whole("hits", stats.hits()).whole("misses", stats.misses())
        .whole("evictions", stats.evictions()).whole("refusals", stats.refusals())
        .whole("quarantined", stats.quarantined()).whole("bookkeeping_bytes", stats.bookkeepingBytes())
        .whole("bookkeeping_limit_bytes", stats.bookkeepingLimitBytes())
        .whole("heap_used_bytes", stats.heap().usedBytes()).whole("heap_committed_bytes", stats.heap().committedBytes())
        .whole("heap_limit_bytes", stats.heap().limitBytes())
        .objects("tiers", stats.tiers(), WireStats::writeTier)
        .objects("members", stats.members(), Shapes::writeMember);
  }

  static PeerStats read(FieldReader from) {
    WireStats stats = new WireStats();
    from.fields(stats);
    return stats.toStats();
  }

  @Override
  public void read(String field, FieldReader value) {
    switch (field) {
      case "objects", "drafts", "leases", "sessions", "capacity_bytes", "live_bytes", "draft_bytes", "zombie_bytes",
          "leased_bytes", "pinned_bytes", "hits", "misses", "evictions", "refusals", "quarantined",
          "bookkeeping_bytes", "bookkeeping_limit_bytes", "heap_used_bytes", "heap_committed_bytes",
          "heap_limit_bytes" ->
          numbers.put(field, value.requiredWhole());
      case "tiers" -> tiers = Objects.requireNonNullElse(value.list(WireStats::readTier), List.of());
      case "members" -> members = Objects.requireNonNullElse(value.list(Shapes::readMember), List.of());
      default -> value.skip();
    }
  }

  private long number(String name) {
    return numbers.getOrDefault(name, 0L);
  }

  private PeerStats toStats() {
    return new PeerStats(number("objects"), number("drafts"), number("leases"), number("sessions"),
        number("capacity_bytes"), number("live_bytes"), number("draft_bytes"), number("zombie_bytes"),
        number("leased_bytes"), number("pinned_bytes"), number("hits"), number("misses"), number("evictions"),
        number("refusals"), number("quarantined"), number("bookkeeping_bytes"), number("bookkeeping_limit_bytes"),
        new PeerStats.Heap(number("heap_used_bytes"), number("heap_committed_bytes"), number("heap_limit_bytes")),
        tiers, members);
  }

  private static void writeTier(FieldWriter to, TierStatus tier) {
    to.text("name", tier.name()).whole("arrivals", tier.arrivals()).whole("arrived_bytes", tier.arrivedBytes())
        .object("stats", tier.stats(), WireStats::write);
  }

  private static TierStatus readTier(FieldReader from) {
    String[] name = {""};
    long[] arrived = new long[2];
    PeerStats[] stats = {new WireStats().toStats()};
    from.fields((field, value) -> {
      switch (field) {
        case "name" -> name[0] = value.requiredText();
        case "arrivals" -> arrived[0] = value.requiredWhole();
        case "arrived_bytes" -> arrived[1] = value.requiredWhole();
        case "stats" -> stats[0] = read(value);
        default -> value.skip();
      }
    });
    return new TierStatus(name[0], stats[0], arrived[0], arrived[1]);
  }
}
