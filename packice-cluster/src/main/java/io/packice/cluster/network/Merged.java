package io.packice.cluster.network;

import io.packice.core.MemberStatus;
import io.packice.core.ObjectId;
import io.packice.core.ObjectPage;
import io.packice.core.ObjectStatus;
import io.packice.core.PeerStats;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.function.ToLongFunction;

/** Puts together what several peers say. */
final class Merged {
  private Merged() {
  }

  /** One object as its copies say: of the newest version, with all that they take. */
  static ObjectStatus status(List<ObjectStatus> copies) {
    long newest = copies.stream().mapToLong(Versions::of).max().orElse(0);
    List<ObjectStatus> counted = copies.stream().filter(copy -> Versions.of(copy) == newest).toList();
    ObjectStatus first = counted.getFirst();
    return new ObjectStatus(Versions.plain(first.object()),
        counted.stream().mapToLong(ObjectStatus::heldBytes).sum(),
        counted.stream().mapToInt(ObjectStatus::leases).sum(), counted.stream().anyMatch(ObjectStatus::pinned),
        longest(counted.stream().map(ObjectStatus::age).toList()),
        counted.stream().map(ObjectStatus::idle).min(Comparator.naturalOrder()).orElse(Duration.ZERO),
        first.remaining() == null ? null
            : longest(
                counted.stream().map(copy -> copy.remaining() == null ? Duration.ZERO : copy.remaining()).toList()));
  }

  private static Duration longest(List<Duration> all) {
    return all.stream().max(Comparator.naturalOrder()).orElse(Duration.ZERO);
  }

  /**
   * One page of pages.
   *
   * @param older is told, for each peer, which objects it has in a lower version than others
   */
  static ObjectPage page(Map<Member, ObjectPage> pages, String prefix, int limit,
      Map<Member, Map<ObjectId, Long>> older) {
    ObjectId end = null; // as far as all pages go
    NavigableMap<ObjectId, Map<Member, ObjectStatus>> all = new TreeMap<>();
    for (Map.Entry<Member, ObjectPage> page : pages.entrySet()) {
      ObjectId next = page.getValue().next();
      end = next == null || (end != null && end.compareTo(next) <= 0) ? end : next;
      for (ObjectStatus status : page.getValue().objects()) {
        if (!page.getKey().hasOld(status.object().id(), Versions.of(status))) {
          all.computeIfAbsent(status.object().id(), _ -> new LinkedHashMap<>()).put(page.getKey(), status);
        }
      }
    }
    NavigableMap<ObjectId, Map<Member, ObjectStatus>> known = end == null ? all : all.headMap(end, true);
    List<ObjectStatus> objects = new ArrayList<>();
    ObjectId last = null;
    for (Map.Entry<ObjectId, Map<Member, ObjectStatus>> each : known.entrySet()) {
      if (objects.size() == limit) {
        return new ObjectPage(objects, last);
      }
      last = each.getKey();
      if (!MissedChanges.isHidden(last) || prefix.startsWith(MissedChanges.NAMES)) {
        objects.add(status(List.copyOf(each.getValue().values())));
        noteOlder(last, each.getValue(), older);
      }
    }
    return new ObjectPage(objects, end);
  }

  private static void noteOlder(ObjectId id, Map<Member, ObjectStatus> copies, Map<Member, Map<ObjectId, Long>> older) {
    Holders holders = new Holders(copies, List.of());
    long newest = holders.version();
    holders.older(newest).forEach(member -> older.computeIfAbsent(member, _ -> new LinkedHashMap<>()).put(id, newest));
  }

  /** What several lists of what is idle have, the longest idle first, each once. */
  static List<ObjectStatus> idle(Iterable<List<ObjectStatus>> lists) {
    Map<ObjectId, List<ObjectStatus>> all = new LinkedHashMap<>();
    lists.forEach(list -> list.stream().filter(status -> !MissedChanges.isHidden(status.object().id()))
        .forEach(status -> all.computeIfAbsent(status.object().id(), _ -> new ArrayList<>()).add(status)));
    return all.values().stream().map(Merged::status).sorted(Comparator.comparing(ObjectStatus::idle).reversed())
        .toList();
  }

  /** The sums of all, and who they are. */
  static PeerStats stats(List<PeerStats> all, Iterable<Member> members) {
    List<MemberStatus> who = new ArrayList<>();
    members.forEach(member -> who.add(new MemberStatus(member.name(), member.settings.address(), member.silence())));
    return new PeerStats(sum(all, PeerStats::objects), sum(all, PeerStats::drafts), sum(all, PeerStats::leases),
        sum(all, PeerStats::sessions), sum(all, PeerStats::capacityBytes), sum(all, PeerStats::liveBytes),
        sum(all, PeerStats::draftBytes), sum(all, PeerStats::zombieBytes), sum(all, PeerStats::leasedBytes),
        sum(all, PeerStats::pinnedBytes), sum(all, PeerStats::hits), sum(all, PeerStats::misses),
        sum(all, PeerStats::evictions), sum(all, PeerStats::refusals), sum(all, PeerStats::quarantined),
        sum(all, PeerStats::bookkeepingBytes), sum(all, PeerStats::bookkeepingLimitBytes),
        new PeerStats.Heap(sum(all, stats -> stats.heap().usedBytes()),
            sum(all, stats -> stats.heap().committedBytes()), sum(all, stats -> stats.heap().limitBytes())),
        List.of(), who);
  }

  private static long sum(List<PeerStats> all, ToLongFunction<PeerStats> field) {
    return all.stream().mapToLong(field).sum();
  }
}
