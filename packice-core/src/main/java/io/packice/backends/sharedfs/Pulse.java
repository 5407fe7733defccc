package io.packice.backends.sharedfs;

import io.packice.core.Threads;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** A thread that does something again and again until it says that it is enough, or is closed. */
final class Pulse implements AutoCloseable {
  private final CountDownLatch closing = new CountDownLatch(1);
  private final Thread thread;

  Pulse(String name, Duration interval, BooleanSupplier action) {
    this.thread = Thread.ofPlatform().daemon().name("packice-" + name).start(() -> {
      while (!isClosing(interval)) {
        try {
          if (!action.getAsBoolean()) {
            return;
          }
        } catch (RuntimeException | Error failure) { // also for want of memory: a peer whose heart stops is given up
          Log.failed(name, failure);
        }
      }
    });
  }

  private boolean isClosing(Duration interval) {
    try {
      return closing.await(interval.toNanos(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException nobodyElseHasThisThread) {
      return true;
    }
  }

  @Override
  public void close() {
    closing.countDown();
    Threads.join(thread);
  }
}
