package io.packice.backends.file;

import io.packice.internal.os.FileStamp;
import io.packice.internal.os.PosixFiles;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What a start does to a data folder: removes what is of no worth, sets damage aside, finds what is whole. Every step may be repeated, so a
 * start that is killed does no harm.
 */
final class FolderScan {
  /** More than most machines have processors, so that all have something to do until the end. */
  private static final int PARTS = 64;

  private final DataFolder folder;
  private final FolderIndex index;
  private final IndexImage known;
  private final AtomicLong highestVersion = new AtomicLong();

  FolderScan(DataFolder folder, FolderIndex index) {
    this.folder = folder;
    this.index = index;
    this.known = index.image();
  }

  /**
   * All whole objects, the earliest sealed first, among them what others have replaced, if a kill came before its removal; how many damaged ones
   * are set aside; the highest version that was ever seen.
   */
  record Result(List<ShardScan.Found> objects, long quarantined, long highestVersion) {
  }

  Result run() {
    DataFolder.names(folder.drafts()).forEach(name -> removeDraft(folder.drafts().resolve(name)));
    List<ShardScan.Found> objects = inOrder(inParts(folder.shards()).parallelStream().map(this::scan).toList());
    index.addAll(objects.stream().flatMap(FolderScan::newEntry));
    return new Result(objects, quarantined(), highestVersion.get());
  }

  /** What is none keeps nobody from starting. */
  private static void removeDraft(Path draft) {
    if (!PosixFiles.removeUnlessFolder(draft)) {
      Log.unknownFile(draft);
    }
  }

  private static Stream<IndexEntry> newEntry(ShardScan.Found found) {
    FileStamp stamp = found.stamp();
    return stamp == null
        ? Stream.empty()
        : Stream.of(new IndexEntry(stamp, found.name(), found.object(), found.sealedAt()));
  }

  private static List<List<Path>> inParts(List<Path> shards) {
    return IntStream.range(0, PARTS)
        .mapToObj(part -> shards.subList(part * shards.size() / PARTS, (part + 1) * shards.size() / PARTS)).toList();
  }

  /** In the order of the index they are in order already, or nearly so; then sorting costs next to nothing. */
  private List<ShardScan.Found> inOrder(List<List<ShardScan.Found>> shards) {
    ShardScan.Found[] inIndex = new ShardScan.Found[known.count()];
    List<ShardScan.Found> all = new ArrayList<>(inIndex.length);
    for (List<ShardScan.Found> shard : shards) {
      for (ShardScan.Found found : shard) {
        if (found.number() < 0) {
          all.add(found);
        } else {
          inIndex[found.number()] = found;
        }
      }
    }
    for (ShardScan.Found found : inIndex) {
      if (found != null) {
        all.add(found);
      }
    }
    all.sort(Comparator.comparingLong(found -> found.name().version()));
    return all;
  }

  private long quarantined() {
    Set<FileName> names = new HashSet<>();
    for (String file : DataFolder.names(folder.quarantine())) {
      FileName name = nameOf(file);
      if (name != null) {
        names.add(name);
        highestVersion.accumulateAndGet(name.version(), Math::max);
      }
    }
    return names.size();
  }

  private static @Nullable FileName nameOf(String file) {
    int dot = file.indexOf('.');
    return dot < 0 ? null : FileName.parse(file.substring(0, dot));
  }

  /** Of some folders one after the other, because they can use the same memory. */
  private List<ShardScan.Found> scan(List<Path> shards) {
    try (ShardScan scan = new ShardScan(folder, known)) {
      shards.forEach(scan::scan);
      highestVersion.accumulateAndGet(scan.highestVersion(), Math::max);
      return scan.found();
    }
  }
}
