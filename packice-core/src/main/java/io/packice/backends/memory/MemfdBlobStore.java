package io.packice.backends.memory;

import io.packice.core.BlobStore;
import io.packice.core.Extent;
import io.packice.core.ObjectId;
import io.packice.core.StoredObject;
import io.packice.internal.os.Descriptor;
import java.util.OptionalLong;

/**
 * Keeps each object in one memfd: anonymous shared memory that the kernel seals.
 *
 * <p>Memory is set aside at create, so that a full host is an error to the creator and never a fault of a reader; in huge pages where the kernel
 * has them, and at seal for a draft without sizes. At seal the kernel is asked
 * for {@code F_SEAL_GROW | SHRINK | WRITE}; it refuses while anybody maps the memfd writable. Then the length is compared with what there is room
 * for, before any memory is taken for holes or huge pages, and {@code F_SEAL_SEAL} ends it. Readers get a fresh read-only
 * descriptor each. An object costs one descriptor in the peer, one without blobs none. Safe from any thread.
 */
public final class MemfdBlobStore implements BlobStore {
  /** Makes a store that holds nothing yet. */
  public MemfdBlobStore() {
  }

  @Override
  public Draft allocate(ObjectId id, OptionalLong byteSize) {
    Descriptor memfd = Descriptor.memfd(id.value());
    try {
      if (byteSize.isPresent()) {
        memfd.allocateHuge(byteSize.getAsLong());
        memfd.sealLength();
      }
      return new MemfdDraft(memfd, byteSize.isPresent());
    } catch (RuntimeException failure) {
      memfd.close();
      throw failure;
    }
  }

  /** Does nothing: every memfd belongs to its draft or sealed extent. */
  @Override
  public void close() {
    // what a memfd holds goes with its last descriptor and mapping
  }

  private static final class MemfdDraft implements Draft {
    private final boolean sized;
    private Descriptor memfd;
    private boolean frozen; // the kernel has sealed it, which cannot be undone, and the descriptor is one for readers

    MemfdDraft(Descriptor memfd, boolean sized) {
      this.memfd = memfd;
      this.sized = sized;
    }

    @Override
    public Extent openWriter() {
      return memfd.reopen(Extent.Access.READ_WRITE);
    }

    @Override
    public long byteSize() {
      return memfd.byteSize();
    }

    @Override
    public void freeze(StoredObject object) {
      SealedMemory.requireLength(object, memfd.byteSize());
      if (frozen) {
        return;
      }
      Descriptor reader = memfd.reopen(Extent.Access.READ_ONLY); // first: once sealed, there must be nothing left that can fail
      try {
        SealedMemory.requireLength(object, memfd.seal()); // again, now that nobody can change it: there is room for this much, and no more is taken
        if (!sized) {
          reader.collapse(object.extentBytes());
        }
        memfd.completeSeal();
      } catch (Throwable failure) {
        reader.close();
        throw failure;
      }
      memfd.close();
      memfd = reader;
      frozen = true;
    }

    @Override
    public Sealed seal(StoredObject object) {
      return SealedMemory.of(object, memfd);
    }

    @Override
    public void discard() {
      memfd.close();
    }
  }
}
