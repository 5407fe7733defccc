package io.packice;

import io.packice.core.Blob;
import io.packice.core.Extent;
import io.packice.core.Grant;
import io.packice.core.Lease;
import io.packice.core.Metadata;
import io.packice.core.StoredObject;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * A sealed object under a READ lease, mapped into this process: no copy was made, and nobody can change or evict it.
 *
 * <p>Safe from any thread. Whoever got the object closes it; a second close does nothing. From that moment every access to its
 * segments, buffers and streams throws {@link IllegalStateException}. <b>Native code that was given a raw address must be done before
 * the close</b>: it gets no exception but a fault.
 *
 * <p>It holds one descriptor and one mapping until it is closed.
 */
public final class LeasedObject implements AutoCloseable {
  private final ClientSession shared;
  private final Lease lease;
  private final Extent extent;
  private final Arena arena = Arena.ofShared();
  private final AtomicBoolean closed = new AtomicBoolean();
  private final List<LeasedBlob> blobs;

  LeasedObject(ClientSession shared, Grant grant) {
    this.shared = shared;
    this.lease = grant.lease();
    this.extent = grant.extent();
    try {
      this.blobs = map(lease.object());
    } catch (Throwable failure) {
      arena.close();
      throw failure;
    }
  }

  private List<LeasedBlob> map(StoredObject object) {
    MemorySegment whole = extent.map(0, object.extentBytes(), Extent.Access.READ_ONLY, arena);
    List<LeasedBlob> result = new ArrayList<>(object.blobs().size());
    for (Blob blob : object.blobs()) {
      result.add(new LeasedBlob(this, blob, whole.asSlice(blob.offset(), blob.byteSize())));
    }
    return List.copyOf(result);
  }

  /**
   * The object's name.
   *
   * @return its id
   */
  public String id() {
    return lease.object().id().value();
  }

  /**
   * What the object says about itself.
   *
   * @return its metadata
   */
  public Metadata meta() {
    return lease.object().meta();
  }

  /**
   * The object's blobs.
   *
   * @return all of them, in order
   */
  public List<LeasedBlob> blobs() {
    return blobs;
  }

  /**
   * One of the object's blobs.
   *
   * @param index which, from 0
   * @return the blob
   * @throws IndexOutOfBoundsException if there are not so many
   */
  public LeasedBlob blob(int index) {
    return blobs.get(index);
  }

  /**
   * The lease as the peer gave it.
   *
   * @return plain data
   */
  public Lease lease() {
    return lease;
  }

  /**
   * When the lease was given, in the peer's numbers: until this is closed, what the object's group consisted of then can be read
   * {@linkplain io.packice.core.AcquireRequest#withAsOf as of} it, in this or another process, whatever has been replaced or discarded since.
   *
   * @return the number; 0 if the peer does not say
   */
  public long asOf() {
    return lease.asOf();
  }

  /**
   * Starts the lease's TTL anew. A lease without TTL, which is the default, needs none of it.
   *
   * @return the TTL, counted from now; null if the lease lives as long as its session
   * @throws io.packice.core.LeaseExpiredException if the lease has ended; the mapping stays readable, but the peer may by now have
   *     given the memory's room to others
   * @throws IllegalStateException if this object is closed
   */
  public @Nullable Duration renew() {
    if (closed.get()) {
      throw new IllegalStateException("Cannot renew the lease on " + id() + ": it is closed; get the object anew");
    }
    return shared.session().renew(lease.id());
  }

  /** A private, writable view of one blob, for {@link LeasedBlob#copyOnWrite}. */
  MemorySegment mapPrivately(Blob blob) {
    return mapPrivately(blob, arena);
  }

  /** One that ends with the arena rather than with this object. */
  MemorySegment mapPrivately(Blob blob, Arena arena) {
    return extent.map(blob.offset(), blob.byteSize(), Extent.Access.COPY_ON_WRITE, arena);
  }

  /**
   * Unmaps the bytes and releases the lease, in this order. A peer in another process is told and not waited for: it has ended the lease before it
   * does anything else that this client asks, but other clients may see the lease for a moment. If the peer is gone, so is the lease, and that is
   * all right.
   *
   * @throws IllegalStateException if native code is reading a segment at this moment; the object stays open, close it again later
   */
  @Override
  public void close() {
    if (!closed.compareAndSet(false, true)) {
      return;
    }
    try {
      arena.close(); // first: from here on nobody can read the bytes, so the peer may reuse their room
    } catch (IllegalStateException stillRead) {
      closed.set(false);
      throw stillRead;
    }
    extent.close();
    shared.end(lease);
  }

  /** Such as {@code mnist/train (2 blobs, 188160000 bytes)}. */
  @Override
  public String toString() {
    return id() + " (" + blobs.size() + (blobs.size() == 1 ? " blob, " : " blobs, ")
        + lease.object().byteSize() + " bytes" + (closed.get() ? ", closed)" : ")");
  }
}
