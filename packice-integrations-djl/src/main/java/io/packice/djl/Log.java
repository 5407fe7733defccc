package io.packice.djl;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;

/** What is worth telling, and has no caller to be told to. */
final class Log {
  private static final Logger LOG = System.getLogger("io.packice.djl");

  private Log() {
  }

  static void forgotten(String what, Throwable creation) {
    LOG.log(Level.WARNING, "Closed " + what + ", which was collected without close(); close it, for example by"
        + " try-with-resources. It was made here:", creation);
  }
}
