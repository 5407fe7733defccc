package io.packice.backends.file;

import io.packice.core.Extent;
import io.packice.core.PackiceException;
import io.packice.core.StorageException;
import io.packice.internal.os.Descriptor;
import io.packice.internal.os.FileStamp;
import io.packice.internal.os.PosixFiles;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Copies of a folder's manifests, one after the other in one file, so that a start opens this file and not one for every object.
 *
 * <p>What counts are the manifests. A copy stands in for one only as long as the manifest is the very file that was copied, unchanged
 * ({@link FileStamp}); what the index lacks is read from the manifest and added. So an index that is lost, cut short, out of date or of
 * another folder costs time and nothing else, and nobody waits for it to reach the disk. Each copy:
 *
 * <pre>
 *   magic 4 bytes | length of the manifest 4 | inode 8 | ctime, seconds 8 | nanoseconds 4 | NAME 57, ASCII | the manifest
 * </pre>
 *
 * <p>Numbers have their highest byte first. Safe from any thread.
 */
final class FolderIndex implements AutoCloseable {
  private static final int MAGIC = 0x504b4931; // PKI1
  private static final int HEAD_BYTES = 4 + 4 + 8 + 8 + 4 + FileName.DIGITS;
  /** So many copies of manifests that are gone are not worth the work of leaving them out. */
  private static final int TOLERATED = 10_000;
  /** What a copy takes at least, more or less. */
  private static final int COMMON_BYTES = 256;

  private final Path path;
  private final DataFolder folder;
  /** What was read at the start, until {@link #forget}. */
  private volatile Map<String, Copy> copies = Map.of();
  private @Nullable Descriptor file; // guarded by this; null when nothing can be added
  private long end; // guarded by this: where the next copy goes
  private long count; // guarded by this: copies in the file

  private FolderIndex(DataFolder folder) {
    this.folder = folder;
    path = folder.index();
  }

  /** A manifest as it was copied. */
  private record Copy(FileStamp stamp, ByteBuffer manifest) {
    int byteSize() {
      return HEAD_BYTES + manifest.remaining();
    }
  }

  /** Reads what is there, and keeps it in memory. */
  static FolderIndex open(DataFolder folder) {
    FolderIndex index = new FolderIndex(folder);
    index.tryTo(index::load);
    return index;
  }

  private void load() throws IOException {
    boolean isThere = Files.exists(path);
    file = isThere ? Descriptor.open(path, Extent.Access.READ_WRITE) : Descriptor.create(path);
    copies = isThere ? readAll() : Map.of();
  }

  private Map<String, Copy> readAll() throws IOException {
    ByteBuffer in = ByteBuffer.wrap(Files.size(path) < Integer.MAX_VALUE - 8 ? Files.readAllBytes(path) : new byte[0]);
    Map<String, Copy> found = HashMap.newHashMap(in.capacity() / COMMON_BYTES);
    end = 0; // what a power cut or a full disk has left half written is written over
    for (count = 0; readNext(in, found); count++) {
      end = in.position();
    }
    return found;
  }

  /** False if what follows is no copy. */
  private static boolean readNext(ByteBuffer in, Map<String, Copy> found) {
    if (in.remaining() < HEAD_BYTES || in.getInt() != MAGIC) {
      return false;
    }
    int length = in.getInt();
    FileStamp stamp = new FileStamp(in.getLong(), length, in.getLong(), in.getInt());
    byte[] digits = new byte[FileName.DIGITS];
    in.get(digits);
    String name = new String(digits, StandardCharsets.ISO_8859_1);
    if (length < 0 || length > in.remaining()) {
      return false;
    }
    found.put(name, new Copy(stamp, in.slice(in.position(), length)));
    in.position(in.position() + length);
    return true;
  }

  /** The copy of a manifest that has not changed since; null if there is none. */
  @Nullable
  ByteBuffer find(FileName name) {
    Copy copy = copies.get(name.toString());
    try {
      return copy != null && copy.stamp.equals(stamp(name)) ? copy.manifest : null;
    } catch (StorageException _) { // who reads the manifest itself finds out what is wrong with it
      return null;
    }
  }

  private FileStamp stamp(FileName name) {
    return PosixFiles.stamp(folder.manifestFile(name).getPath());
  }

  /** Frees the memory of what was read: nothing is found from now on. */
  void forget() {
    copies = Map.of();
  }

  /** Adds a copy of a manifest that is in its place. */
  void add(FileName name, ByteBuffer manifest) {
    tryTo(() -> append(name, manifest));
  }

  private void append(FileName name, ByteBuffer manifest) {
    if (file == null) {
      return;
    }
    FileStamp stamp = stamp(name);
    if (stamp.byteSize() == manifest.remaining()) {
      ByteBuffer copy = ByteBuffer.allocate(HEAD_BYTES + manifest.remaining());
      put(copy, name.toString(), stamp, manifest);
      write(copy.flip(), 1);
    }
  }

  private static void put(ByteBuffer out, String name, FileStamp stamp, ByteBuffer manifest) {
    out.putInt(MAGIC).putInt(manifest.remaining());
    out.putLong(stamp.inode()).putLong(stamp.changedSeconds()).putInt(stamp.changedNanos());
    out.put(name.getBytes(StandardCharsets.ISO_8859_1)).put(manifest);
  }

  /** Leaves out the copies of what is gone, if they are most of them. */
  void tidy(int live, Supplier<Set<String>> names) {
    tryTo(() -> {
      if (file != null && count > 2L * live + TOLERATED) {
        rewrite(names.get());
      }
    });
  }

  private void rewrite(Set<String> live) throws IOException {
    Map<String, Copy> kept = readAll();
    kept.keySet().retainAll(live);
    Path next = path.resolveSibling(path.getFileName() + ".new");
    PosixFiles.remove(next);
    closeFile();
    file = Descriptor.create(next);
    end = 0;
    count = 0;
    ByteBuffer all = ByteBuffer.allocate(kept.values().stream().mapToInt(Copy::byteSize).sum());
    kept.forEach((name, copy) -> put(all, name, copy.stamp, copy.manifest));
    write(all.flip(), kept.size());
    PosixFiles.rename(next, path);
  }

  private void write(ByteBuffer some, int copiesInIt) {
    int byteSize = some.remaining();
    Objects.requireNonNull(file).write(some, end);
    end += byteSize;
    count += copiesInIt;
  }

  /** Something that is done to the file. */
  private interface Step {
    void run() throws IOException;
  }

  /** What cannot be done costs the next start time, and nobody anything now; nothing more is added then. */
  private synchronized void tryTo(Step step) {
    try {
      step.run();
    } catch (IOException | PackiceException failure) {
      Log.cannotKeepIndex(path, failure);
      closeFile();
    }
  }

  private void closeFile() {
    if (file != null) {
      file.close();
      file = null;
    }
  }

  /** Ends it; what is added later is not. */
  @Override
  public synchronized void close() {
    closeFile();
  }
}
