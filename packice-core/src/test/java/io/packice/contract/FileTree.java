package io.packice.contract;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** What files there are below a folder, while somebody may be removing some. */
public final class FileTree {
  private static final Path REFUSAL =
      Path.of("objects", "85", "8519797b26e1a060796ca207743538cf8af014e5-0000000000000000.json");

  private FileTree() {
  }

  /** All that is no folder, in order, but for what keeps earlier versions of Packice out. */
  public static List<Path> files(Path root) {
    while (true) {
      try (Stream<Path> files = Files.walk(root)) {
        return files.filter(file -> !Files.isDirectory(file, LinkOption.NOFOLLOW_LINKS))
            .filter(file -> !file.endsWith(REFUSAL)).sorted().toList();
      } catch (UncheckedIOException e) {
        if (!(e.getCause() instanceof NoSuchFileException)) {
          throw e;
        } // else a folder was removed when it was about to be listed
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
