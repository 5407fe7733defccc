package io.packice.peers.tiered;

import io.packice.core.NotFoundException;
import io.packice.core.ObjectId;
import io.packice.core.ObjectPage;
import io.packice.core.ObjectStatus;
import io.packice.core.PeerStats;
import io.packice.core.TierStatus;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Two tiers seen as one peer: an object that is in both is one object. */
final class TieredView {
  private final Tier hot;
  private final Tier cold;
  private final IdLocks ids;
  private final Mover mover;
  private final TieredObjects objects;

  TieredView(Tier hot, Tier cold, IdLocks ids, Mover mover, TieredObjects objects) {
    this.hot = hot;
    this.cold = cold;
    this.ids = ids;
    this.mover = mover;
    this.objects = objects;
  }

  ObjectStatus stat(ObjectId id) {
    ObjectStatus status = find(id);
    if (status == null) {
      throw new NotFoundException("Cannot describe " + id + ": no such object; look at the listing");
    }
    return status;
  }

  private @Nullable ObjectStatus find(ObjectId id) {
    while (true) {
      long seen = ids.arrivals(id);
      ObjectStatus up = hot.find(id);
      ObjectStatus down = cold.find(id);
      if (up != null || down != null) {
        return merge(up, down);
      }
      if (seen == ids.arrivals(id)) {
        return null;
      }
    }
  }

  /** What is in both tiers counts with both copies, is as old as its older copy, and was last used when either was. */
  private static ObjectStatus merge(@Nullable ObjectStatus up, @Nullable ObjectStatus down) {
    if (up == null || down == null) {
      return Objects.requireNonNull(up == null ? down : up);
    }
    return new ObjectStatus(up.object(), up.heldBytes() + down.heldBytes(), up.leases() + down.leases(),
        up.pinned() || down.pinned(), max(up.age(), down.age()), min(up.idle(), down.idle()), up.remaining());
  }

  private static Duration max(Duration a, Duration b) {
    return a.compareTo(b) > 0 ? a : b;
  }

  private static Duration min(Duration a, Duration b) {
    return a.compareTo(b) < 0 ? a : b;
  }

  /** A page of both; what has moved while the one was looked at and then the other is looked at once more by itself. */
  ObjectPage list(String prefix, @Nullable ObjectId after, int limit) {
    while (true) {
      long seen = ids.arrivals();
      ObjectPage up = hot.session().list(prefix, after, limit);
      ObjectPage down = cold.session().list(prefix, after, limit);
      NavigableMap<String, ObjectStatus> merged = new TreeMap<>();
      up.objects().forEach(status -> merged.put(status.object().id().value(), hot.withoutOwn(status)));
      down.objects()
          .forEach(status -> merged.merge(status.object().id().value(), cold.withoutOwn(status), TieredView::merge));
      Set<ObjectId> moved = ids.arrivedSince(seen);
      if (moved != null) {
        moved.stream().filter(id -> id.value().startsWith(prefix) && (after == null || id.compareTo(after) > 0))
            .forEach(id -> merged.compute(id.value(), (_, _) -> find(id)));
        return page(merged, earlier(up.next(), down.next()), limit);
      }
    }
  }

  private static ObjectPage page(NavigableMap<String, ObjectStatus> all, @Nullable ObjectId end, int limit) {
    NavigableMap<String, ObjectStatus> merged = all;
    if (end != null) { // behind the end of the shorter page nobody knows what is missing
      merged = merged.headMap(end.value(), true);
    }
    List<ObjectStatus> page = new ArrayList<>(merged.values()).subList(0, Math.min(limit, merged.size()));
    boolean isLast = end == null && merged.size() <= limit;
    return new ObjectPage(page, isLast ? null : page.getLast().object().id());
  }

  private static @Nullable ObjectId earlier(@Nullable ObjectId a, @Nullable ObjectId b) {
    if (a == null || b == null) {
      return a == null ? b : a;
    }
    return a.compareTo(b) < 0 ? a : b;
  }

  /** Objects leave by the cold tier: first what is there alone, then what the hot tier would send after it. */
  List<ObjectStatus> idle(long bytes) {
    List<ObjectStatus> idle = new ArrayList<>();
    long sum = 0;
    for (List<ObjectStatus> unit : coldThenHot(bytes)) {
      if (sum >= bytes) {
        break;
      }
      idle.addAll(unit);
      sum += unit.stream().mapToLong(ObjectStatus::heldBytes).sum();
    }
    return idle;
  }

  private List<List<ObjectStatus>> coldThenHot(long bytes) {
    List<List<ObjectStatus>> units = new ArrayList<>();
    for (List<ObjectStatus> unit : cold.idleUnits(bytes)) {
      if (unit.stream().noneMatch(status -> hot.has(status.object().id()))) {
        units.add(unit);
      }
    }
    units.addAll(hot.idleUnits(bytes));
    return units;
  }

  PeerStats stats() {
    PeerStats up = hot.stats();
    PeerStats down = cold.stats();
    long leasedByOwn = hot.bytesLeasedByOwnOnly() + cold.bytesLeasedByOwnOnly();
    return new PeerStats(up.objects() + down.objects() - mover.countTwins(),
        Math.max(0, up.drafts() + down.drafts() - hot.ownDraftCount() - cold.ownDraftCount()), // a move may begin or end
        Math.max(0, up.leases() + down.leases() - hot.ownLeaseCount() - cold.ownLeaseCount()) + objects.countOnKept(),
        objects.sessions.size(),
        up.capacityBytes() + down.capacityBytes(), up.liveBytes() + down.liveBytes(),
        up.draftBytes() + down.draftBytes(), up.zombieBytes() + down.zombieBytes(),
        up.leasedBytes() + down.leasedBytes() - leasedByOwn, up.pinnedBytes() + down.pinnedBytes(),
        objects.hits.sum(), objects.misses.sum(), mover.evictions.sum() + down.evictions(), objects.refusals.sum(),
        up.quarantined() + down.quarantined(), up.bookkeepingBytes() + down.bookkeepingBytes(),
        up.bookkeepingLimitBytes() + down.bookkeepingLimitBytes(), PeerStats.Heap.ofThisProcess(),
        List.of(new TierStatus("hot", up, mover.promotions.sum(), mover.promotedBytes.sum()),
            new TierStatus("cold", down, mover.demotions.sum(), mover.demotedBytes.sum())),
        Stream.concat(up.members().stream(), down.members().stream()).toList());
  }
}
