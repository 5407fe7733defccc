package io.packice.transport.plain;

import io.packice.core.LeaseId;

/** What a session with a server of others reports, through the JDK's logging facade. */
final class Log {
  private static final System.Logger LOGGER = System.getLogger("io.packice.plain");

  private Log() {
  }

  static void leaseLost(LeaseId lease, RuntimeException cause) {
    LOGGER.log(System.Logger.Level.WARNING, () -> "Lease " + lease + " cannot be renewed: " + cause.getMessage());
  }

  static void notYetRenewed(RuntimeException cause) {
    LOGGER.log(System.Logger.Level.WARNING, () -> "Leases are not renewed yet, trying again: " + cause.getMessage());
  }

  static void notReleased(LeaseId lease, String why) {
    LOGGER.log(System.Logger.Level.DEBUG, () -> "Lease " + lease + " will end by its TTL: " + why);
  }
}
