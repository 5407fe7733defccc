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
    Manifest manifest;
    try (InputStream in = new FileInputStream(folder.manifestFile(name))) { // half the cost of a channel
      manifest = Manifest.parse(buffer, readAll(in));
    } catch (IOException e) {
      throw new DamagedException("its manifest cannot be read: " + e);
    }
    StoredObject object = manifest.object();
    if (manifest.version() != name.version() || !name.names(object.id())) {
      throw new DamagedException("its manifest is that of " + object.id() + ", version " + manifest.version());
    }
    File data = folder.dataFile(name);
    long actual = data.length();
    if (actual != object.extentBytes() || (actual == 0 && !data.exists())) {
      throw new DamagedException("its data (" + object.id() + ") have " + actual + " bytes instead of "
          + object.extentBytes());
    }
    return manifest;
  }

  /** Reads until a read comes up short, which of a file means its end. */
  private int readAll(InputStream in) throws IOException {
    int length = Math.max(0, in.read(buffer));
    while (length == buffer.length) {
      buffer = Arrays.copyOf(buffer, 2 * length);
      length += Math.max(0, in.read(buffer, length, length));
    }
    return length;
  }
}
