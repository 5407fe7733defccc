package io.packice.djl;

import java.lang.ref.Cleaner;
import java.util.concurrent.atomic.AtomicBoolean;

/** Closes what its owner forgot to close before it was collected, and says in the log where it was made. */
final class LeakWatch implements AutoCloseable {
  private static final Cleaner CLEANER = Cleaner.create();

  /** Must not refer to the owner. */
  private record State(String what, Throwable creation, AtomicBoolean closed, Runnable end) implements Runnable {
    @Override
    public void run() {
      if (closed.compareAndSet(false, true)) {
        Log.forgotten(what, creation);
        end.run();
      }
    }
  }

  private final State state;
  private final Cleaner.Cleanable cleanable;

  /**
   * Watches an owner.
   *
   * @param owner who should close what ends with it
   * @param what what it is, for the log
   * @param creation where the owner was made
   * @param end closes it; must not refer to the owner
   */
  LeakWatch(Object owner, String what, Throwable creation, Runnable end) {
    this.state = new State(what, creation, new AtomicBoolean(), end);
    this.cleanable = CLEANER.register(owner, state);
  }

  @Override
  public void close() {
    if (state.closed.compareAndSet(false, true)) {
      state.end.run();
    }
    cleanable.clean();
  }
}
