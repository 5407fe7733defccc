package io.packice.backends.sharedfs;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** What a shared store reports, through the JDK's logging facade. */
final class Log {
  private static final System.Logger LOGGER = System.getLogger("io.packice.sharedfs");

  private Log() {
  }

  static void quarantined(Path manifest, Path aside, @Nullable String why) {
    LOGGER.log(System.Logger.Level.WARNING,
        () -> "Cannot serve what " + manifest + " names: " + why + "; the manifest was moved to " + aside);
  }

  static void unknownFile(Path file) {
    LOGGER.log(System.Logger.Level.WARNING, () -> "Cannot tell what " + file + " is; it is left alone");
  }

  static void gaveUp(String peer) {
    LOGGER.log(System.Logger.Level.WARNING,
        () -> "Gave up peer " + peer + ", which is silent: its drafts, leases and pins are gone");
  }

  static void lost(Path folder) {
    LOGGER.log(System.Logger.Level.ERROR, () -> "Other peers of " + folder
        + " have given up this one, which was silent for too long; it serves nothing any more: close it and start anew");
  }

  static void cannotLeave(Path folder, Exception cause) {
    LOGGER.log(System.Logger.Level.WARNING, () -> "Cannot leave " + folder + " in order: " + cause.getMessage()
        + "; the other peers give this one up when it has been silent for long enough");
  }

  static void failed(String what, Throwable cause) {
    LOGGER.log(System.Logger.Level.WARNING, () -> "Cannot " + what + "; it is tried again", cause);
  }
}
