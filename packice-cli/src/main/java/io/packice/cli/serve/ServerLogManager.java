package io.packice.cli.serve;

import java.util.logging.LogManager;

/**
 * The JDK's log manager, but for one thing: while the JVM ends, the JDK's closes all logs at a moment of its own, and what a peer still has to say of
 * objects that it could not keep would be lost. The JVM makes it by its name.
 */
public final class ServerLogManager extends LogManager {
  private volatile boolean stays;

  /** For the JVM. */
  public ServerLogManager() {
    // it is its own
  }

  /** From now on nothing closes the logs. */
  static void stay() {
    if (LogManager.getLogManager() instanceof ServerLogManager manager) {
      manager.stays = true;
    }
  }

  @Override
  public void reset() {
    if (!stays) {
      super.reset();
    }
  }
}
