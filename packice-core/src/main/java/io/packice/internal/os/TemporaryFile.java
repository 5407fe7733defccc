package io.packice.internal.os;

import io.packice.core.Extent;
import io.packice.core.StorageException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.concurrent.ThreadLocalRandom;

/**
 * A file without a name, by a descriptor that can write to it and one that cannot: it ends with its last descriptor and mapping, as memory does.
 *
 * @param writer closed with this, unless it was closed before
 * @param reader closed with this
 */
public record TemporaryFile(Descriptor writer, Descriptor reader) implements AutoCloseable {
  private static final Path MEMORY = Path.of("/dev/shm");
  /** Of an id, so that the name has a length that all file systems take. */
  private static final int MOST_NAME_CHARS = 100;

  /**
   * Where they are: in memory that looks like a folder, if there is such a one, otherwise where temporary files go.
   *
   * @return a folder
   */
  public static Path folder() {
    return Files.isDirectory(MEMORY, LinkOption.NOFOLLOW_LINKS) && Files.isWritable(MEMORY) ? MEMORY
        : Path.of(System.getProperty("java.io.tmpdir"));
  }

  /**
   * Makes one of no bytes, for this user alone.
   *
   * @param name what people see in {@code /proc/PID/maps}, more or less
   * @return the file; the caller closes it
   * @throws StorageException if the host refuses, for example because too many files are open
   */
  public static TemporaryFile create(String name) {
    String label = "packice:" + name.replaceAll("[^\\x21-\\x2e\\x30-\\x7e]", "?");
    Path path = folder().resolve(label.substring(0, Math.min(label.length(), MOST_NAME_CHARS)) + "-"
        + HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong()));
    Descriptor writer = Descriptor.create(path);
    try {
      return new TemporaryFile(writer, Descriptor.open(path, Extent.Access.READ_ONLY));
    } catch (Throwable failure) {
      writer.close();
      throw failure;
    } finally {
      PosixFiles.remove(path);
    }
  }

  @Override
  public void close() {
    try {
      writer.close();
    } finally {
      reader.close();
    }
  }
}
