package io.packice.storage.local;

import io.packice.storage.AbsentException;
import io.packice.storage.DeniedException;
import io.packice.storage.ExistsException;
import io.packice.storage.NodeException;
import io.packice.storage.OpenContext;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.StandardOpenOption;
import java.util.Objects;

/**
 * The folder that a mount may not leave. A path's links are followed first, to see that it ends within; then it is opened part by part from the root's own
 * descriptor without following any link, so that one that comes in between is refused and not followed.
 */
final class LocalRoot {
  private final Path root;
  private final OpenContext context;

  private LocalRoot(Path root, OpenContext context) {
    this.root = root;
    this.context = context;
  }

  static LocalRoot open(Path path, OpenContext context) {
    try {
      Path real = path.toRealPath();
      if (Files.isDirectory(real)) {
        return new LocalRoot(real, context);
      }
      throw new AbsentException(
          "Cannot open the mount " + context.mount() + ": " + path + " is no folder; correct its path");
    } catch (NoSuchFileException e) {
      throw new AbsentException(
          "Cannot open the mount " + context.mount() + ": there is no folder " + path + "; make it", e);
    } catch (IOException e) {
      throw LocalFailures.of("open", "the mount " + context.mount(), e);
    }
  }

  /** A folder, opened without links, and the name of something in it. Whoever gets one closes it. */
  record Spot(SecureDirectoryStream<Path> folder, Path path, Path name) implements AutoCloseable {
    /** Makes the folder's entries outlive a crash. */
    void sync() throws IOException {
      try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
        channel.force(true);
      }
    }

    @Override
    public void close() throws IOException {
      folder.close();
    }
  }

  /** Where a node that is there really is, links followed. */
  Spot existing(String path) throws IOException {
    return spot(path, path(path).toRealPath());
  }

  /** Where a node is to be, whatever is there; missing folders above it are made. A link that is there is not followed. */
  Spot future(String path) throws IOException {
    if (path.isEmpty()) {
      throw new ExistsException("Cannot write " + context.name(path) + ": it is the mount's root; name what is in it");
    }
    Path wanted = path(path);
    Path parent = makeFolders(path, parent(wanted));
    return new Spot(openFolder(path, parent), parent, wanted.getFileName());
  }

  /** A folder that is there. */
  SecureDirectoryStream<Path> folder(String path) throws IOException {
    return openFolder(path, path(path).toRealPath());
  }

  /** A folder, made if it is missing; its real path. */
  Path makeFolders(String path, Path folder) throws IOException {
    if (folder.equals(root)) {
      return root;
    }
    try {
      return within(path, folder.toRealPath());
    } catch (NoSuchFileException missing) {
      Path made = makeFolders(path, parent(folder)).resolve(folder.getFileName());
      try {
        Files.createDirectory(made);
      } catch (FileAlreadyExistsException raced) {
        // somebody else made it, or a link to nowhere: seen when it is opened
      }
      return made;
    }
  }

  Path path(String path) {
    try {
      return path.isEmpty() ? root : root.resolve(path);
    } catch (InvalidPathException e) {
      throw new DeniedException(
          "Cannot name " + context.mount() + ":…: this locale (" + System.getProperty("native.encoding")
              + ") has no such letters; set LC_ALL=C.UTF-8",
          e);
    }
  }

  private Path within(String path, Path real) {
    if (!real.startsWith(root)) {
      throw outside(path);
    }
    return real;
  }

  private NodeException outside(String path) {
    return new DeniedException(
        "Cannot use " + context.name(path) + ": a symbolic link leads out of the mount's root; mount what it leads to");
  }

  private Spot spot(String path, Path real) throws IOException {
    within(path, real);
    if (real.equals(root)) {
      throw new DeniedException("Cannot use " + context.name(path) + ": it is the mount's root; name what is in it");
    }
    Path parent = parent(real);
    return new Spot(openFolder(path, parent), parent, real.getFileName());
  }

  private static Path parent(Path path) {
    return Objects.requireNonNull(path.getParent(), "parent"); // what is below the root has one
  }

  /** From the root's descriptor on, no part may be a link. */
  private SecureDirectoryStream<Path> openFolder(String path, Path real) throws IOException {
    within(path, real);
    if (real.equals(root)) {
      return openRoot();
    }
    try (SecureDirectoryStream<Path> above = openFolder(path, parent(real))) {
      return above.newDirectoryStream(real.getFileName(), LinkOption.NOFOLLOW_LINKS);
    }
  }

  @SuppressWarnings({"unchecked", "StreamResourceLeak"}) // of the default file system on Linux it is one; the caller closes it
  private SecureDirectoryStream<Path> openRoot() throws IOException {
    DirectoryStream<Path> stream = Files.newDirectoryStream(root);
    if (stream instanceof SecureDirectoryStream<?> secure) {
      return (SecureDirectoryStream<Path>) secure;
    }
    stream.close();
    throw new IOException("this system opens no folders by descriptors");
  }
}
