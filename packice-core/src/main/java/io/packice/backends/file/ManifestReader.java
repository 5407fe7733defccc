package io.packice.backends.file;

import io.packice.core.StoredObject;
import java.io.File;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;

/** Reads manifests of one folder, one after the other into the same buffer. For one thread at a time. */
final class ManifestReader {
  /** Enough for most, and what the JDK reads into without memory of its own. */
  private static final int COMMON_BYTES = 8 * 1024;

  private final DataFolder folder;
  private byte[] buffer = new byte[COMMON_BYTES];
  private int length;

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
    try (InputStream in = new FileInputStream(folder.manifest(name).toFile())) { // half the cost of a channel
      length = readAll(in);
    } catch (IOException e) {
      throw new DamagedException("its manifest cannot be read: " + e);
    }
    Manifest manifest = of(name, Manifest.parse(buffer, 0, length));
    checkData(name, manifest.object());
    return manifest;
  }

  /** How many bytes the manifest has that was read last. */
  int byteSize() {
    return length;
  }

  private static Manifest of(FileName name, Manifest manifest) throws DamagedException {
    if (manifest.version() != name.version() || !name.names(manifest.object().id())) {
      throw new DamagedException(
          "its manifest is that of " + manifest.object().id() + ", version " + manifest.version());
    }
    return manifest;
  }

  private void checkData(FileName name, StoredObject object) throws DamagedException {
    File data = folder.data(name).toFile();
    checkData(object, data.exists() ? data.length() : -1);
  }

  /** Checks that an object's data have the right length, of which -1 says that there are none. */
  static void checkData(StoredObject object, long byteSize) throws DamagedException {
    if (byteSize != object.extentBytes()) {
      throw new DamagedException("its data (" + object.id() + ") "
          + (byteSize < 0 ? "are not there" : "have " + byteSize + " bytes instead of " + object.extentBytes()));
    }
  }

  /** Reads until a read comes up short, which of a file means its end. */
  private int readAll(InputStream in) throws IOException {
    int size = Math.max(0, in.read(buffer));
    while (size == buffer.length) {
      buffer = Arrays.copyOf(buffer, 2 * size);
      size += Math.max(0, in.read(buffer, size, size));
    }
    return size;
  }
}
