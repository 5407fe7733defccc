package io.packice.cli.command;

import io.packice.core.AcquireRequest.Room;
import java.util.Locale;

/** What may go to make room. */
public enum Evict {
  /** What nobody uses, the least recently used first. */
  LRU,
  /** Nothing. */
  NONE;

  /**
   * The same in the client's words.
   *
   * @return what may go
   */
  public Room room() {
    return this == LRU ? Room.EVICT : Room.FREE;
  }

  /**
   * Reads what {@link #toString} writes.
   *
   * @param text as it was given
   * @return what may go
   */
  public static Evict parse(String text) {
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
