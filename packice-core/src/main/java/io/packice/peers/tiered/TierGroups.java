package io.packice.peers.tiered;

import io.packice.core.NotFoundException;
import io.packice.core.ObjectId;
import io.packice.core.ObjectPage;
import io.packice.core.ObjectStatus;
import io.packice.core.StoredObject;
import io.packice.core.TimeSource;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Protects a group as a whole where its objects are in both tiers. A lease, a draft or a pin in the hot tier means nothing to the cold
 * tier's eviction; so while there is one, this keeps a lease of the tiered peer's own on one member in the cold tier, and that protects
 * all of them there. When nobody uses a group, the cold tier may evict what it has of it, and then this tells whose remains in the hot tier are
 * to follow. Safe from any thread.
 */
final class TierGroups implements AutoCloseable {
  private final Tier cold;
  private final TimeSource time;
  private final Map<String, Group> groups = new HashMap<>(); // guarded by this
  private final Set<String> mortal = new HashSet<>(); // guarded by this; groups whose guards will end

  /** What is known of a group; objects that the cold tier has evicted may still be in it. */
  private static final class Group {
    final String name;
    /** Each with whether it ends by itself. */
    final Map<ObjectId, Boolean> inCold = new LinkedHashMap<>();
    final Set<ObjectId> pinned = new HashSet<>();
    int holds;
    Tier.@Nullable OwnLease guard;
    /** When the object that the guard is on ends by its TTL, and the guard with it; null if it has none. */
    @Nullable Long guardEndsNanos;

    Group(String name) {
      this.name = name;
    }

    boolean isHeld() {
      return holds > 0 || !pinned.isEmpty();
    }

    boolean isDead() {
      return !isHeld() && inCold.isEmpty();
    }
  }

  TierGroups(Tier cold, TimeSource time) {
    this.cold = cold;
    this.time = time;
  }

  /** Learns what the cold tier has from an earlier life. */
  void recover() {
    ObjectId after = null;
    do {
      ObjectPage page = cold.session().list("", after, ObjectPage.MAX_LIMIT);
      page.objects().stream().map(ObjectStatus::object).forEach(this::cameToCold);
      after = page.next();
    } while (after != null);
  }

  /** A lease or draft in the hot tier begins. */
  synchronized void hold(@Nullable String name) {
    if (name != null) {
      Group group = groups.computeIfAbsent(name, Group::new);
      group.holds++;
      guard(group);
    }
  }

  /** It ends. */
  synchronized void letGo(@Nullable String name) {
    Group group = groups.get(name);
    if (group != null) {
      group.holds--;
      settle(name, group);
    }
  }

  synchronized void pin(@Nullable String name, ObjectId id) {
    if (name != null) {
      Group group = groups.computeIfAbsent(name, Group::new);
      group.pinned.add(id);
      guard(group);
    }
  }

  synchronized void unpin(@Nullable String name, ObjectId id) {
    Group group = groups.get(name);
    if (group != null) {
      group.pinned.remove(id);
      settle(name, group);
    }
  }

  synchronized void cameToCold(StoredObject object) {
    String name = object.group();
    if (name != null) {
      Group group = groups.computeIfAbsent(name, Group::new);
      group.inCold.remove(object.id()); // the order is that of coming
      group.inCold.put(object.id(), object.ttl() != null);
      guard(group);
    }
  }

  /** Called before an object is discarded or replaced in the cold tier, so that no lease of our own outlives it. */
  synchronized void leavesCold(@Nullable String name, ObjectId id) {
    Group group = groups.get(name);
    if (group != null) {
      group.inCold.remove(id);
      if (group.guard != null && group.guard.object().id().equals(id)) {
        Tier.OwnLease last = group.guard;
        group.guard = null;
        guard(group); // the next before the last: there is no moment without
        last.close();
      }
      settle(name, group);
    }
  }

  /** Takes the place of guards that have ended with what they were on. */
  synchronized void endWhatIsDue() {
    if (mortal.isEmpty()) {
      return;
    }
    long now = time.nanoTime();
    for (String name : List.copyOf(mortal)) {
      Group group = groups.get(name);
      Long ends = group == null ? null : group.guardEndsNanos;
      if (group != null && group.guard != null && ends != null && ends - now <= 0) {
        leavesCold(name, group.guard.object().id());
      }
    }
  }

  private void guard(Group group) {
    for (Iterator<ObjectId> members = group.inCold.keySet().iterator(); group.guard == null && group.isHeld()
        && members.hasNext();) {
      if (!guard(group, members.next())) {
        members.remove();
      }
    }
    if (group.guard != null && group.guardEndsNanos != null) {
      mortal.add(group.name);
    } else {
      mortal.remove(group.name);
    }
  }

  /** Takes the lease on one member; false if the cold tier has no such member any more. */
  private boolean guard(Group group, ObjectId id) {
    ObjectStatus status = cold.find(id);
    if (status == null || !group.name.equals(status.object().group())) {
      return false; // evicted, or ended and made anew without the group
    }
    Duration remaining = status.remaining();
    if (remaining != null && !remaining.isPositive()) {
      return false; // it ends at this moment
    }
    try {
      group.guard = cold.lease(id, remaining);
      group.guardEndsNanos = remaining == null ? null : time.nanoTime() + remaining.toNanos();
      return true;
    } catch (NotFoundException evicted) {
      return false;
    }
  }

  private void settle(@Nullable String name, Group group) {
    if (group.guard != null && !group.isHeld()) {
      group.guard.close();
      group.guard = null;
      mortal.remove(group.name);
    }
    if (group.isDead()) {
      groups.remove(name);
    }
  }

  /** Forgets pins on what has ended by its TTL. */
  synchronized void forgetPins(Predicate<ObjectId> isPinned) {
    for (Group group : List.copyOf(groups.values())) {
      group.pinned.removeIf(id -> !isPinned.test(id));
      settle(group.name, group);
    }
  }

  /**
   * Whether the cold tier has evicted some of a group that nobody uses, or has used since; asked again, it has not. Eviction takes all that the
   * cold tier has, so the looking ends at the first that is there.
   */
  synchronized boolean hasLost(String name, Predicate<ObjectId> isInHot) {
    Group group = groups.get(name);
    if (group == null || group.isHeld()) {
      return false;
    }
    boolean lost = false;
    for (Iterator<Map.Entry<ObjectId, Boolean>> members = group.inCold.entrySet().iterator(); members.hasNext();) {
      Map.Entry<ObjectId, Boolean> member = members.next();
      ObjectId id = member.getKey();
      if (cold.has(id)) {
        break;
      }
      members.remove();
      lost |= !member.getValue() && !isInHot.test(id);
    }
    settle(name, group);
    return lost;
  }

  /** Forgets what the cold tier has evicted or ended: looks at every object that it had. */
  synchronized void forgetEvicted() {
    for (Group group : List.copyOf(groups.values())) {
      for (ObjectId id : List.copyOf(group.inCold.keySet())) {
        if (!cold.has(id)) {
          leavesCold(group.name, id);
        }
      }
    }
  }

  @Override
  public synchronized void close() {
    groups.values().forEach(group -> {
      if (group.guard != null) {
        group.guard.close();
      }
    });
    groups.clear();
  }
}
