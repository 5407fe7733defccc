package io.packice.djl.weights;

/** What this package says in the log. */
final class Log {
  private static final System.Logger LOG = System.getLogger("io.packice.djl");

  private Log() {
  }

  static void forgotten(String what, Throwable creation) {
    LOG.log(System.Logger.Level.WARNING,
        what + " were collected without having been closed; they are closed now. They were opened here:", creation);
  }
}
