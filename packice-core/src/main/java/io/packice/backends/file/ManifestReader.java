package io.packice.backends.file;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import io.packice.core.Extent;
import io.packice.core.StorageException;
import io.packice.core.StoredObject;
import io.packice.internal.os.Descriptor;
import io.packice.internal.os.PosixFiles;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/** Reads manifests of one folder, one after the other into the same buffer. For one thread at a time. */
final class ManifestReader {
  /** In place of a length. */
  static final long NO_DATA = -1;

  /** Enough for most. */
  private static final int COMMON_BYTES = 8 * 1024;

  private final DataFolder folder;
  private final MemorySegment chunk = Arena.ofAuto().allocate(COMMON_BYTES);
  private byte[] buffer = new byte[COMMON_BYTES];

  ManifestReader(DataFolder folder) {
    this.folder = folder;
  }

  /**
   * Reads a manifest and checks that it belongs where it stands and that its data have the right length.
   *
   * @throws DamagedException if not, or if the disk gives an error
   * @throws io.packice.core.StorageException if it comes from a later version of Packice
   */
  Manifest read(FileName name) throws DamagedException {
    return read(name, PosixFiles.byteSize(folder.data(name)));
  }

  /**
   * Like {@link #read(FileName)}, for whom has looked at the data.
   *
   * @param dataBytes their length; {@link #NO_DATA} if there are none
   */
  Manifest read(FileName name, long dataBytes) throws DamagedException {
    int length;
    try (Descriptor file = Descriptor.open(folder.manifest(name), Extent.Access.READ_ONLY)) {
      length = readAll(file);
    } catch (StorageException e) {
      throw new DamagedException("its manifest cannot be read: " + e.getMessage());
    }
    Manifest manifest = of(name, Manifest.parse(buffer, 0, length));
    checkData(manifest.object(), dataBytes);
    return manifest;
  }

  private static Manifest of(FileName name, Manifest manifest) throws DamagedException {
    if (manifest.version() != name.version() || !name.names(manifest.object().id())) {
      throw new DamagedException(
          "its manifest is that of " + manifest.object().id() + ", version " + manifest.version());
    }
    return manifest;
  }

  /** Checks that an object's data have the right length, of which {@link #NO_DATA} says that there are none. */
  static void checkData(StoredObject object, long byteSize) throws DamagedException {
    if (byteSize != object.extentBytes()) {
      throw new DamagedException("its data (" + object.id() + ") "
          + (byteSize == NO_DATA ? "are not there" : "have " + byteSize + " bytes instead of " + object.extentBytes()));
    }
  }

  /** Reads until a read comes up short, which of a file means its end. */
  private int readAll(Descriptor file) {
    int size = 0;
    for (int count = COMMON_BYTES; count == COMMON_BYTES; size += count) {
      count = (int) file.read(chunk, size);
      if (size + count > buffer.length) {
        buffer = Arrays.copyOf(buffer, 2 * buffer.length);
      }
      MemorySegment.copy(chunk, JAVA_BYTE, 0, buffer, size, count);
    }
    return size;
  }
}
