package io.packice.core;

import org.jspecify.annotations.Nullable;

/** What a peer reports, and what renews its leases, through the JDK's logging facade. */
final class Log {
  private static final System.Logger LOGGER = System.getLogger("io.packice.peer");
  private static final System.Logger LEASES = System.getLogger("io.packice.leases");

  private Log() {
  }

  static void evicted(String what) {
    LOGGER.log(System.Logger.Level.INFO, what);
  }

  static void cannotFree(ObjectId id, Throwable cause) {
    LOGGER.log(System.Logger.Level.WARNING, () -> "Cannot free the bytes of " + id + "; the peer goes on without them",
        cause);
  }

  static void cannotRetire(ObjectId id, RuntimeException cause) {
    LOGGER.log(System.Logger.Level.WARNING,
        "Cannot remove " + id + " for good; it may come back when the peer starts anew, discard it then", cause);
  }

  static void cannotEndUse(Throwable cause) {
    LOGGER.log(System.Logger.Level.WARNING,
        "Cannot tell other peers that this one does not read an object any more; they keep it", cause);
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

  static void cannotMove(Throwable cause) {
    LOGGER.log(System.Logger.Level.ERROR, "Cannot move objects between the tiers; it is tried again", cause);
  }

  /** One line for each: nobody else will name them. */
  static void cannotKeep(Unkept unkept) {
    String what = "Cannot keep " + unkept.object().id() + " (" + unkept.heldBytes()
        + " bytes), which only the hot tier has; it ends with the peer";
    if (unkept.why() instanceof PackiceException refusal) {
      LOGGER.log(System.Logger.Level.WARNING, () -> what + ": " + refusal.getMessage());
    } else {
      LOGGER.log(System.Logger.Level.WARNING, what, unkept.why());
    }
  }

  static void leaseStoreRefused(StorageException refusal) {
    LOGGER.log(System.Logger.Level.WARNING,
        () -> "Cannot tell the lease store what has become of leases, it hears of that later: " + refusal.getMessage());
  }

  static void leaseLost(LeaseId lease) {
    LEASES.log(System.Logger.Level.WARNING, () -> "Lease " + lease
        + " cannot be renewed: it was released, has passed its TTL, or its session ended; acquire anew");
  }

  static void notReleased(LeaseId lease, @Nullable String why) {
    LEASES.log(System.Logger.Level.DEBUG, () -> "Lease " + lease + " will end by its TTL: " + why);
  }

  static void notYetRenewed(RuntimeException cause) {
    LEASES.log(System.Logger.Level.WARNING, () -> "Leases are not renewed yet, trying again: " + cause.getMessage());
  }

  static void choresFailed(Throwable cause) {
    LOGGER.log(System.Logger.Level.ERROR, "Cannot end or free what is due; it is tried again", cause);
  }
}
