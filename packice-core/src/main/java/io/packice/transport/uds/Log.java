package io.packice.transport.uds;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.Path;

/** What the Unix-socket server reports, through the JDK's logging facade. */
final class Log {
  private static final System.Logger LOGGER = System.getLogger("io.packice.uds");

  private Log() {
  }

  static void cannotAccept(Path socket, IOException cause) {
    LOGGER.log(Level.WARNING, () -> "Cannot accept a connection on " + socket + ": " + cause.getMessage());
  }

  static void cannotClose(Path socket, IOException cause) {
    LOGGER.log(Level.WARNING, () -> "Cannot close " + socket + " cleanly: " + cause.getMessage());
  }

  static void refusedUser(Path socket, long uid, long pid) {
    LOGGER.log(Level.WARNING, () -> "Refused uid " + uid + " (pid " + pid + ") on " + socket);
  }

  static void connectionLost(IOException cause) {
    LOGGER.log(Level.DEBUG, () -> "A connection ended: " + cause.getMessage());
  }

  static void unexpected(RuntimeException cause) {
    LOGGER.log(Level.ERROR, "A request failed unexpectedly", cause);
  }
}
