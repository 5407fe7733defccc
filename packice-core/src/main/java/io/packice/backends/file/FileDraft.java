package io.packice.backends.file;

import io.packice.core.BlobStore;
import io.packice.core.Extent;
import io.packice.core.StoredObject;
import io.packice.internal.os.PosixFiles;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * An object that is being made: a file that has its place from the beginning, but is in no log. It holds no descriptor.
 *
 * <p>The steps of a seal, and what a start finds if the process ends behind each:
 *
 * <pre>
 *   1 no right to write, nobody writes (else: a copy)     an extent that no record names       removed
 *   2 checksums, data and its folder to disk              the same                             removed
 *   3 record written                                      the record, or a part of it          served, or removed; not after a power cut
 *   4 log to disk: not even a power cut undoes it         the record                           served
 *   5 what a copy was made of is removed                  an extent that no record names       removed
 * </pre>
 */
final class FileDraft implements BlobStore.Draft {
  private final FileBlobStore store;
  private final DraftFile file;
  private final long extent;
  /** That of the last copy, if one was made. */
  private long copy;
  /** Of the blobs, while the file is frozen. */
  private @Nullable List<Integer> checksums;
  /** Since {@link #announce}. */
  private Seals.@Nullable Sealing sealing;

  private FileDraft(FileBlobStore store, long extent, OptionalLong byteSize) {
    this.store = store;
    this.extent = extent;
    file = DraftFile.create(store.folder.extent(extent), this::placeOfCopy, byteSize.orElse(0));
  }

  /** Makes the file, for a store that is open. */
  static FileDraft create(FileBlobStore store, OptionalLong byteSize) {
    return new FileDraft(store, store.extents().next(), byteSize);
  }

  private Path placeOfCopy() {
    copy = store.extents().next();
    return store.folder.extent(copy);
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
        List<Integer> found = file.freeze(object);
        syncFolder();
        checksums = found;
      }
      return object;
    });
  }

  private void syncFolder() {
    try {
      PosixFiles.syncFolder(Objects.requireNonNull(file.frozenPath().getParent()));
    } catch (Throwable failure) {
      file.thaw();
      throw failure;
    }
  }

  private void thaw() {
    if (checksums != null) {
      checksums = null;
      file.thaw();
    }
  }

  @Override
  public void announce(StoredObject object) {
    store.whileOpen(() -> sealing = begin(object));
  }

  private Seals.Sealing begin(StoredObject object) {
    return store.beginSeal(file.isCopied() ? copy : extent, object, Objects.requireNonNull(checksums));
  }

  @Override
  public void recall() {
    store.changeIfOpen(() -> {
      Seals.Sealing begun = sealing;
      sealing = null;
      if (begun != null) {
        begun.withdraw();
      }
    });
  }

  @Override
  public BlobStore.Sealed seal(StoredObject object) {
    return store.whileOpen(() -> {
      FileSealed sealed;
      try {
        Seals.Sealing begun = sealing == null ? begin(object) : sealing;
        sealing = null;
        sealed = begun.complete();
      } catch (Throwable failure) {
        thaw();
        throw failure;
      }
      file.finish();
      return sealed;
    });
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
