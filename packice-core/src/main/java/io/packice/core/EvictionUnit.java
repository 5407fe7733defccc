package io.packice.core;

import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What is evicted as a whole: a group's sealed objects, or one object that stands alone. Guarded by the peer's lock. */
final class EvictionUnit {
  final @Nullable String group;
  final NavigableMap<ObjectId, ObjectEntry> members = new TreeMap<>();
  long bytes;
  long bookBytes;

  /** Leases on members, drafts of the group included, and pinned members: while there is one, nothing of the unit is evicted. */
  int holds;

  /** The pinned members among them, whichever tier they are in. */
  int pins;

  /** Members to be, other peers' too, and what they hold. */
  int drafts;
  long draftBytes;

  /** Its neighbours in {@link EvictionOrder}; null while it does not stand there. */
  @Nullable EvictionUnit previous;
  @Nullable EvictionUnit next;

  /** What went to make room for this unit's drafts, for a refusal to name. */
  final EvictedSum evictedFor = new EvictedSum();

  /** What it has in the lower tier, of a peer that has one; the same holds and pins count there. Of that, what it has in the upper one. */
  final @Nullable EvictionUnit twin;

  EvictionUnit(@Nullable String group) {
    this.group = group;
    this.twin = null;
  }

  private EvictionUnit(EvictionUnit upper) {
    this.group = upper.group;
    this.twin = upper;
  }

  private EvictionUnit(@Nullable String group, boolean hasTwin) {
    this.group = group;
    this.twin = hasTwin ? new EvictionUnit(this) : null;
  }

  /** What stands between the last and the first: for now it is its own neighbour. */
  static EvictionUnit ends() {
    EvictionUnit ends = new EvictionUnit(null, false);
    ends.previous = ends;
    ends.next = ends;
    return ends;
  }

  /** Of a peer with two tiers: what it has in the upper one. */
  static EvictionUnit inTwoTiers(@Nullable String group) {
    return new EvictionUnit(group, true);
  }

  boolean isEvictable() {
    return holds == 0 && !members.isEmpty();
  }

  boolean isDead() {
    return holds == 0 && members.isEmpty() && (twin == null || twin.members.isEmpty());
  }
}
