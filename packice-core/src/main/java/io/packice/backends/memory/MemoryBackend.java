package io.packice.backends.memory;

import io.packice.core.BlobStore;
import io.packice.core.Extent;
import io.packice.core.StorageException;
import io.packice.core.StoredObject;
import io.packice.internal.os.Descriptor;
import java.util.Arrays;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.function.Consumer;

/** What shared memory is made of. */
public enum MemoryBackend {
  /** memfd, which the kernel seals: nobody can change what is sealed, by any descriptor. Linux alone has it. */
  MEMFD {
    @Override
    public BlobStore newStore() {
      if (!Descriptor.hasMemfd()) {
        throw new StorageException("Cannot make shared memory of memfd: this system has none; choose tempfile");
      }
      return new MemfdBlobStore();
    }
  },
  /**
   * Files that have no name any more, in {@code /dev/shm} where that is, which is memory; otherwise where temporary files go. They end with the last process that
   * has them open, however it ends. Who may write to what is sealed is a matter of permissions, see {@link TempFileBlobStore}.
   */
  TEMPFILE {
    @Override
    public BlobStore newStore() {
      return new TempFileBlobStore();
    }
  };

  /**
   * The one that is taken where nobody chooses.
   *
   * @return memfd where there is one
   */
  public static MemoryBackend usual() {
    return Descriptor.hasMemfd() ? MEMFD : TEMPFILE;
  }

  /**
   * Reads what {@link #toString} writes.
   *
   * @param text as it was given
   * @return the backend
   * @throws IllegalArgumentException if it is none
   */
  public static MemoryBackend parse(String text) {
    return Arrays.stream(values()).filter(each -> each.toString().equals(text)).findFirst()
        .orElseThrow(() -> new IllegalArgumentException(
            "Cannot make shared memory of \"" + text + "\"; choose memfd or tempfile"));
  }

  /**
   * Makes a store that holds nothing yet.
   *
   * @return a store; the caller, or the peer that it is given to, closes it
   * @throws StorageException if this system has no such memory
   */
  public abstract BlobStore newStore();

  /**
   * Makes an object of this process alone, which no peer keeps.
   *
   * @param object what it is called, and how long its blobs are
   * @param filling writes its bytes
   * @return its bytes, sealed; the caller closes the extent
   * @throws io.packice.core.CapacityExceededException if the host has no memory for it
   * @throws io.packice.core.StorageException if the host refuses for another reason
   */
  public Extent sealed(StoredObject object, Consumer<Extent> filling) {
    BlobStore.Draft draft = newStore().allocate(object.id(), OptionalLong.of(object.extentBytes()));
    BlobStore.Sealed sealed;
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

  /**
   * As it is written in settings.
   *
   * @return such as {@code memfd}
   */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
