package io.packice.core;

import java.util.Iterator;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What eviction would take for so many bytes, in its order: the members of the first unit, those of the next, and so on, until they are so many. It knows where it
 * stands, so that what is read in parts is walked over once. Guarded by the peer's lock.
 */
final class IdleListing implements Iterator<ObjectEntry> {
  private final long bytes;
  private final EvictionUnit ends;
  private EvictionUnit unit; // whose members come
  private long before; // bytes of the units up to there, its own included
  private long given;
  private @Nullable ObjectEntry last; // of the unit's members

  /**
   * Begins one.
   *
   * @param bytes so many are wanted
   * @param ends what stands between the last unit and the first
   */
  IdleListing(long bytes, EvictionUnit ends) {
    this.bytes = bytes;
    this.ends = ends;
    this.unit = ends;
  }

  /** Leaves out so many objects, or all. */
  IdleListing at(long skip) {
    while (given < skip && hasNext()) {
      next();
    }
    return this;
  }

  /** Whether it can go on as if it had been walked over anew, so far. */
  boolean isAt(long ofBytes, long skip) {
    return bytes == ofBytes && given == skip && unit.next != null && last != null
        && unit.members.get(last.object.id()) == last;
  }

  /** How many objects it has gone over. */
  long given() {
    return given;
  }

  @Override
  public boolean hasNext() {
    return nextMember() != null || (before < bytes && unit.next != ends);
  }

  private @Nullable ObjectEntry nextMember() {
    Map.Entry<ObjectId, ObjectEntry> entry =
        last == null ? unit.members.firstEntry() : unit.members.higherEntry(last.object.id());
    return entry == null ? null : entry.getValue();
  }

  @Override
  public ObjectEntry next() {
    ObjectEntry member = nextMember();
    if (member == null) {
      if (!hasNext()) {
        throw new NoSuchElementException();
      }
      unit = Objects.requireNonNull(unit.next);
      before += unit.bytes;
      last = null;
      member = Objects.requireNonNull(nextMember()); // what stands in the order has members
    }
    last = member;
    given++;
    return member;
  }

  /** The same, as callers see it. */
  Iterator<ObjectStatus> asStatus(Function<ObjectEntry, ObjectStatus> status) {
    return new Iterator<>() {
      @Override
      public boolean hasNext() {
        return IdleListing.this.hasNext();
      }

      @Override
      public ObjectStatus next() {
        return status.apply(IdleListing.this.next());
      }
    };
  }
}
