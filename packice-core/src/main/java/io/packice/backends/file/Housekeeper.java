package io.packice.backends.file;

import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** Does what can wait, one thing after the other, in a thread that ends when there is nothing to do. What goes wrong is told, and costs nothing else. */
final class Housekeeper implements AutoCloseable {
  private final ScheduledThreadPoolExecutor thread =
      new ScheduledThreadPoolExecutor(1, Thread.ofPlatform().daemon().name("packice-files").factory());

  Housekeeper() {
    thread.setKeepAliveTime(1, TimeUnit.SECONDS);
    thread.allowCoreThreadTimeOut(true);
    thread.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
  }

  /** Does it, some time soon. */
  void add(String what, Runnable work) {
    add(what, work, 0);
  }

  /** Does it when those who begin to use the store have had the processors for a while. */
  void addLater(String what, Runnable work) {
    add(what, work, 1);
  }

  private void add(String what, Runnable work, long delaySeconds) {
    var _ = thread.schedule(() -> {
      try {
        work.run();
      } catch (RuntimeException | Error failure) {
        Log.cannotTidy(what, failure);
      }
    }, delaySeconds, TimeUnit.SECONDS);
  }

  /** Waits for the end of what is under way; what has not begun is for the next start. */
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
