package io.packice.core;

import java.util.ArrayList;
import java.util.List;

/** What was evicted for one writer: the first names, and how much in all. Guarded by the peer's lock. */
final class EvictedSum {
  private static final int MAX_NAMES = 5;

  private final List<String> names = new ArrayList<>();
  private int units;
  private long objects;
  private long bytes;

  void add(Eviction eviction) {
    if (names.size() < MAX_NAMES) {
      names.add(eviction.name());
    }
    units++;
    objects += eviction.objects();
    bytes += eviction.bytes();
  }

  boolean isEmpty() {
    return units == 0;
  }

  void clear() {
    names.clear();
    units = 0;
    objects = 0;
    bytes = 0;
  }

  /** Such as {@code a, b (3 objects, 4096 bytes)}. */
  @Override
  public String toString() {
    return String.join(", ", names) + (units > names.size() ? " and " + (units - names.size()) + " more" : "") + " ("
        + objects + (objects == 1 ? " object, " : " objects, ") + bytes + " bytes)";
  }
}
