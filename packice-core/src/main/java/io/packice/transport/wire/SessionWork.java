package io.packice.transport.wire;

/**
 * When a session of a client may end, on the server's side. Its client may go at any time, but what is under way for it is carried out first: a seal that others were told of, an
 * upload. It ends once, at once or behind the last of that. Safe from any thread.
 */
public final class SessionWork {
  private final Runnable end;
  private int works; // guarded by this, as is the next
  private boolean isEnded;

  /**
   * Of a session that has just begun.
   *
   * @param end ends it; called once
   */
  public SessionWork(Runnable end) {
    this.end = end;
  }

  /**
   * Begins some work, unless the session has ended.
   *
   * @return whether it did; {@link #done} has to follow then
   */
  public synchronized boolean begin() {
    if (isEnded) {
      return false;
    }
    works++;
    return true;
  }

  /** Some work is over. */
  public void done() {
    boolean isLast;
    synchronized (this) {
      works--;
      isLast = isEnded && works == 0;
    }
    if (isLast) {
      end.run();
    }
  }

  /**
   * Lets no work begin any more, and ends the session as soon as none is under way.
   *
   * @return false if it was called before
   */
  public boolean end() {
    boolean isIdle;
    synchronized (this) {
      if (isEnded) {
        return false;
      }
      isEnded = true;
      isIdle = works == 0;
    }
    if (isIdle) {
      end.run();
    }
    return true;
  }

  /**
   * Ends the session if nothing is under way in it.
   *
   * @return whether it has ended now
   */
  public boolean endIfIdle() {
    synchronized (this) {
      if (isEnded || works > 0) {
        return false;
      }
      isEnded = true;
    }
    end.run();
    return true;
  }

  /**
   * Whether nothing begins any more.
   *
   * @return true behind the first end
   */
  public synchronized boolean isEnded() {
    return isEnded;
  }
}
