package io.packice.core;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Who reads groups of objects as of when, and which versions stay for them after these have left the namespace.
 *
 * <p>Everything that comes into the namespace or leaves it gets a number that is higher than all before; a lease has the last one that was given when it
 * began. So a version lived at a reader's number if it came no later and left later. A version that leaves stays as long as some reader of its group has a
 * number within its life. Readers who began before it came, or after it left, do not keep it: a long reader keeps one state of its group, however many follow.
 *
 * <p>Numbers start at the microseconds of the clock on the wall, so they go on growing when a peer starts anew, and fit a double. Not safe from several
 * threads: whoever has it guards it. Steps take logarithmic time, and time for what they let go.
 *
 * @param <E> what is kept of a version
 */
public final class Retention<E> {
  private final Map<String, Group<E>> groups = new HashMap<>();
  /** By id, and then by when they left. */
  private final Map<ObjectId, NavigableMap<Long, Left<E>>> byId = new HashMap<>();
  private long now = ChronoUnit.MICROS.between(Instant.EPOCH, Instant.now());

  private record Left<E>(E version, ObjectId id, long cameAt) {
  }

  private static final class Group<E> {
    /** How many begin as of each number. */
    final TreeMap<Long, Integer> readers = new TreeMap<>();
    /** By when they left. */
    final TreeMap<Long, Left<E>> left = new TreeMap<>();
  }

  /** Makes one without readers. */
  public Retention() {
  }

  /**
   * What a lease that begins now is as of.
   *
   * @return the last number that was given
   */
  public long now() {
    return now;
  }

  /**
   * Something comes into the namespace.
   *
   * @return its number
   */
  public long next() {
    return ++now;
  }

  /**
   * Whether anybody reads a group.
   *
   * @param group the group's name; null for none
   * @return false if nothing of it would stay
   */
  public boolean isRead(@Nullable String group) {
    return group != null && groups.containsKey(group);
  }

  /**
   * A reader begins.
   *
   * @param group what it reads; null for what stands alone, which nothing stays for
   * @param asOf its number
   */
  public void begin(@Nullable String group, long asOf) {
    if (group != null) {
      groups.computeIfAbsent(group, _ -> new Group<>()).readers.merge(asOf, 1, Integer::sum);
    }
  }

  /**
   * A reader ends.
   *
   * @param name what it read
   * @param asOf the number that it began with
   * @return what nobody can ask for any more
   */
  public List<E> end(@Nullable String name, long asOf) {
    List<E> over = new ArrayList<>();
    Group<E> group = name == null ? null : groups.get(name);
    if (group == null || group.readers.merge(asOf, -1, (a, b) -> a + b == 0 ? null : a + b) != null) {
      return over;
    }
    Long before = group.readers.lowerKey(asOf);
    Long after = group.readers.higherKey(asOf);
    NavigableMap<Long, Left<E>> lived = after == null ? group.left.tailMap(asOf, false)
        : group.left.subMap(asOf, false, after, true); // what left later lived at the next reader's number, or came after this one's
    for (Iterator<Map.Entry<Long, Left<E>>> rest = lived.entrySet().iterator(); rest.hasNext();) {
      Map.Entry<Long, Left<E>> each = rest.next();
      long leftAt = each.getKey(); // removing moves entries about
      Left<E> version = each.getValue();
      if (version.cameAt <= asOf && (before == null || before < version.cameAt)) {
        rest.remove();
        forget(version.id, leftAt);
        over.add(version.version);
      }
    }
    if (group.readers.isEmpty()) {
      groups.remove(name);
    }
    return over;
  }

  /**
   * A version leaves the namespace.
   *
   * @param version what is kept of it
   * @param id its id
   * @param name its group; null for none
   * @param cameAt the number that it got when it came; 0 if it was there before all readers
   * @return the number of its leaving if it stays for some reader, else 0
   */
  public long leave(E version, ObjectId id, @Nullable String name, long cameAt) {
    long leftAt = next();
    Group<E> group = name == null ? null : groups.get(name);
    if (group == null || group.readers.ceilingKey(cameAt) == null) {
      return 0;
    }
    Left<E> left = new Left<>(version, id, cameAt);
    group.left.put(leftAt, left);
    byId.computeIfAbsent(id, _ -> new TreeMap<>()).put(leftAt, left);
    return leftAt;
  }

  /**
   * A version has not left after all.
   *
   * @param id its id
   * @param name its group
   * @param leftAt what {@link #leave} gave
   * @return whether it was kept still
   */
  public boolean takeBack(ObjectId id, String name, long leftAt) {
    Group<E> group = groups.get(name);
    boolean isKept = group != null && group.left.remove(leftAt) != null;
    if (isKept) {
      forget(id, leftAt);
    }
    return isKept;
  }

  private void forget(ObjectId id, long leftAt) {
    byId.computeIfPresent(id, (_, versions) -> {
      versions.remove(leftAt);
      return versions.isEmpty() ? null : versions;
    });
  }

  /**
   * Looks for a version that has left and lived at a number.
   *
   * @param id its id
   * @param asOf the number
   * @return what is kept of it; null if there is none
   */
  public @Nullable E find(ObjectId id, long asOf) {
    NavigableMap<Long, Left<E>> versions = byId.get(id);
    Map.Entry<Long, Left<E>> next = versions == null ? null : versions.higherEntry(asOf);
    return next == null || next.getValue().cameAt > asOf ? null : next.getValue().version;
  }
}
