package io.packice.peers.tiered;

import io.packice.core.CapacityExceededException;
import io.packice.core.ObjectId;
import io.packice.core.PackiceException;

/** What a tiered peer reports, through the JDK's logging facade. */
final class Log {
  private static final System.Logger LOGGER = System.getLogger("io.packice.peer");

  private Log() {
  }

  /** No news to an operator who reads stats, and creators are refused with the numbers. */
  static void noRoomToDemote(ObjectId id, CapacityExceededException cause) {
    LOGGER.log(System.Logger.Level.DEBUG,
        () -> "Cannot demote " + id + "; it stays in the hot tier: " + cause.getMessage());
  }

  static void cannotDemote(ObjectId id, PackiceException cause) {
    LOGGER.log(System.Logger.Level.WARNING, () -> "Cannot demote " + id + "; it stays in the hot tier", cause);
  }

  static void cannotPromote(ObjectId id, PackiceException cause) {
    LOGGER.log(System.Logger.Level.DEBUG, () -> "Cannot promote " + id + "; it is read from the cold tier", cause);
  }

  static void cannotDiscard(ObjectId id, PackiceException cause) {
    LOGGER.log(System.Logger.Level.WARNING,
        () -> "Cannot discard " + id + ", which was to leave with a seal; discard it again", cause);
  }

  static void choresFailed(RuntimeException cause) {
    LOGGER.log(System.Logger.Level.ERROR, "The chores between the tiers failed unexpectedly", cause);
  }

  static void cannotKeep(PackiceException cause) {
    LOGGER.log(System.Logger.Level.WARNING, "Cannot keep all that only the hot tier has; it ends with the peer", cause);
  }
}
