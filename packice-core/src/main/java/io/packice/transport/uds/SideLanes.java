package io.packice.transport.uds;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Further connections of a session, for what may take long: made when they are needed, up to a bound, and one of them kept. Safe from any thread.
 */
final class SideLanes {
  /** Who has more long operations at a time waits for one of them to end. */
  static final int MOST = 7;

  private final Opener opener;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final Deque<Lane> idle = new ArrayDeque<>(); // guarded by lock
  private final Set<Lane> busy = new HashSet<>(); // guarded by lock
  private int opening; // guarded by lock
  private boolean closed; // guarded by lock

  /** Connects once more. */
  @FunctionalInterface
  interface Opener {
    /** Null if the peer has no room for one more, or this process has not. */
    @Nullable
    Lane open();
  }

  SideLanes(Opener opener) {
    this.opener = opener;
  }

  /** A connection for the caller alone, who gives it back; null if there is none to be had. */
  @Nullable
  Lane take() {
    return take(MOST);
  }

  /** The same for what is short: it does not wait for long operations to end, however many there are. */
  @Nullable
  Lane takeAtOnce() {
    return take(Integer.MAX_VALUE);
  }

  private @Nullable Lane take(int most) {
    lock.lock();
    try {
      while (!closed && idle.isEmpty() && busy.size() + opening >= most) {
        changed.awaitUninterruptibly();
      }
      if (closed) {
        return null;
      }
      Lane lane = idle.poll();
      if (lane != null) {
        busy.add(lane);
        return lane;
      }
      opening++;
    } finally {
      lock.unlock();
    }
    return opened();
  }

  private @Nullable Lane opened() {
    Lane lane = null;
    boolean isLate;
    try {
      lane = opener.open();
    } finally {
      lock.lock();
      try {
        opening--;
        isLate = closed;
        if (lane != null && !isLate) {
          busy.add(lane);
        }
        changed.signalAll();
      } finally {
        lock.unlock();
      }
    }
    if (lane != null && isLate) {
      close(lane);
      return null;
    }
    return lane;
  }

  /** Keeps it for the next who takes one, unless one is kept already. */
  void giveBack(Lane lane) {
    boolean isKept;
    lock.lock();
    try {
      busy.remove(lane);
      isKept = !closed && idle.isEmpty();
      if (isKept) {
        idle.push(lane);
      }
      changed.signal();
    } finally {
      lock.unlock();
    }
    if (!isKept) {
      close(lane);
    }
  }

  /** Ends all of them; whoever uses one finds it broken. */
  void close() {
    List<Lane> all;
    lock.lock();
    try {
      closed = true;
      all = new ArrayList<>(idle);
      all.addAll(busy);
      idle.clear();
      changed.signalAll();
    } finally {
      lock.unlock();
    }
    all.forEach(SideLanes::close);
  }

  private static void close(Lane lane) {
    try {
      lane.close();
    } catch (IOException e) {
      Log.connectionLost(e);
    }
  }
}
