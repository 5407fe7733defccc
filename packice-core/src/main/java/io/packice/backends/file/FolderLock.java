package io.packice.backends.file;

import io.packice.core.StorageException;
import io.packice.internal.os.PosixFiles;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The right to serve a data folder: one peer at a time has it. The kernel takes it back when the process ends, however it ends.
 *
 * <p>A process loses all its locks on a file as soon as it closes any descriptor of it (fcntl(2)), so this one remembers which it has and
 * never opens such a file twice.
 */
final class FolderLock implements AutoCloseable {
  private static final Set<Path> HELD_HERE = ConcurrentHashMap.newKeySet();

  private final Path key;
  private final FileChannel channel;

  private FolderLock(Path key, FileChannel channel) {
    this.key = key;
    this.channel = channel;
  }

  static FolderLock take(DataFolder folder) {
    try {
      Path key = folder.root().toRealPath();
      if (!HELD_HERE.add(key)) {
        throw taken(folder, "another peer of this process (pid " + ProcessHandle.current().pid() + ")");
      }
      FolderLock lock = lock(folder, key);
      if (lock == null) {
        HELD_HERE.remove(key);
        throw taken(folder, Files.readString(folder.lock()).strip());
      }
      return lock;
    } catch (IOException e) {
      throw new StorageException(
          "Cannot lock " + folder.root() + ": " + PosixFiles.reason(e) + "; see that it can be written", e);
    }
  }

  private static StorageException taken(DataFolder folder, String holder) {
    return new StorageException("Cannot serve " + folder.root() + ": it is served by " + holder
        + "; connect to that peer, stop it, or give another folder");
  }

  /** Null if another process has it. */
  private static @Nullable FolderLock lock(DataFolder folder, Path key) throws IOException {
    FileChannel channel = null;
    try {
      if (Files.exists(folder.lock(), LinkOption.NOFOLLOW_LINKS)
          && !Files.isRegularFile(folder.lock(), LinkOption.NOFOLLOW_LINKS)) {
        throw new StorageException("Cannot lock " + folder.root() + ": " + folder.lock()
            + " is no file; somebody has put something else there, move it away");
      }
      channel = FileChannel.open(folder.lock(),
          Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS),
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
      if (channel.tryLock() == null) {
        channel.close();
        return null;
      }
      String holder = "process " + ProcessHandle.current().pid() + "\n";
      channel.truncate(0);
      channel.write(ByteBuffer.wrap(holder.getBytes(StandardCharsets.UTF_8)));
      return new FolderLock(key, channel);
    } catch (IOException | RuntimeException e) {
      HELD_HERE.remove(key);
      if (channel != null) {
        channel.close();
      }
      throw e;
    }
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw new StorageException("Cannot unlock " + key + ": " + e + "; it is free when this process ends", e);
    } finally {
      HELD_HERE.remove(key);
    }
  }
}
