package io.packice.transport.uds;

import io.packice.core.Caller;
import io.packice.core.ErrorCode;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

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

  static void refusedUser(Level level, Path socket, long uid, long pid) {
    LOGGER.log(level, () -> "Refused uid " + uid + " (pid " + pid + ") on " + socket);
  }

  static void cannotTellGroups(Path socket, RuntimeException cause) {
    LOGGER.log(Level.WARNING, () -> "Cannot let members of a group in on " + socket + ": " + cause.getMessage());
  }

  static void connected(Path socket, Caller caller) {
    LOGGER.log(Level.DEBUG, () -> "Connected on " + socket + ": " + describe(caller));
  }

  static void disconnected(Caller caller) {
    LOGGER.log(Level.DEBUG, () -> "Disconnected: " + describe(caller));
  }

  static void refused(Caller caller, @Nullable String command, ErrorCode code, @Nullable String why) {
    LOGGER.log(Level.DEBUG, () -> "Refused " + command + " of " + describe(caller) + " (" + code + "): " + why);
  }

  private static String describe(Caller caller) {
    return caller + (caller.uid().isPresent() ? ", uid " + caller.uid().getAsLong() : "");
  }

  static void connectionLost(IOException cause) {
    LOGGER.log(Level.DEBUG, () -> "A connection ended: " + cause.getMessage());
  }

  static void notReleased(Path socket, RuntimeException refusal) {
    LOGGER.log(Level.WARNING, () -> "The peer at " + socket + " did not release a lease, which ends with its session: "
        + refusal.getMessage());
  }

  static void cannotFreeze(Path socket, RuntimeException refusal) {
    LOGGER.log(Level.DEBUG, () -> "The peer at " + socket + " does not freeze drafts before it seals them: "
        + refusal.getMessage());
  }

  static void noFurtherConnection(Path socket, Exception cause) {
    LOGGER.log(Level.DEBUG, () -> "No further connection to " + socket + ", requests take turns: " + cause.getMessage());
  }

  static void unexpected(RuntimeException cause) {
    LOGGER.log(Level.ERROR, "A request failed unexpectedly", cause);
  }
}
