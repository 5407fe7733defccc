package io.packice.djl;

import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** The threads that load a dataset's batches ahead. They start when there is something to load, and end when there has been nothing for a second. */
final class Loaders {
  private Loaders() {
  }

  /** So many threads; with none, the caller loads. */
  static Executor of(int threads) {
    if (threads == 0) {
      return Runnable::run;
    }
    ThreadPoolExecutor loaders = new ThreadPoolExecutor(threads, threads, 1, TimeUnit.SECONDS,
        new LinkedBlockingQueue<>(), task -> {
          Thread thread = new Thread(task, "packice-loader");
          thread.setDaemon(true);
          return thread;
        });
    loaders.allowCoreThreadTimeOut(true);
    return loaders;
  }
}
