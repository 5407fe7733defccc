package io.packice.arrow.imports;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * A stated number of threads that share numbered tasks; the first failure ends them all. Platform threads, because a socket that passes descriptors
 * starves on virtual ones. Safe from any thread.
 */
final class ImportThreads {
  private final int count;
  private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();

  ImportThreads(int count) {
    this.count = count;
  }

  int count() {
    return count;
  }

  /** One of the tasks. */
  @FunctionalInterface
  interface Task {
    void run(int number) throws IOException;
  }

  /** Another task has failed, so this one need not go on. */
  static final class Stopped extends RuntimeException {
    private static final long serialVersionUID = 1;

    Stopped() {
      super("another file could not be imported", null, false, false);
    }
  }

  /** Called by tasks now and then. */
  void requireGoingOn() {
    if (failure.get() != null) {
      throw new Stopped();
    }
  }

  /**
   * Runs the tasks 0 to {@code tasks - 1}, each once, and waits for them. On this thread, if there is no other to share with.
   *
   * @throws IOException what a task threw, or that this thread was interrupted
   */
  void run(int tasks, Task task) throws IOException {
    AtomicInteger next = new AtomicInteger();
    Runnable worker = () -> {
      for (int i = next.getAndIncrement(); i < tasks && failure.get() == null; i = next.getAndIncrement()) {
        try {
          task.run(i);
        } catch (Throwable thrown) {
          failure.compareAndSet(null, thrown);
        }
      }
    };
    int workers = Math.min(count, tasks);
    if (workers <= 1) {
      worker.run();
    } else {
      await(workers, worker);
    }
    Throwable thrown = failure.get();
    switch (thrown) {
      case null -> {
      }
      case IOException e -> throw e;
      case RuntimeException e -> throw e;
      case Error e -> throw e;
      default -> throw new IllegalStateException(thrown); // tasks throw nothing else
    }
  }

  private void await(int workers, Runnable worker) {
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < workers; i++) {
      threads.add(Thread.ofPlatform().daemon().name("packice-import-" + i).start(worker));
    }
    boolean interrupted = false;
    for (Thread thread : threads) {
      while (thread.isAlive()) {
        try {
          thread.join();
        } catch (InterruptedException _) { // they write into drafts of ours: wait until they have stopped
          interrupted = true;
          failure.compareAndSet(null,
              new InterruptedIOException("Cannot go on importing: this thread was interrupted"));
        }
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
