package io.packice.backends.file;

import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** Does what can wait, one thing after the other, in a thread that ends when there is nothing to do. What goes wrong is told, and costs nothing else. */
final class Housekeeper implements AutoCloseable {
  private final ThreadPoolExecutor thread = new ThreadPoolExecutor(1, 1, 1, TimeUnit.SECONDS,
      new LinkedBlockingQueue<>(), Thread.ofPlatform().daemon().name("packice-files").factory());

  Housekeeper() {
    thread.allowCoreThreadTimeOut(true);
  }

  /** Does it, some time soon. */
  void add(String what, Runnable work) {
    thread.execute(() -> {
      try {
        work.run();
      } catch (RuntimeException | Error failure) {
        Log.cannotTidy(what, failure);
      }
    });
  }

  /** Waits for the end of what was added; whoever knows that it is of no use any more has told it so. */
  @Override
  public void close() {
    thread.shutdown();
    boolean interrupted = false;
    boolean isOver = false;
    while (!isOver) {
      try {
        isOver = thread.awaitTermination(1, TimeUnit.DAYS);
      } catch (InterruptedException e) {
        interrupted = true; // closing is not cut short: what is done to a folder must not go on when another peer has it
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
