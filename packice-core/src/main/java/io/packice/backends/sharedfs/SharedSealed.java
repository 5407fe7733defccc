package io.packice.backends.sharedfs;

import io.packice.backends.file.FileName;
import io.packice.backends.file.Manifest;
import io.packice.backends.file.NotedExtent;
import io.packice.core.Blob;
import io.packice.core.BlobStore;
import io.packice.core.Extent;
import io.packice.core.StorageException;
import io.packice.core.StoredObject;
import io.packice.internal.os.Descriptor;
import io.packice.internal.os.PosixFiles;
import java.time.Instant;
import java.util.List;

/** One version of a sealed object, as this peer sees it; there is one instance for each. It holds no descriptor. */
final class SharedSealed implements BlobStore.Sealed {
  final StoredObject object;
  final Instant sealedAt;
  final FileName name;
  private final SharedFileBlobStore store;
  private final List<Integer> checksums;

  private int uses; // guarded by this
  /** The mark of this peer was there while the object was in place, so nobody takes the bytes away until the mark goes. */
  private boolean isProtected; // guarded by this

  SharedSealed(SharedFileBlobStore store, Manifest manifest) {
    this.store = store;
    this.object = manifest.object();
    this.checksums = manifest.checksums();
    this.sealedAt = manifest.sealedAt();
    this.name = FileName.of(object.id(), manifest.version());
  }

  long heldBytes() {
    return Blob.alignUp(object.extentBytes());
  }

  @Override
  public synchronized boolean hold() {
    uses++;
    if (!isProtected) {
      SmallFiles.mark(mark());
      isProtected = store.isInPlace(this);
    }
    return isProtected;
  }

  /** The use of who seals, from before anybody else can see the object. */
  synchronized void holdDraft() {
    uses++;
    SmallFiles.mark(mark());
    isProtected = true;
  }

  @Override
  public synchronized void unhold() {
    uses--;
    if (uses == 0) {
      isProtected = false;
      PosixFiles.remove(mark());
      store.collect(this);
    }
  }

  private java.nio.file.Path mark() {
    return store.folder.lease(name, store.members.own);
  }

  @Override
  public Extent openReader() {
    Descriptor data = Descriptor.open(store.folder.data(name), Extent.Access.READ_ONLY);
    long actual = data.byteSize();
    if (actual != object.extentBytes()) {
      data.close();
      throw new StorageException("Cannot read " + object.id() + ": its file has " + actual + " bytes instead of "
          + object.extentBytes() + "; somebody has damaged it, discard it and create it anew");
    }
    return new NotedExtent(data, checksums);
  }

  @Override
  public void retire() {
    store.retire(this);
  }

  @Override
  public void discard() {
    store.collect(this);
  }

  @Override
  public boolean isReadElsewhere() {
    return store.isZombie(this);
  }

  @Override
  public void close() {
    // it holds nothing
  }
}
