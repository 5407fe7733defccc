package io.packice.internal.os;

import io.packice.core.CapacityExceededException;
import io.packice.core.Extent;
import io.packice.core.StorageException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** What is done to names in folders, with the kernel's own reason when it refuses. Safe from any thread. */
public final class PosixFiles {
  private PosixFiles() {
  }

  /**
   * Gives a file another name, in the place of whatever has it, atomically.
   *
   * @param from its name
   * @param to its new name, on the same file system
   * @throws CapacityExceededException if the disk has no room for another name
   * @throws StorageException if the kernel refuses for another reason
   */
  public static void rename(Path from, Path to) {
    try {
      Posix.rename(from.toString(), to.toString());
    } catch (PosixException e) {
      throw Descriptor.failure("rename " + from + " to " + to, e);
    }
  }

  /**
   * Removes a file if it is there; its bytes go when nobody has it open or mapped any more.
   *
   * @param path its name
   * @throws StorageException if it is a folder, or the kernel refuses for another reason
   */
  public static void remove(Path path) {
    if (!removeUnlessFolder(path)) {
      throw new StorageException(
          "Cannot remove " + path + ": somebody has put a folder where only files belong; move it away");
    }
  }

  /**
   * The same, where a folder may stand that somebody else has put there, and is to stay.
   *
   * @param path its name
   * @return false if it is a folder
   * @throws StorageException if the kernel refuses for another reason
   */
  public static boolean removeUnlessFolder(Path path) {
    try {
      Posix.unlink(path.toString());
      return true;
    } catch (PosixException e) {
      if (e.is(Constant.ENOENT)) {
        return true;
      }
      if (e.is(Constant.UNLINK_OF_FOLDER) && Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
        return false;
      }
      throw Descriptor.failure("remove " + path, e);
    }
  }

  /**
   * Makes a folder for this user alone, unless there is one.
   *
   * @param path its name, in a folder that is there
   * @throws CapacityExceededException if the disk has no room for another folder
   * @throws StorageException if the kernel refuses for another reason
   */
  public static void createFolder(Path path) {
    try {
      Posix.mkdir(path.toString(), 0700);
    } catch (PosixException e) {
      if (!e.is(Constant.EEXIST)) {
        throw Descriptor.failure("make the folder " + path, e);
      }
    }
  }

  /**
   * What tells a file from what it was or will be.
   *
   * @param path its name
   * @return its stamp
   * @throws StorageException if it is not there, or the kernel refuses
   */
  public static FileStamp stamp(String path) {
    try {
      return FileStatus.of(path).stamp();
    } catch (PosixException e) {
      throw Descriptor.failure("look at " + path, e);
    }
  }

  /**
   * The same of what is open.
   *
   * @param fd a descriptor that stays open meanwhile
   * @return its stamp
   * @throws StorageException if the kernel refuses
   */
  public static FileStamp stamp(int fd) {
    try {
      return FileStatus.of(fd).stamp();
    } catch (PosixException e) {
      throw Descriptor.failure("look at an open file", e);
    }
  }

  /**
   * How long a file is. What is no file, but a link or a FIFO, is as if it were not there.
   *
   * @param path its name
   * @return bytes; -1 if there is no file
   * @throws StorageException if the kernel does not tell
   */
  public static long byteSize(Path path) {
    try {
      FileStatus found = FileStatus.of(path.toString());
      return found.isFile() ? found.byteSize() : -1;
    } catch (PosixException e) {
      if (e.is(Constant.ENOENT)) {
        return -1;
      }
      throw Descriptor.failure("look at " + path, e);
    }
  }

  /**
   * The user whose rights this process has.
   *
   * @return a user id
   */
  public static long ownUid() {
    return Posix.effectiveUid();
  }

  /**
   * Reads a small file as a whole.
   *
   * @param path its name, of a file as {@link Descriptor#open} takes it
   * @return its bytes; null if nothing is there
   * @throws StorageException if it is not what may be opened, or the kernel refuses
   */
  public static byte @Nullable [] read(Path path) {
    try (Descriptor file = Descriptor.openIfThere(path, Extent.Access.READ_ONLY)) {
      return file == null ? null : file.readAll();
    }
  }

  /**
   * Makes the names in a folder survive a power cut.
   *
   * @param folder the folder
   * @throws StorageException if the disk refuses
   */
  public static void syncFolder(Path folder) {
    try (Descriptor descriptor = Descriptor.openFolder(folder)) {
      descriptor.sync();
    }
  }

  /**
   * Why a file system refused, in words: what the JDK says of some failures is the file's name only.
   *
   * @param failure what the JDK threw
   * @return such as {@code permission to /data is denied}
   */
  public static String reason(IOException failure) {
    return switch (failure) {
      case FileAlreadyExistsException e -> e.getFile() + " is not a folder";
      case AccessDeniedException e -> "permission to " + e.getFile() + " is denied";
      case NoSuchFileException e -> e.getFile() + " cannot be made";
      case FileSystemException e -> String.valueOf(e.getMessage());
      default -> failure.toString();
    };
  }
}
