package io.packice.backends.file;

import io.packice.core.PackiceException;
import io.packice.core.StoredObject;
import io.packice.internal.os.Descriptor;
import io.packice.internal.os.FileStamp;
import io.packice.internal.os.PosixFiles;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Objects;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What a folder's manifests say, one {@linkplain IndexEntry entry} after the other in one file, so that a start opens this file and not one for
 * every object.
 *
 * <p>What counts are the manifests. An entry stands in for one only as long as the manifest is the very file that it was made of, unchanged
 * ({@link FileStamp}); what the index lacks is read from the manifest and added. So an index that is lost, cut short, out of date or of
 * another folder costs time and nothing else, and nobody waits for it to reach the disk. Safe from any thread.
 */
final class FolderIndex implements AutoCloseable {
  /** So many entries of manifests that are gone are not worth the work of leaving them out. */
  private static final int TOLERATED = 10_000;
  private static final int BATCH_BYTES = 1 << 20;

  private final Path path;
  private final DataFolder folder;
  /** What was read at the start, until {@link #forget}. */
  private volatile IndexImage image;
  private @Nullable Descriptor file; // guarded by this; null when nothing can be added
  private long end; // guarded by this: where the next entry goes
  private long count; // guarded by this: entries in the file

  private FolderIndex(DataFolder folder) {
    this.folder = folder;
    path = folder.index();
    image = IndexImage.empty();
  }

  /** Reads what is there, and keeps it in memory. */
  static FolderIndex open(DataFolder folder) {
    FolderIndex index = new FolderIndex(folder);
    index.tryTo(index::load);
    return index;
  }

  private void load() {
    file = Descriptor.openOrCreate(path);
    image = IndexImage.of(file);
    end = image.end(); // what a power cut or a full disk has left half written is written over
    count = image.entries();
  }

  /** What was there when it was opened, until {@link #forget}. */
  IndexImage image() {
    return image;
  }

  /** Frees the memory of what was read; nobody may be reading it. */
  synchronized void forget() {
    image.close();
    image = IndexImage.empty();
  }

  /** Adds an entry for a manifest that is in its place. */
  void add(FileName name, StoredObject object, Instant sealedAt, int manifestBytes) {
    tryTo(() -> {
      if (file == null) {
        return;
      }
      FileStamp stamp = PosixFiles.stamp(folder.manifest(name).toString());
      if (stamp.byteSize() == manifestBytes) {
        write(new IndexEntry(stamp, name, object, sealedAt).toBytes());
        count++;
      }
    });
  }

  /** Adds entries of what a start has read itself. */
  void addAll(Stream<IndexEntry> entries) {
    tryTo(() -> {
      if (file != null) {
        Batch batch = new Batch();
        entries.map(IndexEntry::toBytes).forEachOrdered(bytes -> batch.add(bytes, bytes.length));
        batch.write();
      }
    });
  }

  /** Leaves out the entries of what is gone, if they are most of them. */
  void tidy(int live, Supplier<Set<FileName>> names) {
    tryTo(() -> {
      if (file != null && count > 2L * live + TOLERATED) {
        rewrite(names.get());
      }
    });
  }

  private void rewrite(Set<FileName> live) {
    Path next = path.resolveSibling(path.getFileName() + ".new");
    PosixFiles.remove(next);
    try (IndexImage all = IndexImage.of(Objects.requireNonNull(file))) {
      closeFile();
      file = Descriptor.create(next);
      end = 0;
      count = 0;
      Batch batch = new Batch();
      all.retain(live, batch::add);
      batch.write();
    }
    PosixFiles.rename(next, path);
  }

  /** Entries that are written by one system call, and not by one for each. */
  private final class Batch {
    private final ByteArrayOutputStream entries = new ByteArrayOutputStream();

    void add(byte[] buffer, int size) {
      entries.write(buffer, 0, size);
      count++;
      if (entries.size() >= BATCH_BYTES) {
        write();
      }
    }

    void write() {
      FolderIndex.this.write(entries.toByteArray());
      entries.reset();
    }
  }

  private void write(byte[] some) {
    Objects.requireNonNull(file).write(ByteBuffer.wrap(some), end);
    end += some.length;
  }

  /** What cannot be done costs the next start time, and nobody anything now; nothing more is added then. */
  private synchronized void tryTo(Runnable step) {
    try {
      step.run();
    } catch (PackiceException failure) {
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
    image.close();
    closeFile();
  }
}
