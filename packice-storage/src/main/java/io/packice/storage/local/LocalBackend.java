package io.packice.storage.local;

import io.packice.storage.AbsentException;
import io.packice.storage.Capabilities;
import io.packice.storage.Capability;
import io.packice.storage.DeniedException;
import io.packice.storage.ExistsException;
import io.packice.storage.NodeDetails;
import io.packice.storage.NodeInfo;
import io.packice.storage.NodePage;
import io.packice.storage.NodeReader;
import io.packice.storage.NodeWriter;
import io.packice.storage.OpenContext;
import io.packice.storage.StorageBackend;
import io.packice.storage.WriteOptions;
import java.io.IOException;
import java.net.URI;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Files below a folder. Those that are being written have names of their own in the folder where they will be, which no listing shows. */
final class LocalBackend implements StorageBackend {
  /** A folder is read anew for each page, so pages are large. */
  private static final int PAGE = 10_000;

  private static final Capabilities CAPABILITIES =
      Capabilities.of(Capability.READ, Capability.WRITE, Capability.DELETE, Capability.LIST,
          Capability.RANGE, Capability.ATOMIC, Capability.APPEND, Capability.FOLDERS);

  private final LocalRoot root;
  private final OpenContext context;

  LocalBackend(LocalRoot root, OpenContext context) {
    this.root = root;
    this.context = context;
  }

  @Override
  public Capabilities capabilities() {
    return CAPABILITIES;
  }

  @Override
  public Optional<NodeInfo> stat(String path) {
    if (path.isEmpty()) {
      return Optional.of(NodeInfo.folder(""));
    }
    try (LocalRoot.Spot spot = root.existing(path)) {
      return Optional.of(info(path, attributes(spot.folder(), spot.name())));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (IOException e) {
      if (LocalFailures.of("look at", context.name(path), e) instanceof ExistsException) {
        return Optional.empty(); // a part of its path is a file
      }
      throw LocalFailures.of("look at", context.name(path), e);
    }
  }

  private static BasicFileAttributes attributes(SecureDirectoryStream<Path> folder, Path name) throws IOException {
    return folder.getFileAttributeView(name, BasicFileAttributeView.class, LinkOption.NOFOLLOW_LINKS).readAttributes();
  }

  private static NodeInfo info(String path, BasicFileAttributes attributes) {
    if (attributes.isDirectory()) {
      return new NodeInfo(path, true, 0, attributes.lastModifiedTime().toInstant(), null, NodeDetails.NONE);
    }
    return new NodeInfo(path, false, attributes.size(), attributes.lastModifiedTime().toInstant(), tag(attributes),
        NodeDetails.NONE);
  }

  /** Differs for another file of the name, and for other bytes unless they came within one tick of the system's clock. */
  static String tag(BasicFileAttributes attributes) {
    return Long.toHexString(attributes.lastModifiedTime().to(TimeUnit.NANOSECONDS)) + "-"
        + Long.toHexString(attributes.size()) + "-"
        + Integer.toHexString(String.valueOf(attributes.fileKey()).hashCode());
  }

  @Override
  public NodeReader read(String path, @Nullable String version) {
    try (LocalRoot.Spot spot = root.existing(path)) {
      BasicFileAttributes attributes = attributes(spot.folder(), spot.name());
      if (!attributes.isRegularFile()) {
        throw new AbsentException(
            "Cannot read " + context.name(path) + ": it is " + (attributes.isDirectory() ? "a folder" : "no plain file")
                + "; look at the listing");
      }
      FileChannel channel = open(spot, Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS));
      return new LocalReader(channel, info(path, attributes), context.name(path), () -> stat(path));
    } catch (IOException e) {
      throw LocalFailures.of("read", context.name(path), e);
    }
  }

  private static FileChannel open(LocalRoot.Spot spot, Set<? extends OpenOption> options) throws IOException {
    return (FileChannel) spot.folder().newByteChannel(spot.name(), options); // on Linux it is one
  }

  @Override
  public NodePage list(String folder, @Nullable String after) {
    try (SecureDirectoryStream<Path> stream = root.folder(folder)) {
      List<NodeInfo> children = new ArrayList<>();
      List<Path> names = firstBehind(stream, after);
      for (Path name : names) {
        child(folder, stream, name).ifPresent(children::add);
      }
      return new NodePage(children, names.size() < PAGE ? null : names.getLast().toString());
    } catch (IOException e) {
      if (LocalFailures.of("list", context.name(folder), e) instanceof ExistsException) {
        throw new AbsentException("Cannot list " + context.name(folder) + ": it is a file; look at the listing above",
            e);
      }
      throw LocalFailures.of("list", context.name(folder), e);
    }
  }

  /** The names of a page in order, whatever the size of the folder. */
  private static List<Path> firstBehind(SecureDirectoryStream<Path> stream, @Nullable String after) {
    PriorityQueue<String> names = new PriorityQueue<>(Comparator.<String>naturalOrder().reversed());
    for (Path path : stream) {
      String name = path.getFileName().toString();
      if ((after == null || name.compareTo(after) > 0) && !LocalWriter.isUnfinished(name)) {
        names.add(name);
        if (names.size() > PAGE) {
          names.remove();
        }
      }
    }
    return names.stream().sorted().map(Path::of).toList();
  }

  /** What is neither file nor folder, or leads out of the root, is not there for anybody. */
  private Optional<NodeInfo> child(String folder, SecureDirectoryStream<Path> stream, Path name) throws IOException {
    String path = folder.isEmpty() ? name.toString() : folder + "/" + name;
    try {
      BasicFileAttributes attributes = attributes(stream, name);
      if (attributes.isSymbolicLink()) {
        return stat(path);
      }
      return attributes.isDirectory() || attributes.isRegularFile() ? Optional.of(info(path, attributes))
          : Optional.empty();
    } catch (NoSuchFileException | DeniedException e) {
      return Optional.empty(); // gone meanwhile, or a link out
    }
  }

  @Override
  public NodeWriter write(String path, WriteOptions options) {
    try {
      return LocalWriter.open(root.future(path), options.replace(), path, context);
    } catch (IOException e) {
      throw LocalFailures.of("write", context.name(path), e);
    }
  }

  @Override
  public NodeWriter append(String path) {
    try (LocalRoot.Spot spot = stat(path).isPresent() ? root.existing(path) : root.future(path)) {
      FileChannel channel =
          open(spot, Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.APPEND,
              LinkOption.NOFOLLOW_LINKS));
      return new LocalAppender(channel, context.name(path), () -> stat(path)
          .orElseThrow(() -> new AbsentException(
              "Cannot append to " + context.name(path) + ": it was removed meanwhile; append again")));
    } catch (IOException e) {
      throw LocalFailures.of("append to", context.name(path), e);
    }
  }

  @Override
  public void makeFolder(String path) {
    try {
      root.makeFolders(path, root.path(path));
      root.folder(path).close(); // a file there, or a link that came in between
    } catch (FileAlreadyExistsException e) {
      throw new ExistsException(
          "Cannot make the folder " + context.name(path) + ": a file is there; choose another name", e);
    } catch (IOException e) {
      throw LocalFailures.of("make the folder", context.name(path), e);
    }
  }

  @Override
  public void delete(List<String> paths) {
    for (String path : paths) {
      try (LocalRoot.Spot spot = root.existing(path)) {
        if (attributes(spot.folder(), spot.name()).isDirectory()) {
          spot.folder().deleteDirectory(spot.name());
        } else {
          spot.folder().deleteFile(spot.name());
        }
      } catch (NoSuchFileException e) {
        // it is gone, which was wanted
      } catch (IOException e) {
        throw LocalFailures.of("delete", context.name(path), e);
      }
    }
  }

  @Override
  public boolean rename(String from, String to, boolean replace) {
    try (LocalRoot.Spot source = root.existing(from); LocalRoot.Spot target = root.future(to)) {
      if (!replace && stat(to).isPresent()) {
        throw new ExistsException("Cannot move " + context.name(from) + " to " + context.name(to)
            + ": something is there; choose another name");
      }
      source.folder().move(source.name(), target.folder(), target.name());
      target.sync();
      source.sync();
      return true;
    } catch (IOException e) {
      throw LocalFailures.of("move", context.name(from), e);
    }
  }

  @Override
  public Optional<URI> url(String path) {
    return Optional.of(root.path(path).toUri());
  }

  @Override
  public void close() {
    // holds nothing between calls
  }
}
