package io.packice.backends.file;

import io.packice.core.Extent;
import io.packice.core.PackiceException;
import io.packice.internal.os.Descriptor;
import io.packice.internal.os.PosixFiles;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;

/** Where a start sets aside what is damaged: nothing that may have been an object's is ever removed. For one thread. */
final class Quarantine {
  private static final int EXTENT_DIGITS = 16;
  private static final String LOG = "seals-";

  private final DataFolder folder;

  Quarantine(DataFolder folder) {
    this.folder = folder;
  }

  /** A file's name up to its dot. */
  static String stem(String file) {
    int dot = file.indexOf('.');
    return dot < 0 ? file : file.substring(0, dot);
  }

  private List<String> stems() {
    return DataFolder.names(folder.quarantine()).stream().map(Quarantine::stem).distinct().toList();
  }

  private static boolean isExtent(String stem) {
    return stem.length() == EXTENT_DIGITS && stem.chars().allMatch(HexFormat::isHexDigit);
  }

  /** How many objects are here. */
  long count() {
    return stems().stream().filter(stem -> isExtent(stem) || FileName.parse(stem) != null).count();
  }

  /** Higher than the extents that are here. */
  long nextExtent() {
    return stems().stream().filter(Quarantine::isExtent).map(HexFormat::fromHexDigitsToLong)
        .max(Comparator.naturalOrder()).orElse(-1L) + 1;
  }

  /** Sets an object aside that its file shows to be damaged, with what the log says of it. */
  void take(SealRecord record, String why) {
    String name = record.object().id().value();
    try {
      Path note = folder.quarantined(record.extent(), DataFolder.MANIFEST);
      PosixFiles.remove(note); // of a start that did not come to its end
      DraftFile.write(record.toManifest().toBytes(), note);
      move(record.extent());
      Log.quarantined(name, folder.quarantine(), why);
    } catch (PackiceException e) {
      Log.cannotQuarantine(name, why, e);
    }
  }

  /** Sets an extent aside that no record names, because records are lost. */
  void take(long extent, String why) {
    try {
      move(extent);
      Log.quarantined(folder.extent(extent).toString(), folder.quarantine(), why);
    } catch (PackiceException e) {
      Log.cannotQuarantine(folder.extent(extent).toString(), why, e);
    }
  }

  private void move(long extent) {
    Path data = folder.extent(extent);
    if (Files.exists(data, LinkOption.NOFOLLOW_LINKS)) {
      PosixFiles.rename(data, folder.quarantined(extent, DataFolder.DATA));
    }
  }

  /**
   * Copies a log here that has places that cannot be read.
   *
   * @param number tells it from others
   */
  void copyLog(long number) {
    Path copy = folder.quarantine().resolve(LOG + number + ".log");
    PosixFiles.remove(copy);
    try (Descriptor log = Descriptor.open(folder.log(), Extent.Access.READ_ONLY);
        Descriptor target = Descriptor.create(copy)) {
      long _ = target.copyFrom(log, log.byteSize());
      target.sync();
    }
    PosixFiles.syncFolder(Objects.requireNonNull(copy.getParent()));
  }
}
