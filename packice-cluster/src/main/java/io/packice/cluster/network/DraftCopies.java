package io.packice.cluster.network;

import io.packice.core.Extent;
import io.packice.core.StorageException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A draft's bytes on the way from the peer where they are written to the others where they are to lie as well: they are copied once, when they are final. Safe
 * from any thread.
 */
final class DraftCopies implements AutoCloseable {
  private static final long STEP = 64L << 20;

  private final Extent written;
  private final Extent source;
  private final List<Extent> targets;
  private final boolean isHandedOver;
  /** Whether the source is what the writer has, which must stay open for it. */
  private final boolean isShared;
  private int handles; // guarded by this: that the writer has open
  private boolean done; // guarded by this
  private boolean closed; // guarded by this

  /**
   * Copies of a draft.
   *
   * @param written where its writer writes
   * @param targets where the bytes go; closed with this
   * @param isHandedOver whether somebody else may seal it, who has not the bytes: then they are copied when the writer closes the last that it has open
   */
  DraftCopies(Extent written, List<Extent> targets, boolean isHandedOver) {
    this.written = written;
    this.targets = List.copyOf(targets);
    this.isHandedOver = isHandedOver;
    Extent own = readable(written);
    this.isShared = own == null;
    this.source = own == null ? written : own;
  }

  /** A descriptor that does not hold up a seal; another user's file can be had as it is only. */
  private static @Nullable Extent readable(Extent written) {
    try {
      return written.reopen(Extent.Access.READ_ONLY);
    } catch (StorageException notOurs) {
      return null;
    }
  }

  /** What the writer gets. */
  Extent forWriter() {
    return isHandedOver || isShared ? new Handle(written, isShared) : written;
  }

  /** Copies, unless that is done. Nobody writes any more. */
  synchronized void copy() {
    if (done || closed) {
      return;
    }
    long byteSize = source.byteSize();
    for (long at = 0; at < byteSize; at += STEP) {
      long length = Math.min(STEP, byteSize - at);
      try (Arena arena = Arena.ofShared()) {
        MemorySegment part = source.map(at, length, Extent.Access.READ_ONLY, arena);
        for (Extent target : targets) {
          ByteBuffer bytes = part.asByteBuffer();
          target.write(bytes, at);
        }
      }
    }
    done = true;
    targets.forEach(Extent::close); // who may still write to a file makes its seal a copy
  }

  /** Ends what this has open, copied or not. */
  @Override
  public synchronized void close() {
    if (!closed) {
      closed = true;
      targets.forEach(Extent::close);
      if (!isShared || handles == 0) {
        source.close();
      }
    }
  }

  private synchronized void opened() {
    handles++;
  }

  private synchronized void handleClosed(Extent extent, boolean isSource) {
    boolean isLast = --handles == 0;
    if (isLast && isHandedOver) {
      copy();
    }
    if (!isSource || closed) {
      extent.close();
    }
  }

  /** An extent of the writer's. */
  private final class Handle implements Extent {
    private final Extent extent;
    private final boolean isSource;
    private boolean isClosed; // guarded by this

    Handle(Extent extent, boolean isSource) {
      this.extent = extent;
      this.isSource = isSource;
      opened();
    }

    private synchronized Extent open() {
      if (isClosed) {
        throw new IllegalStateException("Cannot use this extent: it is closed; acquire the object anew");
      }
      return extent;
    }

    @Override
    public long byteSize() {
      return open().byteSize();
    }

    @Override
    public Extent reopen(Access access) {
      return new Handle(open().reopen(access), false);
    }

    @Override
    public MemorySegment map(long offset, long byteSize, Access access, Arena arena) {
      return open().map(offset, byteSize, access, arena);
    }

    @Override
    public void write(ByteBuffer source, long offset) {
      open().write(source, offset);
    }

    @Override
    public int read(ByteBuffer target, long offset) {
      return open().read(target, offset);
    }

    @Override
    public int fd() {
      return open().fd();
    }

    @Override
    public void close() {
      synchronized (this) {
        if (isClosed) {
          return;
        }
        isClosed = true;
      }
      handleClosed(extent, isSource);
    }
  }
}
