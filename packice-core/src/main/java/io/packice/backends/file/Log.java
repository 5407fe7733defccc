package io.packice.backends.file;

import io.packice.core.ObjectId;
import java.nio.file.Path;

/** What a store of files reports, through the JDK's logging facade. */
final class Log {
  private static final System.Logger LOGGER = System.getLogger("io.packice.file");

  private Log() {
  }

  static void quarantined(String name, Path quarantine, String why) {
    LOGGER.log(System.Logger.Level.WARNING,
        () -> "Cannot serve " + name + ": " + why + "; what there is of it was moved to " + quarantine);
  }

  static void cannotQuarantine(String name, String why, RuntimeException cause) {
    LOGGER.log(System.Logger.Level.WARNING, () -> "Cannot serve " + name + ": " + why
        + "; it could not be moved to quarantine either and stays where it is", cause);
  }

  static void unknownFile(Path file) {
    LOGGER.log(System.Logger.Level.WARNING, () -> "Cannot tell what " + file + " is; it is left alone");
  }

  static void cannotKeepIndex(Path index, Exception cause) {
    LOGGER.log(System.Logger.Level.WARNING, () -> "Cannot keep " + index + ": " + cause.getMessage()
        + "; the next start opens every manifest instead, which is slower");
  }

  static void copiedAtSeal(String id, long byteSize) {
    LOGGER.log(System.Logger.Level.DEBUG, () -> "Copied " + byteSize + " bytes to seal " + id
        + ": somebody still has its draft open for writing; closing it before the seal saves the copy");
  }

  static void recovered(Path folder, long objects, long quarantined, long millis) {
    LOGGER.log(System.Logger.Level.DEBUG,
        () -> "Found " + objects + " sealed objects in " + folder + " within " + millis
            + " ms; " + quarantined + " damaged ones are in quarantine");
  }

  static void noChecksums(ObjectId id, RuntimeException cause) {
    LOGGER.log(System.Logger.Level.WARNING, () -> "The checksums of " + id + " are lost: " + cause.getMessage());
  }
}
