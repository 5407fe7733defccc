package io.packice.peers.tiered;

import io.packice.core.NotFoundException;
import io.packice.core.ObjectId;
import io.packice.core.ObjectPage;
import io.packice.core.ObjectStatus;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Protects a group as a whole where its objects are in both tiers. A lease, a draft or a pin in the hot tier means nothing to the cold
 * tier's eviction; so while there is one, this keeps a lease of the tiered peer's own on one member in the cold tier, and that protects
 * all of them there. The hot tier evicts nothing and needs no such help. Safe from any thread.
 */
final class TierGroups implements AutoCloseable {
  private final Tier cold;
  private final Map<String, Group> groups = new HashMap<>(); // guarded by this

  /** What is known of a group; objects that the cold tier has evicted may still be in it. */
  private static final class Group {
    final Set<ObjectId> inCold = new LinkedHashSet<>();
    final Set<ObjectId> pinned = new HashSet<>();
    int holds;
    Tier.@Nullable OwnLease guard;

    boolean isHeld() {
      return holds > 0 || !pinned.isEmpty();
    }

    boolean isDead() {
      return !isHeld() && inCold.isEmpty();
    }
  }

  TierGroups(Tier cold) {
    this.cold = cold;
  }

  /** Learns what the cold tier has from an earlier life. */
  void recover() {
    ObjectId after = null;
    do {
      ObjectPage page = cold.session().list("", after, ObjectPage.MAX_LIMIT);
      page.objects().stream().map(ObjectStatus::object).forEach(object -> cameToCold(object.group(), object.id()));
      after = page.next();
    } while (after != null);
  }

  /** A lease or draft in the hot tier begins. */
  synchronized void hold(@Nullable String name) {
    if (name != null) {
      Group group = groups.computeIfAbsent(name, _ -> new Group());
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
      Group group = groups.computeIfAbsent(name, _ -> new Group());
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

  synchronized void cameToCold(@Nullable String name, ObjectId id) {
    if (name != null) {
      Group group = groups.computeIfAbsent(name, _ -> new Group());
      group.inCold.add(id);
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

  private void guard(Group group) {
    for (Iterator<ObjectId> members = group.inCold.iterator(); group.guard == null && group.isHeld()
        && members.hasNext();) {
      ObjectId id = members.next();
      try {
        group.guard = cold.lease(id);
      } catch (NotFoundException evicted) {
        members.remove();
      }
    }
  }

  private void settle(@Nullable String name, Group group) {
    if (group.guard != null && !group.isHeld()) {
      group.guard.close();
      group.guard = null;
    }
    if (group.isDead()) {
      groups.remove(name);
    }
  }

  /** Forgets what the tiers have evicted or ended by themselves: looks at every object once. */
  synchronized void sweep(java.util.function.Predicate<ObjectId> pinned) {
    for (Map.Entry<String, Group> each : List.copyOf(groups.entrySet())) {
      Group group = each.getValue();
      group.pinned.removeIf(id -> !pinned.test(id));
      for (ObjectId id : List.copyOf(group.inCold)) {
        if (!cold.has(id)) {
          leavesCold(each.getKey(), id);
        }
      }
      settle(each.getKey(), group);
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
