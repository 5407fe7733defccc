package io.packice.core;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which units may be evicted, the least recently used first. A unit stands here only while nothing holds it, so finding a victim
 * takes constant time however many objects are leased or pinned, and so does what a lease does to it: each knows its neighbours. Of a peer with two tiers each has
 * an order of its own, of what is in it; a group is held in both. Guarded by the peer's lock.
 */
final class EvictionOrder {
  private final Map<String, EvictionUnit> groups;
  private final @Nullable EvictionOrder lower;
  /** Stands between the last and the first. */
  private final EvictionUnit ends = EvictionUnit.ends();
  private long idleBytes;
  private long pinnedBytes;
  private long idleBookBytes;
  private long members;
  private long bookBytes;

  /** Of the only tier. */
  EvictionOrder() {
    this.groups = new HashMap<>();
    this.lower = null;
  }

  private EvictionOrder(Map<String, EvictionUnit> groups) {
    this.groups = groups;
    this.lower = null;
  }

  private EvictionOrder(boolean hasLower) {
    this.groups = new HashMap<>();
    this.lower = hasLower ? new EvictionOrder(groups) : null;
  }

  /** Of the upper one of two tiers. */
  static EvictionOrder ofTwoTiers() {
    return new EvictionOrder(true);
  }

  /** That of the lower tier. */
  EvictionOrder lower() {
    return Objects.requireNonNull(lower);
  }

  /** The unit that an object of this group belongs to; a new one for an object that stands alone. */
  EvictionUnit unitFor(@Nullable String group) {
    if (group == null) {
      return lower == null ? new EvictionUnit(null) : EvictionUnit.inTwoTiers(null);
    }
    return groups.computeIfAbsent(group, lower == null ? EvictionUnit::new : EvictionUnit::inTwoTiers);
  }

  /** A lease or a pin begins: the unit is out of reach. */
  void hold(EvictionUnit unit) {
    unit.holds++;
    leave(unit);
    if (lower != null) {
      lower.hold(Objects.requireNonNull(unit.twin));
    }
  }

  /** A lease or a pin ends. When it was the last, the unit is the most recently used of those within reach. */
  void unhold(EvictionUnit unit) {
    unit.holds--;
    enter(unit);
    if (lower != null) {
      lower.unhold(Objects.requireNonNull(unit.twin));
    }
  }

  /** A hold that no end of a lease ends. */
  void pin(EvictionUnit unit) {
    pinHere(unit);
    if (lower != null) {
      lower.pinHere(Objects.requireNonNull(unit.twin));
    }
    hold(unit);
  }

  private void pinHere(EvictionUnit unit) {
    unit.pins++;
    pinnedBytes += unit.pins == 1 ? unit.bytes : 0;
  }

  void unpin(EvictionUnit unit) {
    unpinHere(unit);
    if (lower != null) {
      lower.unpinHere(Objects.requireNonNull(unit.twin));
    }
    unhold(unit);
  }

  private void unpinHere(EvictionUnit unit) {
    unit.pins--;
    pinnedBytes -= unit.pins == 0 ? unit.bytes : 0;
  }

  void add(ObjectEntry entry) {
    EvictionUnit unit = unitOf(entry);
    leave(unit);
    unit.members.put(entry.object.id(), entry);
    unit.bytes += entry.heldBytes;
    pinnedBytes += unit.pins > 0 ? entry.heldBytes : 0;
    unit.bookBytes += entry.bookBytes;
    members++;
    bookBytes += entry.bookBytes;
    enter(unit);
  }

  /** Takes an object out. That is no use of the unit's other members: it keeps its place. */
  void remove(ObjectEntry entry) {
    EvictionUnit unit = unitOf(entry);
    unit.members.remove(entry.object.id(), entry);
    members--;
    bookBytes -= entry.bookBytes;
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

  /** What an entry belongs to in this tier. */
  private EvictionUnit unitOf(ObjectEntry entry) {
    EvictionUnit twin = entry.unit.twin;
    return lower != null || twin == null ? entry.unit : twin;
  }

  /** How many objects there are, idle or not. */
  long members() {
    return members;
  }

  /** What they take of the heap. */
  long bookBytes() {
    return bookBytes;
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

  /** The least recently used units that make up so many bytes together, or all. */
  List<EvictionUnit> idleUnits(long bytes) {
    return idleUnits(bytes, Set.of());
  }

  /** The same without some. */
  List<EvictionUnit> idleUnits(long bytes, Set<EvictionUnit> without) {
    List<EvictionUnit> units = new ArrayList<>();
    long sum = 0;
    for (EvictionUnit unit = ends.next; sum < bytes && unit != null && unit != ends; unit = unit.next) {
      if (!without.contains(unit)) {
        units.add(unit);
        sum += unit.bytes;
      }
    }
    return units;
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
