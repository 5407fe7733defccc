package io.packice.core;

/** What a peer reports, through the JDK's logging facade. */
final class Log {
  private static final System.Logger LOGGER = System.getLogger("io.packice.peer");

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

  static void choresFailed(Throwable cause) {
    LOGGER.log(System.Logger.Level.ERROR, "Cannot end or free what is due; it is tried again", cause);
  }
}
