package io.packice.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/**
 * Ends this process when its parent is gone, however that died: the parent keeps the other end of this process's standard input and
 * never writes there.
 */
final class ParentWatch {
  private ParentWatch() {
  }

  static void start(InputStream fromParent) {
    Thread.ofPlatform().daemon().name("packice-parent-watch").start(() -> {
      awaitEnd(fromParent);
      System.exit(0); // runs the shutdown hooks
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
