package io.packice.core;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Which units may be evicted, the least recently used first. A unit stands here only while nothing holds it, so finding a victim
 * takes constant time however many objects are leased or pinned, and so does what a lease does to it: each knows its neighbours. Guarded by the peer's lock.
 */
final class EvictionOrder {
  private final Map<String, EvictionUnit> groups = new HashMap<>();
  /** Stands between the last and the first. */
  private final EvictionUnit ends = new EvictionUnit(null);
  private long idleBytes;
  private long pinnedBytes;
  private long idleBookBytes;

  EvictionOrder() {
    ends.previous = ends;
    ends.next = ends;
  }

  /** The unit that an object of this group belongs to; a new one for an object that stands alone. */
  EvictionUnit unitFor(@Nullable String group) {
    return group == null ? new EvictionUnit(null) : groups.computeIfAbsent(group, EvictionUnit::new);
  }

  /** A lease or a pin begins: the unit is out of reach. */
  void hold(EvictionUnit unit) {
    unit.holds++;
    leave(unit);
  }

  /** A lease or a pin ends. When it was the last, the unit is the most recently used of those within reach. */
  void unhold(EvictionUnit unit) {
    unit.holds--;
    enter(unit);
  }

  /** A hold that no end of a lease ends. */
  void pin(EvictionUnit unit) {
    unit.pins++;
    pinnedBytes += unit.pins == 1 ? unit.bytes : 0;
    hold(unit);
  }

  void unpin(EvictionUnit unit) {
    unit.pins--;
    pinnedBytes -= unit.pins == 0 ? unit.bytes : 0;
    unhold(unit);
  }

  void add(ObjectEntry entry) {
    leave(entry.unit);
    entry.unit.members.put(entry.object.id(), entry);
    entry.unit.bytes += entry.heldBytes;
    pinnedBytes += entry.unit.pins > 0 ? entry.heldBytes : 0;
    entry.unit.bookBytes += entry.bookBytes;
    enter(entry.unit);
  }

  /** Takes an object out. That is no use of the unit's other members: it keeps its place. */
  void remove(ObjectEntry entry) {
    EvictionUnit unit = entry.unit;
    unit.members.remove(entry.object.id(), entry);
    unit.bytes -= entry.heldBytes;
    pinnedBytes -= unit.pins > 0 ? entry.heldBytes : 0;
    unit.bookBytes -= entry.bookBytes;
    if (unit.next != null) {
      idleBytes -= entry.heldBytes;
      idleBookBytes -= entry.bookBytes;
    }
    if (unit.members.isEmpty()) {
      leave(unit);
      enter(unit);
    }
  }

  /** Bytes that eviction could free now. */
  long idleBytes() {
    return idleBytes;
  }

  /** Bytes that eviction could not free whatever leases end. */
  long pinnedBytes() {
    return pinnedBytes;
  }

  /** What eviction could free of the heap now. */
  long idleBookBytes() {
    return idleBookBytes;
  }

  /** The members of the least recently used unit; empty if nothing may be evicted. */
  List<ObjectEntry> eldest() {
    return new ArrayList<>(Objects.requireNonNull(ends.next).members.values());
  }

  /** The members of the least recently used units that make up so many bytes together, or of all. */
  IdleListing idle(long bytes) {
    return new IdleListing(bytes, ends);
  }

  private void leave(EvictionUnit unit) {
    EvictionUnit next = unit.next;
    EvictionUnit previous = unit.previous;
    if (next != null && previous != null) {
      next.previous = previous;
      previous.next = next;
      unit.next = null;
      unit.previous = null;
      idleBytes -= unit.bytes;
      idleBookBytes -= unit.bookBytes;
    }
  }

  private void append(EvictionUnit unit) {
    EvictionUnit last = Objects.requireNonNull(ends.previous);
    unit.previous = last;
    unit.next = ends;
    last.next = unit;
    ends.previous = unit;
  }

  private void enter(EvictionUnit unit) {
    if (unit.isEvictable()) {
      append(unit);
      idleBytes += unit.bytes;
      idleBookBytes += unit.bookBytes;
    } else if (unit.isDead() && unit.group != null) {
      groups.remove(unit.group);
    }
  }
}
