package io.packice.backends.file;

import io.packice.core.PackiceException;
import io.packice.core.StorageException;
import io.packice.internal.os.PosixFiles;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What earlier versions had in place of the log, and how it is taken over:
 *
 * <pre>
 *   DATA/index                    what the manifests say, for a fast start
 *   DATA/drafts/N, N.manifest     what was being made
 *   DATA/objects/2c/NAME.data     the bytes of a sealed object, whose {@link FileName} NAME is
 *   DATA/objects/2c/NAME.json     its manifest: what made the object exist
 *   DATA/quarantine/NAME.*        what was found damaged
 * </pre>
 *
 * <p>So that no such version serves the folder as if nothing were in it, there is a {@linkplain #refuseEarlier manifest} that it cannot read.
 *
 * <p>The steps, and what a start finds if the process ends behind each:
 *
 * <pre>
 *   1 damage set aside, data without a manifest removed   no log                      all is done again
 *   2 data renamed to the extent of their version         no log, manifests           again; data are in either place
 *   3 folders of extents to disk                          the same                    the same
 *   4 log to disk, renamed, its folder to disk            the log                     served; what is left here is removed
 *   5 manifests, index and the rest removed               the log                     the same
 * </pre>
 */
final class OldFolder {
  /** As for an object that is called as the log is: the hash of that, and no version. */
  private static final String REFUSAL_FOLDER = "85";
  private static final String REFUSAL =
      "8519797b26e1a060796ca207743538cf8af014e5-0000000000000000" + DataFolder.MANIFEST;
  private static final byte[] REFUSED =
      Manifest.checked("{\"format\":2,\"id\":\"seals.log\"}".getBytes(StandardCharsets.US_ASCII));

  private final DataFolder folder;

  OldFolder(DataFolder folder) {
    this.folder = folder;
  }

  /** Whether a folder among the objects is one of ours: it has two digits. */
  static boolean isShard(String name) {
    return name.length() == 2 && name.chars().allMatch(DataFolder::isDigit);
  }

  private List<Path> shards() {
    Path objects = folder.objects();
    return DataFolder.names(objects).stream().filter(OldFolder::isShard).sorted().map(objects::resolve)
        .filter(shard -> Files.isDirectory(shard, LinkOption.NOFOLLOW_LINKS))
        .filter(shard -> !DataFolder.names(shard).equals(List.of(REFUSAL))).toList();
  }

  private Path drafts() {
    return folder.root().resolve("drafts");
  }

  /** Whether there is anything of it. */
  boolean isThere() {
    return !shards().isEmpty() || hasDrafts();
  }

  /** Whether there is a folder for drafts, which each such version made first. */
  boolean hasDrafts() {
    return Files.isDirectory(drafts(), LinkOption.NOFOLLOW_LINKS);
  }

  /**
   * Sees that earlier versions refuse the folder: they find a manifest of a later format, and ask for a newer version. They would find no objects
   * otherwise, and take the folder for an empty one.
   *
   * @throws StorageException if the disk refuses
   */
  void refuseEarlier() {
    Path shard = folder.objects().resolve(REFUSAL_FOLDER);
    Path refusal = shard.resolve(REFUSAL);
    if (PosixFiles.byteSize(refusal) != REFUSED.length) {
      PosixFiles.createFolder(shard);
      PosixFiles.remove(refusal); // of a start that was killed
      DraftFile.write(REFUSED, refusal);
      PosixFiles.syncFolder(shard);
      PosixFiles.syncFolder(folder.objects());
    }
  }

  // ---- names

  private static Path file(Path shard, FileName name, String extension) {
    return shard.resolve(name + extension);
  }

  /** The name that a file has before this extension, if it belongs in this folder; null if it has none. */
  private static @Nullable FileName nameOf(Path shard, String file, String extension) {
    FileName name =
        file.endsWith(extension) ? FileName.parse(file.substring(0, file.length() - extension.length())) : null;
    return name != null && name.hash().startsWith(String.valueOf(shard.getFileName())) ? name : null;
  }

  private static List<FileName> manifests(Path shard) {
    return DataFolder.names(shard).stream().filter(file -> !file.equals(REFUSAL))
        .map(file -> nameOf(shard, file, DataFolder.MANIFEST))
        .filter(Objects::nonNull).toList();
  }

  // ---- taking over

  /** What the manifests say, in the order of their versions, whose data have their new places then; and the highest version that ever was. */
  record Taken(List<SealRecord> records, long highestVersion) {
  }

  /**
   * Takes over what there is, up to the log.
   *
   * @throws StorageException if the disk refuses, or there are manifests of a version that came after the last of this format
   */
  Taken takeOver() {
    List<ShardTaken> shards = shards().parallelStream().map(this::takeOverOrFail).toList();
    for (ShardTaken shard : shards) {
      if (shard.failure != null) {
        throw shard.failure;
      }
    }
    List<SealRecord> records = new ArrayList<>();
    Set<Long> folders = new TreeSet<>();
    long highest = 0;
    for (ShardTaken shard : shards) {
      records.addAll(shard.records);
      shard.records.forEach(record -> folders.add(DataFolder.folderOf(record.extent())));
      highest = Math.max(highest, shard.highestVersion);
    }
    for (String file : DataFolder.names(folder.quarantine())) {
      FileName name = FileName.parse(Quarantine.stem(file));
      highest = Math.max(highest, name == null ? 0 : name.version());
    }
    folders.forEach(number -> PosixFiles.syncFolder(folder.extents(number)));
    PosixFiles.syncFolder(folder.objects());
    records.sort(Comparator.comparingLong(SealRecord::seal));
    return new Taken(records, highest);
  }

  private static final class ShardTaken {
    private final List<SealRecord> records = new ArrayList<>();
    private long highestVersion;
    private @Nullable RuntimeException failure;
  }

  /** A failure is thrown by who waits for all: a parallel stream that ends early leaves others at work in a folder that is let go. */
  private ShardTaken takeOverOrFail(Path shard) {
    ShardTaken taken = new ShardTaken();
    try {
      takeOver(shard, taken);
    } catch (RuntimeException refused) {
      taken.failure = refused;
    }
    return taken;
  }

  private void takeOver(Path shard, ShardTaken taken) {
    Set<FileName> named = new HashSet<>(manifests(shard));
    for (FileName name : named) {
      taken.highestVersion = Math.max(taken.highestVersion, name.version());
      try {
        taken.records.add(takeOver(shard, name));
      } catch (DamagedException e) {
        setAside(shard, name, String.valueOf(e.getMessage()));
      }
    }
    for (String file : DataFolder.names(shard)) {
      FileName name = nameOf(shard, file, DataFolder.DATA);
      if (name != null) {
        taken.highestVersion = Math.max(taken.highestVersion, name.version());
        if (!named.contains(name)) {
          PosixFiles.remove(shard.resolve(file)); // they never were an object
        }
      } else if (nameOf(shard, file, DataFolder.MANIFEST) == null) {
        Log.unknownFile(shard.resolve(file));
      }
    }
  }

  private SealRecord takeOver(Path shard, FileName name) throws DamagedException {
    SealRecord record = SealRecord.of(read(shard, name));
    Path data = file(shard, name, DataFolder.DATA);
    Path extent = folder.extent(record.extent());
    long byteSize = PosixFiles.byteSize(data);
    if (byteSize < 0) {
      record.checkData(PosixFiles.byteSize(extent)); // an earlier start came so far
    } else {
      record.checkData(byteSize);
      PosixFiles.createFolder(Objects.requireNonNull(extent.getParent()));
      PosixFiles.rename(data, extent);
    }
    return record;
  }

  /** Reads a manifest and checks that it belongs where it stands. */
  private static Manifest read(Path shard, FileName name) throws DamagedException {
    byte[] bytes;
    try {
      bytes = PosixFiles.read(file(shard, name, DataFolder.MANIFEST));
    } catch (StorageException e) {
      throw new DamagedException("its manifest cannot be read: " + e.getMessage());
    }
    if (bytes == null) {
      throw new DamagedException("its manifest is gone");
    }
    Manifest manifest = Manifest.parse(bytes);
    if (manifest.version() != name.version() || !name.names(manifest.object().id())) {
      throw new DamagedException(
          "its manifest is that of " + manifest.object().id() + ", version " + manifest.version());
    }
    return manifest;
  }

  private void setAside(Path shard, FileName name, String why) {
    try {
      for (String extension : List.of(DataFolder.MANIFEST, DataFolder.DATA)) { // the manifest first: it makes the object exist
        Path file = file(shard, name, extension);
        if (Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
          PosixFiles.rename(file, folder.quarantine().resolve(file.getFileName()));
        }
      }
      Log.quarantined(name.toString(), folder.quarantine(), why);
    } catch (PackiceException e) {
      Log.cannotQuarantine(name.toString(), why, e);
    }
  }

  // ---- what is left behind

  /**
   * Removes what is of no use any more where there is a log. A manifest whose data are still beside it is left alone: a version from before the
   * log has made it since.
   *
   * @param step runs a step; false if the folder belongs to a next life already
   */
  void removeRemains(Predicate<Runnable> step) {
    List<Runnable> steps = new ArrayList<>();
    shards().forEach(shard -> addSteps(shard, steps));
    if (hasDrafts()) {
      DataFolder.names(drafts()).forEach(name -> steps.add(() -> removeFile(drafts().resolve(name))));
      steps.add(() -> removeIfEmpty(drafts()));
    }
    List.of("index", "index.new").forEach(name -> steps.add(() -> removeFile(folder.root().resolve(name))));
    boolean isOpen = true;
    for (Iterator<Runnable> each = steps.iterator(); isOpen && each.hasNext();) {
      isOpen = step.test(each.next());
    }
  }

  private static void addSteps(Path shard, List<Runnable> steps) {
    for (FileName name : manifests(shard)) {
      steps.add(() -> {
        Path manifest = file(shard, name, DataFolder.MANIFEST);
        if (Files.exists(file(shard, name, DataFolder.DATA), LinkOption.NOFOLLOW_LINKS)) {
          Log.unknownFile(manifest);
        } else {
          PosixFiles.remove(manifest);
        }
      });
    }
    steps.add(() -> removeIfEmpty(shard));
  }

  private static void removeFile(Path path) {
    if (!PosixFiles.removeUnlessFolder(path)) {
      Log.unknownFile(path);
    }
  }

  /** Removes a folder with nothing in it; another stays. */
  static void removeIfEmpty(Path path) {
    try {
      Files.deleteIfExists(path);
    } catch (DirectoryNotEmptyException used) {
      return; // by something that is not ours
    } catch (IOException e) {
      throw new StorageException("Cannot remove the folder " + path + ": " + PosixFiles.reason(e)
          + "; it does no harm, and may be removed by hand", e);
    }
  }

  // ---- verification

  /** What there is to verify in a folder that has no log yet, with the lengths of its files. */
  Stream<Candidate> candidates() {
    return shards().stream().flatMap(shard -> manifests(shard).stream().map(name -> new Candidate(this, shard, name)));
  }

  /** An object with a manifest. */
  record Candidate(OldFolder old, Path shard, FileName name) implements Verifier.Candidate {
    @Override
    public String called() {
      return name.toString();
    }

    @Override
    public Path file() {
      return OldFolder.file(shard, name, DataFolder.MANIFEST);
    }

    long byteSize() {
      return Math.max(0, PosixFiles.byteSize(data()));
    }

    private Path data() {
      Path data = OldFolder.file(shard, name, DataFolder.DATA);
      return Files.exists(data, LinkOption.NOFOLLOW_LINKS) ? data : old.folder.extent(name.version());
    }

    @Override
    public Manifest read() throws DamagedException {
      Manifest manifest = OldFolder.read(shard, name);
      SealRecord.of(manifest).checkData(PosixFiles.byteSize(data()));
      return manifest;
    }

    @Override
    public Path data(Manifest manifest) {
      return data();
    }

    @Override
    public boolean isStillThere() {
      return Files.exists(file(), LinkOption.NOFOLLOW_LINKS);
    }
  }
}
