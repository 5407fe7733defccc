package io.packice.backends.sharedfs;

import io.packice.backends.file.DraftFile;
import io.packice.core.BlobStore;
import io.packice.core.Commons;
import io.packice.core.Extent;
import io.packice.core.StoredObject;
import java.util.List;
import java.util.Objects;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** An object that this peer makes: its claim, and its bytes when there are some. */
final class SharedDraft implements Commons.Claim, BlobStore.Draft {
  private final SharedFileBlobStore store;
  private SharedClaim claim;
  private @Nullable DraftFile file;
  private @Nullable List<Integer> checksums;

  SharedDraft(SharedFileBlobStore store, SharedClaim claim) {
    this.store = store;
    this.claim = claim;
  }

  @Override
  public BlobStore.Draft allocate(OptionalLong byteSize) {
    file = DraftFile.create(store.folder.draft(claim.name()), byteSize.orElse(0));
    return this;
  }

  private DraftFile file() {
    return Objects.requireNonNull(file);
  }

  @Override
  public void resize(long bytes) {
    claim = store.resize(claim, bytes);
  }

  @Override
  public void end() {
    store.unclaim(claim);
  }

  @Override
  public Extent openWriter() {
    return file().openWriter();
  }

  @Override
  public long byteSize() {
    return file().byteSize();
  }

  @Override
  public void freeze(StoredObject object) {
    if (file().isAsFrozen()) {
      return;
    }
    if (checksums != null) {
      checksums = null;
      file().thaw();
    }
    checksums = file().freeze(object);
  }

  @Override
  public BlobStore.Sealed seal(StoredObject object) {
    BlobStore.Sealed sealed;
    try {
      sealed = store.seal(claim, file(), object, Objects.requireNonNull(checksums));
    } catch (Throwable failure) {
      checksums = null;
      file().thaw();
      throw failure;
    }
    file().finish();
    return sealed;
  }

  @Override
  public void discard() {
    if (checksums != null) {
      file().thaw(); // which removes the copy, if there is one
    }
    file().remove();
  }
}
