package io.packice.cluster.network;

import io.packice.core.ObjectId;

/** What networks report, through the JDK's logging facade. */
final class Log {
  private static final System.Logger LOGGER = System.getLogger("io.packice.cluster");

  private Log() {
  }

  static void lost(String member, RuntimeException why) {
    LOGGER.log(System.Logger.Level.INFO, () -> "Peer " + member + " is not reached any more: " + why.getMessage());
  }

  static void joined(String member, int outdated) {
    LOGGER.log(outdated > 0 ? System.Logger.Level.INFO : System.Logger.Level.DEBUG, () -> "Peer " + member
        + " is reached"
        + (outdated > 0 ? "; it had missed changes of " + outdated + " objects, which are made now" : ""));
  }

  static void keepsOld(String member, ObjectId id, RuntimeException why) {
    LOGGER.log(System.Logger.Level.WARNING,
        () -> "Peer " + member + " still has an old " + id + ", which is not read: " + why.getMessage());
  }

  static void notEnded(String what, RuntimeException why) {
    LOGGER.log(System.Logger.Level.DEBUG, () -> what + ": " + why.getMessage());
  }
}
