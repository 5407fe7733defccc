package io.packice.transport.http;

import io.packice.core.Extent;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Bytes that are fetched when somebody wants them: who takes a lease to discard an object does not. */
final class LazyExtent implements Extent {
  private final Supplier<Extent> fetch;
  private @Nullable Extent fetched; // guarded by this
  private boolean closed; // guarded by this

  LazyExtent(Supplier<Extent> fetch) {
    this.fetch = fetch;
  }

  private synchronized Extent extent() {
    if (closed) {
      throw new IllegalStateException("Cannot use this extent: it is closed; acquire the object anew");
    }
    Extent here = fetched;
    if (here == null) {
      here = fetch.get();
      fetched = here;
    }
    return here;
  }

  @Override
  public long byteSize() {
    return extent().byteSize();
  }

  @Override
  public Extent reopen(Access access) {
    return extent().reopen(access);
  }

  @Override
  public MemorySegment map(long offset, long byteSize, Access access, Arena arena) {
    return extent().map(offset, byteSize, access, arena);
  }

  @Override
  public void write(ByteBuffer source, long offset) {
    extent().write(source, offset);
  }

  @Override
  public int read(ByteBuffer target, long offset) {
    return extent().read(target, offset);
  }

  @Override
  public int fd() {
    return extent().fd();
  }

  @Override
  public synchronized void close() {
    closed = true;
    if (fetched != null) {
      fetched.close();
    }
  }
}
