package io.packice.storage.local;

import io.packice.storage.ExistsException;
import io.packice.storage.NodeDetails;
import io.packice.storage.NodeInfo;
import io.packice.storage.NodeWriter;
import io.packice.storage.OpenContext;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Set;
import java.util.UUID;

/** A file under a name of its own, synced and then renamed. */
final class LocalWriter implements NodeWriter {
  private static final String PREFIX = ".packice-";
  private static final String SUFFIX = ".part";

  private final LocalRoot.Spot spot;
  private final Path draft;
  private final FileChannel channel;
  private final boolean replace;
  private final String path;
  private final OpenContext context;
  private boolean ended;

  private LocalWriter(LocalRoot.Spot spot, Path draft, FileChannel channel, boolean replace, String path,
      OpenContext context) {
    this.spot = spot;
    this.draft = draft;
    this.channel = channel;
    this.replace = replace;
    this.path = path;
    this.context = context;
  }

  static boolean isUnfinished(String name) {
    return name.startsWith(PREFIX) && name.endsWith(SUFFIX);
  }

  /** Takes over the spot. */
  static LocalWriter open(LocalRoot.Spot spot, boolean replace, String path, OpenContext context) throws IOException {
    try {
      requireReplaceable(spot, replace, context.name(path));
      Path draft = Path.of(PREFIX + UUID.randomUUID() + SUFFIX);
      FileChannel channel = (FileChannel) spot.folder().newByteChannel(draft,
          Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS));
      return new LocalWriter(spot, draft, channel, replace, path, context);
    } catch (IOException | RuntimeException e) {
      spot.close();
      throw e;
    }
  }

  private static void requireReplaceable(LocalRoot.Spot spot, boolean replace, String name) throws IOException {
    try {
      BasicFileAttributes there = attributes(spot, spot.name());
      if (there.isDirectory() || !replace) {
        throw new ExistsException("Cannot write " + name + ": a " + (there.isDirectory() ? "folder" : "file")
            + " is there; choose another name");
      }
    } catch (NoSuchFileException e) {
      // as it should be
    }
  }

  private static BasicFileAttributes attributes(LocalRoot.Spot spot, Path name) throws IOException {
    return spot.folder().getFileAttributeView(name, BasicFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
        .readAttributes();
  }

  @Override
  public void write(MemorySegment bytes) {
    LocalAppender.writeAll(channel, bytes, context.name(path));
  }

  @Override
  public NodeInfo commit() {
    try {
      channel.force(true);
      channel.close();
      BasicFileAttributes attributes = attributes(spot, draft);
      if (replace) {
        spot.folder().move(draft, spot.folder(), spot.name());
      } else {
        link();
      }
      ended = true;
      spot.sync();
      return new NodeInfo(path, false, attributes.size(), attributes.lastModifiedTime().toInstant(),
          LocalBackend.tag(attributes), NodeDetails.NONE);
    } catch (FileAlreadyExistsException e) {
      throw new ExistsException("Cannot write " + context.name(path) + ": somebody else was first; choose another name",
          e);
    } catch (IOException e) {
      throw LocalFailures.of("write", context.name(path), e);
    }
  }

  /** The one step that gives a name only if it is free. */
  private void link() throws IOException {
    Files.createLink(spot.path().resolve(spot.name()), spot.path().resolve(draft));
    spot.folder().deleteFile(draft);
  }

  @Override
  public void close() {
    try (LocalRoot.Spot open = spot) {
      channel.close();
      if (!ended) {
        ended = true;
        open.folder().deleteFile(draft);
      }
    } catch (IOException e) {
      throw LocalFailures.of("clean up after", context.name(path), e);
    }
  }
}
