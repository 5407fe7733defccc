package io.packice.transport.uds;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Ends connections whose clients have gone while their requests wait. A connection's own thread notices when it reads; while it waits for
 * somebody's seal, perhaps for years, it does not read. One thread looks at all that wait, and there is none while nobody does. Safe from any thread.
 */
final class HangUps implements AutoCloseable {
  /** Well below the time in which what a killed client held is to be free. */
  private static final long PAUSE_NANOS = 25_000_000;

  private final Set<Connection> waiting = ConcurrentHashMap.newKeySet();
  private @Nullable Thread looker; // guarded by this
  private boolean closed; // guarded by this

  /** From here on its client's end ends it, until {@link #leave}. */
  void watch(Connection connection) {
    waiting.add(connection);
    synchronized (this) {
      if (looker == null && !closed) {
        looker = Thread.ofPlatform().daemon().name("packice-uds-hangups").start(this::look);
      }
    }
  }

  void leave(Connection connection) {
    waiting.remove(connection);
  }

  private void look() {
    try {
      while (isNeeded()) {
        for (Connection each : waiting) {
          endIfGone(each);
        }
        LockSupport.parkNanos(PAUSE_NANOS);
      }
    } finally {
      ended(); // also for want of memory: whoever waits next begins to look anew
    }
  }

  private synchronized void ended() {
    if (Thread.currentThread().equals(looker)) {
      looker = null;
    }
  }

  private void endIfGone(Connection connection) {
    try {
      if (connection.isHungUp()) {
        leave(connection);
        connection.close();
      }
    } catch (RuntimeException | Error failure) { // it must not keep the others from being looked at
      leave(connection);
      Log.unexpected(failure);
    }
  }

  private synchronized boolean isNeeded() {
    if (!closed && !waiting.isEmpty()) {
      return true;
    }
    looker = null;
    return false;
  }

  @Override
  public synchronized void close() {
    closed = true;
  }
}
