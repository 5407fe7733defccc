package io.packice.core;

/** Where a peer reads the time: the system's in earnest, a hand-moved one in tests. Safe from any thread. */
@FunctionalInterface
public interface TimeSource {
  /** The system's monotonic clock. */
  TimeSource SYSTEM = System::nanoTime;

  /**
   * The time now.
   *
   * @return nanoseconds since an arbitrary moment; only differences mean anything
   */
  long nanoTime();
}
