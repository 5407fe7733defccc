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
