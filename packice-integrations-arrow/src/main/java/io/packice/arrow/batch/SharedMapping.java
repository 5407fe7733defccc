package io.packice.arrow.batch;

import io.packice.LeasedObject;
import io.packice.arrow.memory.UseCount;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Memory that a table, or an import, and any number of Arrow buffers use together: the last of them, on whichever thread, ends it; of a leased
 * part, that unmaps it and releases the lease. Arrow reads raw addresses, so memory must outlive every buffer over it.
 */
public final class SharedMapping {
  private final String id;
  private final MemorySegment segment;
  private final Function<Arena, MemorySegment> copyOnWrite;
  private final UseCount users;
  private final @Nullable LeaseDebug debug = LeaseDebug.ifEnabled();

  private SharedMapping(String id, MemorySegment segment, Runnable end, Function<Arena, MemorySegment> copyOnWrite) {
    this.copyOnWrite = copyOnWrite;
    this.id = id;
    this.segment = segment;
    this.users = new UseCount("Cannot read " + id + ": its table is closed; open the table anew", end);
  }

  /**
   * The one blob of a leased part. The caller is the first holder, and this owns the object from now on.
   *
   * @param object the part
   * @return its memory
   */
  public static SharedMapping of(LeasedObject object) {
    return new SharedMapping(object.id(), object.blob(0).segment(), object::close, object.blob(0)::copyOnWrite);
  }

  /**
   * Memory of a shared arena, which this owns from now on. The caller is the first holder.
   *
   * @param id what messages call it
   * @param segment the memory
   * @param arena ends it
   * @return the same, shared
   */
  public static SharedMapping of(String id, MemorySegment segment, Arena arena) {
    return new SharedMapping(id, segment, arena::close,
        view -> view.allocate(segment.byteSize()).copyFrom(segment));
  }

  /**
   * The memory.
   *
   * @return all of it
   */
  public MemorySegment segment() {
    return segment;
  }

  /**
   * The same bytes to be written, for nobody else to see; they end with the arena.
   *
   * @param arena ends them
   * @return the private memory
   */
  public MemorySegment copyOnWrite(Arena arena) {
    return copyOnWrite.apply(arena);
  }

  /**
   * What it is called in messages.
   *
   * @return the part's id, or a source's name
   */
  public String id() {
    return id;
  }

  /**
   * Becomes a holder.
   *
   * @throws IllegalStateException if the last one has let go
   */
  public void retain() {
    users.retain();
  }

  /**
   * For somebody who may hold for long; gives how to release, once.
   *
   * @return lets go; to be run once
   * @throws IllegalStateException if the last one has let go
   */
  public Runnable hold() {
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

  /**
   * Where those began to hold who do so now; none if nobody wanted to know.
   *
   * @return a place for each
   */
  public List<String> whereHeld() {
    return debug == null ? List.of() : debug.holders();
  }

  /**
   * Is a holder no more.
   *
   * @throws IllegalStateException if native code reads a segment of the mapping at this moment; the caller is a holder still
   */
  public void release() {
    users.release();
  }
}
