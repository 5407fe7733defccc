package io.packice.backends.memory;

import io.packice.core.BlobStore;
import io.packice.core.Extent;
import io.packice.core.ObjectId;
import io.packice.core.StorageException;
import io.packice.core.StoredObject;
import io.packice.internal.os.Descriptor;
import java.util.OptionalLong;

/**
 * Keeps each object in one memfd: anonymous shared memory that the kernel seals.
 *
 * <p>Memory is set aside at create, so that a full host is an error to the creator and never a fault of a reader; in huge pages where the kernel
 * has them, and at seal for a draft without sizes. At seal the kernel is asked
 * for {@code F_SEAL_GROW | SHRINK | WRITE | SEAL}; it refuses while anybody maps the memfd writable. Readers get a fresh read-only
 * descriptor each. An object costs one descriptor in the peer. Safe from any thread.
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
      requireLength(object);
      if (frozen) {
        return;
      }
      Descriptor reader = memfd.reopen(Extent.Access.READ_ONLY); // first: once sealed, there must be nothing left that can fail
      try {
        if (!sized) {
          reader.collapse();
        }
        memfd.sealForGood();
        requireLength(object); // again, now that nobody can change it
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
      return new MemfdSealed(memfd);
    }

    private void requireLength(StoredObject object) {
      long expected = object.extentBytes();
      long actual = memfd.byteSize();
      if (actual != expected) {
        throw new StorageException("Cannot seal " + object.id() + ": it has " + actual + " bytes instead of " + expected
            + " in its extent; nobody may resize it while it is sealed: create it anew");
      }
    }

    @Override
    public void discard() {
      memfd.close();
    }
  }

  private record MemfdSealed(Descriptor memfd) implements Sealed {
    @Override
    public Extent openReader() {
      return memfd.reopen(Extent.Access.READ_ONLY);
    }

    @Override
    public void discard() {
      memfd.close();
    }

    @Override
    public void close() {
      memfd.close();
    }
  }
}
