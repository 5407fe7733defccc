package io.packice.backends.file;

import io.packice.core.Blob;
import io.packice.core.BlobStore;
import io.packice.core.Extent;
import io.packice.core.StorageException;
import io.packice.core.StoredObject;
import io.packice.internal.os.Descriptor;
import io.packice.internal.os.PosixFiles;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * An object that is being made, in the drafts folder. It holds no descriptor.
 *
 * <p>The steps of a seal, and what a start finds if the process ends behind each:
 *
 * <pre>
 *   1 no right to write, nobody writes (else: a copy)     drafts/N                            removed
 *   2 checksums, data to disk                             drafts/N                            removed
 *   3 manifest to disk                                    drafts/N, N.manifest                removed
 *   4 data renamed                                        objects/NAME.data, N.manifest       removed: data without a manifest
 *   5 manifest renamed: the object exists                 objects/NAME.data, NAME.json        served
 *   6 folder to disk: not even a power cut undoes it      the same                            served
 * </pre>
 */
final class FileDraft implements BlobStore.Draft {
  private static final int READABLE = 0400;
  private static final int WRITABLE = 0600;

  private final FileBlobStore store;
  private final Path path;

  FileDraft(FileBlobStore store, Path path) {
    this.store = store;
    this.path = path;
  }

  @Override
  public Extent openWriter() {
    return Descriptor.open(path, Extent.Access.READ_WRITE);
  }

  @Override
  public long byteSize() {
    try (Descriptor data = Descriptor.open(path, Extent.Access.READ_ONLY)) {
      return data.byteSize();
    }
  }

  @Override
  public BlobStore.Sealed seal(StoredObject object) {
    return store.whileOpen(() -> {
      fillHoles();
      try (Descriptor data = Descriptor.open(path, Extent.Access.READ_ONLY)) {
        data.setMode(READABLE);
        try {
          return data.isOpenForWriting() ? sealCopy(object, data) : seal(object, data, path);
        } catch (Throwable failure) {
          data.setMode(WRITABLE);
          throw failure;
        }
      }
    });
  }

  /** Disk for what the creator left out, so that a reader of a file in memory (tmpfs) cannot run out of it. */
  private void fillHoles() {
    try (Descriptor data = Descriptor.open(path, Extent.Access.READ_WRITE)) {
      long byteSize = data.byteSize();
      if (data.allocatedBytes() < byteSize) {
        data.allocate(byteSize);
      }
    }
  }

  /** Somebody can write to the draft, and nobody can to its copy. */
  private BlobStore.Sealed sealCopy(StoredObject object, Descriptor data) {
    Path copyPath = path.resolveSibling(path.getFileName() + ".copy");
    try (Descriptor copy = Descriptor.create(copyPath)) {
      copy.copyFrom(data, object.extentBytes());
      copy.setMode(READABLE);
      Log.copiedAtSeal(object.id().value(), object.extentBytes());
      try (Descriptor readOnly = copy.reopen(Extent.Access.READ_ONLY)) {
        BlobStore.Sealed sealed = seal(object, readOnly, copyPath);
        PosixFiles.remove(path);
        return sealed;
      }
    } catch (Throwable failure) {
      PosixFiles.remove(copyPath);
      throw failure;
    }
  }

  private BlobStore.Sealed seal(StoredObject object, Descriptor data, Path dataPath) {
    requireLength(object, data);
    FileName name = store.nextName(object.id());
    Path manifestPath = path.resolveSibling(path.getFileName() + ".manifest");
    Manifest manifest = new Manifest(object, name.version(), store.now(), checksums(object, data));
    data.sync();
    try {
      write(manifest, manifestPath);
      PosixFiles.rename(dataPath, store.folder.data(name));
      try {
        return commit(object, name, manifestPath);
      } catch (Throwable failure) {
        PosixFiles.rename(store.folder.data(name), dataPath);
        throw failure;
      }
    } catch (Throwable failure) {
      PosixFiles.remove(manifestPath);
      throw failure;
    }
  }

  private BlobStore.Sealed commit(StoredObject object, FileName name, Path manifestPath) {
    PosixFiles.rename(manifestPath, store.folder.manifest(name));
    try {
      PosixFiles.syncFolder(store.folder.shard(name));
    } catch (Throwable failure) {
      PosixFiles.rename(store.folder.manifest(name), manifestPath);
      throw failure;
    }
    FileSealed sealed = new FileSealed(store, object, name);
    store.publish(sealed);
    return sealed;
  }

  private static List<String> checksums(StoredObject object, Descriptor data) {
    List<String> checksums = new ArrayList<>();
    try {
      for (Blob blob : object.blobs()) {
        checksums.add(Checksum.of(data, blob));
      }
      return checksums;
    } catch (DamagedException resized) {
      throw new StorageException("Cannot seal " + object.id() + ": " + resized.getMessage()
          + "; nobody may resize it while it is sealed: create it anew", resized);
    }
  }

  private static void write(Manifest manifest, Path path) {
    ByteBuffer bytes = ByteBuffer.wrap(manifest.toBytes());
    try (Descriptor file = Descriptor.create(path)) {
      file.allocate(bytes.remaining());
      file.write(bytes, 0);
      file.setMode(READABLE);
      file.sync();
    }
  }

  private static void requireLength(StoredObject object, Descriptor data) {
    long actual = data.byteSize();
    if (actual != object.extentBytes()) {
      throw new StorageException("Cannot seal " + object.id() + ": it has " + actual + " bytes instead of "
          + object.extentBytes() + " in its extent; nobody may resize it while it is sealed: create it anew");
    }
  }

  /** Removes the file, unless the folder belongs to a next life already, which then does it. */
  @Override
  public void discard() {
    store.changeIfOpen(() -> PosixFiles.remove(path));
  }
}
