package io.packice.core;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Which units may be evicted, the least recently used first. A unit stands here only while nothing holds it, so finding a victim
 * takes constant time however many objects are leased or pinned. Guarded by the peer's lock.
 */
final class EvictionOrder {
  private final Map<String, EvictionUnit> groups = new HashMap<>();
  private final LinkedHashSet<EvictionUnit> idle = new LinkedHashSet<>();
  private long idleBytes;
  private long idleBookBytes;

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

  void add(ObjectEntry entry) {
    leave(entry.unit);
    entry.unit.members.add(entry);
    entry.unit.bytes += entry.heldBytes;
    entry.unit.bookBytes += entry.bookBytes;
    enter(entry.unit);
  }

  /** Takes an object out. That is no use of the unit's other members: it keeps its place. */
  void remove(ObjectEntry entry) {
    EvictionUnit unit = entry.unit;
    unit.members.remove(entry);
    unit.bytes -= entry.heldBytes;
    unit.bookBytes -= entry.bookBytes;
    if (idle.contains(unit)) {
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

  /** What eviction could free of the heap now. */
  long idleBookBytes() {
    return idleBookBytes;
  }

  /** The members of the least recently used unit; empty if nothing may be evicted. */
  List<ObjectEntry> eldest() {
    return idle.isEmpty() ? List.of() : new ArrayList<>(idle.getFirst().members);
  }

  /** The members of the least recently used units that make up so many bytes together, or of all. */
  Stream<ObjectEntry> idle(long bytes) {
    List<EvictionUnit> units = new ArrayList<>();
    long sum = 0;
    for (Iterator<EvictionUnit> rest = idle.iterator(); sum < bytes && rest.hasNext();) {
      EvictionUnit unit = rest.next();
      units.add(unit);
      sum += unit.bytes;
    }
    return units.stream().flatMap(unit -> unit.members.stream());
  }

  private void leave(EvictionUnit unit) {
    if (idle.remove(unit)) {
      idleBytes -= unit.bytes;
      idleBookBytes -= unit.bookBytes;
    }
  }

  private void enter(EvictionUnit unit) {
    if (unit.isEvictable()) {
      idle.add(unit);
      idleBytes += unit.bytes;
      idleBookBytes += unit.bookBytes;
    } else if (unit.isDead() && unit.group != null) {
      groups.remove(unit.group);
    }
  }
}
