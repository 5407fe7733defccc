package io.packice.backends.file;

import io.packice.core.BlobStore;
import io.packice.core.Extent;
import io.packice.core.StorageException;
import io.packice.core.StoredObject;
import io.packice.internal.os.Descriptor;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A sealed object in its file. It holds no descriptor. */
final class FileSealed implements BlobStore.Sealed {
  private final FileBlobStore store;
  private final StoredObject object;
  private final FileName name;
  private @Nullable List<Integer> checksums; // guarded by this

  FileSealed(FileBlobStore store, StoredObject object, FileName name) {
    this.store = store;
    this.object = object;
    this.name = name;
  }

  StoredObject object() {
    return object;
  }

  FileName name() {
    return name;
  }

  @Override
  public Extent openReader() {
    Descriptor data = Descriptor.open(store.folder.data(name), Extent.Access.READ_ONLY);
    long actual = data.byteSize();
    if (actual != object.extentBytes()) { // a reader of what is not there would die of it
      data.close();
      throw new StorageException("Cannot read " + object.id() + ": " + store.folder.data(name) + " has " + actual
          + " bytes instead of " + object.extentBytes() + "; somebody else has changed it: discard the object");
    }
    return new NotedExtent(data, this::checksums);
  }

  /** Looked up when first asked for: a start reads no manifest that its index has, and few readers ask. */
  synchronized List<Integer> checksums() {
    List<Integer> known = checksums;
    if (known == null) {
      known = store.checksums(this);
      checksums = known;
    }
    return known;
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
