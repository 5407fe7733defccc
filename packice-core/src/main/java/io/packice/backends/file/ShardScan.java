package io.packice.backends.file;

import io.packice.core.PackiceException;
import io.packice.core.StoredObject;
import io.packice.internal.os.FileStamp;
import io.packice.internal.os.FolderCursor;
import io.packice.internal.os.PosixFiles;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a start does to one of a data folder's shards after the other: looks at every file, finds what is whole, by the index or the manifest, sets
 * damage aside and removes data without a manifest. What it needs meanwhile is taken once for all shards: on many machines fresh memory
 * takes more time than what is done with it. For one thread.
 */
final class ShardScan implements AutoCloseable {
  private static final int COMMON_OBJECTS = 512;

  private final DataFolder folder;
  private final IndexImage known;
  private final IndexImage.Reader index;
  private final ManifestReader reader;
  private final FolderCursor files = new FolderCursor();
  private final List<Found> found = new ArrayList<>();
  private long highestVersion;

  // Of the shard, by the number of the object's name:
  private final NameTable names = new NameTable(COMMON_OBJECTS);
  private long[] dataBytes = new long[COMMON_OBJECTS];
  private boolean[] hasManifest = new boolean[COMMON_OBJECTS];
  private @Nullable FileStamp[] stamps = new FileStamp[COMMON_OBJECTS]; // of manifests that are to be read themselves
  private @Nullable Found[] inIndex = new Found[COMMON_OBJECTS];

  /**
   * A whole object.
   *
   * @param number that of its name in the index; -1 if it is not there
   * @param stamp of the manifest before it was read, if it was; null if the index says it all, or none could be taken
   */
  record Found(FileName name, StoredObject object, Instant sealedAt, int number, @Nullable FileStamp stamp) {
  }

  ShardScan(DataFolder folder, IndexImage known) {
    this.folder = folder;
    this.known = known;
    index = known.new Reader();
    reader = new ManifestReader(folder);
  }

  /** What is whole in all shards until now, in no order. */
  List<Found> found() {
    return found;
  }

  /** The highest version until now, of what is damaged too. */
  long highestVersion() {
    return highestVersion;
  }

  void scan(Path shard) {
    String digits = shard.getFileName().toString();
    names.clear();
    files.open(shard);
    while (files.next()) {
      if (isNamed(digits, DataFolder.MANIFEST)) {
        sawManifest(number());
      } else if (isNamed(digits, DataFolder.DATA)) {
        dataBytes[number()] = files.byteSize();
      } else {
        Log.unknownFile(shard.resolve(files.name()));
      }
    }
    for (int number = 0; number < names.count(); number++) {
      Found candidate = inIndex[number];
      FileName name = candidate == null ? names.name(number) : candidate.name();
      if (name == null) {
        Log.unknownFile(shard.resolve(names.text(number) + ".*"));
      } else {
        highestVersion = Math.max(highestVersion, name.version());
        take(name, number, candidate);
      }
    }
  }

  /** Whether it has the beginning, the length and the extension of a file of ours in this shard. */
  private boolean isNamed(String beginning, String extension) {
    int dot = files.start() + FileName.DIGITS;
    return files.end() - dot == extension.length() && stands(beginning, files.start()) && stands(extension, dot);
  }

  private boolean stands(String text, int at) {
    for (int i = 0; i < text.length(); i++) {
      if (files.bytes()[at + i] != text.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  private int number() {
    int number = names.count();
    int given = names.add(files.bytes(), files.start());
    if (given == number) {
      if (number == dataBytes.length) {
        dataBytes = Arrays.copyOf(dataBytes, 2 * number);
        hasManifest = Arrays.copyOf(hasManifest, 2 * number);
        stamps = Arrays.copyOf(stamps, 2 * number);
        inIndex = Arrays.copyOf(inIndex, 2 * number);
      }
      dataBytes[number] = ManifestReader.NO_DATA;
      hasManifest[number] = false;
      stamps[number] = null;
      inIndex[number] = null;
    }
    return given;
  }

  /** What the index says of a manifest counts as long as the manifest is the very file, unchanged. */
  private void sawManifest(int number) {
    hasManifest[number] = true;
    int inImage = known.find(files.bytes(), files.start());
    FileName name = inImage < 0 ? null : FileName.parse(files.bytes(), files.start());
    IndexEntry entry = name == null ? null : index.entry(inImage, name);
    if (entry != null && files.has(entry.stamp())) {
      inIndex[number] = new Found(entry.name(), entry.object(), entry.sealedAt(), inImage, null);
    } else {
      stamps[number] = files.stamp();
    }
  }

  private void take(FileName name, int number, @Nullable Found candidate) {
    if (!hasManifest[number]) {
      PosixFiles.remove(folder.data(name));
      return;
    }
    try {
      if (candidate == null) {
        Manifest manifest = reader.read(name, dataBytes[number]);
        found.add(new Found(name, manifest.object(), manifest.sealedAt(), -1, stamps[number]));
      } else {
        ManifestReader.checkData(candidate.object(), dataBytes[number]);
        found.add(candidate);
      }
    } catch (DamagedException e) {
      quarantine(name, String.valueOf(e.getMessage()));
    }
  }

  private void quarantine(FileName name, String why) {
    try {
      for (Path file : List.of(folder.manifest(name), folder.data(name))) { // the manifest first: it makes the object exist
        if (Files.exists(file)) {
          PosixFiles.rename(file, folder.quarantine().resolve(file.getFileName()));
        }
      }
      Log.quarantined(name.toString(), folder.quarantine(), why);
    } catch (PackiceException e) {
      Log.cannotQuarantine(name.toString(), why, e);
    }
  }

  @Override
  public void close() {
    files.close();
  }
}
