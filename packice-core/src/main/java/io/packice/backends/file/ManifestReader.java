package io.packice.backends.file;

import io.packice.core.StoredObject;
import java.io.File;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Reads manifests of one folder, one after the other into the same buffer, or from the folder's index where that has them. For one thread at
 * a time.
 */
final class ManifestReader {
  /** Enough for most, and what the JDK reads into without memory of its own. */
  private static final int COMMON_BYTES = 8 * 1024;

  private final DataFolder folder;
  private final @Nullable FolderIndex index;
  private byte[] buffer = new byte[COMMON_BYTES];

  /** Reads every manifest itself. */
  ManifestReader(DataFolder folder) {
    this(folder, null);
  }

  /** Reads from an index what it has, and puts into it what it lacks. */
  ManifestReader(DataFolder folder, @Nullable FolderIndex index) {
    this.folder = folder;
    this.index = index;
  }

  /**
   * Reads a manifest and checks that it belongs where it stands and that its data have the right length.
   *
   * @throws DamagedException if not, or if the disk gives an error
   * @throws io.packice.core.StorageException if it comes from a later version of Packice
   */
  Manifest read(FileName name) throws DamagedException {
    Manifest manifest = fromIndex(name);
    if (manifest == null) {
      manifest = fromFile(name);
    }
    checkData(name, manifest.object());
    return manifest;
  }

  private @Nullable Manifest fromIndex(FileName name) {
    ByteBuffer copy = index == null ? null : index.find(name);
    if (copy == null) {
      return null;
    }
    try {
      Manifest manifest = Manifest.parse(copy.array(), copy.arrayOffset(), copy.remaining());
      return manifest.version() == name.version() ? manifest : null; // its id was compared when it was copied
    } catch (DamagedException _) { // that is the index: the manifest itself decides
      return null;
    }
  }

  private Manifest fromFile(FileName name) throws DamagedException {
    try (InputStream in = new FileInputStream(folder.manifestFile(name))) { // half the cost of a channel
      int length = readAll(in);
      Manifest manifest = of(name, Manifest.parse(buffer, 0, length));
      if (index != null) {
        index.add(name, ByteBuffer.wrap(buffer, 0, length));
      }
      return manifest;
    } catch (IOException e) {
      throw new DamagedException("its manifest cannot be read: " + e);
    }
  }

  private static Manifest of(FileName name, Manifest manifest) throws DamagedException {
    if (manifest.version() != name.version() || !name.names(manifest.object().id())) {
      throw new DamagedException(
          "its manifest is that of " + manifest.object().id() + ", version " + manifest.version());
    }
    return manifest;
  }

  private void checkData(FileName name, StoredObject object) throws DamagedException {
    File data = folder.dataFile(name);
    long actual = data.length();
    if (actual != object.extentBytes() || (actual == 0 && !data.exists())) {
      throw new DamagedException("its data (" + object.id() + ") have " + actual + " bytes instead of "
          + object.extentBytes());
    }
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
