package io.packice;

import io.packice.core.Blob;
import java.io.InputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;

/**
 * One blob of a {@link LeasedObject}: the same bytes as a segment, a buffer or a stream, none of them a copy. All of them end with the
 * object's close. Safe from any thread, except that one buffer or stream belongs to one thread at a time.
 */
public final class LeasedBlob {
  private final LeasedObject object;
  private final Blob blob;
  private final MemorySegment segment;

  LeasedBlob(LeasedObject object, Blob blob, MemorySegment segment) {
    this.object = object;
    this.blob = blob;
    this.segment = segment;
  }

  /**
   * The blob's length.
   *
   * @return length in bytes
   */
  public long byteSize() {
    return blob.byteSize();
  }

  /**
   * The bytes in place.
   *
   * @return a read-only segment, always the same; it starts on a page boundary and may pass 2 GiB
   */
  public MemorySegment segment() {
    return segment;
  }

  /**
   * The bytes in place, as a buffer.
   *
   * @return a new read-only, direct buffer in big-endian order, as buffers are born; position 0, limit at the blob's length
   * @throws UnsupportedOperationException if the blob is larger than 2^31 - 1 bytes; use {@link #segment}
   */
  public ByteBuffer byteBuffer() {
    if (byteSize() > Integer.MAX_VALUE) {
      throw new UnsupportedOperationException(
          "Cannot view " + byteSize() + " bytes of " + object.id() + " as one buffer of at most "
              + Integer.MAX_VALUE + "; use segment(), whole or in slices");
    }
    return segment.asByteBuffer();
  }

  /**
   * The bytes as a stream from the first to the last. It supports mark and reset; closing it closes nothing else.
   *
   * @return a new stream
   */
  public InputStream inputStream() {
    return new SegmentInputStream(segment);
  }

  /**
   * A view that may be written: whatever is stored goes to a private copy of the page, and nobody else sees it. For code that changes
   * its input in place. Each call gives a new, unchanged view; it costs memory only for the pages that are written.
   *
   * @return a writable segment that ends with the object's close
   * @throws io.packice.core.StorageException if the kernel refuses another mapping
   * @throws IllegalStateException if the object is closed
   */
  public MemorySegment copyOnWrite() {
    return object.mapPrivately(blob);
  }

  /**
   * Like {@link #copyOnWrite()}, for a view that ends before the object, so that the pages that were written do not stay for as long.
   *
   * @param arena ends the view; close it before the object, whose lease is what the peer counts the memory by
   * @return a writable segment
   * @throws io.packice.core.StorageException if the kernel refuses another mapping
   * @throws IllegalStateException if the object or the arena is closed
   */
  public MemorySegment copyOnWrite(Arena arena) {
    return object.mapPrivately(blob, arena);
  }
}
