package io.packice.peers.tiered;

import io.packice.core.CapacityExceededException;
import io.packice.core.ObjectId;
import io.packice.core.PackiceException;
import java.util.List;

/** What a tiered peer reports, through the JDK's logging facade. */
final class Log {
  private static final System.Logger LOGGER = System.getLogger("io.packice.peer");

  private static final int MAX_NAMES = 5;

  private Log() {
  }

  /** No news to an operator who reads stats, and creators are refused with the numbers. */
  static void noRoomToDemote(ObjectId id, CapacityExceededException cause) {
    LOGGER.log(System.Logger.Level.DEBUG,
        () -> "Cannot demote " + id + "; it stays in the hot tier: " + cause.getMessage());
  }

  static void cannotDemote(ObjectId id, Throwable cause) {
    LOGGER.log(System.Logger.Level.WARNING, () -> "Cannot demote " + id + "; it stays in the hot tier", cause);
  }

  static void cannotPromote(ObjectId id, Throwable cause) {
    LOGGER.log(cause instanceof PackiceException ? System.Logger.Level.DEBUG : System.Logger.Level.WARNING,
        () -> "Cannot promote " + id + "; it is read from the cold tier", cause);
  }

  static void cannotDiscard(ObjectId id, RuntimeException cause) {
    LOGGER.log(System.Logger.Level.WARNING,
        () -> "Cannot discard " + id + ", which was to leave with a seal; discard it again", cause);
  }

  static void droppedRemains(List<String> groups, long bytes) {
    LOGGER.log(System.Logger.Level.INFO, () -> "Evicted from the hot tier what was left (" + bytes + " bytes) of "
        + String.join(", ", groups.subList(0, Math.min(MAX_NAMES, groups.size())))
        + (groups.size() > MAX_NAMES ? " and " + (groups.size() - MAX_NAMES) + " more" : "")
        + ", the rest of which the cold tier has evicted");
  }

  static void choresFailed(Throwable cause) {
    LOGGER.log(System.Logger.Level.ERROR, "The chores between the tiers failed unexpectedly", cause);
  }

  /** One line for each: nobody else will name them. */
  static void cannotKeep(Unkept object) {
    String what = "Cannot keep " + object.status().object().id() + " (" + object.status().heldBytes()
        + " bytes), which only the hot tier has; it ends with the peer";
    if (object.why() instanceof PackiceException refusal) {
      LOGGER.log(System.Logger.Level.WARNING, () -> what + ": " + refusal.getMessage());
    } else {
      LOGGER.log(System.Logger.Level.WARNING, what, object.why());
    }
  }
}
