package io.packice.backends.file;

import io.packice.internal.os.PosixFiles;

/**
 * The files with objects' bytes: their numbers, which are given once, and their folders. A start begins with a folder of its own, so what earlier
 * lives have left is never taken for what this one makes. Safe from any thread.
 */
final class Extents {
  private static final long NO_FOLDER = -1;

  private final DataFolder folder;
  private volatile long next; // changed by who holds this
  private long madeFolder = NO_FOLDER; // guarded by this

  /**
   * Begins.
   *
   * @param folder where
   * @param first the number that comes first: one with which a folder begins
   */
  Extents(DataFolder folder, long first) {
    this.folder = folder;
    next = first;
  }

  /** The number of a new file, whose folder is there, also after a power cut. */
  synchronized long next() {
    long extent = next;
    long itsFolder = DataFolder.folderOf(extent);
    if (itsFolder != madeFolder) {
      PosixFiles.createFolder(folder.extents(itsFolder));
      PosixFiles.syncFolder(folder.objects());
      madeFolder = itsFolder;
    }
    next = extent + 1;
    return extent;
  }

  /** The number that comes next. */
  long peek() {
    return next;
  }
}
