package io.packice.backends.file;

import io.packice.core.StoredObject;
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

  static void otherLength(StoredObject object, Path file, long byteSize) {
    LOGGER.log(System.Logger.Level.WARNING,
        () -> "Cannot serve " + object.id() + ": " + file + " has " + byteSize + " bytes instead of "
            + object.extentBytes() + "; somebody else has changed it: discard the object");
  }

  static void unknownFile(Path file) {
    LOGGER.log(System.Logger.Level.WARNING, () -> "Cannot tell what " + file + " is; it is left alone");
  }

  static void lost(Path log, LogContents.Loss loss, Path quarantine) {
    LOGGER.log(System.Logger.Level.WARNING, () -> "Cannot read all of " + log + ": " + loss.what()
        + "; what there may be of their bytes was moved to " + quarantine);
  }

  static void cannotCutOff(Path log, Exception cause) {
    LOGGER.log(System.Logger.Level.WARNING, () -> "Cannot take back what was written in part to " + log + ": "
        + cause.getMessage() + "; the log is written anew before anything is added to it");
  }

  static void cannotTidy(String what, Throwable cause) {
    LOGGER.log(System.Logger.Level.WARNING,
        () -> "Cannot " + what + ": " + cause.getMessage() + "; the next start tries again", cause);
  }

  static void takenOver(Path folder, long objects) {
    LOGGER.log(System.Logger.Level.INFO, () -> "Took over " + objects + " objects of an earlier version in " + folder
        + ": what they are stands in one log now, which earlier versions cannot read");
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
}
