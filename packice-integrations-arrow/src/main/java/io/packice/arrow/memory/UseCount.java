package io.packice.arrow.memory;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Counts those who use something together that is leased, such as a mapping, an open table or an object: the last of them, on whichever thread, ends it. Whoever makes the count is
 * the first user. Safe from any thread.
 */
public final class UseCount {
  private final String refusal;
  private final Runnable end;
  private final AtomicInteger users = new AtomicInteger(1);

  /**
   * Of one user.
   *
   * @param refusal what somebody is told who wants to use it after its end
   * @param end ends it; it may throw {@link IllegalStateException} while native code reads it, and is run anew at the next release
   */
  public UseCount(String refusal, Runnable end) {
    this.refusal = refusal;
    this.end = end;
  }

  /**
   * One more user.
   *
   * @throws IllegalStateException if the last one has released it
   */
  public void retain() {
    if (users.getAndUpdate(n -> n == 0 ? 0 : n + 1) == 0) {
      throw new IllegalStateException(refusal);
    }
  }

  /**
   * One user less.
   *
   * @throws IllegalStateException if native code reads it at this moment; the caller is a user still
   */
  public void release() {
    if (users.decrementAndGet() == 0) {
      try {
        end.run();
      } catch (IllegalStateException stillRead) {
        users.set(1);
        throw stillRead;
      }
    }
  }

  /** One of the uses, as something that is closed. A second close does nothing. */
  public static final class Use implements AutoCloseable {
    private final UseCount count;
    private final AtomicBoolean closed = new AtomicBoolean();

    private Use(UseCount count) {
      this.count = count;
    }

    /**
     * The first use of something.
     *
     * @param what what is used, for messages
     * @param end ends it
     * @return a use; the caller closes it
     */
    public static Use first(String what, Runnable end) {
      return new Use(new UseCount("Cannot read " + what + ": it is closed; open it anew", end));
    }

    /**
     * One more use.
     *
     * @return a use; the caller closes it
     * @throws IllegalStateException if all uses are closed
     */
    public Use another() {
      count.retain();
      return new Use(count);
    }

    /**
     * Ends the use.
     *
     * @throws IllegalStateException if native code reads it at this moment; close again later
     */
    @Override
    public void close() {
      if (closed.compareAndSet(false, true)) {
        try {
          count.release();
        } catch (IllegalStateException stillRead) {
          closed.set(false);
          throw stillRead;
        }
      }
    }
  }
}
