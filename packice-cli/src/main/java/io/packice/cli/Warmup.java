package io.packice.cli;

import java.io.OutputStream;
import java.io.PrintStream;

/**
 * What the launcher runs once after a build, so that the JVM archives the classes that small commands need. A class that
 * is not loaded here costs time at every start.
 */
final class Warmup {
  private Warmup() {}

  /**
   * Runs typical commands, silently.
   *
   * @param args none
   */
  public static void main(String[] args) {
    System.setOut(new PrintStream(OutputStream.nullOutputStream()));
    Main.execute("--help");
    Main.execute("--version");
  }
}
