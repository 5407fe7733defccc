package io.packice.backends.memory;

import io.packice.core.BlobStore;
import io.packice.core.Extent;
import io.packice.core.ObjectId;
import io.packice.core.StorageException;
import io.packice.core.StoredObject;
import io.packice.internal.os.Descriptor;
import java.util.OptionalLong;
import java.util.function.Consumer;

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

  /**
   * Makes an object of this process alone, which no peer keeps.
   *
   * @param object what it is called, and how long its blobs are
   * @param filling writes its bytes
   * @return its bytes, sealed; the caller closes the extent
   * @throws io.packice.core.CapacityExceededException if the host has no memory for it
   * @throws StorageException if the host refuses for another reason
   */
  public static Extent sealed(StoredObject object, Consumer<Extent> filling) {
    Draft draft = new MemfdBlobStore().allocate(object.id(), OptionalLong.of(object.extentBytes()));
    Sealed sealed;
    try {
      try (Extent target = draft.openWriter()) {
        filling.accept(target);
      }
      draft.freeze(object);
      sealed = draft.seal(object);
    } catch (Throwable failure) {
      draft.discard();
      throw failure;
    }
    try {
      return sealed.openReader();
    } finally {
      sealed.close();
    }
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
      requireLength(object, memfd.byteSize());
      if (frozen) {
        return;
      }
      Descriptor reader = memfd.reopen(Extent.Access.READ_ONLY); // first: once sealed, there must be nothing left that can fail
      try {
        requireLength(object, memfd.seal()); // again, now that nobody can change it: there is room for this much, and no more is taken
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
      MemfdSealed sealed = new MemfdSealed(memfd);
      if (object.blobs().isEmpty()) {
        sealed.close();
        return new Nothing(object.id());
      }
      return sealed;
    }

    private static void requireLength(StoredObject object, long actual) {
      long expected = object.extentBytes();
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

  /** An object without blobs. There is nothing to keep, so it keeps no descriptor: a process may have few. */
  private record Nothing(ObjectId id) implements Sealed {
    @Override
    public Extent openReader() {
      try (Descriptor memfd = Descriptor.memfd(id.value())) {
        memfd.sealLength();
        return memfd.reopen(Extent.Access.READ_ONLY);
      }
    }

    @Override
    public void discard() {
      // it holds nothing
    }

    @Override
    public void close() {
      // it holds nothing
    }
  }
}
