package io.packice.backends.file;

import io.packice.core.Blob;
import io.packice.core.BlobStore;
import io.packice.core.ObjectId;
import io.packice.core.PackiceException;
import io.packice.core.StorageException;
import io.packice.core.StoredObject;
import io.packice.internal.os.PosixFiles;
import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Keeps each object in a file of a folder, and what it is in a log. Sealed objects are there again at the next start, after a kill or a power cut too;
 * drafts are not.
 *
 * <ul>
 * <li>Disk is set aside at create, so that a full disk is an error to the creator.
 * <li>A freeze checks the length, takes the right to write from the file (mode 0400), computes a CRC32C of each blob, and writes the data to disk. The
 * seal adds {@linkplain SealRecord a record} to {@linkplain SealLog the log}; the object exists from the moment when that is on the disk. When the seal
 * returns, a power cut cannot undo it. Several seals at once wait for one sync.
 * <li>A replacement is another file, whose record comes later; what it replaces is removed after it is in the log, so at any moment a start finds
 * one of the two.
 * <li>What is discarded is gone when the log says so; its data are removed after that. Nothing is ever truncated or written in place.
 * <li>A file that no record names is a draft of an earlier life, or what is gone; it is removed while the peer serves already. Unless records cannot be
 * read: then it may be what they named, and is set aside.
 * </ul>
 *
 * <p><b>What the kernel does not do for files.</b> It seals memory, not files. So that nobody who holds the draft's descriptor can change the
 * sealed bytes, the store asks the kernel at seal whether anybody still has the draft open for writing or maps it writable, and if so seals a
 * copy: later stores go to a file that nobody reads. That costs the copy; a creator who closes the draft first, as Packice's client does,
 * pays nothing. On a file system without leases ({@code F_SETLEASE}), such as NFS, the kernel cannot tell, and who keeps a descriptor can
 * write. Everywhere a process of the same user, or root, can give itself the right to write to any file; readers of other users cannot.
 *
 * <p>A sealed object costs the store no descriptor. One store at a time serves a folder. Safe from any thread.
 */
public final class FileBlobStore implements BlobStore {
  /** What an object takes on the disk beside its bytes, nearly always: its record, and its place in a folder. */
  private static final long RECORD_BYTES = Blob.ALIGNMENT;

  final DataFolder folder;

  private final InstantSource clock;
  private final FolderLock lock;
  private final FileStore disk;
  private final Housekeeper housekeeper = new Housekeeper();
  private final AtomicBoolean tidying = new AtomicBoolean();
  /** From the recovery on. */
  private volatile @Nullable Seals seals;
  private volatile @Nullable Extents extents;
  /** Its readers change the folder, its writer ends the right to. */
  private final ReadWriteLock life = new ReentrantReadWriteLock();
  private boolean closed; // guarded by life

  private FileBlobStore(DataFolder folder, InstantSource clock, FolderLock lock, FileStore disk) {
    this.folder = folder;
    this.clock = clock;
    this.lock = lock;
    this.disk = disk;
  }

  /**
   * Takes a folder, and makes it if there is none.
   *
   * @param dataFolder where; on a local file system
   * @param clock the clock on the wall: objects' TTLs go on by it while no peer runs
   * @return a store; the caller, or the peer that it is given to, closes it
   * @throws StorageException if another peer serves the folder, which the message names, or the folder cannot be used
   */
  public static FileBlobStore open(Path dataFolder, InstantSource clock) {
    DataFolder folder = DataFolder.create(dataFolder);
    FolderLock lock = FolderLock.take(folder);
    try {
      return new FileBlobStore(folder, clock, lock, folder.disk());
    } catch (RuntimeException failure) {
      lock.close();
      throw failure;
    }
  }

  /**
   * Whether a folder is one that a peer over files has, or had, to itself.
   *
   * @param dataFolder any path
   * @return false also if there is nothing
   */
  public static boolean isFolderOfOne(Path dataFolder) {
    DataFolder folder = new DataFolder(dataFolder);
    return Files.exists(folder.log(), LinkOption.NOFOLLOW_LINKS) || new OldFolder(folder).hasDrafts();
  }

  @Override
  public long freeBytes(long objects) {
    try {
      return Math.max(0,
          disk.getUsableSpace() - objects * RECORD_BYTES - (objects == 0 ? 0 : SealLog.MOST_RESERVED_BYTES));
    } catch (IOException e) {
      throw new StorageException("Cannot tell what is free on the disk of " + folder.root() + ": "
          + PosixFiles.reason(e) + "; see that it is still there", e);
    }
  }

  /**
   * Reads the log, looks at every file that it names, and sets aside what is damaged. The bytes themselves are not read, only their lengths, of very many
   * files only their names: see {@link Verification} for more. What belongs to nobody any more is removed when this has returned.
   */
  @Override
  public Recovery recover() {
    long startNanos = System.nanoTime();
    FolderStart start = FolderStart.of(folder);
    Extents numbers = new Extents(folder, start.nextExtent());
    extents = numbers;
    List<FileSealed> whole = new ArrayList<>(start.whole().size());
    start.whole().forEach(record -> whole.add(new FileSealed(this, record)));
    Seals known = new Seals(folder, start.contents(), whole, numbers::peek);
    seals = known;
    Set<FileSealed> replaced = known.replaced();
    List<Recovered> objects = new ArrayList<>(whole.size());
    Instant now = clock.instant();
    for (FileSealed sealed : whole) {
      if (!replaced.contains(sealed)) {
        Duration age = Duration.between(sealed.record().sealedAt(), now);
        objects.add(new Recovered(sealed.object(), sealed, age.isNegative() ? Duration.ZERO : age));
      }
    }
    tidyAfter(start, known, replaced);
    long quarantined = start.quarantined();
    Log.recovered(folder.root(), objects.size(), quarantined, (System.nanoTime() - startNanos) / 1_000_000);
    return new Recovery(objects, quarantined);
  }

  private void tidyAfter(FolderStart start, Seals known, Set<FileSealed> replaced) {
    if (start.isDamaged()) {
      tidyAtOnce(known); // at once: who reads it next is not to find the same damage
    }
    if (!replaced.isEmpty()) {
      housekeeper.add("remove what was replaced in " + folder.root(), () -> replaced.forEach(FileSealed::discard));
    }
    if (!start.leftovers().isEmpty() || !start.emptyFolders().isEmpty()) {
      housekeeper.add("remove what is left of drafts in " + folder.root(), () -> removeLeftovers(start));
    }
    OldFolder old = new OldFolder(folder);
    if (old.isThere()) {
      housekeeper.add("remove the manifests in " + folder.root(), () -> old.removeRemains(this::changeIfOpen));
    }
    tidyIfWorthIt(known);
    if (!start.isSeen()) {
      housekeeper.addLater("look at the files of " + folder.root(), () -> lookAt(start.whole()));
    }
  }

  /** Who would read what has another length is refused anyway; it is told before somebody does. */
  private void lookAt(List<SealRecord> records) {
    boolean isOpen = true;
    for (Iterator<SealRecord> each = records.iterator(); isOpen && each.hasNext();) {
      SealRecord record = each.next();
      isOpen = changeIfOpen(() -> {
        long byteSize = PosixFiles.byteSize(folder.extent(record.extent()));
        if (byteSize >= 0 && byteSize != record.object().extentBytes()) { // less: it was discarded meanwhile
          Log.otherLength(record.object(), folder.extent(record.extent()), byteSize);
        }
      });
    }
  }

  private void removeLeftovers(FolderStart start) {
    boolean isOpen = true;
    for (int i = 0; isOpen && i < start.leftovers().size(); i++) {
      Path leftover = folder.extent(start.leftovers().get(i));
      isOpen = changeIfOpen(() -> {
        if (!PosixFiles.removeUnlessFolder(leftover)) {
          Log.unknownFile(leftover);
        }
      });
    }
    start.emptyFolders().forEach(path -> changeIfOpen(() -> OldFolder.removeIfEmpty(path)));
  }

  private void tidyIfWorthIt(Seals known) {
    if (known.isWorthTidying() && tidying.compareAndSet(false, true)) {
      housekeeper.add("leave out of " + folder.log() + " what is gone", () -> {
        try {
          boolean _ = changeIfOpen(known::tidy);
        } finally {
          tidying.set(false);
        }
      });
    }
  }

  /** Writes the log anew, whether or not it is worth it. */
  void tidy() {
    boolean _ = changeIfOpen(seals()::tidy);
  }

  private void tidyAtOnce(Seals known) {
    try {
      known.tidy();
    } catch (PackiceException refused) {
      Log.cannotTidy("leave out of " + folder.log() + " what is gone", refused);
    }
  }

  @Override
  public Draft allocate(ObjectId id, OptionalLong byteSize) {
    return whileOpen(() -> FileDraft.create(this, byteSize));
  }

  /** The numbers of files. */
  Extents extents() {
    return recovered(extents);
  }

  private Seals seals() {
    return recovered(seals);
  }

  private <T> T recovered(@Nullable T part) {
    if (part == null) {
      throw new IllegalStateException("Cannot use the files of " + folder.root() + ": nothing has recovered them yet");
    }
    return part;
  }

  /** Begins to seal what is on the disk in an extent. For who is {@linkplain #whileOpen in time}. */
  Seals.Sealing beginSeal(long extent, StoredObject object, List<Integer> checksums) {
    return seals().begin(extent, object, clock.instant(), checksums, record -> new FileSealed(this, record));
  }

  /** Says in the log that an object and what it replaced are gone. */
  void retire(FileSealed sealed) {
    whileOpen(() -> {
      seals().retire(sealed);
      tidyIfWorthIt(seals());
      return sealed;
    });
  }

  /** Removes one version of an object, unless the folder belongs to a next life already, which then does it. */
  void remove(FileSealed sealed) {
    changeIfOpen(() -> {
      seals().remove(sealed);
      PosixFiles.remove(sealed.path());
      tidyIfWorthIt(seals());
    });
  }

  // ---- life

  /** Does something to the folder, which is not given up meanwhile. */
  <T> T whileOpen(Supplier<T> change) {
    life.readLock().lock();
    try {
      if (closed) {
        throw new IllegalStateException("Cannot use the files of " + folder.root() + ": their peer is closed");
      }
      return change.get();
    } finally {
      life.readLock().unlock();
    }
  }

  /** Like {@link #whileOpen}, for what the next start does anyway; false if the folder may belong to that already. */
  boolean changeIfOpen(Runnable change) {
    life.readLock().lock();
    try {
      if (!closed) {
        change.run();
      }
      return !closed;
    } finally {
      life.readLock().unlock();
    }
  }

  /** Lets the folder go when the seals under way are done. A second close does nothing. */
  @Override
  public void close() {
    life.writeLock().lock();
    try {
      if (closed) {
        return;
      }
      closed = true;
    } finally {
      life.writeLock().unlock();
    }
    housekeeper.close();
    try {
      Seals known = seals;
      if (known != null) {
        known.close();
      }
    } finally {
      lock.close();
    }
  }
}
