package io.packice.core;

import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** What a peer with two tiers does in the background: promotes what has earned it, and demotes down to the low watermark. */
final class TierChores implements AutoCloseable {
  /** What could not be moved is tried again after that. */
  private static final long PAUSE_NANOS = Duration.ofSeconds(10).toNanos();

  private final PeerState state;
  private final Places places;
  private final Mover mover;
  private final long lowBytes;
  private final ReentrantLock running = new ReentrantLock();
  private final @Nullable Thread thread;
  private volatile boolean closed;

  TierChores(PeerState state, Mover mover, Tiering tiering) {
    this.state = state;
    this.places = Objects.requireNonNull(state.places);
    this.mover = mover;
    this.lowBytes = (long) (places.upper.ledger.capacity * tiering.lowWatermark());
    this.thread =
        tiering.inBackground() ? Thread.ofPlatform().daemon().name("packice-tiers").unstarted(this::loop) : null;
    if (thread != null) {
      thread.start();
    }
  }

  /** Does now all that is due. */
  void run() {
    running.lock();
    try {
      for (ObjectEntry next = state.locked(places::nextRiser); next != null && !closed;
          next = state.locked(places::nextRiser)) {
        mover.promote(next, lowBytes);
      }
      mover.demoteTo(lowBytes);
    } finally {
      settled();
      running.unlock();
    }
  }

  private void settled() {
    state.lock.lock();
    try {
      places.settled();
    } finally {
      state.lock.unlock();
    }
  }

  private void loop() {
    while (awaitDue()) {
      try {
        run();
      } catch (RuntimeException | Error failure) {
        if (!closed) {
          Log.cannotMove(failure); // the next round may do better, and objects stay where they are
        }
      }
    }
  }

  private boolean awaitDue() {
    state.lock.lock();
    try {
      if (!closed) {
        places.awaitDue(PAUSE_NANOS);
      }
      return !closed;
    } catch (InterruptedException nobodyElseHasThisThread) {
      return false;
    } finally {
      state.lock.unlock();
    }
  }

  /** Ends the thread, after what it is doing at this moment. */
  @Override
  public void close() {
    closed = true;
    state.lock.lock();
    try {
      places.cancelMoves();
      places.wake();
    } finally {
      state.lock.unlock();
    }
    if (thread != null) {
      Threads.join(thread);
    }
  }
}
