package io.packice.backends.memory;

import io.packice.core.BlobStore;
import io.packice.core.Extent;
import io.packice.core.ObjectId;
import io.packice.core.StoredObject;
import io.packice.internal.os.Descriptor;
import io.packice.internal.os.TemporaryFile;
import java.nio.file.Path;
import java.util.OptionalLong;

/**
 * Keeps each object in one temporary file without a name, for systems without memfd. The contract is that of {@link MemfdBlobStore}, as far as permissions can
 * do what seals do:
 *
 * <ul>
 * <li>At the seal nobody has the right to write to the file (mode 0400), and readers get descriptors that cannot.
 * <li>If the kernel says that somebody still has the draft open for writing, or maps it writable, a copy is sealed: later stores go to what nobody reads. A
 * creator who closes the draft first, as Packice's client does, pays nothing.
 * <li>What no kernel forbids: a process of the same user, or root, can give itself the right to write to any file. What macOS does not tell: whether somebody has
 * the draft open; who keeps a writable descriptor can write to what is sealed there.
 * </ul>
 *
 * <p>An object costs the peer one descriptor, a draft two. Safe from any thread.
 */
public final class TempFileBlobStore implements BlobStore {
  private static final int READABLE = 0400;
  private static final int WRITABLE = 0600;

  /** Makes a store that holds nothing yet. */
  public TempFileBlobStore() {
  }

  /**
   * Where the files are while they have a name, and whose room they take.
   *
   * @return {@code /dev/shm} if it is there and can be written, otherwise where temporary files go
   */
  public static Path folder() {
    return TemporaryFile.folder();
  }

  @Override
  public Draft allocate(ObjectId id, OptionalLong byteSize) {
    TemporaryFile file = TemporaryFile.create(id.value());
    try {
      file.writer().allocate(byteSize.orElse(0));
      return new TempFileDraft(file);
    } catch (RuntimeException failure) {
      file.close();
      throw failure;
    }
  }

  /** Does nothing: every file belongs to its draft or sealed extent. */
  @Override
  public void close() {
    // what a file without a name holds goes with its last descriptor and mapping
  }

  private static final class TempFileDraft implements Draft {
    private Descriptor writer;
    private Descriptor reader;
    private boolean isFrozen; // nobody can write to it, nor will again

    TempFileDraft(TemporaryFile file) {
      writer = file.writer();
      reader = file.reader();
    }

    @Override
    public Extent openWriter() {
      return writer.reopen(Extent.Access.READ_WRITE);
    }

    @Override
    public long byteSize() {
      return reader.byteSize();
    }

    @Override
    public void freeze(StoredObject object) {
      SealedMemory.requireLength(object, byteSize());
      if (isFrozen) {
        return;
      }
      writer.allocate(object.extentBytes()); // memory behind holes, so that a reader cannot run out of it
      writer.close();
      try {
        reader.setMode(READABLE);
        if (reader.isOpenForWriting()) {
          copy(object);
        }
        SealedMemory.requireLength(object, byteSize()); // now that nobody can change it
        isFrozen = true;
      } finally {
        if (!isFrozen) {
          reader.setMode(WRITABLE);
          writer = reader.reopen(Extent.Access.READ_WRITE);
        }
      }
    }

    /** Somebody can write to the draft, and nobody can to its copy. */
    private void copy(StoredObject object) {
      TemporaryFile copy = TemporaryFile.create(object.id().value());
      try (Descriptor from = reader.reopen(Extent.Access.READ_ONLY)) {
        SealedMemory.requireLength(object, copy.writer().copyFrom(from, object.extentBytes()));
        copy.reader().setMode(READABLE);
        copy.writer().close();
      } catch (Throwable failure) {
        copy.close();
        throw failure;
      }
      reader.close();
      reader = copy.reader();
    }

    @Override
    public Sealed seal(StoredObject object) {
      return SealedMemory.of(object, reader);
    }

    @Override
    public void discard() {
      writer.close();
      reader.close();
    }
  }
}
