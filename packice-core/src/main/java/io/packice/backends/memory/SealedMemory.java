package io.packice.backends.memory;

import io.packice.core.BlobStore;
import io.packice.core.Extent;
import io.packice.core.StorageException;
import io.packice.core.StoredObject;
import io.packice.internal.os.Descriptor;

/**
 * A sealed object in memory, behind one descriptor; readers get a fresh one each.
 *
 * @param reader of it, for reading only; closed with this
 */
record SealedMemory(Descriptor reader) implements BlobStore.Sealed {
  /** What an object is sealed as: without blobs there is nothing to keep, and a process may have few descriptors. */
  static BlobStore.Sealed of(StoredObject object, Descriptor reader) {
    if (!object.blobs().isEmpty()) {
      return new SealedMemory(reader);
    }
    reader.close();
    return new Nothing(object);
  }

  static void requireLength(StoredObject object, long actual) {
    long expected = object.extentBytes();
    if (actual != expected) {
      throw new StorageException("Cannot seal " + object.id() + ": it has " + actual + " bytes instead of " + expected
          + " in its extent; nobody may resize it while it is sealed: create it anew");
    }
  }

  @Override
  public Extent openReader() {
    return reader.reopen(Extent.Access.READ_ONLY);
  }

  @Override
  public void discard() {
    reader.close();
  }

  @Override
  public void close() {
    reader.close();
  }

  /** An object without blobs. */
  private record Nothing(StoredObject object) implements BlobStore.Sealed {
    @Override
    public Extent openReader() {
      return Descriptor.ofNothing(object.id().value());
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
