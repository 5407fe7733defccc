package io.packice.backends.file;

import io.packice.core.StorageException;
import io.packice.internal.os.PosixFiles;
import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;

/**
 * Where a store keeps what:
 *
 * <pre>
 *   DATA/lock                          locked by the peer that serves the folder; names it
 *   DATA/seals.log                     what is sealed, and where: nothing else makes an object exist
 *   DATA/seals.log.new                 the same, while it is written anew; of no worth to a next life
 *   DATA/objects/0000000000a7/1f3.data an extent, here 0xa71f3: the bytes of an object, mode 0400; or, before its seal, what is being made
 *   DATA/objects/85/8519….json         what earlier versions refuse to serve
 *   DATA/quarantine/EXTENT.*           what was found damaged
 * </pre>
 *
 * <p>A folder of extents has {@value #EXTENTS_PER_FOLDER} at most. All folders are for this user alone. {@link OldFolder} is about what earlier versions had in
 * place of the log.
 *
 * @param root DATA
 */
record DataFolder(Path root) {
  static final String DATA = ".data";
  static final String MANIFEST = ".json";
  static final int EXTENTS_PER_FOLDER = 1 << 12;
  /** How many digits the name of an extent's folder has, and that of an extent in it. */
  static final int FOLDER_DIGITS = 12;
  static final int EXTENT_DIGITS = 3;
  private static final HexFormat HEX = HexFormat.of();
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
      for (Path part : List.of(folder.objects(), folder.quarantine())) {
        Files.createDirectories(part, OURS_ALONE);
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

  Path log() {
    return root.resolve("seals.log");
  }

  Path nextLog() {
    return root.resolve("seals.log.new");
  }

  Path objects() {
    return root.resolve("objects");
  }

  Path quarantine() {
    return root.resolve("quarantine");
  }

  /** Which folder an extent is in. */
  static long folderOf(long extent) {
    return extent / EXTENTS_PER_FOLDER;
  }

  /** A folder of extents. */
  Path extents(long number) {
    return objects().resolve(HEX.toHexDigits(number, FOLDER_DIGITS));
  }

  Path extent(long extent) {
    return extents(folderOf(extent)).resolve(HEX.toHexDigits(extent, EXTENT_DIGITS) + DATA);
  }

  /** Where an extent goes that is damaged, or what describes it. */
  Path quarantined(long extent, String extension) {
    return quarantine().resolve(HEX.toHexDigits(extent) + extension);
  }

  /** Whether it is a digit of the numbers in names. */
  static boolean isDigit(int c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
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
