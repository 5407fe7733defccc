package io.packice;

/** What the client reports, through the JDK's logging facade, so that any logging library of the program takes it. */
final class Log {
  private static final System.Logger LOGGER = System.getLogger("io.packice");

  private Log() {
  }

  static void leaseEndedWithPeer(String objectId, RuntimeException cause) {
    LOGGER.log(System.Logger.Level.DEBUG,
        () -> "The lease on " + objectId + " had ended with its peer before it was released", cause);
  }
}
