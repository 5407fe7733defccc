package io.packice.djl.tensor;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;

/** What has no caller to be told to. */
final class Log {
  private static final Logger LOG = System.getLogger("io.packice.djl");

  private Log() {
  }

  static void cannotGiveBack(Throwable failure) {
    LOG.log(Level.ERROR, "Cannot give back memory that a tensor used", failure);
  }

  static void forgotten(long handle) {
    LOG.log(Level.WARNING,
        "An array (tensor " + Long.toHexString(handle) + ") was detached from its manager and collected without"
            + " close(); its memory stays leased. Close what you detach");
  }

  static void copies(String why) {
    LOG.log(Level.WARNING, "Arrays will be copies rather than share memory: " + why);
  }
}
