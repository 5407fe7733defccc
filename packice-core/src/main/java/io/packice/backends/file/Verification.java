package io.packice.backends.file;

import io.packice.core.Blob;
import io.packice.core.Extent;
import io.packice.core.PackiceException;
import io.packice.core.StorageException;
import io.packice.internal.os.Descriptor;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongConsumer;

/**
 * Whether every sealed object in a data folder is, byte for byte, what was sealed.
 *
 * @param objects how many objects were looked at
 * @param bytes how many bytes they have
 * @param damaged what is wrong with which; empty if all is well
 * @param quarantined how many damaged objects earlier starts have set aside
 */
public record Verification(long objects, long bytes, List<Damage> damaged, long quarantined) {
  /**
   * An object that is not what was sealed.
   *
   * @param name its id; what its files are called if the manifest does not tell
   * @param what what is wrong
   * @param manifest the manifest's file
   */
  public record Damage(String name, String what, Path manifest) {
  }

  /** Copies the list. */
  public Verification {
    damaged = List.copyOf(damaged);
  }

  /**
   * Whether all is well.
   *
   * @return true if nothing is damaged; what is in quarantine does not count
   */
  public boolean isClean() {
    return damaged.isEmpty();
  }

  /**
   * Reads every object and compares it with the checksums in its manifest. Changes nothing, needs no right to serve the folder, and may run
   * beside the peer that does: what is discarded meanwhile is left out.
   *
   * @param dataFolder the folder of a file-system peer
   * @param progress told how many bytes of data have been read, object by object
   * @return the findings
   * @throws StorageException if the folder is none of a file-system peer, or cannot be read, or has manifests of a later version of
   *     Packice
   */
  public static Verification of(Path dataFolder, LongConsumer progress) {
    DataFolder folder = DataFolder.existing(dataFolder);
    List<Damage> damaged = new ArrayList<>();
    ManifestReader reader = new ManifestReader(folder);
    long objects = 0;
    long bytes = 0;
    for (Path shard : folder.shards()) {
      for (FileName name : manifests(shard)) {
        long byteSize = verify(folder, reader, name, damaged);
        if (byteSize >= 0) {
          objects++;
          bytes += byteSize;
          progress.accept(bytes);
        }
      }
    }
    long quarantined = DataFolder.names(folder.quarantine()).stream().map(file -> stem(file, "")).distinct().count();
    return new Verification(objects, bytes, damaged, quarantined);
  }

  private static List<FileName> manifests(Path shard) {
    List<FileName> names = new ArrayList<>();
    for (String file : DataFolder.names(shard)) {
      FileName name = FileName.parse(stem(file, DataFolder.MANIFEST));
      if (name != null) {
        names.add(name);
      }
    }
    return names;
  }

  /** A file's name up to its dot if it has this extension; empty if not. */
  private static String stem(String file, String extension) {
    int dot = file.indexOf('.');
    return dot >= 0 && file.endsWith(extension) ? file.substring(0, dot) : "";
  }

  /** Looks at one object; negative if it was discarded meanwhile. */
  private static long verify(DataFolder folder, ManifestReader reader, FileName name, List<Damage> damaged) {
    Path path = folder.manifest(name);
    String called = name.toString();
    try {
      Manifest manifest = reader.read(name);
      called = manifest.object().id().value();
      compare(folder, name, manifest);
      return manifest.object().byteSize();
    } catch (DamagedException | PackiceException e) {
      if (!Files.exists(path)) {
        return -1;
      }
      damaged.add(new Damage(called, String.valueOf(e.getMessage()), path));
      return 0;
    }
  }

  private static void compare(DataFolder folder, FileName name, Manifest manifest) throws DamagedException {
    try (Descriptor data = Descriptor.open(folder.data(name), Extent.Access.READ_ONLY)) {
      for (int i = 0; i < manifest.checksums().size(); i++) {
        Blob blob = manifest.object().blobs().get(i);
        String actual = Checksum.of(data, blob);
        if (!actual.equals(manifest.checksums().get(i))) {
          throw new DamagedException("its blob " + i + " of " + blob.byteSize() + " bytes has the checksum " + actual
              + " instead of " + manifest.checksums().get(i));
        }
      }
    }
  }
}
