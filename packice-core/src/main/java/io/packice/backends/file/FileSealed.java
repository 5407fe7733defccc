package io.packice.backends.file;

import io.packice.core.BlobStore;
import io.packice.core.Extent;
import io.packice.core.StorageException;
import io.packice.core.StoredObject;
import io.packice.internal.os.Descriptor;
import java.nio.file.Path;

/** A sealed object in its file. It holds no descriptor. */
final class FileSealed implements BlobStore.Sealed {
  private final FileBlobStore store;
  private final SealRecord record;

  FileSealed(FileBlobStore store, SealRecord record) {
    this.store = store;
    this.record = record;
  }

  /** What the log says of it. */
  SealRecord record() {
    return record;
  }

  StoredObject object() {
    return record.object();
  }

  /** Which seal of the store made it. */
  long seal() {
    return record.seal();
  }

  Path path() {
    return store.folder.extent(record.extent());
  }

  @Override
  public Extent openReader() {
    Descriptor data = Descriptor.open(path(), Extent.Access.READ_ONLY);
    try {
      requireLength(data.sealedByteSize(path()));
    } catch (RuntimeException refused) {
      data.close();
      throw refused;
    }
    return new NotedExtent(data, record.checksums());
  }

  /** A reader of what is not there would die of it. */
  private void requireLength(long actual) {
    if (actual != object().extentBytes()) {
      throw new StorageException("Cannot read " + object().id() + ": " + path() + " has " + actual
          + " bytes instead of " + object().extentBytes() + "; somebody else has changed it: discard the object");
    }
  }

  @Override
  public void retire() {
    store.retire(this);
  }

  @Override
  public void discard() {
    store.remove(this);
  }

  /** Does nothing: what is on disk stays. */
  @Override
  public void close() {
    // no descriptor is open
  }
}
