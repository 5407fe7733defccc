package io.packice.cli.command;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/**
 * Notices when this process's parent is gone, however that died: the parent keeps the other end of this process's standard input and
 * never writes there.
 */
public final class ParentWatch {
  private ParentWatch() {
  }

  /**
   * Ends this process with its parent; shutdown hooks run.
   *
   * @param fromParent this process's standard input
   */
  public static void start(InputStream fromParent) {
    start(fromParent, () -> System.exit(0));
  }

  /**
   * The same with something else to do.
   *
   * @param fromParent this process's standard input
   * @param whenGone what to do then
   */
  public static void start(InputStream fromParent, Runnable whenGone) {
    Thread.ofPlatform().daemon().name("packice-parent-watch").start(() -> {
      awaitEnd(fromParent);
      whenGone.run();
    });
  }

  private static void awaitEnd(InputStream fromParent) {
    try {
      fromParent.transferTo(OutputStream.nullOutputStream());
    } catch (IOException e) {
      return; // as good as its end
    }
  }
}
