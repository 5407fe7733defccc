package io.packice.transport.http;

import io.packice.core.Extent;
import io.packice.core.NotPermittedException;
import io.packice.core.PackiceException;
import io.packice.core.StoredObject;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of a draft while requests write them. A seal needs that nobody does, and that this process cannot write either: the kernel, or a
 * store of files, would see an open writer. Safe from any thread.
 */
final class OpenDraft implements AutoCloseable {
  private enum State {
    WRITABLE, FROZEN, CLOSED
  }

  private final StoredObject object;
  private final boolean sized;
  private Extent extent; // guarded by this
  private int writers; // guarded by this
  private State state = State.WRITABLE; // guarded by this

  OpenDraft(StoredObject object, Extent extent, boolean sized) {
    this.object = object;
    this.extent = extent;
    this.sized = sized;
  }

  StoredObject object() {
    return object;
  }

  /** Whether its blobs have their lengths already; if not, its one blob grows as it is written. */
  boolean isSized() {
    return sized;
  }

  /** The extent to write to, until {@link #endWrite}. */
  synchronized Extent beginWrite() {
    if (state != State.WRITABLE) {
      throw new NotPermittedException("Cannot write to " + object.id() + ": it is "
          + (state == State.FROZEN ? "frozen, or being sealed" : "no draft any more") + "; create it anew");
    }
    writers++;
    return extent;
  }

  synchronized void endWrite() {
    writers--;
    if (writers == 0 && state == State.CLOSED) {
      extent.close();
    }
  }

  /** Nobody writes from here on, until {@link #thaw}. False if that was so already. */
  synchronized boolean freeze(String verb) {
    if (state == State.FROZEN) {
      return false;
    }
    if (state != State.WRITABLE || writers > 0) {
      throw new NotPermittedException("Cannot " + verb + " " + object.id() + ": "
          + (state == State.WRITABLE ? underWay() : "it is sealed already, or has ended"));
    }
    replace(Extent.Access.READ_ONLY);
    state = State.FROZEN;
    return true;
  }

  private String underWay() {
    return writers == 1 ? "an upload of it is under way; wait for its answer"
        : writers + " uploads of it are under way; wait for their answers";
  }

  /** The freeze or seal was refused: the draft can be sealed again, and written if the store still lets anybody. */
  synchronized void thaw(Throwable refusal) {
    if (state == State.FROZEN) {
      state = State.WRITABLE;
      try {
        replace(Extent.Access.READ_WRITE);
      } catch (PackiceException frozenOrGone) {
        refusal.addSuppressed(frozenOrGone);
      }
    }
  }

  private void replace(Extent.Access access) {
    Extent other = extent.reopen(access);
    extent.close();
    extent = other;
  }

  /** The file that the bytes are in; null if they are in memory. */
  synchronized @Nullable Path file() {
    return OpenBytes.fileOf(extent);
  }

  /** Lets go of the bytes, when the last writer is done. A second close does nothing. */
  @Override
  public synchronized void close() {
    if (state != State.CLOSED) {
      state = State.CLOSED;
      if (writers == 0) {
        extent.close();
      }
    }
  }
}
