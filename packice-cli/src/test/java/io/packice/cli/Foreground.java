package io.packice.cli;

import java.util.ArrayList;
import java.util.List;

/** Commands that Ctrl-C reaches, whoever runs the tests. */
public final class Foreground {
  private Foreground() {
  }

  /**
   * The command with SIGINT as it is at a terminal. A shell without job control starts what it puts in the background with SIGINT ignored, and a
   * JVM that inherits this, through Maven and Surefire, leaves it so.
   */
  public static List<String> command(List<String> command) {
    List<String> all = new ArrayList<>(List.of("env", "--default-signal=INT"));
    all.addAll(command);
    return all;
  }
}
