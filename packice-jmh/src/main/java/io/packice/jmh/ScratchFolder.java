package io.packice.jmh;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;

/** A folder that ends with whoever made it. */
final class ScratchFolder implements AutoCloseable {
  private final Path path;

  private ScratchFolder(Path path) {
    this.path = path;
  }

  /** Whose files are memory. */
  static ScratchFolder inMemory() throws IOException {
    return new ScratchFolder(Files.createTempDirectory(Path.of("/dev/shm"), "packice-jmh-"));
  }

  /** Whose files are on a disk, and in the page cache. */
  static ScratchFolder onDisk() throws IOException {
    return new ScratchFolder(Files.createTempDirectory(Path.of("/var/tmp"), "packice-jmh-"));
  }

  Path path() {
    return path;
  }

  @Override
  public void close() {
    try (Stream<Path> all = Files.walk(path)) {
      for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(each);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
