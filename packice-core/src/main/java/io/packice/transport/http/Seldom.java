package io.packice.transport.http;

import java.time.Duration;
import java.util.function.LongSupplier;

/** Says of an event that clients can cause as often as they like when it is worth a line of the log: not while the last line is new. Safe from any thread. */
final class Seldom {
  private final long pauseNanos;
  private final LongSupplier nanoTime;
  private boolean isFirst = true; // guarded by this, as are the next two
  private long lastNanos;
  private long unsaid;

  Seldom(Duration pause, LongSupplier nanoTime) {
    this.pauseNanos = pause.toNanos();
    this.nanoTime = nanoTime;
  }

  /** Does something with the number of events that went unsaid since the last time; or nothing, and counts this one. */
  void event(Saying saying) {
    long before;
    synchronized (this) {
      long now = nanoTime.getAsLong();
      if (!isFirst && now - lastNanos < pauseNanos) {
        unsaid++;
        return;
      }
      isFirst = false;
      lastNanos = now;
      before = unsaid;
      unsaid = 0;
    }
    saying.say(before == 0 ? "" : " (" + before + " more since the last such line)");
  }

  /** Writes the line. */
  interface Saying {
    void say(String others);
  }
}
