package io.packice.backends.file;

import io.packice.core.PackiceException;
import io.packice.core.StorageException;
import io.packice.internal.os.PosixFiles;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What a start does to a data folder before it serves: reads the log, looks at every extent, and sets damage aside. Every step may be repeated, so a
 * start that is killed does no harm. What belongs to nobody is only found here, and removed later.
 */
final class FolderStart {
  /** Of so long a log, of some 20,000 objects, each file is looked at before anybody is served. */
  private static final long SHORT_LOG_BYTES = 1 << 22;

  private final DataFolder folder;
  private final Quarantine quarantine;
  private final List<SealRecord> whole = new ArrayList<>();
  private List<Long> leftovers = List.of();
  private boolean isDamaged;
  private boolean isSeen;
  private @Nullable LogContents log;
  private @Nullable ExtentScan extents;

  private FolderStart(DataFolder folder) {
    this.folder = folder;
    quarantine = new Quarantine(folder);
  }

  /**
   * Looks.
   *
   * @throws StorageException if the log cannot be read, or is lost: nothing has changed then
   */
  static FolderStart of(DataFolder folder) {
    FolderStart start = new FolderStart(folder);
    if (Files.exists(folder.log(), LinkOption.NOFOLLOW_LINKS)) {
      start.refuseEarlier();
    } else {
      start.makeLog();
    }
    start.look();
    start.judge();
    return start;
  }

  /** Again, if a backup has left that out; no disk that is full keeps a peer from its start. */
  private void refuseEarlier() {
    try {
      new OldFolder(folder).refuseEarlier();
    } catch (PackiceException refused) {
      Log.cannotTidy("keep earlier versions from serving " + folder.root(), refused);
    }
  }

  /** Of a new folder, or one of an earlier version. */
  private void makeLog() {
    OldFolder old = new OldFolder(folder);
    old.refuseEarlier(); // before anything is moved that they would miss
    OldFolder.Taken taken = old.isThere() ? old.takeOver() : new OldFolder.Taken(List.of(), 0);
    if (taken.records().isEmpty()) {
      requireNoExtents("is not there");
    }
    long nextExtent = taken.records().isEmpty() ? 0 : taken.records().getLast().extent() + 1;
    SealLog.create(folder, new SealLog.Snapshot(taken.records(), taken.highestVersion() + 1, nextExtent));
    if (!taken.records().isEmpty()) {
      Log.takenOver(folder.root(), taken.records().size());
    }
  }

  /** Without a log nobody knows what they are, so nobody may remove them. */
  private void requireNoExtents(String what) {
    if (ExtentScan.of(folder, false).hasFiles()) {
      throw new StorageException("Cannot open " + folder.root() + ": its log " + folder.log() + " " + what
          + ", and nothing else says what the files in " + folder.objects()
          + " are; put a copy of the log there, or move both away to begin anew");
    }
  }

  private void look() {
    isSeen = PosixFiles.byteSize(folder.log()) <= SHORT_LOG_BYTES;
    Stream.<Runnable>of(() -> log = LogReader.read(folder.log()), () -> extents = ExtentScan.of(folder, isSeen))
        .parallel().forEach(Runnable::run);
  }

  /** What the log says against what there is. */
  private void judge() {
    LogContents contents = contents();
    ExtentScan found = Objects.requireNonNull(extents);
    if (contents.isEmpty() && !contents.losses.isEmpty()) {
      requireNoExtents("cannot be read");
    }
    for (SealRecord record : contents.live()) {
      try {
        long byteSize = found.take(record.extent());
        if (byteSize != ExtentScan.UNSEEN) {
          record.checkData(byteSize);
        }
        whole.add(record);
      } catch (DamagedException e) {
        isDamaged = true;
        quarantine.take(record, String.valueOf(e.getMessage()));
      }
    }
    leftovers = found.rest();
    if (!contents.losses.isEmpty()) {
      setLossesAside();
    }
  }

  /** An extent that no record names may be that of a record that is lost. */
  private void setLossesAside() {
    isDamaged = true;
    contents().losses.forEach(loss -> Log.lost(folder.log(), loss, folder.quarantine()));
    copyLog();
    leftovers.forEach(extent -> quarantine.take(extent, "no record of the log names it, and some cannot be read"));
    leftovers = List.of();
  }

  private void copyLog() {
    try {
      quarantine.copyLog(contents().nextSeal);
    } catch (PackiceException refused) {
      Log.cannotTidy("keep a copy of " + folder.log() + " in " + folder.quarantine(), refused);
    }
  }

  LogContents contents() {
    return Objects.requireNonNull(log);
  }

  /** What is sealed and whole, in the order of the seals, with what was replaced. */
  List<SealRecord> whole() {
    return whole;
  }

  /** Whether each file was looked at; else there are many, and only their names were read. */
  boolean isSeen() {
    return isSeen;
  }

  /** Extents that belong to nobody: drafts of earlier lives, and what is gone but was not removed yet. */
  List<Long> leftovers() {
    return leftovers;
  }

  List<Path> emptyFolders() {
    return Objects.requireNonNull(extents).emptyFolders();
  }

  /** Whether the log says other things than what is served, and so should be written anew. */
  boolean isDamaged() {
    return isDamaged;
  }

  long quarantined() {
    return quarantine.count();
  }

  /** The first extent of a folder that nobody has used. */
  long nextExtent() {
    long next = Math.max(contents().nextExtent, quarantine.nextExtent());
    long perFolder = DataFolder.EXTENTS_PER_FOLDER;
    return Math.max(Objects.requireNonNull(extents).nextExtent(), (next + perFolder - 1) / perFolder * perFolder);
  }
}
