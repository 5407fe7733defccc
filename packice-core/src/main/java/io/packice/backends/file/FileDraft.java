package io.packice.backends.file;

import io.packice.core.BlobStore;
import io.packice.core.Extent;
import io.packice.core.StoredObject;
import io.packice.internal.os.PosixFiles;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

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
  private final FileBlobStore store;
  private final Path path;
  private final DraftFile file;
  /** Of the blobs, while the file is frozen. */
  private @Nullable List<String> checksums;

  FileDraft(FileBlobStore store, Path path, DraftFile file) {
    this.store = store;
    this.path = path;
    this.file = file;
  }

  @Override
  public Extent openWriter() {
    return file.openWriter();
  }

  @Override
  public long byteSize() {
    return file.byteSize();
  }

  @Override
  public void freeze(StoredObject object) {
    store.whileOpen(() -> {
      if (!file.isAsFrozen()) {
        thaw();
        checksums = file.freeze(object);
      }
      return object;
    });
  }

  private void thaw() {
    if (checksums != null) {
      checksums = null;
      file.thaw();
    }
  }

  @Override
  public BlobStore.Sealed seal(StoredObject object) {
    return store.whileOpen(() -> {
      Path manifestPath = path.resolveSibling(path.getFileName() + ".manifest");
      FileName name = store.nextName(object.id());
      Manifest manifest = new Manifest(object, name.version(), store.now(), Objects.requireNonNull(checksums));
      byte[] bytes = manifest.toBytes();
      try {
        DraftFile.write(bytes, manifestPath);
        file.moveTo(store.folder.data(name));
        commit(name, manifestPath);
      } catch (Throwable failure) {
        PosixFiles.remove(manifestPath);
        thaw();
        throw failure;
      }
      FileSealed sealed = new FileSealed(store, object, name);
      store.publish(sealed, manifest, bytes.length);
      file.finish();
      return sealed;
    });
  }

  private void commit(FileName name, Path manifestPath) {
    boolean isThere = false;
    try {
      PosixFiles.rename(manifestPath, store.folder.manifest(name));
      isThere = true;
      PosixFiles.syncFolder(store.folder.shard(name));
    } catch (Throwable failure) {
      if (isThere) {
        PosixFiles.rename(store.folder.manifest(name), manifestPath);
      }
      file.moveBack(store.folder.data(name));
      throw failure;
    }
  }

  /** Removes the file, unless the folder belongs to a next life already, which then does it. */
  @Override
  public void discard() {
    store.changeIfOpen(() -> {
      thaw(); // which removes the copy, if there is one
      file.remove();
    });
  }
}
