package io.packice.backends.sharedfs;

import io.packice.core.Extent;
import io.packice.core.PackiceException;
import io.packice.core.StorageException;
import io.packice.internal.os.Descriptor;
import io.packice.internal.os.PosixFiles;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What peers tell each other: small files, each changed by one atomic operation. */
final class SmallFiles {
  private SmallFiles() {
  }

  /** A file's bytes; null if there is none. */
  static byte @Nullable [] read(Path path) {
    return PosixFiles.read(path);
  }

  /** A file's text; null if there is none. */
  static @Nullable String text(Path path) {
    byte[] bytes = read(path);
    return bytes == null ? null : new String(bytes, StandardCharsets.UTF_8);
  }

  /**
   * Makes a file of its own, in no folder that anybody looks into; all of it or none.
   *
   * @throws io.packice.core.CapacityExceededException if the disk has no room for it
   */
  static void write(Path path, String text) {
    try (Descriptor file = Descriptor.create(path)) {
      file.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)), 0);
    } catch (PackiceException failure) {
      PosixFiles.remove(path);
      throw failure;
    }
  }

  /** Writes over a file in place, and never makes one; false if there is none. */
  static boolean overwrite(Path path, String text) {
    try (Descriptor file = Descriptor.openIfThere(path, Extent.Access.READ_WRITE)) {
      if (file != null) {
        file.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)), 0);
      }
      return file != null;
    }
  }

  /** Makes an empty file; one may be there. */
  static void mark(Path path) {
    Descriptor.openOrCreate(path).close();
  }

  /** Gives a file a second name; false if something has that name already. */
  static boolean link(Path existing, Path name) {
    try {
      Files.createLink(name, existing);
      return true;
    } catch (FileAlreadyExistsException e) {
      return false;
    } catch (IOException e) {
      throw failure("link " + existing + " as " + name, e);
    }
  }

  /**
   * The names in a folder, in no order. None of ours begins with a dot: that is what NFS calls a file that was removed while somebody has it open
   * ({@code .nfs…}).
   */
  static List<String> names(Path folder) {
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder)) {
      List<String> names = new ArrayList<>();
      entries.forEach(entry -> names.add(entry.getFileName().toString()));
      names.removeIf(name -> name.startsWith("."));
      return names;
    } catch (java.nio.file.DirectoryIteratorException | IOException e) {
      throw failure("list " + folder, e);
    }
  }

  static StorageException failure(String verb, Exception cause) {
    return new StorageException(
        "Cannot " + verb + ": " + cause + "; see that the shared folder can be read and written",
        cause);
  }
}
