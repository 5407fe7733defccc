package io.packice.djl;

import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** The threads that load a dataset's batches ahead. They start when there is something to load, and end when there has been nothing for a while. */
final class Loaders {
  private static final long IDLE_MS = 100; // a thread costs less than what it loads; one that idles holds up whoever waits for all to end

  private Loaders() {
  }

  /** So many threads; with none, the caller loads. */
  static Executor of(int threads) {
    if (threads == 0) {
      return Runnable::run;
    }
    ThreadPoolExecutor loaders = new ThreadPoolExecutor(threads, threads, IDLE_MS, TimeUnit.MILLISECONDS,
        new LinkedBlockingQueue<>(), task -> {
          Thread thread = new Thread(task, "packice-loader");
          thread.setDaemon(true);
          return thread;
        });
    loaders.allowCoreThreadTimeOut(true);
    return loaders;
  }
}
