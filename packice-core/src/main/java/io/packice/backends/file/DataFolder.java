package io.packice.backends.file;

import io.packice.core.StorageException;
import io.packice.internal.os.PosixFiles;
import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Where a store keeps what:
 *
 * <pre>
 *   DATA/lock                     locked by the peer that serves the folder; names it
 *   DATA/index                    what the manifests say, for a fast start
 *   DATA/drafts/N, N.manifest     what is being made; of no worth to a next life
 *   DATA/objects/2c/NAME.data     the bytes of a sealed object, mode 0400
 *   DATA/objects/2c/NAME.json     its manifest: what makes the object exist
 *   DATA/quarantine/NAME.*        what was found damaged
 * </pre>
 *
 * <p>{@link FileName} says what NAME is. All folders are for this user alone.
 *
 * @param root DATA
 */
record DataFolder(Path root) {
  static final String DATA = ".data";
  static final String MANIFEST = ".json";
  private static final int SHARDS = 256;
  private static final FileAttribute<Set<PosixFilePermission>> OURS_ALONE =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));

  /** Makes what is not there yet. */
  static DataFolder create(Path root) {
    DataFolder folder = new DataFolder(absolute(root));
    if (Files.exists(folder.root.resolve("shared.json"))) {
      throw new StorageException("Cannot serve " + folder.root
          + " alone: it is a folder that peers share; join them, or give another folder");
    }
    try {
      Files.createDirectories(folder.root, OURS_ALONE);
      for (Path part : List.of(folder.drafts(), folder.objects(), folder.quarantine())) {
        Files.createDirectories(part, OURS_ALONE);
      }
      for (Path shard : folder.shards()) {
        if (!Files.isDirectory(shard, LinkOption.NOFOLLOW_LINKS)) {
          Files.createDirectory(shard, OURS_ALONE);
        }
      }
      return folder;
    } catch (IOException e) {
      throw new StorageException(
          "Cannot keep objects in " + root + ": " + PosixFiles.reason(e) + "; give a folder that this user may write",
          e);
    }
  }

  /** One that is there already, to look at. */
  static DataFolder existing(Path root) {
    DataFolder folder = new DataFolder(absolute(root));
    if (!Files.isDirectory(folder.objects())) {
      throw new StorageException("Cannot find objects in " + root + ": it has no folder 'objects'; give the folder "
          + "that a file-system peer keeps its data in");
    }
    return folder;
  }

  private static Path absolute(Path root) {
    return root.toAbsolutePath().normalize();
  }

  /** The disk that it is on; looking for it takes long, and asking it does not. */
  FileStore disk() {
    try {
      return Files.getFileStore(root);
    } catch (IOException e) {
      throw new StorageException("Cannot find the disk of " + root + ": " + PosixFiles.reason(e)
          + "; see that it is mounted", e);
    }
  }

  Path lock() {
    return root.resolve("lock");
  }

  Path index() {
    return root.resolve("index");
  }

  Path drafts() {
    return root.resolve("drafts");
  }

  Path objects() {
    return root.resolve("objects");
  }

  Path quarantine() {
    return root.resolve("quarantine");
  }

  Path shard(FileName name) {
    return objects().resolve(name.shard());
  }

  List<Path> shards() {
    Path objects = objects();
    return IntStream.range(0, SHARDS).mapToObj(i -> objects.resolve(HexFormat.of().toHexDigits((byte) i))).toList();
  }

  Path data(FileName name) {
    return shard(name).resolve(name + DATA);
  }

  Path manifest(FileName name) {
    return shard(name).resolve(name + MANIFEST);
  }

  /** What the files in one of its folders are called, in no order. */
  static List<String> names(Path folder) {
    String[] names = folder.toFile().list(); // a fifth of the cost of a stream of paths
    if (names == null) {
      throw new StorageException("Cannot list " + folder + "; see that it is there and can be read");
    }
    return List.of(names);
  }
}
