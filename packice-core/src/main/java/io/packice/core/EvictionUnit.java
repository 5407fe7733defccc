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

  /** The pinned members among them. */
  int pins;

  /** Members to be, other peers' too, and what they hold. */
  int drafts;
  long draftBytes;

  /** Its neighbours in {@link EvictionOrder}; null while it does not stand there. */
  @Nullable EvictionUnit previous;
  @Nullable EvictionUnit next;

  /** What went to make room for this unit's drafts, for a refusal to name. */
  final EvictedSum evictedFor = new EvictedSum();

  EvictionUnit(@Nullable String group) {
    this.group = group;
  }

  boolean isEvictable() {
    return holds == 0 && !members.isEmpty();
  }

  boolean isDead() {
    return holds == 0 && members.isEmpty();
  }
}
