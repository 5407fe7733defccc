package io.packice.arrow;

import io.packice.LeasedObject;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Memory that a table, or an import, and any number of Arrow buffers hold together: the last of them, on whichever thread, lets it go; of a leased
 * part, that unmaps it and releases the lease. Arrow reads raw addresses, so memory must outlive every buffer over it.
 */
final class SharedMapping {
  private final String id;
  private final MemorySegment segment;
  private final Runnable end;
  private final Function<Arena, MemorySegment> copyOnWrite;
  private final AtomicInteger holders = new AtomicInteger(1);
  private final @Nullable LeaseDebug debug = LeaseDebug.ifEnabled();

  private SharedMapping(String id, MemorySegment segment, Runnable end, Function<Arena, MemorySegment> copyOnWrite) {
    this.copyOnWrite = copyOnWrite;
    this.id = id;
    this.segment = segment;
    this.end = end;
  }

  /** The one blob of a leased part. The caller is the first holder, and this owns the object from now on. */
  static SharedMapping of(LeasedObject object) {
    return new SharedMapping(object.id(), object.blob(0).segment(), object::close, object.blob(0)::copyOnWrite);
  }

  /** Memory of a shared arena, which this owns from now on. The caller is the first holder. */
  static SharedMapping of(String id, MemorySegment segment, Arena arena) {
    return new SharedMapping(id, segment, arena::close,
        view -> view.allocate(segment.byteSize()).copyFrom(segment));
  }

  MemorySegment segment() {
    return segment;
  }

  /** The same bytes to be written, for nobody else to see; they end with the arena. */
  MemorySegment copyOnWrite(Arena arena) {
    return copyOnWrite.apply(arena);
  }

  /** What it is called in messages. */
  String id() {
    return id;
  }

  void retain() {
    if (holders.getAndUpdate(n -> n == 0 ? 0 : n + 1) == 0) {
      throw new IllegalStateException("Cannot read " + id() + ": its table is closed; open the table anew");
    }
  }

  /** For somebody who may hold for long; gives how to release, once. */
  Runnable hold() {
    retain();
    if (debug == null) {
      return this::release;
    }
    Object mark = debug.begin();
    return () -> {
      debug.end(mark);
      release();
    };
  }

  /** Where those began to hold who do so now; none if nobody wanted to know. */
  List<String> whereHeld() {
    return debug == null ? List.of() : debug.holders();
  }

  /**
   * @throws IllegalStateException if native code reads a segment of the mapping at this moment; the caller is a holder still
   */
  void release() {
    if (holders.decrementAndGet() == 0) {
      try {
        end.run();
      } catch (IllegalStateException stillRead) {
        holders.set(1);
        throw stillRead;
      }
    }
  }
}
