package io.packice.backends.file;

import io.packice.core.Blob;
import io.packice.core.BlobStore;
import io.packice.core.ObjectId;
import io.packice.core.StorageException;
import io.packice.internal.os.PosixFiles;
import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Keeps each object in one file of a folder, beside a manifest that says what it is. Sealed objects are there again at the next start, after
 * a kill or a power cut too; drafts are not.
 *
 * <ul>
 * <li>Disk is set aside at create, so that a full disk is an error to the creator.
 * <li>A seal checks the length, takes the right to write from the file (mode 0400), computes a CRC32C of each blob, writes data and then
 * manifest to disk and renames both into place. The manifest's rename is the moment from which the object exists. When the seal returns, a
 * power cut cannot undo it.
 * <li>A replacement is another file with a higher version; what it replaces is removed after it is in place, so at any moment a start finds
 * one of the two.
 * <li>Copies of the manifests stand in one file, the index, so that a start reads that file instead of one for each object. A manifest that
 * the index lacks, or that has changed since, is read itself; the index may be removed while no peer runs.
 * <li>Discarding removes the manifest before the data. Nothing is ever truncated or written in place.
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
  /** What a manifest takes on the disk, nearly always, with its place in a folder and in the index. */
  private static final long MANIFEST_BYTES = 2 * Blob.ALIGNMENT;

  final DataFolder folder;

  private final InstantSource clock;
  private final FolderLock lock;
  private final FileStore disk;
  private final FolderIndex index;
  private final AtomicLong drafts = new AtomicLong();
  private final AtomicLong versions = new AtomicLong();
  /** Whose manifests are in place, the oldest first: more than one for an id whose replaced version is still read. */
  private final Map<ObjectId, List<FileSealed>> published;
  /** Its readers change the folder, its writer ends the right to. */
  private final ReadWriteLock life = new ReentrantReadWriteLock();
  private boolean closed; // guarded by life

  private FileBlobStore(DataFolder folder, InstantSource clock, FolderLock lock, FileStore disk) {
    this.folder = folder;
    this.clock = clock;
    this.lock = lock;
    this.disk = disk;
    index = FolderIndex.open(folder);
    published = new ConcurrentHashMap<>(index.image().count());
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

  @Override
  public long freeBytes(long objects) {
    try {
      return Math.max(0, disk.getUsableSpace() - objects * MANIFEST_BYTES);
    } catch (IOException e) {
      throw new StorageException("Cannot tell what is free on the disk of " + folder.root() + ": "
          + PosixFiles.reason(e) + "; see that it is still there", e);
    }
  }

  /**
   * Removes the drafts of earlier lives, looks at every manifest or its copy in the index, and sets aside what is damaged. The bytes
   * themselves are not read, only their lengths: see {@link Verification} for more.
   */
  @Override
  public Recovery recover() {
    long startNanos = System.nanoTime();
    FolderScan.Result found = new FolderScan(folder, index).run();
    index.forget();
    versions.set(found.highestVersion());
    Instant now = clock.instant();
    List<Recovered> objects = new ArrayList<>(found.objects().size());
    Set<BlobStore.Sealed> replaced = new HashSet<>();
    for (ShardScan.Found object : found.objects()) {
      Duration age = Duration.between(object.sealedAt(), now);
      FileSealed bytes = new FileSealed(this, object.object(), object.name());
      List<FileSealed> older = published.put(object.object().id(), List.of(bytes));
      if (older != null) {
        replaced.addAll(older);
      }
      objects.add(new Recovered(object.object(), bytes, age.isNegative() ? Duration.ZERO : age));
    }
    removeReplaced(objects, replaced);
    tidyIndex();
    Log.recovered(folder.root(), objects.size(), found.quarantined(), (System.nanoTime() - startNanos) / 1_000_000);
    return new Recovery(objects, found.quarantined());
  }

  /** A kill between a replacement and the removal of what it replaced has left both. */
  private static void removeReplaced(List<Recovered> objects, Set<BlobStore.Sealed> replaced) {
    if (!replaced.isEmpty()) {
      objects.removeIf(object -> replaced.contains(object.bytes()));
      replaced.forEach(Sealed::discard);
    }
  }

  @Override
  public Draft allocate(ObjectId id, OptionalLong byteSize) {
    return whileOpen(() -> {
      Path path = folder.drafts().resolve(Long.toString(drafts.incrementAndGet()));
      return new FileDraft(this, path, DraftFile.create(path, byteSize.orElse(0)));
    });
  }

  FileName nextName(ObjectId id) {
    return FileName.of(id, versions.incrementAndGet());
  }

  Instant now() {
    return clock.instant();
  }

  // ---- whose manifests are in place

  void publish(FileSealed sealed, Manifest manifest, int manifestBytes) {
    publish(sealed);
    index.add(sealed.name(), manifest.object(), manifest.sealedAt(), manifestBytes);
    tidyIndex();
  }

  private void tidyIndex() {
    index.tidy(published.size(),
        () -> published.values().stream().flatMap(List::stream).map(FileSealed::name)
            .collect(Collectors.toSet()));
  }

  private void publish(FileSealed sealed) {
    published.merge(sealed.object().id(), List.of(sealed), (older, newer) -> {
      List<FileSealed> all = new ArrayList<>(older);
      all.addAll(newer);
      return List.copyOf(all);
    });
  }

  /** Removes the manifests of an object and of what it replaced, the oldest first, so that at no moment an older one is the newest. */
  void retire(FileSealed sealed) {
    whileOpen(() -> {
      List<FileSealed> retired = new ArrayList<>();
      published.computeIfPresent(sealed.object().id(), (_, all) -> {
        all.stream().filter(each -> each.name().version() <= sealed.name().version()).forEach(retired::add);
        retired.forEach(each -> {
          keepChecksums(each);
          PosixFiles.remove(folder.manifest(each.name()));
        });
        return without(all, retired);
      });
      if (!retired.isEmpty()) { // else it has been done, and is on disk
        PosixFiles.syncFolder(folder.shard(sealed.name()));
      }
      return sealed;
    });
  }

  /** For who reads it still, when its manifest is gone. */
  private static void keepChecksums(FileSealed retired) {
    try {
      List<Integer> _ = retired.checksums();
    } catch (StorageException unreadable) {
      Log.noChecksums(retired.object().id(), unreadable); // whoever asks for them is told
    }
  }

  /** The checksums that the manifest of an object has. */
  List<Integer> checksums(FileSealed sealed) {
    try {
      return new ManifestReader(folder).read(sealed.name(), sealed.object().extentBytes()).crc32cs();
    } catch (DamagedException | IllegalArgumentException e) {
      throw new StorageException("Cannot tell the checksums of " + sealed.object().id() + ": " + e.getMessage()
          + "; look at it by packice verify, or make it anew", e);
    }
  }

  /** Removes the files of one version, unless the folder belongs to a next life already, which then does it. */
  void remove(FileSealed sealed) {
    changeIfOpen(() -> {
      published.computeIfPresent(sealed.object().id(), (_, all) -> {
        PosixFiles.remove(folder.manifest(sealed.name()));
        return without(all, List.of(sealed));
      });
      PosixFiles.remove(folder.data(sealed.name()));
    });
  }

  /** Null takes an entry out of a map. */
  private static @Nullable List<FileSealed> without(List<FileSealed> all, List<FileSealed> some) {
    List<FileSealed> rest = all.stream().filter(each -> !some.contains(each)).toList();
    return rest.isEmpty() ? null : rest;
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

  /** Like {@link #whileOpen}, for what the next start does anyway. */
  void changeIfOpen(Runnable change) {
    life.readLock().lock();
    try {
      if (!closed) {
        change.run();
      }
    } finally {
      life.readLock().unlock();
    }
  }

  /** Lets the folder go when the seals under way are done. A second close does nothing. */
  @Override
  public void close() {
    life.writeLock().lock();
    try {
      if (!closed) {
        closed = true;
        index.close();
        lock.close();
      }
    } finally {
      life.writeLock().unlock();
    }
  }
}
