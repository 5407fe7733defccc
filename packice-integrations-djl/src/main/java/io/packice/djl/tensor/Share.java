package io.packice.djl.tensor;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * One of the shares in something that is leased, such as an open table or an object: whoever reads it holds a share, and it is closed with
 * the last of them, on whichever thread. Closing a share twice is harmless. Safe from any thread.
 */
public final class Share implements AutoCloseable {
  private final String what;
  private final Runnable closeAll;
  private final AtomicInteger holders;
  private final AtomicBoolean closed = new AtomicBoolean();

  private Share(String what, Runnable closeAll, AtomicInteger holders) {
    this.what = what;
    this.closeAll = closeAll;
    this.holders = holders;
  }

  /**
   * The first share.
   *
   * @param what what is shared, for messages
   * @param closeAll what ends with the last share
   * @return a share; the caller closes it
   */
  public static Share first(String what, Runnable closeAll) {
    return new Share(what, closeAll, new AtomicInteger(1));
  }

  /**
   * One more share.
   *
   * @return a share; the caller closes it
   * @throws IllegalStateException if all shares are closed
   */
  public Share another() {
    if (holders.getAndUpdate(n -> n == 0 ? 0 : n + 1) == 0) {
      throw new IllegalStateException("Cannot read " + what + ": it is closed; open it anew");
    }
    return new Share(what, closeAll, holders);
  }

  @Override
  public void close() {
    if (closed.compareAndSet(false, true) && holders.decrementAndGet() == 0) {
      closeAll.run();
    }
  }
}
