package io.packice.core;

/**
 * A peer's background thread: it ends what has passed its TTL, and frees what nobody needs any more, until the peer is closed. What goes wrong,
 * also for want of memory, is told and tried again.
 */
final class Chores {
  /** So that what fails again and again fills neither the log nor a processor. */
  private static final long PAUSE_NANOS = 100_000_000;

  private final PeerState state;
  private final Runnable freeing;
  private final Thread thread;

  Chores(PeerState state, Runnable freeing) {
    this.state = state;
    this.freeing = freeing;
    this.thread = Thread.ofPlatform().daemon().name("packice-peer").start(this::run);
  }

  private void run() {
    boolean isOpen = true;
    while (isOpen) {
      try {
        isOpen = await();
        freeing.run();
      } catch (RuntimeException | Error failure) {
        isOpen = pauseAfter(failure);
      }
    }
  }

  /** Waits until there is something to free; false once the peer is closed. */
  @SuppressWarnings("WaitNotInLoop") // its caller loops
  private boolean await() {
    state.lock.lock();
    try {
      state.endWhatIsDue();
      long nanos = state.nanosUntilNextDue();
      if (state.isClosed() || state.hasWork()) {
        return !state.isClosed();
      }
      long _ = state.chores.awaitNanos(nanos);
      return !state.isClosed();
    } catch (InterruptedException nobodyElseHasThisThread) {
      return false;
    } finally {
      state.lock.unlock();
    }
  }

  /** False once the peer is closed. */
  @SuppressWarnings("WaitNotInLoop") // whatever wakes it, the caller looks again
  private boolean pauseAfter(Throwable failure) {
    report(failure);
    state.lock.lock();
    try {
      long _ = state.isClosed() ? 0 : state.chores.awaitNanos(PAUSE_NANOS);
      return !state.isClosed();
    } catch (InterruptedException nobodyElseHasThisThread) {
      return false;
    } finally {
      state.lock.unlock();
    }
  }

  private static void report(Throwable failure) {
    try {
      Log.choresFailed(failure);
    } catch (RuntimeException | Error unreported) {
      failure.addSuppressed(unreported); // there is nobody left to tell
    }
  }

  /** Waits for the end, which the peer's close brings. */
  void join() {
    Threads.join(thread);
  }
}
