package io.packice.cli;

import io.packice.core.AcquireRequest.Room;
import java.util.Locale;

/** What may go to make room. */
enum Evict {
  /** What nobody uses, the least recently used first. */
  LRU,
  /** Nothing. */
  NONE;

  Room room() {
    return this == LRU ? Room.EVICT : Room.FREE;
  }

  /** Reads what {@link #toString} writes. */
  static Evict parse(String text) {
    return switch (text) {
      case "lru" -> LRU;
      case "none" -> NONE;
      default -> throw new IllegalArgumentException("Cannot evict \"" + text + "\"; choose lru or none");
    };
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
