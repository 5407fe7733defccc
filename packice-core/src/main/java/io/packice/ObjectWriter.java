package io.packice;

import io.packice.core.AcquireRequest;
import io.packice.core.AcquireRequest.Binding;
import io.packice.core.Blob;
import io.packice.core.Extent;
import io.packice.core.Grant;
import io.packice.core.InvalidRequestException;
import io.packice.core.Lease;
import io.packice.core.LeaseId;
import io.packice.core.ObjectId;
import io.packice.core.PackiceException;
import io.packice.core.StorageException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A new object under its CREATE lease: fill its blobs, then {@link #seal}. Closed without seal, the object never was. If the lease has a TTL, it is
 * renewed by itself while the writer is open, so that TTL is for how long the draft stays when this process dies or hangs.
 *
 * <p>The blobs may be filled by several threads at once, each its own part; {@link #seal} and {@link #close} come after them. Whoever
 * created the writer closes it; a second close does nothing.
 */
public final class ObjectWriter implements AutoCloseable {
  private enum State {
    OPEN, FROZEN, SEALED, CLOSED
  }

  private final ClientSession shared;
  private final Lease lease;
  private final Binding binding;
  private volatile Extent extent; // replaced under this
  private final List<BlobWriter> blobs;

  private State state = State.OPEN; // guarded by this
  private @Nullable Arena arena; // guarded by this; exists while something is mapped

  ObjectWriter(ClientSession shared, Grant grant, AcquireRequest request) {
    this.shared = shared;
    this.lease = grant.lease();
    this.binding = request.binding();
    this.extent = grant.extent();
    boolean sized = request.sizes() != null;
    List<BlobWriter> writers = new ArrayList<>();
    for (Blob blob : lease.object().blobs()) {
      writers.add(new BlobWriter(this, blob, sized));
    }
    this.blobs = List.copyOf(writers);
    if (lease.ttl() != null) {
      shared.keeper().keep(lease.id(), lease.ttl());
    }
  }

  /**
   * The object's name, which the peer chose if the request did not.
   *
   * @return its id
   */
  public String id() {
    return lease.object().id().value();
  }

  /**
   * The object's blobs.
   *
   * @return all of them, in order
   */
  public List<BlobWriter> blobs() {
    return blobs;
  }

  /**
   * One of the object's blobs.
   *
   * @param index which, from 0
   * @return the blob
   * @throws IndexOutOfBoundsException if there are not so many
   */
  public BlobWriter blob(int index) {
    return blobs.get(index);
  }

  /**
   * Says that all bytes are written, and lets the peer do already what takes long of a {@link #seal}: checksums, writing to disk, and over HTTP the sending. Nothing
   * becomes visible, and nothing can be written any more; the seal, alone or with many others, then takes a moment. So who writes what is sealed together
   * freezes each object when it is full, in the thread that has filled it. Open streams are flushed, and segments unmapped. What is frozen already stays so.
   *
   * @throws io.packice.core.StillMappedException if another process, or native code, maps the draft writable; the draft stays, so unmap
   *     it and freeze again
   * @throws io.packice.core.LeaseExpiredException if the lease has ended; the draft is gone
   * @throws io.packice.core.CapacityExceededException if the object was created without sizes and has outgrown what fits; it stays
   * @throws io.packice.core.StorageException if the disk refuses; it stays
   * @throws IllegalStateException if this writer is sealed or closed, or another thread is inside a segment at this moment
   */
  public synchronized void freeze() {
    if (state == State.FROZEN) {
      return;
    }
    requireOpen();
    finishWriting();
    makeReadOnly();
    try {
      shared.session().freeze(lease.id());
    } catch (Throwable failure) {
      makeWritable(failure);
      throw failure;
    }
    state = State.FROZEN;
  }

  /** Nothing of what was written is on its way any more, and nothing is mapped. */
  private void finishWriting() {
    for (BlobWriter blob : blobs) {
      blob.flush();
    }
    unmap();
  }

  /**
   * Starts the lease's TTL anew. It is done by itself, thrice within the TTL, while this is open; a lease without TTL, which is the default, needs none of it.
   *
   * @return the TTL, counted from now; null if the lease lives as long as its session
   * @throws io.packice.core.LeaseExpiredException if the lease has ended; what was not sealed by then is gone
   * @throws IllegalStateException if this writer's client and all that it has opened are closed
   */
  public @Nullable Duration renew() {
    return shared.session().renew(lease.id());
  }

  /**
   * Makes the object immutable and visible to every client of the peer. Open streams are flushed, and the segments of this writer are
   * unmapped first: using one later throws {@link IllegalStateException}. The writer keeps a READ lease on the object until it is closed.
   *
   * @throws io.packice.core.StillMappedException if another process, or native code, maps the draft writable; the draft stays, so unmap
   *     it and seal again
   * @throws io.packice.core.LeaseExpiredException if the lease has ended; the draft is gone
   * @throws io.packice.core.NotPermittedException if it is sealed already
   * @throws io.packice.core.CapacityExceededException if the object was created without sizes and has outgrown what fits; it stays
   * @throws IllegalStateException if this writer is closed, or another thread is inside a segment at this moment
   */
  public void seal() {
    seal(shared, List.of(), List.of(this), List.of());
  }

  /** Seals all of them or none, as {@link PackiceClient#seal} says. */
  static void seal(ClientSession session, List<LeaseId> handedOver, List<ObjectWriter> writers,
      List<ObjectId> discards) {
    List<ObjectWriter> ready = new ArrayList<>(writers.size());
    try {
      for (ObjectWriter writer : writers) {
        writer.beginSeal(session);
        ready.add(writer);
      }
      session.session()
          .seal(Stream.concat(handedOver.stream(), ready.stream().map(writer -> writer.lease.id())).toList(), discards);
    } catch (Throwable failure) {
      ready.forEach(writer -> writer.sealFailed(failure));
      throw failure;
    }
    ready.forEach(ObjectWriter::sealed);
  }

  /**
   * Closes this writer without ending its lease, for somebody else to go on with, in whichever process: who is told the lease's id seals what was
   * written, by {@link PackiceClient#seal(List, List)}, renews the lease meanwhile, or releases it. If nobody does so within the lease's TTL, the
   * object never was. Streams are flushed, and segments unmapped.
   *
   * @return the lease's id, which is a secret: who knows it may seal or discard the object
   * @throws IllegalStateException if the lease would end with this client ({@link AcquireRequest#withBinding} makes one that does not), this is sealed
   *     or closed, or another thread is inside a segment at this moment
   */
  public synchronized String handOver() {
    if (state != State.FROZEN) {
      requireOpen();
    }
    if (binding != Binding.DETACHED) {
      throw new IllegalStateException(
          "Cannot hand over " + id() + ": its lease ends with its session; acquire it with Binding.DETACHED");
    }
    finishWriting();
    state = State.CLOSED;
    shared.keeper().forget(lease.id());
    extent.close();
    shared.release();
    return lease.id().value();
  }

  private synchronized void beginSeal(ClientSession by) {
    if (state == State.CLOSED) {
      throw new IllegalStateException("Cannot seal " + id() + ": its writer is closed; create the object anew");
    }
    if (by != shared) {
      throw new IllegalArgumentException(
          "Cannot seal " + id() + " with others: another client has created it; seal it by itself");
    }
    finishWriting();
    if (state == State.OPEN) {
      makeReadOnly();
    }
  }

  private synchronized void sealFailed(Throwable failure) {
    if (state == State.OPEN) {
      makeWritable(failure);
    }
  }

  private synchronized void sealed() {
    if (state == State.OPEN || state == State.FROZEN) {
      state = State.SEALED;
    }
  }

  /** What nobody can write to any more can be sealed as it is. The file of another user's peer stays writable; the peer seals a copy of it. */
  private void makeReadOnly() {
    Extent writable = extent;
    try {
      extent = writable.reopen(Extent.Access.READ_ONLY);
    } catch (StorageException notOurs) {
      return;
    }
    writable.close();
  }

  /** The draft stays, to be written and sealed again; unless it has gone, which the failure says. */
  private void makeWritable(Throwable failure) {
    try {
      Extent readOnly = extent;
      extent = readOnly.reopen(Extent.Access.READ_WRITE);
      readOnly.close();
    } catch (PackiceException notWritable) {
      failure.addSuppressed(notWritable);
    }
  }

  Extent extent() {
    return extent;
  }

  /** How much the peer holds; no bound if it is one that does not say. */
  long peerCapacityBytes() {
    try {
      return shared.session().stats().capacityBytes();
    } catch (InvalidRequestException unknown) {
      return Long.MAX_VALUE;
    }
  }

  /**
   * Unmaps the bytes and releases the lease. If the object is not sealed, it never was.
   *
   * @throws IllegalStateException if another thread is inside a segment at this moment; the writer stays open, close it again later
   */
  @Override
  public synchronized void close() {
    if (state == State.CLOSED) {
      return;
    }
    unmap();
    state = State.CLOSED;
    shared.keeper().forget(lease.id());
    extent.close();
    shared.end(lease);
  }

  synchronized MemorySegment map(Blob blob) {
    requireOpen();
    arena = Optional.ofNullable(arena).orElseGet(Arena::ofShared);
    return extent.map(blob.offset(), blob.byteSize(), Extent.Access.READ_WRITE, arena);
  }

  synchronized void requireOpen() {
    if (state != State.OPEN) {
      throw new IllegalStateException(
          "Cannot write to " + id() + ": it is " + state.name().toLowerCase(Locale.ROOT) + "; create it anew");
    }
  }

  private void unmap() {
    if (arena != null) {
      arena.close();
      arena = null;
    }
    blobs.forEach(BlobWriter::forgetSegment);
  }
}
